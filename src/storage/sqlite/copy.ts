/**
 * @module Copies of a store file that are whole: made in one step on a connection of their own, so that writers
 * neither wait nor disturb, and read back before they count.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalJson, type JsonObject } from "../../base/json.ts";
import { HubsteadError } from "../../errors.ts";
import { isLocked, openDatabase, toHubsteadError } from "../../sqlite/open-database.ts";
import type { Session } from "./session.ts";

/** More pages than any file has: all of them in one step, on one state of the source. */
const allPages = 2 ** 31 - 1;

/**
 * Copies a store file into a new one. The copy takes a new replica id at its first write, as every copy does.
 *
 * @param target a file that does not exist yet
 */
export async function copyDatabase(source: string, target: string): Promise<void> {
  if (existsSync(target)) {
    throw new HubsteadError("already_exists", `${target} exists already`, {
      hint: "Name a file that does not exist yet; nothing was written.",
      data: { path: target },
    });
  }
  const reader = openDatabase(source, { readOnly: true });
  try {
    if (reader.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) throw emptyFile(source);
    for (let tries = 1; ; tries++) {
      try {
        await backup(reader, target, { rate: allPages });
        break;
      } catch (error) {
        if (!isLocked(error) || tries > 500) throw error;
        await sleep(Math.random() * 10);
      }
    }
    leaveWal(target);
  } catch (error) {
    throw toHubsteadError(error, source);
  } finally {
    reader.close();
  }
}

/** SQLite takes an empty file for an empty database. */
export function emptyFile(path: string): HubsteadError {
  return new HubsteadError("corrupt", `${path} is empty: it was cut off, or never a store`, {
    hint: "`hubstead backup list` shows the backups; restore one of them.",
    data: { path },
  });
}

/** Makes a closed store one single file: in WAL mode every look into it would leave two more beside it. */
export function leaveWal(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode = delete");
  } finally {
    database.close();
  }
}

/** SHA-256, hex, of all entities in order of their ids, deleted ones included. */
export function hashState(session: Session): string {
  const hash = createHash("sha256");
  let after = "";
  for (;;) {
    const rows = session.all<[string, string, string, string, number, number, number, number]>(
      "SELECT id, type, status, data, version, created, updated, deleted FROM entity WHERE id > ? ORDER BY id LIMIT 1000",
      after,
    );
    for (const row of rows) hash.update(`${canonicalJson(row as unknown as JsonObject)}\n`);
    if (rows.length < 1000) return hash.digest("hex");
    after = rows.at(-1)![0];
  }
}

/** How many rows there are, without reading the entities. */
export function countRows(session: Session, table: "entity" | "change", condition = "TRUE"): number {
  return session.get<[number]>(`SELECT count(*) FROM ${table} WHERE ${condition}`)![0];
}
