/**
 * @module Runs command lines inside a test: own folder, own streams, nothing of the machine's.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { GitHubClock } from "../github/clock.ts";
import { main } from "./main.ts";

interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Columns of a terminal; absent: stdout is a pipe. */
  readonly columns?: number;
  /** Whether stderr is a terminal. */
  readonly terminalError?: boolean;
  /** Whether stdin is one, where a person types. */
  readonly terminalInput?: boolean;
  readonly signal?: AbortSignal;
  readonly clock?: GitHubClock;
}

export interface Workbench {
  readonly folder: string;
  /** `run("get", "task-a", "--json")` */
  run(...argv: readonly string[]): Promise<Captured>;
  runWith(options: RunOptions, ...argv: readonly string[]): Promise<Captured>;
  /** Runs with `--json` and returns what it answers. Throws what it says where it fails. */
  json(...argv: readonly string[]): Promise<unknown>;
  /** Runs what must fail: in two lines on stderr, nothing on stdout, with this exit code. @returns stderr */
  refused(exitCode: number, ...argv: readonly string[]): Promise<string>;
  remove(): void;
}

const twoLines = /^error: .+\n hint: .+\n$/u;

/** An empty folder, where the store is the user's own: `data/hubstead/store.db`. */
export function openWorkbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), "hubstead-cli-"));
  const runWith = (options: RunOptions, ...argv: readonly string[]) =>
    capture(argv, { cwd: folder, ...options });
  return {
    folder,
    runWith,
    run: (...argv) => runWith({}, ...argv),
    async json(...argv) {
      const { exitCode, stdout, stderr } = await runWith({}, ...argv, "--json");
      if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
      return JSON.parse(stdout);
    },
    async refused(exitCode, ...argv) {
      const result = await runWith({}, ...argv);
      if (result.exitCode === exitCode && result.stdout === "" && twoLines.test(result.stderr))
        return result.stderr;
      throw new Error(`not refused with ${exitCode} in two lines: ${JSON.stringify(result)}`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function capture(
  argv: readonly string[],
  {
    stdin = "",
    env = {},
    cwd = process.cwd(),
    columns,
    terminalError,
    terminalInput,
    signal,
    clock,
  }: RunOptions,
): Promise<Captured> {
  const stdout = openSink(columns);
  const stderr = openSink(terminalError ? 80 : undefined);
  const exitCode = await main(argv, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin: Object.assign(Readable.from(typeof stdin === "string" ? [Buffer.from(stdin)] : [stdin]), {
      isTTY: terminalInput === true,
    }),
    env: { XDG_DATA_HOME: join(cwd, "data"), HUBSTEAD_AUTHOR: "tester", ...env },
    cwd,
    ...(signal === undefined ? {} : { signal }),
    ...(clock === undefined ? {} : { clock }),
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function openSink(columns: number | undefined) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return {
    stream: columns === undefined ? stream : Object.assign(stream, { isTTY: true, columns }),
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}
