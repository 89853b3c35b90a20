/**
 * @module L7: a store of any size is written and read in little memory.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChild } from "./child.ts";
import type { LargeStoreReport, LargeStoreTask } from "./large-store-reader.ts";

const { numRuns: entities } = randomRuns(100_000, 1_000_000);
const mostBytes = 256 * 2 ** 20;

test(`${entities} entities are imported, listed, exported and searched in less than 256 MB`, async () => {
  const path = join(temporaryFolder(), "store.db");
  const run = async (work: LargeStoreTask["work"]): Promise<LargeStoreReport> => {
    const task: LargeStoreTask = { path, entities, work };
    const node = ["--max-old-space-size=128"];
    const child = startChild(new URL("./large-store-reader.ts", import.meta.url), task, { node });
    const report = await child.next<LargeStoreReport>();
    console.info(
      `${work}: ${JSON.stringify(report.seen)}, ${Math.round(report.peakBytes / 2 ** 20)} MB at most`,
    );
    return report;
  };
  const imported = await run("import");
  expect(imported.seen).toEqual({ imported: entities });
  const read = await run("read");
  expect(read.seen).toEqual({
    exported: entities,
    exportedById: entities,
    changes: entities,
    listed: Math.ceil((entities - 3) / 7),
    found: entities,
  });
  for (const { peakBytes } of [imported, read]) expect(peakBytes).toBeLessThan(mostBytes);
}, 1_800_000);
