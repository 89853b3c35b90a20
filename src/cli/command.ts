/**
 * @module What a command is: its entry in the list, what it takes, what it works with.
 */
import type { Command } from "commander";
import type { Logger } from "../base/logger.ts";
import type { Store } from "../store/store.ts";
import type { GlobalOptions } from "./globals.ts";
import type { Io } from "./io.ts";
import type { Output } from "./output.ts";
import type { Progress } from "./progress.ts";
import type { StatusLine } from "./status-line.ts";

/** One command of the program. Its file is loaded when it runs. */
export interface CommandEntry {
  readonly name: string;
  /** One line, for the help. */
  readonly summary: string;
  /** Whether it talks to somebody else's machine: then it can end in more ways. */
  readonly remote?: true;
  load(): Promise<{ readonly define: DefineCommand }>;
}

/** Says what a command takes and does. */
export type DefineCommand = (command: Command, run: Run) => void;

/** Turns what a command does into what commander calls. The number it returns, if any, is the exit code. */
// biome-ignore-start lint/suspicious/noExplicitAny: commander hands over arguments of any type; each command names its own
// biome-ignore-start lint/suspicious/noConfusingVoidType: most commands return nothing
export type Run = <Args extends any[]>(
  handler: (context: Context, ...args: Args) => Promise<number | undefined | void>,
) => (...args: any[]) => Promise<void>;
// biome-ignore-end lint/suspicious/noConfusingVoidType: see above
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** `read` and `change` need a store that is there; `create` makes it. */
type StoreUse = "read" | "change" | "create";

/** What a command works with. */
export interface Context {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly output: Output;
  /** The program that the command is part of, for those that speak of others. */
  readonly program: Program;
  /** Heard with `--debug`; warnings without it, too. */
  readonly logger: Logger;
  /** A line for people on stderr; nothing with `--quiet` or `--json`. */
  note(text: string): void;
  /**
   * Opens the store, and closes it in the end.
   *
   * @throws {HubsteadError} `not_found` where there is no store; what opening it throws
   */
  withStore<T>(use: StoreUse, body: (store: Store) => Promise<T>): Promise<T>;
  /** Where the store lies, whether it is there or not. */
  storePath(): Promise<string>;
  /** Shows how far something is that tells it. @param unit what is counted */
  progress(label: string, unit: string): Progress;
  /** Shows how long something takes that tells nothing. */
  clock(label: string): Promise<Progress>;
  /** Shows what is waited for, and how long, while this thread is free. */
  statusLine(text: string): StatusLine;
}

export interface Program {
  readonly commands: readonly CommandEntry[];
  /** Runs another command line. @returns its exit code */
  main(argv: readonly string[], io: Io): Promise<number>;
}
