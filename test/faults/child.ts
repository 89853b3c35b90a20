/**
 * @module Processes that tests start, listen to, and end: by a word, or with `kill -9`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Child {
  readonly pid: number;
  /** The next message that the child sends, in order; none is lost. Rejects when the child is gone. */
  next<T>(): Promise<T>;
  /** Asks it to finish; resolves with its exit code when it is gone. */
  stop(): Promise<number | null>;
  /** `kill -9`; resolves when it is gone. Rejects when it had ended by itself. */
  kill(): Promise<void>;
  /** Resolves with the exit code, `null` after a signal. */
  readonly exited: Promise<number | null>;
}

/**
 * Runs a script of this folder with one argument, as JSON. It is killed when the test ends.
 *
 * @param options `node`: flags for Node; `under`: a command that runs the command that follows it
 */
export function startChild(
  script: URL,
  task: object,
  { node = [], under = [] }: { readonly node?: readonly string[]; readonly under?: readonly string[] } = {},
): Child {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
  const [command, ...words] = [
    ...under,
    process.execPath,
    ...node,
    fileURLToPath(script),
    JSON.stringify(task),
  ];
  const child = spawn(command!, words, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Tests start hundreds of processes: none of them should compile the sources again.
    env: { ...env, NODE_COMPILE_CACHE: join(tmpdir(), "hubstead-compile-cache"), NODE_NO_WARNINGS: "1" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return listenTo(child);
}

function listenTo(child: ChildProcess): Child {
  const messages: unknown[] = [];
  let wake: (() => void) | undefined;
  child.on("message", (message) => {
    messages.push(message);
    wake?.();
  });
  let gone = false;
  const exited = once(child, "exit").then(([code]) => {
    gone = true;
    wake?.();
    return code as number | null;
  });
  return {
    pid: child.pid!,
    exited,
    async next<T>() {
      while (messages.length === 0) {
        if (gone)
          throw new Error(
            `process ${child.pid} ended with ${child.exitCode ?? child.signalCode} before it answered`,
          );
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return messages.shift() as T;
    },
    stop() {
      if (child.connected) child.send("stop");
      return exited;
    },
    async kill() {
      child.kill("SIGKILL");
      const code = await exited;
      if (code !== null) throw new Error(`process ${child.pid} ended by itself with ${code}`);
    },
  };
}
