/** @module keyv as it will be: the pre-release of its SQLite adapter works on `node:sqlite`, as the floor does. */
import { join } from "node:path";
import { KeyvSqlite } from "@keyv/sqlite";
import Keyv from "keyv";
import type { EngineDriver, NewEntity } from "./engine.ts";
import { KeyValues } from "./key-values.ts";

export const driver: EngineDriver = {
  label: "keyv pre-release",
  durable: true,
  judged: false,
  setting: "keyv 6, `@keyv/sqlite` 6 beta on `node:sqlite`, WAL, synchronous NORMAL; key and value only",
  open: async (folder) => {
    const store = new KeyvSqlite({
      uri: `sqlite://${join(folder, "keyv.db")}`,
      wal: true,
      driver: "node:sqlite",
    });
    // The adapter has no option for it and would flush at every commit, which the floor does not.
    await store.query("PRAGMA synchronous = NORMAL");
    return new KeyValues(new Keyv<NewEntity>({ store }));
  },
};
