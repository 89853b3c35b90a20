/**
 * @module L4: many processes write one file at once.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChild } from "./child.ts";
import type { ContenderReport, ContenderTask } from "./contender.ts";
import { expectWhole } from "./expect-whole.ts";
import type { SaturatingReport, SaturatingTask } from "./saturating-writer.ts";

const processes = 8;
const { seed, numRuns: attempts } = randomRuns(1_000, 125_000);
const { numRuns: seconds } = randomRuns(5, 120);

test(`of ${processes} × ${attempts} compare-and-set updates exactly one wins each version`, async () => {
  const path = join(temporaryFolder(), "store.db");
  const entities = 10;
  await using store = await openStore(path);
  for (let number = 0; number < entities; number++)
    await store.create({ id: `counter-${number}`, data: { count: 0 } });
  const children = Array.from({ length: processes }, (_, number) => {
    const task: ContenderTask = { path, name: `process${number}`, seed: seed + number, attempts, entities };
    return startChild(new URL("./contender.ts", import.meta.url), task);
  });
  await Promise.all(children.map((child) => child.next()));
  const stopped = children.map((child) => child.stop());
  const reports = await Promise.all(children.map((child) => child.next<ContenderReport>()));
  await Promise.all(stopped);

  expect(reports.flatMap(({ wrong }) => wrong)).toEqual([]);
  const won = reports.flatMap((report) => report.won);
  const lost = reports.reduce((sum, report) => sum + report.lost, 0);
  console.info(`${won.length} updates won, ${lost} lost`);
  expect(won.length + lost).toBe(processes * attempts);
  expect(new Set(won).size).toBe(won.length);
  const { entities: counters } = await store.list();
  expect(counters.reduce((sum, { version }) => sum + version - 1, 0)).toBe(won.length);
  for (const { version, data } of counters) expect(data.count).toBe(version - 1);
  await expectWhole(path);
});

test(`of ${processes} processes that write without pause none waits longer than 2 s, and nothing is lost`, async () => {
  const path = join(temporaryFolder(), "store.db");
  await (await openStore(path)).close();
  const children = Array.from({ length: processes }, (_, number) => {
    const task: SaturatingTask = { path, name: String(number) };
    return startChild(new URL("./saturating-writer.ts", import.meta.url), task);
  });
  await Promise.all(children.map((child) => child.next()));
  await sleep(seconds * 1_000);
  const stopped = children.map((child) => child.stop());
  const reports = await Promise.all(children.map((child) => child.next<SaturatingReport>()));
  await Promise.all(stopped);

  const writes = reports.map((report) => report.writes);
  const waits = reports.map(({ longestWaitMs }) => Math.round(longestWaitMs));
  console.info(`writes by process: ${writes.join(", ")}; longest waits: ${waits.join(", ")} ms`);
  await using store = await openStore(path);
  for (const [number, count] of writes.entries()) {
    expect(await store.mustGet(`task-${number}`)).toMatchObject({ version: count, data: { count } });
  }
  expect(await store.verify()).toEqual([]);
  // The specification's own bound.
  expect(Math.max(...waits)).toBeLessThan(2_000);
});
