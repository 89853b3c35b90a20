/**
 * @module A process with little memory that makes a large store and reads all of it, and says how much it took.
 */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { openStore } from "../../src/store/open.ts";
import type { ImportRecord } from "../../src/store/store.ts";
import { readTask, tell } from "./told.ts";

export interface LargeStoreTask {
  readonly path: string;
  readonly entities: number;
  readonly work: "import" | "read";
}

export interface LargeStoreReport {
  readonly seen: Readonly<Record<string, number>>;
  /** Peak resident memory. */
  readonly peakBytes: number;
}

const { path, entities, work } = readTask<LargeStoreTask>();

/** About 300 bytes each. */
function* records(): Generator<ImportRecord> {
  for (let number = 0; number < entities; number++) {
    const text = `entity ${number} says ${"much the same as all the others ".repeat(5)}`;
    yield {
      id: `task-${number}`,
      data: { title: `Task ${number}`, text, priority: number % 7, tags: ["large", "store"] },
    };
  }
}

/** As an export does: every entity becomes a line. */
async function writeLines(lines: AsyncIterable<unknown>): Promise<number> {
  const file = createWriteStream("/dev/null");
  let count = 0;
  for await (const line of lines) {
    count++;
    if (!file.write(`${JSON.stringify(line)}\n`)) await once(file, "drain");
  }
  file.end();
  return count;
}

async function* firstOf<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let left = count;
  for await (const item of items) {
    yield item;
    if (--left === 0) return;
  }
}

const seen: Record<string, number> = {};
{
  await using store = await openStore(path);
  if (work === "import") {
    seen.imported = (await store.import(records())).created;
  } else {
    seen.exported = await writeLines(store.iterate());
    seen.exportedById = await writeLines(store.iterate({ orderBy: "id" }));
    seen.changes = await writeLines(firstOf(store.changes({ since: 0 }), entities));
    let cursor: string | undefined;
    seen.listed = 0;
    do {
      const page = await store.list({
        limit: 1_000,
        where: { priority: 3 },
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.listed += page.entities.length;
      cursor = page.cursor;
    } while (cursor !== undefined);
    seen.found = (await store.search("same", { limit: 20, total: true })).total ?? 0;
  }
}
// Kilobytes, on Linux and as libuv tells it elsewhere.
await tell({ seen, peakBytes: process.resourceUsage().maxRSS * 1024 } satisfies LargeStoreReport);
process.exit(0);
