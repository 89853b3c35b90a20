import { describe, expect, test } from "vitest";
import { handClock, memoryStore } from "../../test/stores.ts";
import { defineType } from "../index.ts";
import type { ImportCounts, ImportRecord } from "./store.ts";

const counts = (records: number, created: number, updated: number, unchanged: number): ImportCounts => ({
  records,
  created,
  updated,
  unchanged,
});

describe("entities from elsewhere", () => {
  test("are created, updated, or left alone, and counted", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", status: "open", data: { a: 1 } });
    await store.create({ id: "task-2", data: { a: 1 } });
    const records: ImportRecord[] = [
      { id: "task-1", data: { a: 1 } },
      { id: "task-2", data: { b: 2 } },
      { id: "task-3", status: "closed", data: { c: 3 } },
    ];
    expect(await store.import(records)).toEqual(counts(3, 1, 1, 1));
    expect(await store.mustGet("task-1")).toMatchObject({ version: 1, status: "open" });
    expect(await store.mustGet("task-2")).toMatchObject({ version: 2, data: { b: 2 } });
    expect(await store.mustGet("task-3")).toMatchObject({ version: 1, status: "closed", data: { c: 3 } });
    expect(await store.import(records)).toEqual(counts(3, 0, 0, 3));
  });

  test("come from any iterable: a list, a generator, a stream", async () => {
    const store = await memoryStore();
    function* three() {
      for (const number of [1, 2, 3]) yield { id: `task-${number}` };
    }
    async function* stream() {
      for (const number of [4, 5]) yield { id: `task-${number}` };
    }
    expect(await store.import(three())).toEqual(counts(3, 3, 0, 0));
    expect(await store.import(stream())).toEqual(counts(2, 2, 0, 0));
    expect(await store.import([])).toEqual(counts(0, 0, 0, 0));
  });

  test("keep the times of where they come from", async () => {
    const store = await memoryStore();
    await store.import([
      { id: "task-1", createdAt: "2020-01-01T00:00:00Z", updatedAt: "2021-06-01T12:00:00+02:00" },
      { id: "task-2", createdAt: "2020-01-01" },
      { id: "task-3", updatedAt: "2021-01-01" },
    ]);
    expect(await store.mustGet("task-1")).toMatchObject({
      createdAt: "2020-01-01T00:00:00.000Z",
      updatedAt: "2021-06-01T10:00:00.000Z",
    });
    expect(await store.mustGet("task-2")).toMatchObject({
      createdAt: "2020-01-01T00:00:00.000Z",
      updatedAt: "2020-01-01T00:00:00.000Z",
    });
    expect(await store.mustGet("task-3")).toMatchObject({
      createdAt: "2021-01-01T00:00:00.000Z",
      updatedAt: "2021-01-01T00:00:00.000Z",
    });
  });

  test("with times come again without a new change, and with news as an update of its time", async () => {
    const store = await memoryStore();
    const record = { id: "task-1", createdAt: "2020-01-01", updatedAt: "2021-01-01", data: { a: 1 } };
    await store.import([record]);
    expect(await store.import([record])).toEqual(counts(1, 0, 0, 1));
    expect(await store.import([{ ...record, updatedAt: "2022-01-01", data: { a: 2 } }])).toEqual(
      counts(1, 0, 1, 0),
    );
    expect(await store.mustGet("task-1")).toMatchObject({
      data: { a: 2 },
      createdAt: "2020-01-01T00:00:00.000Z",
      updatedAt: "2022-01-01T00:00:00.000Z",
    });
  });

  test("are many to a transaction; progress is told, and author and note stand on each", async () => {
    const store = await memoryStore({ author: "ada" });
    const told: ImportCounts[] = [];
    const records = Array.from({ length: 2_100 }, (_, number) => ({ id: `task-${number}` }));
    await store.import(records, { note: "from the old system", onProgress: (done) => told.push(done) });
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toEqual(counts(2_100, 2_100, 0, 0));
    expect(told.map((done) => done.records)).toEqual(
      told.map((done) => done.records).toSorted((a, b) => a - b),
    );
    expect((await store.history("task-2099"))[0]).toMatchObject({
      author: "ada",
      note: "from the old system",
    });
  });

  test("that come before a failure of their source are in", async () => {
    const store = await memoryStore();
    const failure = new Error("the stream broke");
    async function* broken() {
      yield { id: "task-1" };
      yield { id: "task-2" };
      throw failure;
    }
    function* brokenNow() {
      yield { id: "task-3" };
      throw failure;
    }
    await expect(store.import(broken())).rejects.toBe(failure);
    await expect(store.import(brokenNow())).rejects.toBe(failure);
    expect(await store.count()).toBe(3);
  });

  test("have no precondition, and those before one whose schema throws are in", async () => {
    const failure = new Error("a mistake in a schema");
    const type = defineType({
      name: "note",
      schema: {
        "~standard": {
          version: 1,
          vendor: "test",
          validate: () => {
            throw failure;
          },
        },
      },
    });
    const store = await memoryStore({ types: [type] });
    await store.import([{ id: "task-1", expectedVersion: 99 } as never]);
    await expect(store.import([{ id: "task-2" }, { id: "note-1" }])).rejects.toBe(failure);
    expect(await store.count()).toBe(2);
  });

  test("that were deleted here get both their times when they come again", async () => {
    const store = await memoryStore();
    const records = [{ id: "task-1", createdAt: "2020-01-01", updatedAt: "2021-01-01" }];
    await store.import(records);
    await store.delete("task-1");
    await store.import(records);
    expect(await store.get("task-1")).toMatchObject({
      createdAt: "2020-01-01T00:00:00.000Z",
      updatedAt: "2021-01-01T00:00:00.000Z",
    });
    expect(await store.import(records)).toMatchObject({ unchanged: 1 });
  });

  test("with a history that deletes twice, or nothing, delete nothing when they come again", async () => {
    const store = await memoryStore();
    const twice = {
      id: "task-1",
      history: [
        { time: "2020-01-01", data: { a: 1 } },
        { time: "2020-02-01", deleted: true },
        { time: "2020-03-01", deleted: true },
      ],
    };
    const nothing = { id: "task-2", history: [{ time: "2020-01-01", deleted: true }] };
    await store.import([twice, nothing]);
    await store.restore("task-1");
    await store.create({ id: "task-2" });
    expect(await store.import([twice, nothing])).toMatchObject({ unchanged: 2 });
    expect(await store.count()).toBe(2);
  });

  test("with a delete of what is deleted here already do not delete it later", async () => {
    const store = await memoryStore();
    const history = [{ time: "2020-01-01", data: { a: 1 } }];
    await store.import([{ id: "task-1", history }]);
    await store.delete("task-1");
    const longer = [{ id: "task-1", history: [...history, { time: "2020-02-01", deleted: true }] }];
    await store.import(longer);
    await store.restore("task-1");
    expect(await store.import(longer)).toMatchObject({ unchanged: 1 });
    expect(await store.get("task-1")).toBeDefined();
  });

  test("stop coming when the signal aborts; what was committed stays", async () => {
    const store = await memoryStore();
    const control = new AbortController();
    const records = Array.from({ length: 5_000 }, (_, number) => ({ id: `task-${number}` }));
    const importing = store.import(records, { signal: control.signal, onProgress: () => control.abort() });
    await expect(importing).rejects.toThrow(/abort/iu);
    const there = await store.count();
    expect(there).toBeGreaterThan(0);
    expect(there).toBeLessThan(5_000);
    expect(await store.import(records)).toEqual(counts(5_000, 5_000 - there, 0, there));
  });

  test("are found by the very next search", async () => {
    const store = await memoryStore();
    await store.import([{ id: "task-1", data: { text: "needle" } }]);
    expect((await store.search("needle")).entities.length).toBe(1);
  });

  test("that share a time are kept apart, many of them", async () => {
    const store = await memoryStore();
    await store.import(
      Array.from({ length: 1_500 }, (_, number) => ({
        id: `task-${number}`,
        createdAt: "2020-01-01",
        data: { text: "needle" },
      })),
    );
    expect((await store.search("needle", { total: true, order: "newest" })).total).toBe(1_500);
    expect(await store.verify()).toEqual([]);
  });
});

describe("versions from elsewhere", () => {
  const history = [
    {
      time: "2020-01-01T00:00:00Z",
      status: "planned",
      data: { n: 1, old: true },
      origin: "x:1",
      author: "bob",
    },
    { time: "2020-02-01T00:00:00Z", status: "in_progress", data: { n: 2 }, origin: "x:2" },
    { time: "2020-03-01T00:00:00Z", deleted: true, origin: "x:3" },
    { time: "2020-04-01T00:00:00Z", data: { n: 4 }, origin: "x:4" },
  ] as const;

  test("become a change each, with their own time, origin and author", async () => {
    const store = await memoryStore({ author: "ada" });
    expect(await store.import([{ id: "task-1", history }])).toEqual(counts(1, 1, 0, 0));
    expect(await store.mustGet("task-1")).toMatchObject({
      version: 4,
      status: "active",
      data: { n: 4 },
      createdAt: "2020-04-01T00:00:00.000Z",
    });
    expect((await store.history("task-1")).map(({ change: _, ...entry }) => entry)).toEqual([
      {
        version: 1,
        kind: "create",
        at: "2020-01-01T00:00:00.000Z",
        author: "bob",
        status: "planned",
        set: { n: 1, old: true },
      },
      {
        version: 2,
        kind: "update",
        at: "2020-02-01T00:00:00.000Z",
        author: "ada",
        status: "in_progress",
        set: { n: 2 },
        unset: ["/old"],
      },
      { version: 3, kind: "delete", at: "2020-03-01T00:00:00.000Z", author: "ada" },
      {
        version: 4,
        kind: "create",
        at: "2020-04-01T00:00:00.000Z",
        author: "ada",
        status: "active",
        set: { n: 4 },
      },
    ]);
    expect(await store.verify()).toEqual([]);
  });

  test("come again without a new change; only new ones are added", async () => {
    const store = await memoryStore();
    await store.import([{ id: "task-1", history: history.slice(0, 2) }]);
    expect(await store.import([{ id: "task-1", history: history.slice(0, 2) }])).toEqual(counts(1, 0, 0, 1));
    expect(await store.import([{ id: "task-1", history }])).toEqual(counts(1, 0, 1, 0));
    expect((await store.history("task-1")).length).toBe(4);
  });

  test("without an origin come once as well: each is known by what it is", async () => {
    const store = await memoryStore();
    const anonymous = history.map(({ origin: _, ...version }) => version);
    expect(await store.import([{ id: "task-1", history: anonymous }])).toEqual(counts(1, 1, 0, 0));
    expect(await store.import([{ id: "task-1", history: anonymous }])).toEqual(counts(1, 0, 0, 1));
    expect((await store.history("task-1")).length).toBe(4);
    const again = [...anonymous, { time: "2020-05-01T00:00:00Z", data: { n: 5 } }];
    expect(await store.import([{ id: "task-1", history: again }])).toEqual(counts(1, 0, 1, 0));
    expect((await store.history("task-1")).length).toBe(5);
  });

  test("that stand twice in one import come once", async () => {
    const store = await memoryStore();
    expect(
      await store.import([
        { id: "task-1", history },
        { id: "task-1", history },
      ]),
    ).toEqual(counts(2, 1, 0, 1));
    expect((await store.history("task-1")).length).toBe(4);
    expect(await store.verify()).toEqual([]);
  });

  test("that say the same twice, at different times, are two versions", async () => {
    const store = await memoryStore();
    const twice = [
      { time: "2020-01-01", data: { a: 1 } },
      { time: "2020-02-01", data: { a: 1 } },
    ];
    await store.import([{ id: "task-1", history: twice }]);
    expect(await store.mustGet("task-1")).toMatchObject({
      version: 2,
      updatedAt: "2020-02-01T00:00:00.000Z",
    });
  });

  test("none at all are nothing", async () => {
    const store = await memoryStore();
    expect(await store.import([{ id: "task-1", history: [] }])).toEqual(counts(1, 0, 0, 1));
    expect(await store.get("task-1")).toBeUndefined();
  });

  test("whose times go back are kept in their order", async () => {
    const store = await memoryStore();
    await store.import([
      {
        id: "task-1",
        history: [
          { time: "2021-01-01", data: { n: 1 } },
          { time: "2020-01-01", data: { n: 2 } },
        ],
      },
    ]);
    expect(await store.mustGet("task-1")).toMatchObject({ data: { n: 2 } });
    expect(await store.getAt("task-1", "2020-06-01")).toMatchObject({ data: { n: 2 } });
  });
});

describe("a record that is refused", () => {
  const version = { time: "2020-01-01T00:00:00Z" };
  test.each<[string, unknown]>([
    ["null", null],
    ["text", "task-2"],
    ["one without an id", {}],
    ["an id that is none", { id: "-" }],
    ["data that are a list", { id: "task-2", data: [] }],
    ["a number that is none", { id: "task-2", data: { a: Number.NaN } }],
    ["a status that is none", { id: "task-2", status: "zap" }],
    ["a time that is none", { id: "task-2", createdAt: "yesterday" }],
    ["an update that is no time", { id: "task-2", updatedAt: 3 }],
    ["a history that is text", { id: "task-2", history: "x" }],
    ["a version that is null", { id: "task-2", history: [null] }],
    ["a version without a time", { id: "task-2", history: [{ data: {} }] }],
    ["a version whose data are a list", { id: "task-2", history: [{ ...version, data: [] }] }],
    ["a version with an unknown status", { id: "task-2", history: [{ ...version, status: "zap" }] }],
    ["a version whose origin is a number", { id: "task-2", history: [{ ...version, origin: 3 }] }],
    [
      "a version whose origin is too long",
      { id: "task-2", history: [{ ...version, origin: "x".repeat(1_001) }] },
    ],
    ["a version whose author is a number", { id: "task-2", history: [{ ...version, author: 3 }] }],
    [
      "a version whose author is too long",
      { id: "task-2", history: [{ ...version, author: "x".repeat(201) }] },
    ],
    ["data that are too large", { id: "task-2", data: { text: "x".repeat(1_048_576) } }],
    [
      "a version whose data are too large",
      { id: "task-2", history: [{ ...version, data: { text: "x".repeat(1_048_576) } }] },
    ],
  ])("%s: the error says which one it was, and what came before it stays", async (_, record) => {
    const store = await memoryStore();
    const importing = store.import([{ id: "task-1" }, record as ImportRecord, { id: "task-3" }]);
    await expect(importing).rejects.toMatchObject({
      name: "HubsteadError",
      code: "invalid_input",
      message: expect.stringMatching(/^record 2 /u),
      data: { record: 2 },
    });
    expect((await store.list()).entities.map(({ id }) => id)).toEqual(["task-1"]);
    expect(await store.verify()).toEqual([]);
  });

  test("because its type refuses it says so, whether it is new or known", async () => {
    const { z } = await import("zod");
    const store = await memoryStore({
      types: [defineType({ name: "task", schema: z.object({ name: z.string() }) })],
    });
    await store.create({ id: "task-known", data: { name: "x" } });
    for (const id of ["task-new", "task-known"]) {
      await expect(store.import([{ id: "note-1" }, { id, data: { name: 3 } }])).rejects.toMatchObject({
        code: "invalid_input",
        data: { record: 2, id, path: "/name" },
      });
    }
  });

  test("leaves the numbers right in the batches after the first", async () => {
    const store = await memoryStore();
    const records: ImportRecord[] = Array.from({ length: 2_500 }, (_, number) => ({ id: `task-${number}` }));
    records[2_345] = { id: "task-x", status: "zap" };
    await expect(store.import(records)).rejects.toMatchObject({ data: { record: 2_346, id: "task-x" } });
    expect(await store.count()).toBe(2_345);
  });

  test.each([
    ["nothing", undefined],
    ["a number", 3],
    ["an object", {}],
    ["null", null],
  ])("%s instead of records is refused", async (_, records) => {
    const store = await memoryStore();
    await expect(store.import(records as never)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

test("an import under another process's writes loses nothing of either", async () => {
  const clock = handClock();
  const store = await memoryStore(clock);
  const importing = store.import(
    Array.from({ length: 2_000 }, (_, number) => ({ id: `task-${number}`, data: { from: "import" } })),
  );
  const writing = (async () => {
    for (let number = 0; number < 50; number++) await store.put({ id: `note-${number}`, data: { number } });
  })();
  await Promise.all([importing, writing]);
  expect(await store.count()).toBe(2_050);
});
