/**
 * @module One engine in a process of its own, so that no engine pays for the heap of another. Does what its parent,
 * {@link EngineClient}, asks, one thing at a time.
 */
import { mkdirSync, rmSync } from "node:fs";
import type { Dataset } from "./datasets/dataset.ts";
import { datasetOf } from "./datasets/named.ts";
import { checkEngine } from "./engine-check.ts";
import type { Description, Request } from "./engine-client.ts";
import type { Engine, EngineDriver } from "./engines/engine.ts";
import { type Timing, timeCalls } from "./stopwatch.ts";
import { createWorkload, isWrite, type Operation, type Workload } from "./workload.ts";

const [name = "", dataset = "", size = ""] = process.argv.slice(2);
const readCalls = 4_096; // Enough different reads that no small cache of ours or of the machine holds them all.

class Session {
  readonly #driver: EngineDriver;
  readonly #dataset: Dataset;
  #engine: Engine | undefined;
  #workload: Workload = {};

  constructor(driver: EngineDriver, dataset: Dataset) {
    this.#driver = driver;
    this.#dataset = dataset;
  }

  async answer(request: Request): Promise<unknown> {
    switch (request.ask) {
      case "describe":
        return this.#describe();
      case "import":
        return this.#import(request.folder);
      case "check":
        return checkEngine(this.#mustGetEngine(), this.#dataset);
      case "settle":
        return this.#settle();
      case "measure":
        return this.#measure(request.operation, request.sliceMs, request.maxWrites);
      case "close":
        return this.#engine?.close();
    }
  }

  #describe(): Description {
    const { open: _, ...description } = this.#driver;
    return { ...description, title: this.#dataset.title };
  }

  async #import(folder: string): Promise<Timing> {
    await this.#engine?.close();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const engine = await this.#driver.open(folder);
    const entities = Array.from({ length: this.#dataset.size }, (_, index) => this.#dataset.entityAt(index));
    this.#engine = engine;
    this.#workload = createWorkload(engine, this.#dataset);
    // No forced collection here: with the objects of the import before, V8 would throw away what it compiled for them.
    const { seconds } = await timeCalls([() => engine.import(entities)], { sliceMs: 0, repeat: false });
    return { calls: entities.length, seconds };
  }

  async #settle(): Promise<Timing | undefined> {
    const engine = this.#mustGetEngine();
    if (!engine.settle) return undefined;
    const { seconds } = await timeCalls([() => engine.settle?.()], { sliceMs: 0, repeat: false });
    return { calls: this.#dataset.size, seconds };
  }

  async #measure(operation: Operation, sliceMs: number, maxWrites: number): Promise<Timing | undefined> {
    const task = this.#workload[operation];
    if (!task) return undefined;
    const once = isWrite(operation);
    const calls = task.prepare(once ? maxWrites : readCalls);
    global.gc?.();
    return timeCalls(calls, { sliceMs, repeat: !once });
  }

  #mustGetEngine(): Engine {
    if (!this.#engine) throw new Error("import comes first");
    return this.#engine;
  }
}

const { driver } = (await import(`./engines/${name}.ts`)) as { driver: EngineDriver };
const session = new Session(driver, datasetOf(dataset, Number(size)));

process.on("message", async (request: Request) => {
  try {
    process.send?.({ result: await session.answer(request) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
});
process.send?.({ result: "ready" });
