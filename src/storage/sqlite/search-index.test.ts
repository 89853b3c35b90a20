import { expect, onTestFinished, test } from "vitest";
import type { Draft } from "../../entity/change.ts";
import type { Plan, Storage } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const create = (id: string, set: Draft["set"] = {}, time?: string): Plan => ({
  target: { id },
  plan: () => ({ kind: "create", type: "task", set: set!, ...(time === undefined ? {} : { time }) }),
});

async function open(): Promise<Storage> {
  const storage = await openSqliteStorage(":memory:");
  onTestFinished(() => storage.close());
  return storage;
}

test("commits do not touch the index; a search fills it", async () => {
  const storage = await open();
  await storage.commit([create("task-1"), create("task-2")]);
  expect((await storage.status()).unindexed).toBe(2);
  await storage.search("x", {});
  expect((await storage.status()).unindexed).toBe(0);
});

test("an entity that changed many times before the index is filled is in it once", async () => {
  const storage = await open();
  await storage.commit([create("task-1", { text: "needle" })]);
  for (let number = 0; number < 5; number++)
    await storage.commit([{ target: { id: "task-1" }, plan: () => ({ kind: "update", set: { number } }) }]);
  expect(await storage.search("needle", {})).toMatchObject({
    total: 1,
    entities: [{ id: "task-1", version: 6 }],
  });
  expect(await storage.verify()).toEqual([]);
});

test("entities of one moment keep a place each, wherever in time it is", async () => {
  const storage = await open();
  for (const time of [
    "0001-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "2026-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
  ]) {
    await storage.commit(
      Array.from({ length: 30 }, (_, number) =>
        create(`task-${time.slice(0, 4)}-${number}`, { text: "needle" }, time),
      ),
    );
  }
  expect((await storage.search("needle", { order: "newest", limit: 200 })).entities.length).toBe(120);
  expect(await storage.verify()).toEqual([]);
  const ids = (await storage.search("needle", { order: "newest", limit: 40 })).entities.map(({ id }) => id);
  expect(ids[0]).toBe("task-9999-29");
  expect(ids.slice(0, 30).every((id) => id.startsWith("task-9999-"))).toBe(true);
});

test("a newer moment that ends where an older one begins is found after it, though the older place was taken before", async () => {
  const storage = await open();
  await storage.commit([create("task-old", { text: "needle" }, "2026-01-01T00:00:00.000Z")]);
  await storage.search("needle", {});
  await storage.commit([create("task-new", { text: "needle" }, "2026-01-01T00:00:00.001Z")]);
  expect((await storage.search("needle", { order: "newest" })).entities.map(({ id }) => id)).toEqual([
    "task-new",
    "task-old",
  ]);
});
