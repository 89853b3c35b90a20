/**
 * @module Processes that claim from one queue: each job goes to one of them.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChild } from "./child.ts";
import type { ClaimerReport, ClaimerTask } from "./claimer.ts";
import { expectWhole } from "./expect-whole.ts";

const { numRuns: jobs } = randomRuns(500, 20_000);

test(`of ${jobs} jobs that four processes claim none is claimed twice and none is left`, async () => {
  const path = join(temporaryFolder(), "store.db");
  await using store = await openStore(path);
  await store.import(
    Array.from({ length: jobs }, (_, number) => ({
      id: `job-${number}`,
      status: "open",
      data: { number, done: false },
    })),
  );
  await store.create({ id: "job-done", status: "open", data: { number: 0, done: true } });
  const names = ["a", "b", "c", "d"];
  const children = names.map((name) => {
    const task: ClaimerTask = { path, name };
    return startChild(new URL("./claimer.ts", import.meta.url), task);
  });
  await Promise.all(children.map((child) => child.next()));
  const stopped = children.map((child) => child.stop());
  const reports = await Promise.all(children.map((child) => child.next<ClaimerReport>()));
  await Promise.all(stopped);

  const claimed = reports.flatMap((report) => report.claimed);
  console.info(`claimed by process: ${reports.map((report) => report.claimed.length).join(", ")}`);
  expect(claimed).toHaveLength(jobs);
  expect(new Set(claimed).size).toBe(jobs);
  for (const [index, report] of reports.entries()) {
    for (const id of report.claimed) {
      expect(await store.mustGet(id)).toMatchObject({
        version: 2,
        status: "in_progress",
        data: { by: names[index] },
      });
    }
    // Everybody was given the first one that was free.
    const numbers = report.claimed.map((id) => Number(id.slice("job-".length)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
  expect(await store.count({ type: "job", status: "open" })).toBe(1);
  await expectWhole(path);
});
