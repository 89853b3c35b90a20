/**
 * @module The command line as a process: its streams, Ctrl-C, and the exit code.
 */
import type { OutputStream } from "./io.ts";
import { main } from "./main.ts";
import { openStandardStream } from "./standard-stream.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

/** `hubstead` */
export function start(): Promise<void> {
  return run(main);
}

/** `gh-store` */
export async function startGhStore(): Promise<void> {
  const { ghStoreMain } = await import("./gh-store/main.ts");
  await run(ghStoreMain);
}

/** Ends the process with the command's exit code. A second interruption does not wait. */
async function run(program: typeof main): Promise<void> {
  const interruption = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(130);
      interruption.abort();
    });
  }
  let stderr: OutputStream | undefined;
  process.exitCode = await program(process.argv.slice(2), {
    env: process.env,
    cwd: process.cwd(),
    signal: interruption.signal,
    letSignalsKill() {
      for (const signal of signals) process.removeAllListeners(signal);
    },
    stdout: openStandardStream(1),
    // Made when they are asked for: most commands use neither.
    get stderr() {
      stderr ??= openStandardStream(2);
      return stderr;
    },
    get stdin() {
      return process.stdin;
    },
  });
  // A read from a terminal that nobody waits for any more would keep the process alive.
  if (interruption.signal.aborted) process.exit();
}
