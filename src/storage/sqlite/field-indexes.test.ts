import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { Plan, Storage } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

async function open(path = join(temporaryFolder(), "store.db")): Promise<{ path: string; storage: Storage }> {
  const storage = await openSqliteStorage(path);
  onTestFinished(() => storage.close());
  return { path, storage };
}

function indexNames(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'field %' ORDER BY name")
      .all();
    return rows.map(({ name }) => name as string);
  } finally {
    database.close();
  }
}

const create = (id: string, priority: number): Plan => ({
  target: { id },
  plan: () => ({ kind: "create", type: "task", set: { priority } }),
});
const usesIndex = async (storage: Storage) =>
  (await storage.explain({ type: "task", where: { priority: 1 } })).join().includes("field task");

test("a declared index is kept in the file: who opens it without declaring it uses it all the same", async () => {
  const { path, storage } = await open();
  await storage.defineIndex({ type: "task", indexes: ["/priority"] });
  const { storage: other } = await open(path);
  expect(await usesIndex(other)).toBe(true);
  await other.commit([create("task-1", 1), create("task-2", 2)]);
  expect((await storage.list({ type: "task", where: { priority: 1 } })).entities.map(({ id }) => id)).toEqual(
    ["task-1"],
  );
});

test("an index on what is there already finds it", async () => {
  const { storage } = await open();
  await storage.commit([create("task-1", 1), create("task-2", 2)]);
  await storage.defineIndex({ type: "task", indexes: ["/priority"] });
  expect(await usesIndex(storage)).toBe(true);
  expect((await storage.list({ type: "task", where: { priority: 2 } })).entities.map(({ id }) => id)).toEqual(
    ["task-2"],
  );
});

test("an index that is declared no more is dropped, others stay", async () => {
  const { path, storage } = await open();
  await storage.defineIndex({ type: "task", indexes: ["/priority", "/name"] });
  await storage.defineIndex({ type: "note", indexes: ["/priority"] });
  await storage.defineIndex({ type: "task", indexes: ["/name"] });
  expect(indexNames(path)).toEqual(['field note ["priority"]', 'field task ["name"]']);
  expect(await usesIndex(storage)).toBe(false);
});

test("fields and types that differ by a capital have an index each", async () => {
  const { path, storage } = await open();
  await storage.defineIndex({ type: "task", indexes: ["/priority", "/Priority"] });
  await storage.defineIndex({ type: "Task", indexes: ["/priority"] });
  expect(indexNames(path).length).toBe(3);
});

test("the same declaration again writes nothing", async () => {
  const { path, storage } = await open();
  const declared = { type: "task", indexes: ["/b", "/a"], search: ["/name", "/text"] };
  await storage.defineIndex(declared);
  const { storage: other } = await open(path);
  const before = storage.commitStamp();
  await other.defineIndex({ type: "task", indexes: ["/a", "/b"], search: ["/text", "/name"] });
  expect(storage.commitStamp()).toBe(before);
});

test("a type without a declaration leaves no trace", async () => {
  const { path, storage } = await open();
  const { storage: other } = await open(path);
  const before = other.commitStamp();
  await storage.defineIndex({ type: "task", indexes: [] });
  expect(other.commitStamp()).toBe(before);
});

test("an index survives a rebuild", async () => {
  const { storage } = await open();
  await storage.defineIndex({ type: "task", indexes: ["/priority"] });
  await storage.commit([create("task-1", 1)]);
  await storage.rebuild();
  expect(await usesIndex(storage)).toBe(true);
  expect(await storage.count({ type: "task", where: { priority: 1 } })).toBe(1);
});
