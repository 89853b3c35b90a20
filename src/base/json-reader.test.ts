import fc from "fast-check";
import { expect, test } from "vitest";
import { awkwardJson } from "../../test/awkward-json.ts";
import { randomRuns } from "../../test/random-runs.ts";
import { readJson } from "./json-reader.ts";

test("a key with an escape is never taken for one that was met before", () => {
  JSON.parse('[{"x":1,"\\\\":1},{"\\\\":1},{"a\\\\":1}]');
  for (const key of ["\n", '"', "\t", "\\", 'a"', "A"]) {
    const escaped = key === "A" ? '"\\u0041"' : JSON.stringify(key);
    expect(Object.keys(readJson(`{"x":1,${escaped}:2}`) as object)).toEqual(["x", key]);
    expect(Object.keys((readJson(`[{${escaped} : 2}]`) as object[])[0]!)).toEqual([key]);
  }
});

test("a text with escaped keys reads as any other", () => {
  const text =
    ' {"\\n" : [1, -2.5E+3, true, false, null, "\\"}:", {}, [], {"\\t":{"b":[[]]}}] , "a":"x\\\\", "":0 } ';
  expect(readJson(text)).toEqual({
    "\n": [1, -2500, true, false, null, '"}:', {}, [], { "\t": { b: [[]] } }],
    a: "x\\",
    "": 0,
  });
});

test("of equal keys the last counts, and __proto__ is a key", () => {
  expect(JSON.stringify(readJson('{"\\n":1,"__proto__":{"a":1},"\\u000a":2}'))).toBe(
    '{"\\n":2,"__proto__":{"a":1}}',
  );
});

test("what is not JSON is refused as JSON.parse refuses it", () => {
  for (const text of ["", '{"\\n":}', '{"\\n":1', '{"\\x":1}', "{'a':1}", '{"\\n":01}', '"\n"', "[1,]"]) {
    expect(() => readJson(text)).toThrow(SyntaxError);
  }
});

test("nesting of 30,000 levels is read", () => {
  let value = readJson(`${'{"\\n":'.repeat(30_000)}1${"}".repeat(30_000)}`);
  for (let level = 0; level < 30_000; level++) value = (value as Record<string, unknown>)["\n"];
  expect(value).toBe(1);
});

test("every value reads back from its text", () => {
  fc.assert(
    fc.property(awkwardJson, fc.constantFrom("", "  "), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      expect(JSON.stringify(readJson(text), undefined, space)).toBe(text);
    }),
    randomRuns(3000),
  );
});
