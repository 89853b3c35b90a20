/** @module PouchDB on LevelDB, with an index of its find plugin for the list. It keeps old revisions, so it has a history. */
import { join } from "node:path";
import PouchFind from "pouchdb-find";
import PouchDB from "pouchdb-node";
import type { Data, Edit, Engine, EngineDriver, Found, NewEntity, Selection } from "./engine.ts";

interface Stored {
  readonly type: string;
  readonly status: string;
  readonly updated: number;
  readonly data: Data;
}

PouchDB.plugin(PouchFind);

const importBatch = 5_000; // One call with all documents holds several copies of each in memory.

class Pouch implements Engine {
  readonly #database: PouchDB.Database<Stored>;

  constructor(database: PouchDB.Database<Stored>) {
    this.#database = database;
  }

  async import(entities: readonly NewEntity[]): Promise<void> {
    for (let start = 0; start < entities.length; start += importBatch) {
      await this.#database.bulkDocs(entities.slice(start, start + importBatch).map(entityToDocument));
    }
  }

  async create(entity: NewEntity): Promise<void> {
    await this.#database.put(entityToDocument(entity));
  }

  async update({ id, field, value }: Edit): Promise<void> {
    const before = await this.#database.get(id);
    await this.#database.put({
      ...before,
      updated: Date.now(),
      data: { ...before.data, [field]: value },
    });
  }

  async put(entity: NewEntity): Promise<void> {
    const before = await this.#find(entity.id);
    const document = entityToDocument(entity);
    await this.#database.put(before ? { ...document, _rev: before._rev } : document);
  }

  async get(id: string): Promise<Found | undefined> {
    const document = await this.#find(id);
    return document && { id, data: document.data };
  }

  async list50({ type, status }: Selection): Promise<Found[]> {
    const { docs } = await this.#database.find({
      selector: { type, status, updated: { $gt: 0 } },
      sort: [{ type: "desc" }, { status: "desc" }, { updated: "desc" }],
      limit: 50,
    });
    return docs.map(({ _id, data }) => ({ id: _id, data }));
  }

  async history(id: string): Promise<unknown[]> {
    const { _revs_info = [] } = await this.#database.get(id, { revs_info: true });
    const available = _revs_info.filter(({ status }) => status === "available");
    return Promise.all(available.map(({ rev }) => this.#database.get(id, { rev })));
  }

  /** Brings the index up to date, which PouchDB does at the next query. */
  async settle(): Promise<void> {
    await this.list50({ type: "", status: "" });
  }

  /** Destroys, since a closed database leaves the one of its index open and writing. */
  close(): Promise<void> {
    return this.#database.destroy();
  }

  async #find(id: string) {
    try {
      return await this.#database.get(id);
    } catch (error) {
      if ((error as { status?: number }).status === 404) return undefined;
      throw error;
    }
  }
}

function entityToDocument({ id, type, status, data }: NewEntity) {
  return { _id: id, type, status, updated: Date.now(), data };
}

export const driver: EngineDriver = {
  label: "PouchDB",
  durable: true,
  judged: true,
  setting: "its LevelDB adapter, which has no setting: written to the log, not flushed",
  open: async (folder) => {
    const database = new PouchDB<Stored>(join(folder, "pouch"));
    await database.createIndex({ index: { fields: ["type", "status", "updated"] } });
    return new Pouch(database);
  },
};
