/**
 * @module Input that wants to do harm (H1, H2 of the tests that earn trust): reserved keys at any depth, depth bombs,
 * width, long keys, long numbers; as text, as data, as changes, through the fold.
 */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { clockAt, replicaNamed } from "../../test/story.ts";
import { canonicalJson, checkJson, isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { getAtPath } from "../base/json-pointer.ts";
import { parseJson } from "../base/json-text.ts";
import { type Change, encodeChange, type LoggedChange, parseChange } from "./change.ts";
import { applyEdit, diffData, listDifferences, removeAtPath, setAtPath } from "./edit.ts";
import { fold } from "./fold.ts";
import type { ReplicaId } from "./id.ts";
import { readPolicy } from "./policy.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

/** All that every value of the realm inherits. */
function describeRealm(): string {
  const prototypes = [
    Object.prototype,
    Array.prototype,
    Function.prototype,
    String.prototype,
    Map.prototype,
    Set.prototype,
  ];
  return prototypes
    .map((prototype) =>
      Reflect.ownKeys(prototype)
        .map((key) => `${String(key)}:${typeof Reflect.getOwnPropertyDescriptor(prototype, key)?.value}`)
        .join(),
    )
    .join("\n");
}

const realm = describeRealm();

function expectCleanRealm(): void {
  expect(describeRealm()).toBe(realm);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
}

afterEach(expectCleanRealm);

const reserved = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "__defineGetter__",
  "__lookupSetter__",
  "polluted",
];

/** JSON texts: `JSON.parse` makes `__proto__` an own key, which no literal can. */
const hostileText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthIdentifier: "hostile" },
    fc.constantFrom(
      '"x"',
      "1",
      "null",
      '{"polluted":true}',
      '{"prototype":{"polluted":true}}',
      '{"__proto__":{"polluted":true}}',
    ),
    fc
      .array(fc.tuple(fc.constantFrom(...reserved, "a"), tie("value")), {
        maxLength: 3,
        depthIdentifier: "hostile",
      })
      .map(
        (entries) =>
          `{${[...new Map(entries)].map(([key, item]) => `${JSON.stringify(key)}:${item}`).join()}}`,
      ),
    fc.array(tie("value"), { maxLength: 3, depthIdentifier: "hostile" }).map((items) => `[${items.join()}]`),
  ),
})).value;

function logged(change: Partial<Change> & Record<string, unknown>): LoggedChange {
  const known = { replica: replicaNamed("a"), seq: 1, clock: clockAt(1), entity: "task-1", kind: "create" };
  return { change: parseChange(JSON.parse(JSON.stringify({ ...known, ...change }))), seen: {} };
}

/** Takes a text through everything that reads what others wrote. @returns what it is, or `undefined` when refused */
function takeThrough(text: string): Json | undefined {
  let value: Json;
  try {
    value = parseJson(text, "a comment");
  } catch (error) {
    expect(error).toEqual(invalid);
    return undefined;
  }
  expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
  if (!isJsonObject(value)) return value;
  const create = logged({ set: value });
  const rival = {
    ...logged({ replica: replicaNamed("b"), clock: clockAt(2), set: { a: { b: 1 }, constructor: value } }),
  };
  expect(canonicalJson(fold([create])!.data)).toBe(canonicalJson(value));
  const both = fold([create, rival])!;
  const expected = applyEdit(value, { set: { constructor: value } });
  expect(canonicalJson(getAtPath(both.data, ["constructor"])!)).toBe(
    canonicalJson(getAtPath(expected, ["constructor"])!),
  );
  expect(canonicalJson(applyEdit(value, diffData(value, both.data)))).toBe(canonicalJson(both.data));
  readPolicy(value);
  listDifferences(value, both.data);
  return value;
}

describe("reserved keys are kept as data or refused, and change nothing else", () => {
  const fixed = [
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"prototype":{"polluted":true}}',
    '{"a":{"__proto__":{"polluted":true}}}',
    '{"a":{"constructor":{"prototype":{"polluted":true}}}}',
    '{"a":[{"__proto__":{"polluted":true}}]}',
    '[{"constructor":{"prototype":{"polluted":true}}}]',
    '[[[{"__proto__":[]}]]]',
    '{"__proto__":null}',
    '{"__proto__":[]}',
    '{"__proto__":"x"}',
    '{"__proto__":{"__proto__":{"polluted":1}}}',
    '{"\\u005f_proto__":{"polluted":true}}',
    '{"__proto\\u005f_":{"polluted":true}}',
    '{"constructor":null}',
    '{"constructor":"x"}',
    '{"constructor":{"name":"Object"}}',
    '{"constructor":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"toString":null,"valueOf":null}',
    '{"toString":"x","a":{"toString":{}}}',
    '{"hasOwnProperty":1}',
    '{"hasOwnProperty":{"call":1}}',
    '{"isPrototypeOf":1,"propertyIsEnumerable":2}',
    '{"__defineGetter__":"polluted"}',
    '{"__lookupGetter__":{"polluted":true}}',
    '{"toJSON":"x"}',
    '{"a":{"toJSON":{"b":1}}}',
    '{"then":{"a":1}}',
    '{"length":-1,"0":"a"}',
    '{"Symbol(Symbol.iterator)":1}',
    '{"prototype":{"prototype":{"polluted":true}},"__proto":1,"_proto_":2}',
    '{"data":{"type":"x","status":"y"},"type":"z","id":"q"}',
  ];

  test.each(fixed)("%s", (text) => {
    const value = takeThrough(text);
    if (/__proto(?:__|\\u005f_)"|\\u005f_proto__"/u.test(text)) expect(value).toBeUndefined();
    else expect(canonicalJson(value!)).toBe(canonicalJson(JSON.parse(text)));
    expectCleanRealm();
  });

  test.each<[string, Record<string, unknown>]>([
    ["as a field of a change", JSON.parse('{"__proto__":{"polluted":true}}')],
    ["in a field nobody knows", JSON.parse('{"future":{"a":{"__proto__":1}}}')],
    ["in a pointer", { unset: ["/__proto__/polluted"] }],
    ["deep in a pointer", { unset: ["/a/__proto__"] }],
    ["as a replica in seen", { seen: JSON.parse('{"__proto__":1}') }],
    ["as a constructor in seen", { seen: { constructor: 1 } }],
    ["as a resolved head", { resolves: ["__proto__:1"] }],
    ["as the replica", { replica: "__proto__" }],
  ])("__proto__ %s is refused", (_, fields) => {
    expect(() =>
      logged({ set: {}, ...fields, ...(Object.hasOwn(fields, "__proto__") ? { x: fields } : {}) }),
    ).toThrow(invalid);
  });

  test("5,000 texts with reserved keys at any depth", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const value = takeThrough(text);
        expectCleanRealm();
        if (!text.includes('"__proto__"'))
          expect(canonicalJson(value!)).toBe(canonicalJson(JSON.parse(text)));
        else expect(value).toBeUndefined();
      }),
      randomRuns(5000),
    );
  });

  test("even unchecked, an edit keeps __proto__ as data", () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":{"b":1}}}') as JsonObject;
    const applied = applyEdit({}, { set: hostile });
    expect(Object.getPrototypeOf(applied)).toBe(Object.prototype);
    expect(JSON.stringify(applied)).toBe(JSON.stringify(hostile));
    const merged = applyEdit(applied, {
      set: JSON.parse('{"__proto__":{"more":1},"a":{"__proto__":2}}') as JsonObject,
    });
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":true,"more":1},"a":{"__proto__":2}}');
    expect(JSON.stringify(applyEdit({}, diffData({}, hostile)))).toBe(JSON.stringify(hostile));
    expect(JSON.stringify(setAtPath({}, ["__proto__", "polluted"], true))).toBe(
      '{"__proto__":{"polluted":true}}',
    );
    expect(JSON.stringify(removeAtPath(hostile, ["a", "__proto__"]))).toBe(
      '{"__proto__":{"polluted":true},"a":{}}',
    );
  });

  test("keys that every object inherits are plain data in paths", () => {
    for (const key of ["constructor", "toString", "hasOwnProperty", "valueOf", "", "length"]) {
      expect(removeAtPath({}, [key])).toEqual({});
      expect(removeAtPath({ [key]: 1 }, [key])).toEqual({});
      expect(setAtPath({}, [key, key], 1)).toEqual({ [key]: { [key]: 1 } });
      expect(applyEdit({}, { set: { [key]: { a: 1 } } })).toEqual({ [key]: { a: 1 } });
      expect(diffData({}, { [key]: 1 })).toEqual({ set: { [key]: 1 } });
      expect(diffData({ [key]: 1 }, {})).toEqual({ unset: [`/${key}`] });
      expect(listDifferences({}, { [key]: 1 })).toEqual([{ path: `/${key}`, after: 1 }]);
    }
  });
});

describe("bombs are refused or handled, without a stack overflow", () => {
  const depths = [64, 65, 100, 1000, 10_000, 30_000];

  test.each(depths)("%i brackets", (depth) => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
      ['[{"":', "}]"],
    ] as const) {
      const levels = open.startsWith("[{") ? Math.ceil(depth / 2) : depth;
      const closed = open.repeat(levels) + (open === "[" ? "" : "1") + close.repeat(levels);
      const isFine = depth <= 64;
      if (isFine) expect(() => parseJson(closed, "a bomb")).not.toThrow();
      else expect(() => parseJson(closed, "a bomb")).toThrow(invalid);
      expect(() => parseJson(open.repeat(levels), "a bomb")).toThrow(invalid);
      const change = {
        replica: replicaNamed("a"),
        seq: 1,
        clock: clockAt(1),
        entity: "task-1",
        kind: "update",
      };
      if (!isFine) expect(() => parseChange({ ...change, set: { a: JSON.parse(closed) } })).toThrow(invalid);
    }
  });

  test("an object that holds itself, and one that is shared a billion times", () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    expect(() => checkJson(cycle)).toThrow(invalid);
    let shared: unknown = 1;
    for (let level = 0; level < 70; level++) shared = [shared];
    expect(() => checkJson([shared, shared])).toThrow(invalid);
  });

  test("60,000 keys are read, folded, and folded against 60,000 others", () => {
    const wide = (offset: number) =>
      Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, index + offset]));
    const text = JSON.stringify(wide(0));
    expect(Object.keys(parseJson(text, "a bomb") as object)).toHaveLength(60_000);
    const [a, b] = [
      logged({ set: wide(0) }),
      logged({ replica: replicaNamed("b"), clock: clockAt(2), set: wide(1) }),
    ];
    const state = fold([a, b])!;
    expect(state.data).toEqual(wide(1));
    expect(state.conflicts).toHaveLength(60_000);
    expect(diffData(wide(0), wide(1)).set).toEqual(wide(1));
  });

  test("two resolutions of 60,000 keys are decided, though none of the later one shows", () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}`);
    const set = (value: number) => Object.fromEntries(keys.map((key) => [key, value]));
    const [a, b, c] = ["a", "b", "c"].map(replicaNamed) as [ReplicaId, ReplicaId, ReplicaId];
    const entry = (
      replica: string,
      kind: string,
      value: number,
      { at, seen }: { at: number; seen: Record<string, number> },
    ): LoggedChange => ({
      change: logged({ replica: replica as Change["replica"], kind, clock: clockAt(at), set: set(value) })
        .change,
      seen,
    });
    const first = entry(a, "create", 0, { at: 1, seen: {} });
    const informed = entry(b, "resolve", 1, { at: 2, seen: { [a]: 1 } });
    const later = entry(c, "resolve", 2, { at: 3, seen: {} });
    expect(fold([first, informed, later])!.data).toEqual(set(1));
  });

  test("a key of 60 KB, at every level", () => {
    const key = "k".repeat(60_000);
    const text = `${`{"${key}":`.repeat(60)}1${"}".repeat(60)}`;
    expect(canonicalJson(parseJson(text, "a bomb"))).toBe(text);
    expect(() => parseJson(text.replace("1", "1e999"), "a bomb")).toThrow(/^.{1,500}$/u);
    const change = logged({ set: { [key]: { [key]: 1 } } });
    expect(
      fold([change, { ...change, change: { ...change.change, replica: replicaNamed("b") } }])!.data,
    ).toEqual({ [key]: { [key]: 1 } });
  });

  test("a number of a million digits", () => {
    expect(() => parseJson("9".repeat(1_000_000), "a bomb")).toThrow(invalid);
    expect(() => parseJson(`-${"9".repeat(1_000_000)}`, "a bomb")).toThrow(invalid);
    expect(() => parseJson(`1e${"9".repeat(1_000_000)}`, "a bomb")).toThrow(invalid);
    expect(parseJson(`0.${"3".repeat(1_000_000)}`, "a bomb")).toBe(1 / 3);
  });

  test("a thousand pointers, and pointers of a thousand keys", () => {
    expect(() => logged({ kind: "update", unset: ["/a".repeat(1000)] })).toThrow(invalid);
    const many = logged({
      kind: "update",
      unset: Array.from({ length: 1000 }, (_, index) => `/k${index}${"/a".repeat(63)}`),
    });
    const rival = logged({ replica: replicaNamed("b"), clock: clockAt(2), set: { k1: 1 } });
    expect(fold([many, rival])!.data).toEqual({ k1: 1 });
  });

  test("ids, authors and notes of a megabyte, and a seen of 20,000 replicas", () => {
    const long = "x".repeat(1_000_000);
    for (const field of [
      "entity",
      "type",
      "author",
      "note",
      "origin",
      "status",
      "time",
      "kind",
      "replica",
      "clock",
    ]) {
      if (field !== "kind") expect(() => logged({ [field]: long })).toThrow(/^.{1,300}$/u);
    }
    const letters = "abcdefghijklmnopqrstuvwxyz234567";
    const name = (index: number) =>
      [0, 1, 2, 3]
        .map((place) => letters[(index >> (5 * place)) & 31])
        .join("")
        .padEnd(16, "q");
    const seen = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [name(index), index + 1]));
    expect(encodeChange(logged({ seen }).change)).toContain(name(19_999));
  });
});
