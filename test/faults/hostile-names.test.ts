/**
 * @module H5: names of fields, types, statuses, orders, facets and cursors that come from users are data, never SQL:
 * each is refused as `invalid_input` or answered rightly, and no table suffers.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { HubsteadError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { randomRuns } from "../random-runs.ts";

const names = [
  "'",
  "''",
  '"',
  '""',
  "`",
  "[",
  "]",
  "\\",
  "\\\\",
  "\\'",
  '\\"',
  "%",
  "_",
  "*",
  "?",
  "?1",
  ":a",
  "@a",
  "$a",
  "$",
  "$.",
  "$.a",
  "$[0]",
  "[0]",
  "#-1",
  "a'b",
  'a"b',
  "a\\b",
  "a b",
  "a\nb",
  "a\tb",
  "a;b",
  "a--b",
  "a/*b",
  "a,b",
  "a(b",
  "a)b",
  "a=b",
  "a>b",
  "a]b",
  "a[b",
  "a:b",
  "é",
  "漢",
  "🎉",
  "'; DROP TABLE entity; --",
  '"; DROP TABLE entity; --',
  "' OR '1'='1",
  "x') OR 1=1 --",
  "1) UNION SELECT body FROM change --",
  "data",
  "row",
  "rowid",
  "deleted",
  "newest",
  "entity.id",
  "main.entity",
  "sqlite_schema",
  "sort_key",
  "id",
  "type",
  "status",
  "json_each",
  "value",
  "key",
  "NULL",
  "true",
  "0",
  "-1",
  "1e3",
  "length",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "__defineGetter__",
  "u0041",
  "\\u0041",
  "~",
  "~0",
  "~1",
  "~2",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfffx",
  "\u2028",
  "\u202e",
  "x".repeat(300),
  "__proto__",
  "a.__proto__",
  "",
  ".",
  "a.",
  ".a",
  "a..b",
  "/",
  "//",
  "/a",
  "/a/b",
  "/a~b",
  "/__proto__",
  "-",
  "-id",
  "id:desc",
  "data.id",
  "data.",
];

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)).map((both) => both.join(".")),
  fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)).map((both) => `/${both.join("/")}`),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);

/** What comes where a name or a value belongs: from JSON, or from a program without types. */
const anything = fc.oneof(
  { weight: 3, arbitrary: name },
  fc.constantFrom<unknown>(
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 60,
    Number.MAX_SAFE_INTEGER,
    10n,
    Symbol("s"),
    () => 1,
    new Date(0),
    new Map(),
    { field: null },
    { field: "a", direction: "up" },
    { field: 7 },
  ),
  fc.array(name, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
);

const operators = [
  "eq",
  "ne",
  "in",
  "gt",
  "gte",
  "lt",
  "lte",
  "exists",
  "contains",
  "like",
  "$ne",
  "__proto__",
];
const condition = fc.oneof(anything, fc.dictionary(fc.constantFrom(...operators), anything, { maxKeys: 3 }));
const where = fc.oneof(anything, fc.dictionary(name, condition, { maxKeys: 3 }));
const filter = fc.record({ type: anything, status: anything, where }, { requiredKeys: [] });

type Call = (store: Store) => Promise<unknown>;
// The names are hostile, and so are their types.
const call: fc.Arbitrary<Call> = fc.oneof(
  filter.map(
    (query): Call =>
      (store) =>
        store.list(query as never),
  ),
  filter.map(
    (query): Call =>
      (store) =>
        store.count(query as never),
  ),
  filter.map(
    (query): Call =>
      (store) =>
        store.explain(query as never),
  ),
  fc.tuple(filter, anything).map(
    ([query, orderBy]): Call =>
      (store) =>
        store.list({ ...query, orderBy } as never),
  ),
  fc.tuple(filter, anything, anything).map(
    ([query, limit, offset]): Call =>
      (store) =>
        store.list({ ...query, limit, offset } as never),
  ),
  fc.tuple(filter, anything).map(
    ([query, cursor]): Call =>
      (store) =>
        store.list({ ...query, cursor } as never),
  ),
  fc.tuple(filter, anything).map(
    ([query, orderBy]): Call =>
      (store) =>
        Array.fromAsync(store.iterate({ ...query, orderBy } as never)),
  ),
  fc.tuple(fc.oneof(fc.array(anything, { maxLength: 3 }), anything), filter).map(
    ([fields, query]): Call =>
      (store) =>
        store.facets(fields as never, query as never),
  ),
  fc.tuple(anything, filter, anything).map(
    ([text, query, facets]): Call =>
      (store) =>
        store.search(text as never, { ...query, facets } as never),
  ),
  fc.tuple(filter, anything, anything).map(
    ([query, order, highlight]): Call =>
      (store) =>
        store.search("task", { ...query, order, highlight } as never),
  ),
  fc.tuple(filter, anything).map(
    ([query, note]): Call =>
      (store) =>
        store.claim({ ...query, type: ["none", ...names] } as never, { set: {} }, { note } as never),
  ),
  name.map(
    (value): Call =>
      (store) =>
        store.get(value),
  ),
  name.map(
    (value): Call =>
      (store) =>
        store.history(value),
  ),
  fc.tuple(name, name).map(
    ([id, moment]): Call =>
      (store) =>
        store.getAt(id, moment),
  ),
);

const edit = fc.oneof(
  anything,
  fc.record(
    { status: anything, set: anything, unset: anything, expectedVersion: anything },
    { requiredKeys: [] },
  ),
);
const entity = fc.oneof(
  anything,
  fc.record(
    { id: fc.oneof(anything, fc.constant("task-1")), type: anything, status: anything, data: anything },
    { requiredKeys: ["id"] },
  ),
);
const options = fc.oneof(
  fc.constant(undefined),
  fc.record({ author: anything, note: anything, expectedVersion: anything }, { requiredKeys: [] }),
);

/** Writes with whatever a program without types may hand over. Most are refused, and some are done. */
const write: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(fc.constantFrom("create" as const, "put" as const), entity, options).map(
    ([method, value, about]): Call =>
      (store) =>
        store[method](value as never, about as never),
  ),
  fc.tuple(fc.oneof(anything, fc.constant("task-1")), edit, options).map(
    ([id, change, about]): Call =>
      (store) =>
        store.update(id as never, change as never, about as never),
  ),
  fc
    .tuple(
      fc.constantFrom("delete" as const, "restore" as const, "history" as const),
      fc.oneof(anything, fc.constant("task-1")),
      options,
    )
    .map(
      ([method, id, about]): Call =>
        (store) =>
          store[method](id as never, about as never),
    ),
  fc.tuple(fc.constantFrom("getAt" as const, "revert" as const), anything, options).map(
    ([method, moment, about]): Call =>
      (store) =>
        store[method]("task-1", moment as never, about as never),
  ),
  fc.tuple(anything, anything).map(
    ([from, to]): Call =>
      (store) =>
        store.diff("task-1", from as never, to as never),
  ),
  fc.tuple(fc.oneof(anything, fc.array(fc.record({ op: anything, id: anything }))), options).map(
    ([operations, about]): Call =>
      (store) =>
        store.batch(operations as never, about as never),
  ),
  fc
    .tuple(
      fc.oneof(
        anything,
        fc.array(
          fc.record(
            { id: anything, data: anything, createdAt: anything, updatedAt: anything, history: anything },
            { requiredKeys: [] },
          ),
        ),
      ),
      options,
    )
    .map(
      ([records, about]): Call =>
        (store) =>
          store.import(records as never, about as never),
    ),
  fc.tuple(filter, edit, options).map(
    ([query, change, about]): Call =>
      (store) =>
        store.claim(query as never, change as never, about as never),
  ),
  anything.map(
    (value): Call =>
      async (store) =>
        store.observe(value as never)(),
  ),
  fc.record({ since: anything }, { requiredKeys: [] }).map(
    (value): Call =>
      (store) =>
        store.changes(value as never).return!(),
  ),
  fc.tuple(entity, fc.record({ what: anything, target: anything, why: anything, who: anything })).map(
    ([, record]): Call =>
      (store) =>
        store.audit.append(record as never),
  ),
  fc.record({ since: anything, limit: anything }, { requiredKeys: [] }).map(
    (value): Call =>
      (store) =>
        store.audit.list(value as never),
  ),
);

const isData = (text: string): boolean => text.isWellFormed() && !text.includes("\0") && text !== "__proto__";

/** Entities whose fields have the hostile names. */
async function makeStore(): Promise<Store> {
  const store = await openStore(":memory:");
  for (const [number, field] of names.filter(isData).entries()) {
    await store.put({
      id: `task-${number}`,
      data: { [field]: field, nested: { [field]: number }, list: [field, number] },
    });
  }
  return store;
}

test("a hostile name is refused as invalid input, or is a name like any other", async () => {
  await using store = await makeStore();
  const before = await store.stateHash();
  await fc.assert(
    fc.asyncProperty(call, async (run) => {
      try {
        await run(store);
      } catch (error) {
        if (error instanceof HubsteadError && ["invalid_input", "not_found"].includes(error.code)) return;
        throw error;
      }
    }),
    randomRuns(5_000, 100_000),
  );
  expect(await store.stateHash()).toBe(before);
  expect(await store.verify()).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
});

test("whatever is handed to a write is refused with a typed error, or written whole", async () => {
  await using store = await makeStore();
  await fc.assert(
    fc.asyncProperty(write, async (run) => {
      try {
        await run(store);
      } catch (error) {
        const codes = ["invalid_input", "not_found", "already_exists", "version_conflict"];
        if (error instanceof HubsteadError && codes.includes(error.code)) return;
        throw error;
      }
    }),
    randomRuns(5_000, 100_000),
  );
  expect(await store.verify()).toEqual([]);
  const { entities } = await store.list({ limit: 10_000 });
  expect(await Promise.all(entities.map(({ id }) => store.get(id)))).toEqual(
    expect.arrayContaining([...entities]),
  );
});

test("a field with a hostile name is found by it, counted by it, and sorts by it", async () => {
  await using store = await makeStore();
  const fields = names.filter(isData);
  const all = (await store.list({ limit: 10_000 })).entities;
  const pointerOf = (segments: readonly string[]) =>
    segments.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  const idsWith = (read: (data: JsonObject) => Json | undefined, wanted: Json) =>
    all
      .filter(({ data }) => read(data) === wanted)
      .map(({ id }) => id)
      .sort();
  const ids = (entities: readonly { id: string }[]) => entities.map(({ id }) => id).sort();
  for (const [number, field] of fields.entries()) {
    const own = (data: JsonObject) => (Object.hasOwn(data, field) ? data[field] : undefined);
    const nested = (data: JsonObject) =>
      Object.hasOwn(data.nested as JsonObject, field) ? (data.nested as JsonObject)[field] : undefined;
    const pointer = pointerOf([field]);
    const found = await store.list({ where: { [pointer]: field }, limit: 10_000 });
    expect(ids(found.entities)).toEqual(idsWith(own, field));
    const inside = await store.list({ where: { [pointerOf(["nested", field])]: number }, limit: 10_000 });
    expect(ids(inside.entities)).toEqual(idsWith(nested, number));
    expect(await store.count({ where: { [pointer]: { exists: true } } })).toBe(
      all.filter(({ data }) => own(data) !== undefined).length,
    );
    expect(await store.count({ where: { list: { contains: field } } })).toBe(
      all.filter(({ data }) => (data.list as Json[]).includes(field)).length,
    );
    const facets = await store.facets([pointer]);
    expect(facets[pointer]!.map(({ value }) => value)).toContainEqual(field);
    const sorted = await store.list({ orderBy: { field: pointer, direction: "desc" }, limit: 10_000 });
    expect(own(sorted.entities[0]!.data)).not.toBeUndefined();
    expect(sorted.entities).toHaveLength(all.length);
  }
});

test.each([
  [
    "conditions",
    { where: Object.fromEntries(Array.from({ length: 5_000 }, (_, number) => [`field${number}`, number])) },
  ],
  ["values", { where: { a: { in: Array.from({ length: 100_000 }, (_, number) => number) } } }],
  [
    "values of many kinds",
    {
      where: {
        a: { in: Array.from({ length: 5_000 }, (_, number) => (number % 2 === 0 ? true : [number])) },
      },
    },
  ],
  ["types", { type: Array.from({ length: 50_000 }, (_, number) => `type${number}`) }],
  ["statuses", { status: Array.from({ length: 50_000 }, (_, number) => `status${number}`) }],
  ["levels", { where: { [`${"a.".repeat(5_000)}a`]: 1 } }],
  ["letters", { where: { ["a".repeat(3_000_000)]: 1 } }],
  ["nested values", { where: { a: { eq: JSON.parse("[".repeat(5_000) + "]".repeat(5_000)) as Json } } }],
])("a query with thousands of %s is answered, or refused as invalid input", async (_, query) => {
  await using store = await makeStore();
  const run = async (body: () => Promise<unknown>) => {
    try {
      await body();
    } catch (error) {
      expect(error).toMatchObject({ name: "HubsteadError", code: "invalid_input" });
    }
  };
  await run(() => store.list(query));
  await run(() => store.count(query));
  await run(() => store.search("task", query));
  await run(() => store.facets(["status"], query));
  await run(() => store.claim({ ...query, orderBy: "id" }, { set: { a: 1 } }));
  expect(await store.verify()).toEqual([]);
});

test("a list of values that is long but sensible is answered whatever the number of types and statuses", async () => {
  await using store = await openStore(":memory:");
  const statuses = ["active", "open", "closed", "paused", "draft"];
  for (let number = 0; number < 40; number++)
    await store.put({ id: `t${number % 8}-${number}`, status: statuses[number % 5]!, data: { number } });
  const wanted = Array.from({ length: 5_000 }, (_, number) => number);
  expect((await store.list({ where: { number: { in: wanted } } })).entities).toHaveLength(40);
});
