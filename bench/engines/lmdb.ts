/**
 * @module lmdb as a person would use it for entities: one value per entity and one key per entry of the list, in one
 * transaction. It keeps no history and has no search. Synchronous transactions, since for writes that are awaited one at
 * a time they are faster than its queue.
 */
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import type { Data, Edit, Engine, EngineDriver, Found, NewEntity, Selection } from "./engine.ts";

interface Stored {
  readonly type: string;
  readonly status: string;
  readonly updated: number;
  readonly data: Data;
}

type ListKey = [type: string, status: string, updated: number, id: string];

class Lmdb implements Engine {
  readonly #root: RootDatabase;
  readonly #entities: Database<Stored, string>;
  readonly #list: Database<boolean, ListKey>;

  constructor(folder: string) {
    this.#root = open({ path: join(folder, "lmdb") });
    this.#entities = this.#root.openDB<Stored, string>("entities", {});
    this.#list = this.#root.openDB<boolean, ListKey>("list", {});
  }

  import(entities: readonly NewEntity[]): void {
    this.#root.transactionSync(() => {
      for (const entity of entities) this.#insert(entity);
    });
  }

  create(entity: NewEntity): void {
    this.#root.transactionSync(() => {
      if (this.#entities.doesExist(entity.id)) throw new Error(`${entity.id} exists`);
      this.#insert(entity);
    });
  }

  update({ id, field, value }: Edit): void {
    this.#root.transactionSync(() => {
      const before = this.#entities.get(id) as Stored;
      this.#replace(id, before, { ...before, data: { ...before.data, [field]: value } });
    });
  }

  put(entity: NewEntity): void {
    this.#root.transactionSync(() => {
      const before = this.#entities.get(entity.id);
      if (before) this.#replace(entity.id, before, entity);
      else this.#insert(entity);
    });
  }

  get(id: string): Found | undefined {
    const stored = this.#entities.get(id);
    return stored && { ...stored, id };
  }

  list50({ type, status }: Selection): Found[] {
    const newestFirst = {
      start: [type, status, Number.MAX_SAFE_INTEGER, ""] as ListKey,
      end: [type, status, 0, ""] as ListKey,
      reverse: true,
      limit: 50,
    };
    const entities: Found[] = [];
    for (const [, , , id] of this.#list.getKeys(newestFirst)) {
      const entity = this.get(id);
      if (entity) entities.push(entity);
    }
    return entities;
  }

  close(): Promise<void> {
    return this.#root.close();
  }

  #insert({ id, type, status, data }: NewEntity): void {
    const updated = Date.now();
    this.#entities.put(id, { type, status, updated, data });
    this.#list.put([type, status, updated, id], true);
  }

  #replace(id: string, before: Stored, { type, status, data }: Omit<Stored, "updated">): void {
    this.#list.remove([before.type, before.status, before.updated, id]);
    this.#insert({ id, type, status, data });
  }
}

export const driver: EngineDriver = {
  label: "lmdb",
  durable: true,
  judged: true,
  setting: "its default, synchronous transactions: flushed to disk at every commit",
  open: async (folder) => new Lmdb(folder),
};
