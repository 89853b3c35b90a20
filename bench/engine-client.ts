/** @module The parent's side of {@link engine-process.ts}: one engine process, asked one thing at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { DatasetName } from "./datasets/named.ts";
import type { EngineDriver } from "./engines/engine.ts";
import type { Timing } from "./stopwatch.ts";
import type { Operation } from "./workload.ts";

export type Request =
  | { readonly ask: "describe" | "check" | "settle" | "close" }
  | { readonly ask: "import"; readonly folder: string }
  | {
      readonly ask: "measure";
      readonly operation: Operation;
      readonly sliceMs: number;
      readonly maxWrites: number;
    };

/** An engine and the title of its dataset. */
export type Description = Omit<EngineDriver, "open"> & { readonly title: string };

const program = new URL("./engine-process.ts", import.meta.url);

export class EngineClient {
  readonly name: string;
  readonly description: Description;
  readonly #process: ChildProcess;

  /** Use {@link openEngine}. */
  constructor(name: string, description: Description, process: ChildProcess) {
    this.name = name;
    this.description = description;
    this.#process = process;
  }

  /** @returns the time that the import of the whole dataset into a new folder took */
  import(folder: string): Promise<Timing> {
    return ask(this.#process, { ask: "import", folder });
  }

  check(): Promise<void> {
    return ask(this.#process, { ask: "check" });
  }

  /** @returns the time it took; `undefined` where the engine leaves nothing for later */
  settle(): Promise<Timing | undefined> {
    return ask(this.#process, { ask: "settle" });
  }

  /** @returns `undefined` where the engine cannot */
  measure(operation: Operation, limits: { sliceMs: number; maxWrites: number }): Promise<Timing | undefined> {
    return ask(this.#process, { ask: "measure", operation, ...limits });
  }

  /** Does not throw: a process that has failed has said why. */
  async close(): Promise<void> {
    if (this.#process.connected) await ask(this.#process, { ask: "close" }).catch(() => {});
    this.#process.kill();
  }
}

export interface EngineOptions {
  readonly name: string;
  readonly dataset: DatasetName;
  readonly size: number;
}

/** @throws when the engine's package is not installed, or fails to load */
export async function openEngine({ name, dataset, size }: EngineOptions): Promise<EngineClient> {
  const process = fork(program, [name, dataset, String(size)], {
    execArgv: ["--expose-gc", "--no-warnings"],
  });
  await nextAnswer(process);
  return new EngineClient(name, await ask<Description>(process, { ask: "describe" }), process);
}

async function ask<Result>(process: ChildProcess, request: Request): Promise<Result> {
  process.send(request);
  return (await nextAnswer(process)) as Result;
}

async function nextAnswer(process: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(process, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`the engine process ended with code ${code}`);
  });
  try {
    const [{ result, error }] = await Promise.race([once(process, "message"), exit]);
    if (error) throw new Error(error);
    return result;
  } finally {
    exit.catch(() => {});
    ended.abort();
  }
}
