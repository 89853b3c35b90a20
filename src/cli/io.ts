/**
 * @module What a command line stands on: streams, environment, folder, the wish to stop. Tests hand in their own.
 */
import type { Readable } from "node:stream";
import type { GitHubClock } from "../github/clock.ts";

/**
 * What of a writable stream is used, and the facts of a terminal where it is one. Whoever hands it in listens for its
 * errors; here `destroyed` is looked at.
 */
export interface OutputStream {
  /** @returns whether more is welcome at once; else wait for `drain` */
  write(text: string | Uint8Array): boolean;
  on(event: "drain" | "close" | "error", listener: () => void): unknown;
  off(event: "drain" | "close" | "error", listener: () => void): unknown;
  /** Nobody reads any more. */
  readonly destroyed: boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** What waiting for GitHub goes by. Default: the system's. */
  readonly clock?: GitHubClock;
  /** What requests to GitHub go through. Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch;
  /** Aborts when the user interrupts. */
  readonly signal?: AbortSignal;
  /** From now on an interruption ends the process at once: for work that holds the thread and leaves nothing half done. */
  readonly letSignalsKill?: () => void;
}
