/**
 * @module One dataset, all engines, in turns: every round gives each engine one short slice of each operation, so
 * that what else the machine does hits all alike.
 */
import { dataPath } from "./data-path.ts";
import type { DatasetName } from "./datasets/named.ts";
import { type Description, type EngineClient, openEngine } from "./engine-client.ts";
import { type Options, oursName } from "./options.ts";
import type { Timing } from "./stopwatch.ts";
import { isWrite, type Operation, phases } from "./workload.ts";

const slowImportSeconds = 15; // What takes longer gains nothing from a second try but minutes.
const leastImported = 30_000; // A small dataset is imported again and again until so many entities have warmed the engines.

/** `importAndIndex` is an import and what the first search or list after it would have to wait for. */
export type Measured = "import" | "importAndIndex" | Operation;

export interface Comparison {
  readonly title: string;
  readonly descriptionsByEngine: ReadonlyMap<string, Description>;
  /** Operations per second of the best slice; `undefined` where the engine cannot. */
  rate(measured: Measured, engine: string): number | undefined;
}

class Scores implements Comparison {
  readonly title: string;
  readonly descriptionsByEngine: ReadonlyMap<string, Description>;
  readonly #bestByKey = new Map<string, number>();

  constructor(engines: readonly EngineClient[]) {
    this.title = engines[0]?.description.title ?? "nothing";
    this.descriptionsByEngine = new Map(engines.map(({ name, description }) => [name, description]));
  }

  rate(measured: Measured, engine: string): number | undefined {
    return this.#bestByKey.get(`${measured} ${engine}`);
  }

  add(measured: Measured, engine: string, { calls, seconds }: Timing): void {
    const key = `${measured} ${engine}`;
    this.#bestByKey.set(key, Math.max(this.#bestByKey.get(key) ?? 0, calls / seconds));
  }
}

export async function compareEngines(dataset: DatasetName, options: Options): Promise<Comparison> {
  const engines = await openEngines(dataset, options);
  try {
    const scores = new Scores(engines);
    console.error(`\n${scores.title}: ${engines.map(({ name }) => name).join(", ")}`);
    await importAll(engines, scores, options.imports);
    for (const engine of engines) await engine.check();
    for (const operations of phases) await measurePhase({ engines, operations, scores }, options);
    return scores;
  } finally {
    for (const engine of engines) await engine.close();
  }
}

async function openEngines(dataset: DatasetName, { engines, size }: Options): Promise<EngineClient[]> {
  const opened: EngineClient[] = [];
  for (const name of engines) {
    try {
      opened.push(await openEngine({ name, dataset, size }));
    } catch (error) {
      if (name === oursName) throw error;
      console.error(`\n!!! SKIPPED: ${name} does not load. Run npm ci in bench/.\n${error}\n`);
    }
  }
  return opened;
}

async function importAll(
  engines: readonly EngineClient[],
  scores: Scores,
  leastTimes: number,
): Promise<void> {
  const slow = new Set<EngineClient>();
  let size = Number.POSITIVE_INFINITY;
  for (let time = 1; time <= leastTimes || (time - 1) * size < leastImported; time++) {
    console.error(`  import ${time}`);
    for (const engine of engines) {
      if (slow.has(engine)) continue;
      const imported = await engine.import(dataPath(engine.name));
      size = imported.calls;
      const settled = await engine.settle();
      scores.add("import", engine.name, imported);
      const seconds = imported.seconds + (settled?.seconds ?? 0);
      if (settled) scores.add("importAndIndex", engine.name, { ...imported, seconds });
      if (seconds > slowImportSeconds) slow.add(engine);
    }
  }
}

interface Phase {
  readonly engines: readonly EngineClient[];
  readonly operations: readonly Operation[];
  readonly scores: Scores;
}

async function measurePhase({ engines, operations, scores }: Phase, options: Options): Promise<void> {
  console.error(`  ${operations.join(", ")}: ${options.rounds} rounds and one that warms up`);
  for (let round = 0; round <= options.rounds; round++) {
    // Starting with another engine each time, none is always the one that follows the slowest.
    const turn = [...engines.slice(round % engines.length), ...engines.slice(0, round % engines.length)];
    for (const operation of operations) {
      for (const engine of turn) {
        const timing = await engine.measure(operation, options);
        if (timing && round > 0) scores.add(operation, engine.name, timing);
        if (isWrite(operation)) await engine.settle();
      }
    }
  }
}
