/**
 * @module Keeps the rows of a world in a folder, so that the next start finds them: one SQLite file, written after each
 * request in one transaction.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../sqlite/open-database.ts";
import type { Row } from "./collection.ts";
import type { CollectionName, StoredWorld } from "./world.ts";

export interface StateFolder {
  /** Reads all rows into a world that has none. */
  load(world: StoredWorld["stored"]): void;
  /** Notes a change; written by {@link StateFolder.flush}. */
  changed(collection: CollectionName, id: number, row: Row | undefined): void;
  flush(): void;
  close(): void;
}

export function openStateFolder(folder: string): StateFolder {
  mkdirSync(folder, { recursive: true });
  const database = openDatabase(join(folder, "github.db"));
  database.exec(`
    CREATE TABLE IF NOT EXISTS row(collection TEXT, id INTEGER, body TEXT NOT NULL, PRIMARY KEY(collection, id)) STRICT, WITHOUT ROWID;
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
      for (const [collection, id, row] of pending.values()) {
        if (row === undefined) remove.run(collection, id);
        else {
          put.run(collection, id, JSON.stringify(row));
          putLastId.run(collection, id);
        }
      }
      database.exec("COMMIT");
      pending.clear();
    },
    close() {
      this.flush();
      database.close();
    },
  };
}
