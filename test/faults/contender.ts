/**
 * @module A process that updates a few entities, each time expecting the version it has just read.
 */

import { createDice } from "../../src/base/dice.ts";
import { HubsteadError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { readTask, tell, told } from "./told.ts";

export interface ContenderTask {
  readonly path: string;
  readonly name: string;
  readonly seed: number;
  readonly attempts: number;
  readonly entities: number;
}

export interface ContenderReport {
  /** `id version` of each update that succeeded. */
  readonly won: readonly string[];
  readonly lost: number;
  /** What a loser was told that makes no sense, or other errors. */
  readonly wrong: readonly string[];
}

async function contend({ path, name, seed, attempts, entities }: ContenderTask): Promise<ContenderReport> {
  const dice = createDice(seed);
  await using store = await openStore(path);
  const won: string[] = [];
  const wrong: string[] = [];
  let lost = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { id, version, data } = await store.mustGet(`counter-${dice.below(entities)}`);
    // Others get their chance between reading and writing.
    if (dice.chance(0.5)) await new Promise(setImmediate);
    try {
      const set = { count: (data.count as number) + 1, by: name };
      const updated = await store.update(id, { set, expectedVersion: version });
      if (updated.version !== version + 1) wrong.push(`${id}: version ${updated.version} after ${version}`);
      won.push(`${id} ${updated.version}`);
    } catch (error) {
      const { code, data: facts } = error as HubsteadError;
      const isConflict =
        code === "version_conflict" && facts.expected === version && Number(facts.actual) > version;
      if (isConflict) lost++;
      else
        wrong.push(error instanceof HubsteadError ? JSON.stringify(error) : String((error as Error).stack));
    }
  }
  return { won, lost, wrong };
}

const task = readTask<ContenderTask>();
await tell({ ready: task.name });
// All begin at the same word.
while (!told.toStop) await new Promise((resolve) => setTimeout(resolve, 1));
await tell(await contend(task));
process.exit(0);
