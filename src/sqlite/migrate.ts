/**
 * @module Brings a database to the schema that the program knows, one transaction a step, so that a step that
 * was killed is done again from its beginning. Refuses a database from the future without writing to it.
 */
import type { DatabaseSync } from "node:sqlite";
import { HubsteadError } from "../errors.ts";
import type { WriteTurns } from "./write-turns.ts";

/** One step: SQL, or a function that runs inside the step's transaction. */
export type Migration = string | ((database: DatabaseSync) => void);

export interface Schema {
  /** Stands in the file's header, so that `file` and other programs know what it is. */
  readonly applicationId: number;
  /** Step n leads from schema version n-1 to n. Steps are never changed once released. */
  readonly steps: readonly Migration[];
}

/**
 * @throws {HubsteadError} `unsupported_format` for a newer schema or another program's file, `busy`
 */
export async function migrate(
  database: DatabaseSync,
  turns: WriteTurns,
  schema: Schema,
  path: string,
): Promise<void> {
  for (let done = currentVersion(database, schema, path); done < schema.steps.length; ) {
    done = await turns.run(() => {
      // Another process may have taken the step while this one waited.
      const version = currentVersion(database, schema, path);
      const step = schema.steps[version];
      if (step === undefined) return version;
      if (typeof step === "string") database.exec(step);
      else step(database);
      database.exec(`PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${version + 1};`);
      return version + 1;
    });
  }
}

/** @throws {HubsteadError} `unsupported_format` */
export function currentVersion(database: DatabaseSync, schema: Schema, path: string): number {
  const version = readPragma(database, "user_version");
  const application = readPragma(database, "application_id");
  if (version > schema.steps.length && application === schema.applicationId) {
    throw new HubsteadError("unsupported_format", `${path} was written by a newer version of Hubstead`, {
      hint: "Upgrade: npm install hubstead@latest. Nothing was written.",
      data: { found: version, supported: schema.steps.length },
    });
  }
  const isEmpty =
    version === 0 &&
    application === 0 &&
    (database.prepare("SELECT count(*) AS n FROM sqlite_schema").get() as { n: number }).n === 0;
  if (application !== schema.applicationId && !isEmpty) {
    throw new HubsteadError("unsupported_format", `${path} is a database of another program`, {
      hint: "Choose another file; `hubstead import FILE` reads what other programs keep.",
      data: { found: application, supported: schema.applicationId },
    });
  }
  return version;
}

function readPragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0]);
}
