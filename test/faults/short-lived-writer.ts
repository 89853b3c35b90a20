/**
 * @module A process that opens a store, writes, and closes it, over and over, as a command line does.
 */
import { openStore } from "../../src/store/open.ts";
import { readTask, tell, told } from "./told.ts";

export interface ShortLivedTask {
  readonly path: string;
  readonly name: string;
  readonly times: number;
}

const { path, name, times } = readTask<ShortLivedTask>();
await tell({ ready: name });
while (!told.toStop) await new Promise((resolve) => setTimeout(resolve, 1));
for (let time = 0; time < times; time++) {
  await using store = await openStore(path);
  await store.put({ id: `task-${name}`, data: { time } });
}
await tell({ done: name });
process.exit(0);
