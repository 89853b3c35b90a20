/**
 * @module A process that moves the write-ahead log into the file and begins it anew, over and over.
 */
import { DatabaseSync } from "node:sqlite";
import { readTask, tell, told } from "./told.ts";

export interface CheckpointerTask {
  readonly path: string;
  readonly mode: "PASSIVE" | "RESTART" | "TRUNCATE";
}

export interface CheckpointerReport {
  /** Checkpoints that moved all of the log. */
  readonly complete: number;
}

const { path, mode } = readTask<CheckpointerTask>();
const database = new DatabaseSync(path, { timeout: 0 });
await tell({ ready: mode });
let complete = 0;
while (!told.toStop) {
  try {
    const { busy } = database.prepare(`PRAGMA wal_checkpoint(${mode})`).get() as { busy: number };
    if (busy === 0) complete++;
  } catch {
    // A writer holds the lock: the next one.
  }
  await new Promise(setImmediate);
}
database.close();
await tell({ complete } satisfies CheckpointerReport);
process.exit(0);
