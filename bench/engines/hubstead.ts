/**
 * @module Ours, as a user gets it: the built package at the root of the repository, through its public API only.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../../src/index.ts";
import type { Engine, EngineDriver } from "./engine.ts";

const built = new URL("../../dist/index.js", import.meta.url);

export function isBuilt(): boolean {
  return existsSync(built);
}

export async function openStore(file: string): Promise<Store> {
  const hubstead: typeof import("../../src/index.ts") = await import(built.href);
  return hubstead.openStore(file, { durability: "normal" });
}

function storeToEngine(store: Store): Engine {
  return {
    import: async (entities) => void (await store.import(entities)),
    create: async ({ id, status, data }) => void (await store.create({ id, status, data })),
    update: async ({ id, field, value }) => void (await store.update(id, { set: { [field]: value } })),
    put: async ({ id, status, data }) => void (await store.put({ id, status, data })),
    get: (id) => store.get(id),
    list50: async (selection) => (await store.list({ ...selection, limit: 50 })).entities,
    searchRare: async (word) => (await store.search(word, { limit: 20, order: "relevance" })).entities,
    searchCommonNewest: async (word) => (await store.search(word, { limit: 20, order: "newest" })).entities,
    history: (id) => store.history(id),
    // A search sees every write, so it has filled the index when it answers.
    settle: async () => void (await store.search("settle", { limit: 1, order: "newest" })),
    close: () => store.close(),
  };
}

export const driver: EngineDriver = {
  label: "ours",
  durable: true,
  judged: false,
  setting: '`durability: "normal"` (WAL, synchronous NORMAL), every change recorded',
  open: async (folder) => storeToEngine(await openStore(join(folder, "store.db"))),
};
