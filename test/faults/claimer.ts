/**
 * @module A process that takes work from a queue until none is left.
 */
import { openStore } from "../../src/store/open.ts";
import { readTask, tell, told } from "./told.ts";

export interface ClaimerTask {
  readonly path: string;
  readonly name: string;
}

export interface ClaimerReport {
  /** Ids in the order in which they were claimed. */
  readonly claimed: readonly string[];
}

const { path, name } = readTask<ClaimerTask>();
const store = await openStore(path);
await tell({ ready: name });
while (!told.toStop) await new Promise((resolve) => setTimeout(resolve, 1));
const claimed: string[] = [];
for (;;) {
  const entity = await store.claim(
    { type: "job", status: "open", where: { done: false }, orderBy: "data.number" },
    { status: "in_progress", set: { by: name } },
    { author: name },
  );
  if (entity === undefined) break;
  claimed.push(entity.id);
}
await store.close();
await tell({ claimed } satisfies ClaimerReport);
process.exit(0);
