/**
 * @module What a shell can complete: commands, their parts and options. Read off the commands themselves.
 */
import { Command } from "commander";
import type { CommandEntry, Run } from "./command.ts";
import { addGlobalOptions } from "./globals.ts";

export interface CompletionOption {
  /** `--limit` */
  readonly long: string;
  /** `-n` */
  readonly short?: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** The values that it takes, where they are few. */
  readonly choices: readonly string[];
  /** Its value is a file. */
  readonly file: boolean;
}

export interface CompletionCommand {
  readonly name: string;
  /** From the top: `github repo create`. */
  readonly path: string;
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** Words that may come next: `create`, `list` after `backup`. */
  readonly words: readonly string[];
  /** Commands of its own. */
  readonly parts: readonly CompletionCommand[];
}

export interface CompletionWords {
  readonly commands: readonly CompletionCommand[];
  readonly globals: readonly CompletionOption[];
}

export async function readCompletionWords(commands: readonly CommandEntry[]): Promise<CompletionWords> {
  const program = new Command();
  addGlobalOptions(program);
  return {
    globals: [
      ...program.options.map(toOption),
      { long: "--help", short: "-h", description: "show help", takesValue: false, choices: [], file: false },
    ],
    commands: await Promise.all(commands.map(readCommand)),
  };
}

const nothing: Run = () => async () => undefined;

async function readCommand({ name, summary, load }: CommandEntry): Promise<CompletionCommand> {
  const command = new Command(name);
  (await load()).define(command, nothing);
  return describe(command, name, summary);
}

function describe(command: Command, path: string, summary: string): CompletionCommand {
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const parts = command.commands.map((part) => describe(part, `${path} ${part.name()}`, part.description()));
  return {
    name: command.name(),
    path,
    summary,
    options: command.options.filter(({ hidden }) => !hidden).map(toOption),
    words: [...parts.map((part) => part.name), ...choices],
    parts,
  };
}

/** The command and all that it consists of. */
export function withParts(command: CompletionCommand): readonly CompletionCommand[] {
  return [command, ...command.parts.flatMap(withParts)];
}

function toOption({
  long,
  short,
  description,
  required,
  optional,
  argChoices,
  flags,
}: Command["options"][number]): CompletionOption {
  return {
    long: long!,
    ...(short === undefined ? {} : { short }),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
    file: flags.includes("<path>"),
  };
}
