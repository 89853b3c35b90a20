/** @module Entities in a keyv of any version. A key and a value, nothing else: no list, no search, no history, no create. */
import type { Edit, Engine, Found, NewEntity } from "./engine.ts";

/** What two versions of keyv have in common. */
export interface Keyv {
  get(key: string): Promise<NewEntity | undefined>;
  set(key: string, value: NewEntity): Promise<unknown>;
  setMany(entries: { key: string; value: NewEntity }[]): Promise<unknown>;
  disconnect(): Promise<void>;
}

export class KeyValues implements Engine {
  readonly #keyv: Keyv;

  constructor(keyv: Keyv) {
    this.#keyv = keyv;
  }

  async import(entities: readonly NewEntity[]): Promise<void> {
    await this.#keyv.setMany(entities.map((entity) => ({ key: entity.id, value: entity })));
  }

  async create(entity: NewEntity): Promise<void> {
    await this.put(entity);
  }

  async update({ id, field, value }: Edit): Promise<void> {
    const before = await this.#keyv.get(id);
    if (!before) throw new Error(`${id} is missing`);
    await this.put({ ...before, data: { ...before.data, [field]: value } });
  }

  async put(entity: NewEntity): Promise<void> {
    await this.#keyv.set(entity.id, entity);
  }

  get(id: string): Promise<Found | undefined> {
    return this.#keyv.get(id);
  }

  close(): Promise<void> {
    return this.#keyv.disconnect();
  }
}
