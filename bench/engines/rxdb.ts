/** @module RxDB on its memory storage; the storages that write to disk from Node are paid. */
import { createRxDatabase, type RxCollection, type RxDatabase } from "rxdb/plugins/core";
import { getRxStorageMemory } from "rxdb/plugins/storage-memory";
import type { Edit, Engine, EngineDriver, Found, NewEntity, Selection } from "./engine.ts";

/** Its types cannot follow a recursive JSON type. */
interface Stored extends Omit<NewEntity, "data"> {
  readonly updated: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const schema = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 200 },
    type: { type: "string", maxLength: 60 },
    status: { type: "string", maxLength: 60 },
    updated: { type: "number", minimum: 0, maximum: 1e14, multipleOf: 1 },
    data: { type: "object", additionalProperties: true },
  },
  required: ["id", "type", "status", "updated", "data"],
  indexes: [["type", "status", "updated"]],
} as const;

class Rx implements Engine {
  readonly #database: RxDatabase;
  readonly #entities: RxCollection<Stored>;

  constructor(database: RxDatabase, entities: RxCollection<Stored>) {
    this.#database = database;
    this.#entities = entities;
  }

  async import(entities: readonly NewEntity[]): Promise<void> {
    const { error } = await this.#entities.bulkInsert(entities.map(entityToStored));
    if (error.length > 0) throw new Error(`${error.length} entities were not imported`);
  }

  async create(entity: NewEntity): Promise<void> {
    await this.#entities.insert(entityToStored(entity));
  }

  async update({ id, field, value }: Edit): Promise<void> {
    const document = await this.#entities.findOne(id).exec(true);
    const data = { ...document.data, [field]: value };
    await document.incrementalPatch({ updated: Date.now(), data });
  }

  async put(entity: NewEntity): Promise<void> {
    await this.#entities.upsert(entityToStored(entity));
  }

  async get(id: string): Promise<Found | undefined> {
    return (await this.#entities.findOne(id).exec())?.toJSON() as Found | undefined;
  }

  async list50({ type, status }: Selection): Promise<Found[]> {
    const query = this.#entities.find({
      selector: { type, status },
      sort: [{ updated: "desc" }],
      limit: 50,
    });
    return (await query.exec()).map((document) => document.toJSON() as Found);
  }

  /** Removes, since the memory of a closed database would come back under the same name. */
  async close(): Promise<void> {
    await this.#database.remove();
  }
}

function entityToStored(entity: NewEntity): Stored {
  return { ...entity, updated: Date.now() };
}

export const driver: EngineDriver = {
  label: "RxDB",
  durable: false,
  judged: false,
  setting: "memory storage: not durable",
  open: async () => {
    const database = await createRxDatabase({ name: "bench", storage: getRxStorageMemory() });
    const { entities } = await database.addCollections({ entities: { schema } });
    return new Rx(database, entities as RxCollection<Stored>);
  },
};
