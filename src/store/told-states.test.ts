import { expect, test } from "vitest";
import { fileStore } from "../../test/stores.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { EntityState } from "../entity/entity.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import type { Storage } from "../storage/storage.ts";
import { createToldStates } from "./told-states.ts";

/** A store's file as another process reads it, and how often that read a whole history. */
async function readAside(path: string): Promise<{ storage: Storage; histories: () => number }> {
  const storage = await openSqliteStorage(path);
  let histories = 0;
  const logOf: Storage["logOf"] = (id) => {
    if (!id.startsWith("policy")) histories++;
    return storage.logOf(id);
  };
  return { storage: { ...storage, logOf }, histories: () => histories };
}

async function replay(
  storage: Storage,
): Promise<[string, EntityState | undefined, EntityState | undefined][]> {
  const states = createToldStates(storage);
  const told: [string, EntityState | undefined, EntityState | undefined][] = [];
  for (const entry of await storage.changesSince(0, 10_000)) {
    const [before, after] = await states.around(entry);
    told.push([entry.change.entity, before, after]);
  }
  return told;
}

test("what was before a change is what was after the one before it, and the last is what the store has", async () => {
  const store = await fileStore(`${temporaryFolder()}/store.db`);
  await store.create({ id: "task-1", data: { n: 1 } });
  await store.create({ id: "task-2" });
  await store.update("task-1", { set: { n: 2 }, status: "paused" });
  await store.delete("task-1");
  await store.put({ id: "task-2", data: { a: [1] } });
  await store.restore("task-1");
  await store.delete("task-1");
  await store.create({ id: "task-1", data: { anew: true } });
  const history = [
    { time: "2026-01-01", data: { m: 1 } },
    { time: "2026-01-02", data: { m: 2 } },
  ];
  await store.import([{ id: "task-3", history }]);
  await store.import([{ id: "task-3", history: [...history, { time: "2026-01-03", data: { m: 3 } }] }]);
  const { storage } = await readAside(store.path);
  const last = new Map<string, EntityState | undefined>();
  for (const [id, before, after] of await replay(storage)) {
    expect(before).toEqual(last.get(id));
    last.set(id, after);
  }
  for (const [id, state] of last) expect(state).toEqual(await storage.get(id));
  await storage.close();
});

test("a history is read once, however many changes follow", async () => {
  const store = await fileStore(`${temporaryFolder()}/store.db`);
  for (let n = 0; n < 50; n++) {
    await store.put({ id: "task-1", data: { n } });
    await store.put({ id: "task-2", data: { n } });
  }
  const { storage, histories } = await readAside(store.path);
  expect(await replay(storage)).toHaveLength(100);
  expect(histories()).toBe(2);
  await storage.close();
});

test("what a commit made is known without a look into the log, until all is forgotten", async () => {
  const store = await fileStore(`${temporaryFolder()}/store.db`);
  await store.create({ id: "task-1", data: { n: 1 } });
  await store.update("task-1", { set: { n: 2 } });
  await store.update("task-1", { set: { n: 3 } });
  const { storage, histories } = await readAside(store.path);
  const [first, second, third] = await storage.changesSince(0, 10);
  const states = createToldStates(storage);
  const [, created] = await createToldStates(storage).around(first!);
  states.note(first!.change, created);
  const before = histories();
  expect((await states.around(second!)).map((state) => state?.data)).toEqual([{ n: 1 }, { n: 2 }]);
  expect(histories()).toBe(before);
  states.clear();
  expect((await states.around(third!)).map((state) => state?.data)).toEqual([{ n: 2 }, { n: 3 }]);
  expect(histories()).toBe(before + 1);
  await storage.close();
});
