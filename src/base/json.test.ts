import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { awkwardJson } from "../../test/awkward-json.ts";
import { randomRuns } from "../../test/random-runs.ts";
import {
  canonicalJson,
  checkJson,
  deepFreeze,
  escapeSegment,
  isJsonObject,
  type Json,
  jsonEqual,
  maxJsonDepth,
} from "./json.ts";
import { readJson } from "./json-reader.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

function reorderKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(reorderKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reorderKeys(item)]),
  );
}

describe("canonical text", () => {
  // RFC 8785, appendix B.
  test.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("of the number with the bits %s is %s", (bits, text) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${bits}`));
    const number = view.getFloat64(0);
    expect(canonicalJson(number)).toBe(text);
    expect(canonicalJson([number, { a: number }])).toBe(`[${text},{"a":${text}}]`);
  });

  test("of the RFC's sample is the RFC's", () => {
    const sample = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("orders keys by UTF-16 code units", () => {
    const sample = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(Object.values(JSON.parse(canonicalJson(sample).replace(/"1":/u, '"1 ":')))).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  test("orders keys that look like integers as text, at any depth", () => {
    expect(canonicalJson({ b: 1, 10: 1, 9: 1, "": 1 })).toBe('{"":1,"10":1,"9":1,"b":1}');
    expect(canonicalJson([{ z: { 2: 0, 10: 0 }, a: 0 }])).toBe('[{"a":0,"z":{"10":0,"2":0}}]');
    expect(canonicalJson({ 4294967295: 1, 4294967294: 2, "01": 3 })).toBe(
      '{"01":3,"4294967294":2,"4294967295":1}',
    );
  });

  test("does not alter what it is given", () => {
    const value = deepFreeze({ b: [{ d: 1, c: 2 }], a: { 10: 1, 9: 2 } });
    expect(canonicalJson(value)).toBe('{"a":{"10":1,"9":2},"b":[{"c":2,"d":1}]}');
    expect(Object.keys(value)).toEqual(["b", "a"]);
  });

  test("is the same whatever the order of keys, and reads back as the same value", () => {
    fc.assert(
      fc.property(awkwardJson, (value) => {
        checkJson(value);
        const text = canonicalJson(value);
        expect(canonicalJson(reorderKeys(value))).toBe(text);
        expect(canonicalJson(readJson(text) as Json)).toBe(text);
        expect(jsonEqual(readJson(text) as Json, value)).toBe(true);
      }),
      randomRuns(2000),
    );
  });

  test("tells different values apart as jsonEqual does", () => {
    fc.assert(
      fc.property(awkwardJson, awkwardJson, (a, b) => {
        expect(jsonEqual(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
      randomRuns(1000),
    );
  });
});

describe("what no storage could hold exactly is refused", () => {
  class Point {
    x = 1;
  }
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });

  test.each<[string, unknown, string]>([
    ["NaN", { a: Number.NaN }, "/a"],
    ["infinity", [Number.NEGATIVE_INFINITY], "/0"],
    ["an integer beyond 2^53-1", { a: [2 ** 53] }, "/a/0"],
    ["a lone surrogate", { a: "x\ud800" }, "/a"],
    ["a lone surrogate in a key", { "\udc00": 1 }, "/\udc00"],
    ["NUL", "a\0", ""],
    ["NUL in a key", { "a\0": 1 }, "/a\0"],
    ["the key __proto__", JSON.parse('{"a":[{"__proto__":{"x":1}}]}'), "/a/0/__proto__"],
    ["undefined", { a: undefined }, "/a"],
    ["a hole in a list", Object.assign(new Array(2), { 0: 1 }), "/1"],
    ["a function", { toJSON: () => 1 }, "/toJSON"],
    ["a big integer", [1n], "/0"],
    ["a symbol", [Symbol.iterator], "/0"],
    ["a date", { at: new Date() }, "/at"],
    ["a map", { map: new Map() }, "/map"],
    ["an instance of a class", { p: new Point() }, "/p"],
    ["a boxed text", { a: new String("x") }, "/a"],
    ["keys that need escapes", { "a/b": { "m~n": Number.NaN } }, "/a~1b/m~0n"],
  ])("%s", (_, value, path) => {
    expect(() => checkJson(value)).toThrow(
      expect.objectContaining({ code: "invalid_input", data: expect.objectContaining({ path }) }),
    );
  });

  test("cycles, and nesting deeper than 64", () => {
    expect(() => checkJson(cycle)).toThrow(invalid);
    expect(() => checkJson(deep(maxJsonDepth))).not.toThrow();
    expect(() => checkJson(deep(maxJsonDepth + 1))).toThrow(invalid);
    expect(() => checkJson([deep(maxJsonDepth)])).toThrow(invalid);
  });

  test("and nothing else: objects without a prototype and of other realms are plain", () => {
    const bare: Record<string, unknown> = Object.create(null);
    bare.a = 1;
    for (const value of [
      bare,
      -0,
      Number.MAX_SAFE_INTEGER,
      0.5,
      1e-300,
      "",
      "😀",
      "\u0001",
      [],
      {},
      null,
      false,
    ]) {
      expect(() => checkJson(value)).not.toThrow();
    }
    expect(() =>
      checkJson({ constructor: 1, toString: { valueOf: [] }, hasOwnProperty: null, "": 0 }),
    ).not.toThrow();
  });

  test("an error's message stays short", () => {
    const wide = { ["k".repeat(60_000)]: { ["l".repeat(60_000)]: Number.NaN } };
    expect(() => checkJson(wide)).toThrow(/^.{1,400}$/u);
  });
});

describe("equality", () => {
  test("0 and -0 are the same value, key order does not matter, order in lists does", () => {
    expect(jsonEqual({ a: 0, b: 1 }, { b: 1, a: -0 })).toBe(true);
    expect(jsonEqual([1, 2], [2, 1])).toBe(false);
  });

  test.each<[Json | undefined, Json | undefined]>([
    [{}, []],
    [{}, null],
    [[], null],
    ["1", 1],
    [0, false],
    [undefined, null],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ toString: 1 }, {}],
    [{}, { constructor: 1 }],
    [{ constructor: 1 }, { toString: 1 }],
    [[1], [1, 2]],
    [{ 0: 1 }, [1]],
  ])("%j is not %j", (a, b) => {
    expect(jsonEqual(a, b)).toBe(false);
    expect(jsonEqual(b, a)).toBe(false);
  });
});

test("a frozen value cannot be changed at any depth", () => {
  const value = deepFreeze({ a: [{ b: 1 }], c: {} });
  expect(Object.isFrozen(value.a[0])).toBe(true);
  expect(Object.isFrozen(value.c)).toBe(true);
  expect(() => Object.assign(value.a[0] as object, { b: 2 })).toThrow(TypeError);
  expect(deepFreeze("text")).toBe("text");
});

test("a plain object is no list and no null", () => {
  expect([{}, [], null, "x", 1, undefined].map(isJsonObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test("a segment of a pointer is escaped", () => {
  expect(["a", "a/b", "m~n", "~1", ""].map(escapeSegment)).toEqual(["a", "a~1b", "m~0n", "~01", ""]);
});
