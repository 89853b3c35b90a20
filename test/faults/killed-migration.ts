/**
 * @module A process that makes the tables of a store and is killed at one step: after its work, before its commit.
 */
import { migrate } from "../../src/sqlite/migrate.ts";
import { openDatabase } from "../../src/sqlite/open-database.ts";
import { createWriteTurns } from "../../src/sqlite/write-turns.ts";
import { schema } from "../../src/storage/sqlite/schema.ts";
import { readTask } from "./told.ts";

export interface KilledMigrationTask {
  readonly path: string;
  /** The step that it does not survive, from 0. */
  readonly step: number;
}

const { path, step } = readTask<KilledMigrationTask>();
const database = openDatabase(path);
const steps = schema.steps.map((work, number): (typeof schema.steps)[number] => {
  if (number !== step) return work;
  return (inside) => {
    if (typeof work === "string") inside.exec(work);
    else work(inside);
    process.kill(process.pid, "SIGKILL");
  };
});
await migrate(database, createWriteTurns(database, path), { ...schema, steps }, path);
