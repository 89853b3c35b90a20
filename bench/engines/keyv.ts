/** @module keyv as it is released with an adapter for SQLite: the newest adapter that is no pre-release wants keyv 5. */
import { join } from "node:path";
import Keyv from "keyv-5";
import { KeyvSqlite } from "keyv-sqlite-4";
import type { EngineDriver, NewEntity } from "./engine.ts";
import { KeyValues } from "./key-values.ts";

export const driver: EngineDriver = {
  label: "keyv",
  durable: true,
  judged: true,
  setting: "keyv 5, `@keyv/sqlite` 4 on `sqlite3`, WAL, synchronous NORMAL; key and value only",
  open: async (folder) => {
    const store = new KeyvSqlite(`sqlite://${join(folder, "keyv.db")}`);
    // The adapter has no options for these and would do more than the floor at every commit.
    await store.query("PRAGMA journal_mode = WAL");
    await store.query("PRAGMA synchronous = NORMAL");
    return new KeyValues(new Keyv<NewEntity>({ store }));
  },
};
