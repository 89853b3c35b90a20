/**
 * @module L7: a store of any size is written and read in little memory.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChild } from "./child.ts";
import type { LargeStoreReport, LargeStoreTask } from "./large-store-reader.ts";

const entities = 1_000_000;
const mebibyte = 2 ** 20;
/** Of listing and exporting that is promised. An import holds the pages that it writes, too. */
const mostBytes = { import: 320 * mebibyte, read: 256 * mebibyte };

test(`${entities} entities are imported, listed, exported and searched in little memory`, async () => {
  const path = join(temporaryFolder(), "store.db");
  const run = async (work: LargeStoreTask["work"]): Promise<LargeStoreReport> => {
    const task: LargeStoreTask = { path, entities, work };
    const node = ["--max-old-space-size=128"];
    const child = startChild(new URL("./large-store-reader.ts", import.meta.url), task, { node });
    const report = await child.next<LargeStoreReport>();
    console.info(
      `${work}: ${JSON.stringify(report.seen)}, ${Math.round(report.peakBytes / mebibyte)} MB at most`,
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
  expect(imported.peakBytes).toBeLessThan(mostBytes.import);
  expect(read.peakBytes).toBeLessThan(mostBytes.read);
}, 1_800_000);
