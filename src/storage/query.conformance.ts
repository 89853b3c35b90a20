/**
 * @module What every storage must answer to queries: the sentences of `query.ts` as a plain model in memory, and
 * random queries over random data that compare a storage with it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { canonicalJson, isJsonObject, type Json, type JsonObject, jsonEqual } from "../base/json.ts";
import { formatPointer, getAtPath } from "../base/json-pointer.ts";
import type { Draft } from "../entity/change.ts";
import type { Entity } from "../entity/entity.ts";
import { parseFieldPath } from "./field-path.ts";
import type { FacetCounts, FieldCondition, Filter, OrderBy, Query } from "./query.ts";
import type { Plan, Storage } from "./storage.ts";

/** By code points, as UTF-8 bytes sort. */
function compareText(a: string, b: string): number {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return Buffer.compare(left, right);
}

function isTrue(value: Json | undefined, condition: FieldCondition): boolean {
  const { eq, ne, in: oneOf, exists, contains } = condition;
  const ranges = [
    [condition.gt, (sign: number) => sign > 0],
    [condition.gte, (sign: number) => sign >= 0],
    [condition.lt, (sign: number) => sign < 0],
    [condition.lte, (sign: number) => sign <= 0],
  ] as const;
  if (exists !== undefined && (value !== undefined) !== exists) return false;
  if (ne !== undefined && jsonEqual(value, ne)) return false;
  if (eq !== undefined && !jsonEqual(value, eq)) return false;
  if (oneOf !== undefined && !oneOf.some((item) => jsonEqual(value, item))) return false;
  for (const [bound, fits] of ranges) {
    if (bound === undefined) continue;
    if (typeof value === "number" && typeof bound === "number" && fits(value - bound)) continue;
    if (typeof value === "string" && typeof bound === "string" && fits(compareText(value, bound))) continue;
    return false;
  }
  if (contains === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => jsonEqual(item as Json, contains));
  return typeof value === "string" && typeof contains === "string" && value.includes(contains);
}

function fits(entity: Entity, { type, status, where = {} }: Filter): boolean {
  const isOneOf = (name: string, names: string | readonly string[] | undefined) =>
    names === undefined || [names].flat().includes(name);
  if (!isOneOf(entity.type, type) || !isOneOf(entity.status, status)) return false;
  return Object.entries(where).every(([field, condition]) => {
    const isBare = typeof condition !== "object" || condition === null || Array.isArray(condition);
    return isTrue(
      getAtPath(entity.data, parseFieldPath(field)),
      isBare ? { eq: condition as Json } : (condition as FieldCondition),
    );
  });
}

/** Absent and null, then numbers with booleans as 0 and 1 among them, then text, lists and objects as their text. */
function sortKey(value: Json | undefined): [rank: number, number: number, text: string] {
  if (value === undefined || value === null) return [0, 0, ""];
  if (typeof value === "number" || typeof value === "boolean") return [1, Number(value), ""];
  return [2, 0, typeof value === "string" ? value : canonicalJson(value)];
}

function compareValues(a: Json | undefined, b: Json | undefined): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left[0] - right[0] || left[1] - right[1] || compareText(left[2], right[2]);
}

/** @param entities in the order in which they were created */
function listInModel(
  entities: readonly Entity[],
  { orderBy = { field: "updatedAt", direction: "desc" }, ...filter }: Query,
): readonly string[] {
  const { field, direction } = orderBy as OrderBy;
  const isHead = ["updatedAt", "createdAt", "id", "status", "type", "version"].includes(field);
  const path = isHead ? [] : parseFieldPath(field.startsWith("data.") ? field.slice(5) : field);
  const keyOf = (entity: Entity) =>
    isHead ? (entity as unknown as JsonObject)[field] : getAtPath(entity.data, path);
  const ordered = entities
    .filter((entity) => fits(entity, filter))
    .toSorted((a, b) => compareValues(keyOf(a), keyOf(b)));
  // Of equal ones the one created first comes first; in falling order all is turned round.
  return (direction === "desc" ? ordered.toReversed() : ordered).map(({ id }) => id);
}

function facetInModel(entities: readonly Entity[], field: string, filter: Filter): FacetCounts {
  const counts = new Map<string, number>();
  for (const entity of entities.filter((each) => fits(each, filter))) {
    const value =
      field === "type" || field === "status" ? entity[field] : getAtPath(entity.data, parseFieldPath(field));
    const values = value === undefined ? [] : Array.isArray(value) ? (value as Json[]) : [value];
    for (const text of new Set(values.map(canonicalJson))) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, many], [b, few]) => few - many || compareText(a, b))
    .map(([text, count]) => ({ value: JSON.parse(text) as Json, count }));
}

// Few names and values, so that they meet; among them all that a path or a comparison could trip over.
const keys = [
  "a",
  "b",
  "c",
  "0",
  "",
  "a.b",
  "it's",
  'quo"te',
  "back\\slash",
  "new\nline",
  "ключ",
  "日本",
  "$",
  "x[0]",
  "a-b",
  "tilde~/slash",
];
const words = [
  "",
  "a",
  "A",
  "b",
  "ab",
  "ä",
  "a\u0308",
  "it's",
  'say "so"',
  "1",
  "0",
  "true",
  "null",
  "[]",
  "日本語",
  "👍🏽",
  "\uffff",
  "\\",
  "\n",
  "%",
  "_",
];
const key = fc.constantFrom(...keys);
const number = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -2, max: 3 }) },
  fc.constantFrom(
    0.1,
    0.30000000000000004,
    0.3,
    1.5,
    -1.5,
    1e-7,
    2 ** 53 - 1,
    1 - 2 ** 53,
    5e-324,
    0.1 + 0.7,
    123456789.12345679,
  ),
  fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Number.isInteger(value)),
);
const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: number },
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: "grapheme", maxLength: 4 }).filter((text) => text.isWellFormed() && !text.includes("\0")),
);
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: scalar },
      fc.array(scalar, { maxLength: 2 }),
      fc.dictionary(key, scalar, { maxKeys: 2, noNullPrototype: true }),
    ),
    { maxLength: 3 },
  ),
  fc.dictionary(key, scalar, { maxKeys: 3, noNullPrototype: true }),
);
const data = fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true });

const types = ["task", "note", "it's"];
const statuses = ["open", "active", "closed"];
/** Few moments, so that many entities share one. */
const moments = [
  "1969-12-31T23:59:59.999Z",
  "2026-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00.001Z",
  "9999-12-31T23:59:59.999Z",
];

interface Seedling {
  readonly type: string;
  readonly status: string;
  readonly data: JsonObject;
  readonly time: string;
  readonly deleted: boolean;
}
const seedling: fc.Arbitrary<Seedling> = fc.record({
  type: fc.constantFrom(...types),
  status: fc.constantFrom(...statuses),
  data,
  time: fc.constantFrom(...moments),
  deleted: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
});

const idOf = (type: string, number: number) => `${type}-${number}`;

/** What a query compares with: mostly what is there. */
interface Pick {
  readonly entity: number;
  readonly field: number;
  readonly fresh: Json;
  readonly useFresh: boolean;
}
const pick: fc.Arbitrary<Pick> = fc.record({
  entity: fc.nat(99),
  field: fc.nat(9),
  fresh: value,
  useFresh: fc.integer({ min: 0, max: 4 }).map((chance) => chance === 0),
});

/** A path that is in some entity's data, and the value there. */
function pickPlace(
  seedlings: readonly Seedling[],
  { entity, field, fresh }: Pick,
): { pointer: string; value: Json } {
  const places = Object.entries(seedlings[entity % seedlings.length]?.data ?? {}).flatMap(
    ([name, found]): [string[], Json][] => {
      const inner = isJsonObject(found) ? Object.entries(found) : [];
      return [[[name], found], ...inner.map(([deep, item]): [string[], Json] => [[name, deep], item])];
    },
  );
  const [path, there] = places[field % Math.max(1, places.length)] ?? [["a"], fresh];
  return { pointer: formatPointer(path), value: there };
}

const operators = [
  "bare",
  "eq",
  "ne",
  "in",
  "gt",
  "gte",
  "lt",
  "lte",
  "between",
  "exists",
  "contains",
] as const;
const wish = fc.record({ pick, operator: fc.constantFrom(...operators), more: scalar });

function conditionOf(
  seedlings: readonly Seedling[],
  { pick: picked, operator, more }: typeof wish extends fc.Arbitrary<infer T> ? T : never,
): [string, Json | FieldCondition] {
  const { pointer, value: there } = pickPlace(seedlings, picked);
  const operand = picked.useFresh ? picked.fresh : there;
  const bound = typeof operand === "string" || typeof operand === "number" ? operand : 1;
  switch (operator) {
    case "bare":
      return [pointer, isJsonObject(operand) ? { eq: operand } : operand];
    case "in":
      return [pointer, { in: [operand, more] }];
    case "exists":
      return [pointer, { exists: picked.useFresh }];
    case "between":
      return [pointer, { gte: bound, lte: bound }];
    case "contains":
      return [
        pointer,
        {
          contains:
            Array.isArray(operand) && operand.length > 0
              ? (operand[0] as Json)
              : typeof operand === "string"
                ? operand.slice(0, 2).toWellFormed()
                : operand,
        },
      ];
    case "eq":
    case "ne":
      return [pointer, { [operator]: operand }];
    default:
      return [pointer, { [operator]: bound }];
  }
}

const names = (all: readonly string[]) =>
  fc.option(fc.oneof(fc.constantFrom(...all), fc.subarray([...all])), { nil: undefined });
const question = fc.record({
  type: names(types),
  status: names(statuses),
  wishes: fc.array(wish, { maxLength: 2 }),
  order: fc.option(
    fc.oneof(fc.constantFrom("updatedAt", "createdAt", "id", "status", "type", "version"), pick),
    { nil: undefined },
  ),
  direction: fc.constantFrom("asc" as const, "desc" as const),
  pageSize: fc.integer({ min: 1, max: 12 }),
  facet: pick,
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

function queryOf(
  seedlings: readonly Seedling[],
  { type, status, wishes, order, direction }: Question,
): Query {
  const field = typeof order === "object" ? pickPlace(seedlings, order).pointer : order;
  return {
    ...(type === undefined ? {} : { type }),
    ...(status === undefined ? {} : { status }),
    ...(wishes.length === 0
      ? {}
      : { where: Object.fromEntries(wishes.map((each) => conditionOf(seedlings, each))) }),
    ...(field === undefined ? {} : { orderBy: { field, direction } }),
  };
}

const planOf = (id: string, draft: Draft): Plan => ({ target: { id }, plan: () => draft });

async function plant(storage: Storage, seedlings: readonly Seedling[]): Promise<readonly Entity[]> {
  const outcomes = await storage.commit(
    seedlings.map(({ type, status, data: set, time }, number) =>
      planOf(idOf(type, number), { kind: "create", type, status, set, time }),
    ),
  );
  const gone = seedlings.flatMap(({ type, deleted }, number) => (deleted ? [idOf(type, number)] : []));
  await storage.commit(gone.map((id) => planOf(id, { kind: "delete" })));
  return outcomes.flatMap(({ after }) => (after === undefined || gone.includes(after.id) ? [] : [after]));
}

async function readPages(
  storage: Storage,
  query: Query,
  pageSize: number,
  between: (page: number) => Promise<void> = async () => {},
): Promise<readonly Entity[]> {
  const entities: Entity[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 200; page++) {
    const found = await storage.list({
      ...query,
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(found.entities.length).toBeLessThanOrEqual(pageSize);
    entities.push(...found.entities);
    if (found.cursor === undefined) return entities;
    cursor = found.cursor;
    await between(page);
  }
  throw new Error("the pages do not end");
}

/** @param open opens an empty storage; who opens it closes it */
export function describeQueries(name: string, open: () => Promise<Storage>): void {
  const withStorage = async (body: (storage: Storage) => Promise<void>): Promise<void> => {
    const storage = await open();
    try {
      await body(storage);
    } finally {
      await storage.close();
    }
  };

  describe(`queries of ${name}`, () => {
    test("list, count and facets answer what the model answers, for any data, any query, any declared index", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(seedling, { maxLength: 30 }),
          fc.array(question, { minLength: 1, maxLength: 12 }),
          fc.array(pick, { maxLength: 3 }),
          (seedlings, questions, declared) =>
            withStorage(async (storage) => {
              const indexes = declared.map((each) => pickPlace(seedlings, each).pointer);
              for (const type of types) await storage.defineIndex({ type, indexes });
              const entities = await plant(storage, seedlings);
              for (const each of questions) {
                const query = queryOf(seedlings, each);
                const expected = listInModel(entities, query);
                const found = await storage.list({ ...query, limit: 1_000 });
                expect(found.entities.map(({ id }) => id)).toEqual(expected);
                expect(await storage.count(query)).toBe(expected.length);
                const fields = ["type", "status", pickPlace(seedlings, each.facet).pointer];
                const facets = fields.map((field) => [field, facetInModel(entities, field, query)]);
                expect(await storage.facets(fields, query)).toEqual(Object.fromEntries(facets));
              }
            }),
        ),
        randomRuns(60),
      );
    });

    test("pages of any size, and offsets, give the whole list in its order", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(seedling, { maxLength: 30 }),
          fc.array(question, { minLength: 1, maxLength: 6 }),
          (seedlings, questions) =>
            withStorage(async (storage) => {
              const entities = await plant(storage, seedlings);
              for (const each of questions) {
                const query = queryOf(seedlings, each);
                const expected = listInModel(entities, query);
                expect((await readPages(storage, query, each.pageSize)).map(({ id }) => id)).toEqual(
                  expected,
                );
                const rest = await storage.list({ ...query, limit: each.pageSize, offset: 3 });
                expect(rest.entities.map(({ id }) => id)).toEqual(expected.slice(3, 3 + each.pageSize));
              }
            }),
        ),
        randomRuns(30),
      );
    });

    test("what nobody writes is on exactly one page, in its order, while other rows are written between pages", async () => {
      const write = fc.record({
        entity: fc.nat(29),
        kind: fc.constantFrom("update", "delete", "create"),
        data,
        time: fc.constantFrom(...moments),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(seedling, { minLength: 4, maxLength: 30 }),
          question,
          fc.array(write, { minLength: 1, maxLength: 10 }),
          (seedlings, asked, writes) =>
            withStorage(async (storage) => {
              const entities = await plant(storage, seedlings);
              const query = queryOf(seedlings, asked);
              const touched = new Set<string>();
              const shown = await readPages(storage, query, asked.pageSize, async (page) => {
                const next = writes[page];
                if (next === undefined) return;
                const known = entities[next.entity % Math.max(1, entities.length)]?.id ?? "task-new";
                const id = next.kind === "create" ? `task-new-${page}` : known;
                touched.add(id);
                const kind = next.kind as "update" | "delete" | "create";
                await storage.commit([
                  planOf(id, kind === "delete" ? { kind } : { kind, set: next.data, time: next.time }),
                ]);
              });
              const still = (ids: readonly string[]) => ids.filter((id) => !touched.has(id));
              expect(still(shown.map(({ id }) => id))).toEqual(still(listInModel(entities, query)));
            }),
        ),
        randomRuns(40),
      );
    });

    test("the newest first: an entity that is written again between pages is not shown twice", async () => {
      await withStorage(async (storage) => {
        await storage.commit(
          Array.from({ length: 20 }, (_, number) =>
            planOf(`task-${number}`, { kind: "create", type: "task", set: {} }),
          ),
        );
        const shown = await readPages(storage, {}, 4, async (page) => {
          await storage.commit([planOf(`task-${19 - page}`, { kind: "update", set: { page } })]);
        });
        expect(shown.map(({ id }) => id)).toEqual(
          Array.from({ length: 20 }, (_, number) => `task-${19 - number}`),
        );
      });
    });

    test("many types and statuses at once lose nothing", async () => {
      await withStorage(async (storage) => {
        const all = Array.from({ length: 250 }, (_, number) => `t${String(number).padStart(3, "0")}`);
        await storage.commit(
          all.map((type) => planOf(`${type}-x`, { kind: "create", type, status: "open", set: {} })),
        );
        const two = await storage.list({ type: ["t100", "t249"] });
        expect(two.entities.map(({ type }) => type).sort()).toEqual(["t100", "t249"]);
        expect((await storage.list({ status: "open", limit: 1_000 })).entities.length).toBe(250);
        expect((await storage.list({ limit: 1_000 })).entities.length).toBe(250);
      });
    });

    test("a name with dots is a path, and an order is a text too", async () => {
      await withStorage(async (storage) => {
        const authors = ["Bob", "Ada", "Eve"];
        await storage.commit(
          authors.map((author, number) =>
            planOf(`note-${number}`, {
              kind: "create",
              type: "note",
              set: { author: { name: author }, id: `x${number}` },
            }),
          ),
        );
        const ids = async (query: Query) => (await storage.list(query)).entities.map(({ id }) => id);
        expect(await ids({ where: { "author.name": "Ada" } })).toEqual(["note-1"]);
        expect(await ids({ orderBy: "author.name" })).toEqual(["note-1", "note-0", "note-2"]);
        expect(await ids({ orderBy: "-author.name" })).toEqual(["note-2", "note-0", "note-1"]);
        await expect(storage.list({ orderBy: "priority:dsc" })).rejects.toMatchObject({
          code: "invalid_input",
        });
        expect(await ids({ orderBy: "data.author.name:desc" })).toEqual(["note-2", "note-0", "note-1"]);
        expect(await ids({ orderBy: "-data.id" })).toEqual(["note-2", "note-1", "note-0"]);
        expect(await ids({ orderBy: { field: "createdAt" } })).toEqual(["note-2", "note-1", "note-0"]);
        expect(await ids({ orderBy: "id" })).toEqual(["note-0", "note-1", "note-2"]);
      });
    });

    test("an empty list of types, statuses or values matches nothing", async () => {
      await withStorage(async (storage) => {
        await storage.commit([planOf("task-1", { kind: "create", type: "task", set: { a: 1 } })]);
        for (const query of [{ type: [] }, { status: [] }, { where: { a: { in: [] } } }]) {
          expect(await storage.list(query)).toEqual({ entities: [] });
          expect(await storage.count(query)).toBe(0);
        }
      });
    });

    test("entities come frozen, all the way down", async () => {
      await withStorage(async (storage) => {
        await storage.commit([
          planOf("task-1", { kind: "create", type: "task", set: { deep: { list: [1] } } }),
        ]);
        const [entity] = (await storage.list({})).entities;
        const { deep } = entity!.data as { deep: { list: number[] } };
        expect([entity, entity!.data, deep, deep.list].every(Object.isFrozen)).toBe(true);
      });
    });

    test.each<[string, Query]>([
      ["a limit of 0", { limit: 0 }],
      ["a limit above 10,000", { limit: 10_001 }],
      ["a limit that is no whole number", { limit: 1.5 }],
      ["a limit that is text", { limit: "5" as never }],
      ["an offset below 0", { offset: -1 }],
      ["an unknown operator", { where: { a: { like: "x" } as never } }],
      ["an empty condition", { where: { a: {} } }],
      ["a condition without a value", { where: { a: undefined as never } }],
      ["`in` without a list", { where: { a: { in: "x" as never } } }],
      ["a range over booleans", { where: { a: { gt: true as never } } }],
      ["a range over no number", { where: { a: { gt: Number.NaN } } }],
      ["`exists` with a text", { where: { a: { exists: "yes" as never } } }],
      ["conditions that are a list", { where: [] as never }],
      ["an empty name of a field", { where: { "": 1 } }],
      ["the key __proto__", { where: { "a.__proto__": 1 } }],
      ["a value that is not finite", { where: { a: Number.NaN } }],
      ["a value with a NUL character", { where: { a: "\0" } }],
      ["a value with half a character", { where: { a: { contains: "\ud800" } } }],
      ["a value that is no JSON", { where: { a: { in: [undefined as never] } } }],
      ["a whole number that is too large", { where: { a: { eq: 2 ** 60 } } }],
      ["a big integer", { where: { a: { contains: 1n as never } } }],
      ["an unknown direction", { orderBy: { field: "id", direction: "up" as never } }],
      ["an order without a field", { orderBy: {} as never }],
      ["an order that is a number", { orderBy: 3 as never }],
      ["a type that is no name", { type: 3 as never }],
      ["a list of statuses with a number", { status: ["open", 3 as never] }],
      ["a cursor that is none", { cursor: "zap" }],
      ["a cursor that is a number", { cursor: 3 as never }],
      ["a query that is null", null as never],
    ])("%s is refused", async (_, query) => {
      await withStorage(async (storage) => {
        const asked = async () => storage.list(query);
        await expect(asked()).rejects.toMatchObject({ name: "HubsteadError", code: "invalid_input" });
      });
    });

    test("a cursor of another query is refused, with another limit it is taken", async () => {
      await withStorage(async (storage) => {
        await storage.commit(
          [1, 2, 3].map((number) => planOf(`task-${number}`, { kind: "create", type: "task", set: {} })),
        );
        const { cursor } = await storage.list({ type: "task", limit: 1 });
        const next = { type: "task", cursor: cursor! };
        expect((await storage.list({ ...next, limit: 5 })).entities.map(({ id }) => id)).toEqual([
          "task-2",
          "task-1",
        ]);
        for (const other of [
          { ...next, type: "note" },
          { ...next, status: "open" },
          { ...next, where: { a: 1 } },
          { ...next, orderBy: "id" },
        ]) {
          await expect(storage.list(other)).rejects.toMatchObject({
            code: "invalid_input",
            hint: expect.any(String),
          });
        }
      });
    });
  });
}
