/**
 * @module A process that may read a store but not write it.
 */
import { HubsteadError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { readTask, tell } from "./told.ts";

export interface CannotWriteTask {
  readonly path: string;
  /** Root may write whatever the modes say: become nobody first. */
  readonly dropRights: boolean;
}

export interface CannotWriteReport {
  /** What reading gave: a title, or the error. */
  readonly read: unknown;
  /** What each write gave: "done", or the error. */
  readonly writes: readonly unknown[];
}

const { path, dropRights } = readTask<CannotWriteTask>();
if (dropRights && process.getuid!() === 0) {
  process.setgid!(65_534);
  process.setuid!(65_534);
}

async function outcomeOf(body: () => Promise<unknown>): Promise<unknown> {
  try {
    return await body();
  } catch (error) {
    return error instanceof HubsteadError ? error.toJSON() : { untyped: String((error as Error).stack) };
  }
}

const read = await outcomeOf(async () => {
  await using store = await openStore(path);
  return (await store.mustGet("task-1")).data.title;
});
const writes = [
  await outcomeOf(async () => {
    await using store = await openStore(path);
    await store.put({ id: "task-1", data: { title: "changed" } });
    return "done";
  }),
  await outcomeOf(async () => {
    await using store = await openStore(path);
    await store.rebuild();
    return "done";
  }),
];
await tell({ read, writes } satisfies CannotWriteReport);
process.exit(0);
