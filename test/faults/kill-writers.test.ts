/**
 * @module L1: writers are killed with `kill -9` at random moments, one to four at a time.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createDice, type Dice } from "../../src/base/dice.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Child, startChild } from "./child.ts";
import { expectWhole, readAcknowledged } from "./expect-whole.ts";
import type { WriterTask } from "./writer.ts";

const { seed, numRuns: kills } = randomRuns(200, 5_000);
const killsPerStore = 10;

test(`after ${kills} kills of one to four writers every acknowledged change is there and none by half`, async () => {
  const dice = createDice(seed);
  let acknowledged = 0;
  for (let killed = 0; killed < kills; killed += killsPerStore) {
    const path = join(temporaryFolder(), "store.db");
    const files = await killWriters(path, 1 + ((killed / killsPerStore) % 4), dice);
    const writes = readAcknowledged(files);
    acknowledged += writes.length;
    await expectWhole(path, writes);
  }
  console.info(`${kills} kills, ${acknowledged} acknowledged writes, 0 lost`);
  expect(acknowledged).toBeGreaterThan(kills);
});

/** Keeps so many writers alive on one store while it kills one after the other. */
async function killWriters(path: string, writers: number, dice: Dice): Promise<string[]> {
  const files: string[] = [];
  const alive: Child[] = [];
  for (let killed = 0; killed < killsPerStore; killed++) {
    while (alive.length < Math.min(writers, killsPerStore - killed)) {
      const name = `writer${files.length}`;
      const task: WriterTask = { path, name, acknowledged: `${path}-${name}`, seed: dice.below(2 ** 31) };
      files.push(task.acknowledged);
      alive.push(startChild(new URL("./writer.ts", import.meta.url), task));
    }
    const victim = alive.splice(dice.below(alive.length), 1)[0]!;
    // Most are killed while they write, some while they open the store.
    if (dice.chance(0.8)) await victim.next();
    await sleep(dice.fraction() * 100);
    await victim.kill();
  }
  return files;
}
