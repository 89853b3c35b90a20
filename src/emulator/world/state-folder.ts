/**
 * @module Keeps the rows of a world in a folder, so that the next start finds them: one SQLite file, written after each
 * request in one transaction.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HubsteadError } from "../../errors.ts";
import { isLocked, openDatabase, toHubsteadError } from "../../sqlite/open-database.ts";
import type { Row } from "./collection.ts";
import type { CollectionName, StoredWorld } from "./world.ts";

export interface StateFolder {
  /** Reads all rows into a world that has none. */
  load(world: StoredWorld["stored"]): void;
  /** Notes a change; written by {@link StateFolder.flush}. */
  changed(collection: CollectionName, id: number, row: Row | undefined): void;
  flush(): void;
  /** By how much the time was moved on; 0 where it never was. */
  movedByMs(): number;
  /** Keeps that, at once. */
  keepMovedBy(ms: number): void;
  /** For changes that nobody waits for: what cannot be written now is written by the next flush. */
  tryFlush(): void;
  /** Forgets what was not written yet. */
  drop(): void;
  close(): void;
}

/**
 * It is this process's until it is closed.
 *
 * @throws {HubsteadError} `busy` where another emulator has it open
 */
export function openStateFolder(folder: string): StateFolder {
  mkdirSync(folder, { recursive: true });
  const database = openAlone(folder);
  database.exec(`
    CREATE TABLE IF NOT EXISTS row(collection TEXT, id INTEGER, body TEXT NOT NULL, PRIMARY KEY(collection, id)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS clock(id INTEGER PRIMARY KEY CHECK(id = 1), moved_by_ms REAL NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS last_id(collection TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `);
  const put = database.prepare("INSERT OR REPLACE INTO row(collection, id, body) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM row WHERE collection = ? AND id = ?");
  const putLastId = database.prepare(
    "INSERT INTO last_id(collection, id) VALUES (?, ?) ON CONFLICT DO UPDATE SET id = max(id, excluded.id)",
  );
  const pending = new Map<string, readonly [CollectionName, number, Row | undefined]>();

  return {
    load(world) {
      const known = (name: string): name is CollectionName => Object.hasOwn(world, name);
      for (const { collection, body } of database
        .prepare("SELECT collection, body FROM row ORDER BY collection, id")
        .iterate()) {
        if (known(collection as string))
          world[collection as CollectionName].load(JSON.parse(body as string) as Row);
      }
      for (const { collection, id } of database.prepare("SELECT collection, id FROM last_id").all()) {
        if (known(collection as string)) world[collection as CollectionName].reserve(id as number);
      }
    },
    changed(collection, id, row) {
      pending.set(`${collection}/${id}`, [collection, id, row]);
    },
    flush() {
      if (pending.size === 0) return;
      database.exec("BEGIN IMMEDIATE");
      try {
        for (const [collection, id, row] of pending.values()) {
          if (row === undefined) remove.run(collection, id);
          else put.run(collection, id, JSON.stringify(row));
          // Also of those that are gone again: they were shown under it.
          putLastId.run(collection, id);
        }
        database.exec("COMMIT");
      } catch (error) {
        // The engine may have done so itself, as where the disk is full.
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
      pending.clear();
    },
    movedByMs: () =>
      (database.prepare("SELECT moved_by_ms FROM clock").get()?.["moved_by_ms"] as number | undefined) ?? 0,
    keepMovedBy(ms) {
      database.prepare("INSERT OR REPLACE INTO clock(id, moved_by_ms) VALUES (1, ?)").run(ms);
    },
    tryFlush() {
      try {
        this.flush();
      } catch {
        // Still noted; the next flush throws where it cannot write it either.
      }
    },
    drop() {
      pending.clear();
    },
    close() {
      try {
        this.flush();
      } finally {
        database.close();
      }
    },
  };
}

function openAlone(folder: string): ReturnType<typeof openDatabase> {
  const path = join(folder, "github.db");
  try {
    const database = openDatabase(path);
    try {
      // The lock is taken with the first writing, and kept. The git repositories beside it are guarded by it, too.
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT");
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    const cause = error instanceof HubsteadError ? error.cause : error;
    if (!isLocked(cause)) throw toHubsteadError(error, path);
    throw new HubsteadError("busy", `another emulator has ${folder} open`, {
      hint: "Close that one, or name another folder.",
      data: { path: folder, retryAfterMs: 1_000 },
      cause,
    });
  }
}
