import { describe, expect, test } from "vitest";
import { handClock, memoryStore } from "../../test/stores.ts";

/** Versions 1 to 5, a second each: created, updated, deleted, restored, updated. */
async function prepare() {
  const clock = handClock("2026-01-31T12:00:01.000Z");
  const store = await memoryStore({ now: clock.now });
  await store.create(
    { id: "task-1", status: "open", data: { a: 1, deep: { b: 1, c: 1 } } },
    { author: "ada", note: "new" },
  );
  clock.tick();
  await store.update("task-1", { status: "active", set: { deep: { b: 2 } }, unset: ["/a"] });
  clock.tick();
  await store.delete("task-1");
  clock.tick();
  await store.restore("task-1");
  clock.tick();
  await store.update("task-1", { set: { last: true } });
  return store;
}

const states = [
  { version: 1, status: "open", data: { a: 1, deep: { b: 1, c: 1 } } },
  { version: 2, status: "active", data: { deep: { b: 2, c: 1 } } },
  undefined,
  { version: 4, status: "active", data: { deep: { b: 2, c: 1 } } },
  { version: 5, status: "active", data: { deep: { b: 2, c: 1 }, last: true } },
] as const;

describe("an entity as it was", () => {
  const expectState = (found: unknown, state: object | undefined) =>
    state === undefined ? expect(found).toBeUndefined() : expect(found).toMatchObject(state);

  test("at each of its versions", async () => {
    const store = await prepare();
    for (const [index, state] of states.entries()) expectState(await store.getAt("task-1", index + 1), state);
  });

  test("after each of its changes, by change id", async () => {
    const store = await prepare();
    for (const [index, { change }] of (await store.history("task-1")).entries())
      expectState(await store.getAt("task-1", change), states[index]);
  });

  test("at a time: as text, as a Date, with another zone, between two changes", async () => {
    const store = await prepare();
    expectState(await store.getAt("task-1", "2026-01-31T12:00:01.000Z"), states[0]);
    expectState(await store.getAt("task-1", new Date("2026-01-31T12:00:02.999Z")), states[1]);
    expectState(await store.getAt("task-1", "2026-01-31T14:00:03+02:00"), states[2]);
    expectState(await store.getAt("task-1", "2026-02-01"), states[4]);
    expectState(await store.getAt("task-1", "2026-01-31T12:00:00.999Z"), undefined);
  });

  test("at the newest version is what it is now", async () => {
    const store = await prepare();
    expect(await store.getAt("task-1", 5)).toEqual(await store.get("task-1"));
  });

  test("at a time follows the times of an import, not those of this machine", async () => {
    const store = await memoryStore();
    await store.import([
      {
        id: "task-1",
        history: [
          { time: "2020-01-01T00:00:00Z", data: { n: 1 } },
          { time: "2021-01-01T00:00:00Z", data: { n: 2 } },
        ],
      },
    ]);
    expect(await store.getAt("task-1", "2020-06-01")).toMatchObject({
      data: { n: 1 },
      updatedAt: "2020-01-01T00:00:00.000Z",
    });
    expect(await store.getAt("task-1", "2019-06-01")).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ["a version beyond the last", 6, "not_found"],
    ["version 0", 0, "not_found"],
    ["a version that is no whole number", 1.5, "not_found"],
    ["a change of another replica", "aaaaaaaaaaaaaaaa:1", "not_found"],
    ["what is no time", "yesterday", "invalid_input"],
    ["a day that is none", "2026-02-30", "invalid_input"],
    ["an invalid Date", new Date(Number.NaN), "invalid_input"],
    ["nothing", undefined, "invalid_input"],
    ["an object", {}, "invalid_input"],
  ])("is refused at %s", async (_, moment, code) => {
    const store = await prepare();
    await expect(store.getAt("task-1", moment as never)).rejects.toMatchObject({
      code,
      hint: expect.any(String),
    });
  });

  test("is refused for an id that never was", async () => {
    const store = await prepare();
    await expect(store.getAt("task-2", 1)).rejects.toMatchObject({
      code: "not_found",
      data: { id: "task-2" },
    });
    await expect(store.getAt(undefined as never, 1)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a history", () => {
  test("has every change, the oldest first, with who, why, when and what", async () => {
    const store = await prepare();
    const history = await store.history("task-1");
    expect(history.map(({ change: _, ...entry }) => entry)).toEqual([
      {
        version: 1,
        kind: "create",
        at: "2026-01-31T12:00:01.000Z",
        author: "ada",
        note: "new",
        status: "open",
        set: { a: 1, deep: { b: 1, c: 1 } },
      },
      {
        version: 2,
        kind: "update",
        at: "2026-01-31T12:00:02.000Z",
        status: "active",
        set: { deep: { b: 2 } },
        unset: ["/a"],
      },
      { version: 3, kind: "delete", at: "2026-01-31T12:00:03.000Z" },
      { version: 4, kind: "restore", at: "2026-01-31T12:00:04.000Z" },
      { version: 5, kind: "update", at: "2026-01-31T12:00:05.000Z", set: { last: true } },
    ]);
    expect(history.map(({ change }) => change)).toEqual(
      [1, 2, 3, 4, 5].map((seq) => expect.stringMatching(new RegExp(`^[a-z2-7]{16}:${seq}$`, "u"))),
    );
  });

  test("with a limit has the newest, with their versions", async () => {
    const store = await prepare();
    expect((await store.history("task-1", { limit: 2 })).map(({ version }) => version)).toEqual([4, 5]);
    expect((await store.history("task-1", { limit: 99 })).length).toBe(5);
    for (const limit of [0, -1, 1.5, "2"]) {
      await expect(store.history("task-1", { limit: limit as never })).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
  });

  test("of an id that never was is empty", async () => {
    const store = await prepare();
    expect(await store.history("task-2")).toEqual([]);
    expect(await store.history(undefined as never)).toEqual([]);
  });
});

describe("a difference", () => {
  test("lists every path with both values, and the edit that leads from one to the other", async () => {
    const store = await prepare();
    expect(await store.diff("task-1", 1, 5)).toEqual({
      id: "task-1",
      from: { version: 1, at: "2026-01-31T12:00:01.000Z" },
      to: { version: 5, at: "2026-01-31T12:00:05.000Z" },
      differences: [
        { path: "status", before: "open", after: "active" },
        { path: "/a", before: 1 },
        { path: "/deep/b", before: 1, after: 2 },
        { path: "/last", after: true },
      ],
      edit: { status: "active", set: { deep: { b: 2 }, last: true }, unset: ["/a"] },
    });
  });

  test("goes to now where no end is given, and backwards where it is asked to", async () => {
    const store = await prepare();
    expect(await store.diff("task-1", 1)).toEqual(await store.diff("task-1", 1, 5));
    expect((await store.diff("task-1", 5, 1)).edit).toEqual({
      status: "open",
      set: { a: 1, deep: { b: 1 } },
      unset: ["/last"],
    });
  });

  test("of equal moments is empty", async () => {
    const store = await prepare();
    expect(await store.diff("task-1", 2, 4)).toMatchObject({ differences: [], edit: {} });
  });

  test("takes what was deleted, or was not yet, for empty", async () => {
    const store = await prepare();
    const gone = await store.diff("task-1", 2, 3);
    expect(gone.differences).toEqual([
      { path: "status", before: "active" },
      { path: "/deep", before: { b: 2, c: 1 } },
    ]);
    const made = await store.diff("task-1", "1999-01-01", 1);
    expect(made.from).toEqual({ version: 0 });
    expect(made.differences.map(({ path }) => path)).toEqual(["status", "/a", "/deep"]);
  });

  test("its edit, applied to the first moment, gives the second", async () => {
    const store = await prepare();
    const { edit } = await store.diff("task-1", 5, 1);
    expect(await store.update("task-1", edit)).toMatchObject({ status: "open", data: states[0].data });
  });

  test("of what is not there is refused", async () => {
    const store = await prepare();
    await expect(store.diff("task-2", 1, 2)).rejects.toMatchObject({ code: "not_found" });
    await expect(store.diff("task-1", 1, 9)).rejects.toMatchObject({ code: "not_found" });
    await expect(store.diff(3 as never, 1)).rejects.toMatchObject({ code: "invalid_input" });
  });
});
