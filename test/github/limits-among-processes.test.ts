/**
 * @module Processes of one machine share their limits in SQLite.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqliteLimiterStore } from "../../src/github/limits/sqlite-limiter-store.ts";
import { startChild } from "../faults/child.ts";
import type { FullLimitsReport, FullLimitsTask } from "../faults/limits-run-full.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { expectLeaseFreed, expectLimitsKept } from "./limits-among-processes.ts";

const newPath = () => join(temporaryFolder(), "limits.db");

test("eight processes that share a file never exceed a limit in any stretch of time", async () => {
  await expectLimitsKept({ kind: "sqlite", path: newPath() });
});

test("the lease of a process that was killed is free after its time, in SQLite", async () => {
  const path = newPath();
  await using store = await openSqliteLimiterStore({ path, clock: Date });
  await expectLeaseFreed({ kind: "sqlite", path }, store);
});

test("a full disk is said, grants nothing, and is forgotten when there is space", async () => {
  const task: FullLimitsTask = { path: newPath() };
  const child = startChild(new URL("../faults/limits-run-full.ts", import.meta.url), task);
  const report = await child.next<FullLimitsReport>();
  expect(report.wrong).toEqual([]);
  expect(report.refused).toBeGreaterThan(0);
  expect(report.codes).toEqual(["busy"]);
});
