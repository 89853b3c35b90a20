import { describe, expect, test } from "vitest";
import { fileStore, handClock, memoryStore } from "../../test/stores.ts";
import { createLogger, type Entity, type Operation } from "../index.ts";

describe("a batch", () => {
  test("does all of it in one transaction, each operation seeing those before it", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-old", status: "open", data: { a: 1 } });
    await store.create({ id: "task-gone" });
    await store.delete("task-gone");
    const results = await store.batch(
      [
        { op: "create", id: "task-1", data: { n: 1 } },
        { op: "update", id: "task-1", set: { n: 2 }, expectedVersion: 1 },
        { op: "put", id: "task-old", data: { b: 2 } },
        { op: "restore", id: "task-gone" },
        { op: "delete", id: "task-1" },
        { op: "delete", id: "task-none" },
        { op: "update", id: "task-old", status: "open" },
      ],
      { author: "ada", note: "together" },
    );
    expect(results.map(({ id, changed, entity }) => [id, changed, entity?.version, entity?.data])).toEqual([
      ["task-1", true, 1, { n: 1 }],
      ["task-1", true, 2, { n: 2 }],
      ["task-old", true, 2, { b: 2 }],
      ["task-gone", true, 3, {}],
      ["task-1", true, undefined, undefined],
      ["task-none", false, undefined, undefined],
      ["task-old", false, 2, { b: 2 }],
    ]);
    expect((await store.history("task-1")).map(({ author, note }) => [author, note])).toEqual(
      Array(3).fill(["ada", "together"]),
    );
  });

  test("of nothing is nothing", async () => {
    const store = await memoryStore();
    expect(await store.batch([])).toEqual([]);
  });

  test.each<[string, Operation, object]>([
    ["what exists", { op: "create", id: "task-1" }, { code: "already_exists" }],
    ["what does not exist", { op: "update", id: "task-9", set: {} }, { code: "not_found" }],
    [
      "another version",
      { op: "update", id: "task-1", set: {}, expectedVersion: 7 },
      { code: "version_conflict", data: { expected: 7, actual: 1 } },
    ],
    [
      "another version in a put",
      { op: "put", id: "task-1", expectedVersion: 0 },
      { code: "version_conflict" },
    ],
    [
      "another version in a delete",
      { op: "delete", id: "task-1", expectedVersion: 2 },
      { code: "version_conflict" },
    ],
    [
      "bad data",
      { op: "create", id: "task-2", data: { a: Number.NaN } },
      { code: "invalid_input", data: { path: "/a" } },
    ],
    ["an unknown status", { op: "update", id: "task-1", status: "zap" }, { code: "invalid_input" }],
    [
      "data that are too large",
      { op: "create", id: "task-2", data: { t: "x".repeat(1_048_576) } },
      { code: "invalid_input", data: { maxBytes: 1_048_576 } },
    ],
    [
      "data that grow too large",
      { op: "update", id: "task-1", set: { t: "x".repeat(1_048_576) } },
      { code: "invalid_input" },
    ],
    [
      "what is no operation",
      { op: "zap", id: "task-1" } as never,
      { code: "invalid_input", hint: expect.stringContaining('"create"') },
    ],
    ["null", null as never, { code: "invalid_input" }],
  ])("with %s changes nothing, and the error names the operation", async (_, operation, error) => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    const before = [await store.stateHash(), await store.audit.list()];
    const { data, ...rest } = error as { data?: object };
    const batch = store.batch([
      { op: "create", id: "note-1" },
      { op: "delete", id: "note-1" },
      operation,
      { op: "create", id: "note-2" },
    ]);
    await expect(batch).rejects.toMatchObject({
      name: "HubsteadError",
      ...rest,
      data: { ...data, operation: 2 },
    });
    expect([await store.stateHash(), await store.audit.list()]).toEqual(before);
  });

  test("that is no list is refused", async () => {
    const store = await memoryStore();
    for (const operations of [undefined, null, {}, "x"])
      await expect(store.batch(operations as never)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("a claim", () => {
  const waiting = async () => {
    const store = await memoryStore();
    await store.batch(
      [1, 2, 3].map(
        (number): Operation => ({
          op: "create",
          id: `job-${number}`,
          status: "open",
          data: { rank: 4 - number },
        }),
      ),
    );
    return store;
  };

  test("takes the first match, and gives it back changed", async () => {
    const store = await waiting();
    const query = { type: "job", status: "open", orderBy: "rank" };
    expect(
      await store.claim(query, { status: "in_progress", set: { by: "ada" } }, { author: "ada" }),
    ).toMatchObject({ id: "job-3", status: "in_progress", version: 2, data: { rank: 1, by: "ada" } });
    expect(await store.claim(query, { status: "in_progress" })).toMatchObject({ id: "job-2" });
    expect(await store.claim(query, { status: "in_progress" })).toMatchObject({ id: "job-1" });
    expect(await store.claim(query, { status: "in_progress" })).toBeUndefined();
    expect((await store.history("job-3"))[1]).toMatchObject({ author: "ada" });
  });

  test("takes the newest where no order is given", async () => {
    const store = await waiting();
    expect(await store.claim({ status: "open" }, { status: "closed" })).toMatchObject({ id: "job-3" });
  });

  test("never gives the same one to two callers, in one process or in several", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    await store.batch(
      Array.from(
        { length: 30 },
        (_, number): Operation => ({ op: "create", id: `job-${number}`, status: "open" }),
      ),
    );
    const claims = Array.from({ length: 40 }, (_, number) =>
      (number % 2 === 0 ? store : other).claim({ status: "open" }, { status: "in_progress" }),
    );
    const ids = (await Promise.all(claims)).flatMap((entity) => entity?.id ?? []);
    expect(ids.length).toBe(30);
    expect(new Set(ids).size).toBe(30);
  });

  test("that would change nothing is refused: the next caller would get the same one", async () => {
    const store = await waiting();
    const claim = store.claim({ type: "job" }, { status: "open" });
    await expect(claim).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("change nothing"),
      hint: expect.any(String),
      data: { id: "job-3" },
    });
    await expect(store.claim({}, {})).rejects.toMatchObject({ code: "invalid_input" });
    expect(await store.claim({ status: "paused" }, {})).toBeUndefined();
  });

  test("with a mistake is refused, also where nothing matches", async () => {
    const store = await waiting();
    for (const [query, edit] of [
      [{ status: "paused" }, { set: [1] }],
      [{ status: ["open", 3] }, {}],
      [null, {}],
      [{}, null],
      [{}, undefined],
    ] as const) {
      await expect(store.claim(query as never, edit as never)).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
    await expect(store.claim({ status: "open" }, { status: "zap" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await store.count({ status: "open" })).toBe(3);
  });
});

describe("reading", () => {
  const filled = async () => {
    const clock = handClock();
    const store = await memoryStore({ now: clock.now });
    for (const [id, status, priority] of [
      ["task-1", "open", "high"],
      ["task-2", "closed", "low"],
      ["note-1", "open", "high"],
    ] as const) {
      await store.create({ id, status, data: { priority, name: `The ${id}` } });
      clock.tick();
    }
    return store;
  };
  const ids = (page: { readonly entities: readonly Entity[] }) => page.entities.map(({ id }) => id);

  test("by id gives the entity, or nothing", async () => {
    const store = await filled();
    expect((await store.get("task-1"))?.id).toBe("task-1");
    expect(await store.get("task-9")).toBeUndefined();
    expect(await store.get(3 as never)).toBeUndefined();
    await expect(store.mustGet("task-9")).rejects.toMatchObject({
      code: "not_found",
      hint: expect.any(String),
    });
  });

  test("lists everything, newest first, or what is asked for", async () => {
    const store = await filled();
    expect(ids(await store.list())).toEqual(["note-1", "task-2", "task-1"]);
    expect(
      ids(await store.list({ type: "task", status: ["open", "closed"], where: { priority: "high" } })),
    ).toEqual(["task-1"]);
    expect(ids(await store.list({ orderBy: "id", limit: 2, offset: 1 }))).toEqual(["task-1", "task-2"]);
  });

  test("counts, and facets by type and status where no field is named", async () => {
    const store = await filled();
    expect(await store.count()).toBe(3);
    expect(await store.count({ where: { priority: { ne: "low" } } })).toBe(2);
    expect(await store.facets()).toEqual({
      type: [
        { value: "task", count: 2 },
        { value: "note", count: 1 },
      ],
      status: [
        { value: "open", count: 2 },
        { value: "closed", count: 1 },
      ],
    });
    expect(await store.facets(["priority"], { type: "task" })).toEqual({
      priority: [
        { value: "high", count: 1 },
        { value: "low", count: 1 },
      ],
    });
    await expect(store.facets("type" as never)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("searches with filters and facets", async () => {
    const store = await filled();
    const found = await store.search("the", { status: "open", facets: ["type"], highlight: true, limit: 1 });
    expect(found.entities.length).toBe(1);
    expect(found.total).toBe(2);
    expect(found.facets).toEqual({
      type: [
        { value: "note", count: 1 },
        { value: "task", count: 1 },
      ],
    });
    expect(Object.values(found.highlights)[0]).toContain("**The**");
    await expect(store.search(3 as never)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("iterates over all matches, many pages of them, while others write", async () => {
    const store = await memoryStore();
    await store.batch(
      Array.from(
        { length: 1_300 },
        (_, number): Operation => ({ op: "create", id: `task-${String(number).padStart(4, "0")}` }),
      ),
    );
    const seen: string[] = [];
    for await (const { id } of store.iterate({ orderBy: "id" })) {
      seen.push(id);
      if (seen.length % 400 === 0) await store.create({ id: `note-${seen.length}` });
    }
    expect(seen.filter((id) => id.startsWith("task"))).toEqual(
      Array.from({ length: 1_300 }, (_, number) => `task-${String(number).padStart(4, "0")}`),
    );
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("iterates as far as a limit, from an offset, and stops where the loop is left", async () => {
    const store = await memoryStore();
    await store.batch(
      Array.from({ length: 1_100 }, (_, number): Operation => ({ op: "create", id: `task-${number}` })),
    );
    const count = async (query: object) => {
      let found = 0;
      for await (const _ of store.iterate(query)) found++;
      return found;
    };
    expect(await count({ limit: 700 })).toBe(700);
    expect(await count({ limit: 1_000, offset: 600 })).toBe(500);
    expect(await count({ limit: 500, type: "task" })).toBe(500);
    expect(await count({ type: "none" })).toBe(0);
    for await (const _ of store.iterate()) break;
    await expect(count({ limit: 0 })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(count({ limit: "many" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("iterates from a cursor on", async () => {
    const store = await filled();
    const { cursor } = await store.list({ orderBy: "id", limit: 1 });
    const seen: string[] = [];
    for await (const { id } of store.iterate({ orderBy: "id", cursor: cursor! })) seen.push(id);
    expect(seen).toEqual(["task-1", "task-2"]);
  });

  test("explains a query", async () => {
    const store = await filled();
    expect((await store.explain({ type: "task", status: "open" })).join("\n")).toContain("entity_list");
  });

  test("has no conflicts where one replica writes", async () => {
    const store = await filled();
    expect(await store.conflicts("task-1")).toEqual([]);
    expect(await store.conflicts("task-9")).toEqual([]);
  });
});

describe("the care of a store", () => {
  test("its status tells what is in it", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await store.create({ id: "task-2" });
    await store.delete("task-2");
    expect(await store.status()).toMatchObject({
      entities: 1,
      deleted: 1,
      changes: 3,
      conflicts: 0,
      replica: expect.stringMatching(/^[a-z2-7]{16}$/u),
    });
  });

  test("a rebuild makes the same store, and is noted in the audit log", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", data: { text: "needle" } });
    const before = await store.stateHash();
    expect(await store.rebuild()).toEqual({ entities: 1, changes: 1 });
    expect(await store.stateHash()).toBe(before);
    expect((await store.search("needle")).entities.length).toBe(1);
    expect((await store.audit.list()).map(({ what }) => what)).toContain("rebuild");
  });

  test("a store that is left idle fills its search index", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await expect.poll(async () => (await store.status()).unindexed, { timeout: 5_000 }).toBe(0);
  });

  test("what an import brought is in the search index when the store closes", async () => {
    const store = await fileStore();
    await store.import(Array.from({ length: 1_500 }, (_, number) => ({ id: `task-${number}` })));
    await store.close();
    const again = await fileStore(store.path);
    expect((await again.status()).unindexed).toBe(0);
  });

  test("nothing is logged, whatever is found: who asks gets the answer", async () => {
    const lines: string[] = [];
    const store = await fileStore(undefined, {
      logger: createLogger({ write: (line) => void lines.push(line), format: "json" }),
    });
    await store.create({ id: "task-1" });
    expect(await store.verify()).toEqual([]);
    const { DatabaseSync } = await import("node:sqlite");
    const other = new DatabaseSync(store.path);
    other.exec("UPDATE entity SET status = 'open'");
    other.close();
    expect(await store.verify()).not.toEqual([]);
    expect(lines).toEqual([]);
  });
});

describe("a store that closes", () => {
  test("does what was begun, and refuses what comes after", async () => {
    const store = await memoryStore();
    const begun = [1, 2, 3].map((number) => store.create({ id: `task-${number}` }));
    await store.close();
    expect((await Promise.all(begun)).map(({ id }) => id)).toEqual(["task-1", "task-2", "task-3"]);
    const asked = [
      () => store.get("task-1"),
      () => store.create({ id: "task-4" }),
      () => store.list(),
      () => store.search("x"),
      () => store.history("task-1"),
      () => store.status(),
      () => store.batch([]),
      () => store.import([]),
      async () => store.changes({ since: 0 }),
      async () => store.observe({ onCreate() {} }),
    ];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("may close twice, and at the end of a scope", async () => {
    const store = await memoryStore();
    await Promise.all([store.close(), store.close()]);
    await store.close();
    let path = "";
    {
      await using scoped = await memoryStore();
      path = scoped.path;
      await scoped.create({ id: "task-1" });
    }
    expect(path).toBe(":memory:");
  });
});

test("the methods of a store can be taken off it", async () => {
  const { create, get, batch, claim, rebuild, backup } = await memoryStore();
  await create({ id: "task-1", status: "open" });
  await batch([{ op: "create", id: "task-2" }]);
  expect(await claim({ status: "open" }, { status: "closed" })).toMatchObject({ id: "task-1" });
  expect(await get("task-2")).toBeDefined();
  expect((await rebuild()).entities).toBe(2);
  expect(await backup.list("/nowhere")).toEqual([]);
});

test("whatever is handed in, an error is one of ours", async () => {
  const store = await memoryStore();
  await store.create({ id: "task-1", data: { a: 1 } });
  const junk: unknown[] = [
    undefined,
    null,
    3,
    Number.NaN,
    "",
    "task-1",
    "\ud800",
    true,
    [],
    {},
    { id: null },
    [null],
    new Map(),
    Symbol.iterator,
    1n,
    () => 1,
    { where: { a: Symbol.iterator } },
    { op: 1 },
    { set: 3 },
    { type: {} },
    { id: "task-1", data: new Date() },
    { limit: Number.NaN },
  ];
  const methods = [
    "create",
    "put",
    "update",
    "delete",
    "restore",
    "revert",
    "batch",
    "claim",
    "get",
    "mustGet",
    "getAt",
    "history",
    "diff",
    "conflicts",
    "list",
    "count",
    "facets",
    "search",
    "explain",
    "import",
  ] as const;
  const wrong: string[] = [];
  for (const method of methods) {
    for (const first of junk) {
      for (const second of [
        undefined,
        null,
        3,
        "x",
        {},
        [],
        { limit: "x" },
        { author: 3 },
        { set: { a: 1n } },
      ]) {
        try {
          await (store[method] as (...args: unknown[]) => Promise<unknown>)(first, second);
        } catch (error) {
          const { name, message } = error as Error;
          if (name !== "HubsteadError")
            wrong.push(
              `${method}(${typeof first === "symbol" || typeof first === "bigint" ? String(first) : JSON.stringify(first)}, ${second === undefined ? "" : typeof second}): ${message}`,
            );
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(await store.verify()).toEqual([]);
});
