import { join } from "node:path";
import { expect, test } from "vitest";
import { fileStore, handClock, memoryStore } from "../../test/stores.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";

test("the audit log has every change and what was done to the store, in the order of time", async () => {
  const clock = handClock();
  const folder = temporaryFolder();
  const store = await fileStore(join(folder, "store.db"), { now: clock.now, author: "ada" });
  await store.create({ id: "task-1" }, { note: "new" });
  clock.tick();
  await store.audit.append({ who: "bob", what: "token.rotate", target: "github", why: "it leaked" });
  clock.tick();
  await store.delete("task-1", { author: "eve" });
  clock.tick();
  const { path } = await store.backup.create(join(folder, "backups"));
  clock.tick();
  await store.rebuild();
  expect(await store.audit.list()).toEqual([
    { at: "2026-01-31T12:00:00.000Z", who: "ada", what: "create", target: "task-1", why: "new" },
    { at: "2026-01-31T12:00:01.000Z", who: "bob", what: "token.rotate", target: "github", why: "it leaked" },
    { at: "2026-01-31T12:00:02.000Z", who: "eve", what: "delete", target: "task-1", why: "" },
    { at: "2026-01-31T12:00:03.000Z", who: "ada", what: "backup.create", target: path, why: "" },
    { at: "2026-01-31T12:00:04.000Z", who: "ada", what: "rebuild", target: store.path, why: "" },
  ]);
});

test("it is read since a time: text, a Date, a day", async () => {
  const clock = handClock();
  const store = await memoryStore({ now: clock.now });
  await store.create({ id: "task-1" });
  clock.tick(86_400_000);
  await store.create({ id: "task-2" });
  await store.audit.append({ what: "test", target: "x" });
  const targets = async (since: string | Date) =>
    (await store.audit.list({ since })).map(({ target }) => target);
  expect(await targets("2026-01-31T12:00:00.001Z")).toEqual(["x", "task-2"]);
  expect(await targets(new Date("2026-01-31T12:00:00.000Z"))).toEqual(["task-1", "x", "task-2"]);
  expect(await targets("2026-02-01")).toEqual(["x", "task-2"]);
  expect(await targets("2027-01-01")).toEqual([]);
});

test("of too many it has the newest, of both kinds", async () => {
  const clock = handClock();
  const store = await memoryStore({ now: clock.now });
  for (let number = 1; number <= 5; number++) {
    await store.create({ id: `task-${number}` });
    clock.tick();
    await store.audit.append({ what: "test", target: `note-${number}` });
    clock.tick();
  }
  expect((await store.audit.list({ limit: 3 })).map(({ target }) => target)).toEqual([
    "note-4",
    "task-5",
    "note-5",
  ]);
});

test("changes count by when they were recorded here, not by the time that an import gave them", async () => {
  const store = await memoryStore(handClock());
  await store.import([{ id: "task-1", createdAt: "2001-01-01" }]);
  expect((await store.audit.list({ since: "2026-01-01" })).map(({ at, target }) => [at, target])).toEqual([
    ["2026-01-31T12:00:00.000Z", "task-1"],
  ]);
});

test("long logs are read to their end", async () => {
  const store = await memoryStore();
  await store.batch(
    Array.from({ length: 2_500 }, (_, number) => ({ op: "create" as const, id: `task-${number}` })),
  );
  expect((await store.audit.list()).length).toBe(1_000);
  const all = await store.audit.list({ limit: 10_000 });
  expect(all.map(({ target }) => target)).toEqual(
    Array.from({ length: 2_500 }, (_, number) => `task-${number}`),
  );
});

test.each<[string, object]>([
  ["a time that is none", { since: "yesterday" }],
  ["a limit of 0", { limit: 0 }],
  ["a limit that is text", { limit: "5" }],
])("%s is refused", async (_, options) => {
  const store = await memoryStore();
  await expect(store.audit.list(options)).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.any(String),
  });
});

test.each<[string, unknown]>([
  ["without what was done", { target: "x" }],
  ["without a target", { what: "test" }],
  ["with a reason that is no text", { what: "test", target: "x", why: 3 }],
  ["with half a character", { what: "\ud800", target: "x" }],
  ["that is null", null],
])("a record %s is refused", async (_, record) => {
  const store = await memoryStore();
  await expect(store.audit.append(record as never)).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.any(String),
  });
  expect(await store.audit.list()).toEqual([]);
});

test("what is appended after the clock stepped back is the newest all the same", async () => {
  const clock = handClock();
  const store = await memoryStore({ now: clock.now });
  await store.create({ id: "task-1" });
  clock.tick(-3_600_000);
  await store.create({ id: "task-2" });
  await store.audit.append({ what: "first", target: "x" });
  await store.audit.append({ what: "second", target: "x" });
  expect((await store.audit.list({ limit: 2 })).map(({ what }) => what)).toEqual(["first", "second"]);
});
