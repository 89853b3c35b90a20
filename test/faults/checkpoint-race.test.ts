/**
 * @module L5: processes that write race with processes that begin the write-ahead log anew.
 *
 * @see https://sqlite.org/wal.html#walresetbug
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createDice, type Dice } from "../../src/base/dice.ts";
import { isSafeSqlite } from "../../src/sqlite/open-database.ts";
import { openStore } from "../../src/store/open.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { CheckpointerReport, CheckpointerTask } from "./checkpointer.ts";
import { startChild } from "./child.ts";
import { expectWhole, readAcknowledged } from "./expect-whole.ts";
import type { WriterTask } from "./writer.ts";

const { seed, numRuns: seconds } = randomRuns(5 * 60, 2 * 60 * 60);
/** Each round has a store of its own, so that checking it stays quick. */
const secondsPerRound = 30;

test(
  `no acknowledged write is lost in ${seconds} s of writers against checkpoints`,
  async () => {
    const dice = createDice(seed);
    for (let left = seconds; left > 0; left -= secondsPerRound)
      await race(Math.min(left, secondsPerRound), dice);
  },
  seconds * 2_000,
);

async function race(roundSeconds: number, dice: Dice): Promise<void> {
  const path = join(temporaryFolder(), "store.db");
  await (await openStore(path)).close();
  const files = [1, 2, 3].map((number) => `${path}-acknowledged-${number}`);
  const writers = files.map((acknowledged, number) => {
    const task: WriterTask = { path, acknowledged, name: `writer${number}`, seed: dice.below(2 ** 31) };
    return startChild(new URL("./writer.ts", import.meta.url), task);
  });
  const checkpointers = (["RESTART", "TRUNCATE", "PASSIVE"] as const).map((mode) => {
    const task: CheckpointerTask = { path, mode };
    return startChild(new URL("./checkpointer.ts", import.meta.url), task);
  });
  const all = [...writers, ...checkpointers];
  await Promise.all(all.map((child) => child.next()));
  await sleep(roundSeconds * 1_000);
  const codes = await Promise.all(all.map((child) => child.stop()));
  expect(codes).toEqual(all.map(() => 0));
  const reports = await Promise.all(checkpointers.map((child) => child.next<CheckpointerReport>()));
  const acknowledged = readAcknowledged(files);
  console.info(
    `${acknowledged.length} acknowledged writes, ${reports.map(({ complete }) => complete).join(" + ")} checkpoints`,
  );
  expect(reports.every(({ complete }) => complete > 0)).toBe(true);
  await expectWhole(path, acknowledged);
}

test("SQLite versions that can lose a commit in this race are refused, those with the repair are not", () => {
  const refused = [
    "3.40.0",
    "3.44.5",
    "3.44.6",
    "3.49.2",
    "3.50.0",
    "3.50.6",
    "3.51.0",
    "3.51.1",
    "3.51.2",
    "2.8.17",
  ];
  const accepted = [
    "3.50.7",
    "3.50.8",
    "3.51.3",
    "3.51.10",
    "3.52.0",
    "3.53.4",
    "4.0.0",
    process.versions.sqlite!,
  ];
  expect(refused.filter(isSafeSqlite)).toEqual([]);
  expect(accepted.filter((version) => !isSafeSqlite(version))).toEqual([]);
});
