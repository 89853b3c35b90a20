import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { canonicalJson, type Json } from "./json.ts";
import { readJson } from "./json-reader.ts";
import { parseJson } from "./json-text.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

test("JSON is read", () => {
  expect(parseJson(' {"a": [1, -2.5e3, "x\\u0041", null, true, {}]} ', "a test")).toEqual({
    a: [1, -2500, "xA", null, true, {}],
  });
  expect(parseJson('"text"', "a test")).toBe("text");
});

test("an error names the source", () => {
  expect(() => parseJson("{", "notes.json:3")).toThrow(/^notes\.json:3 is not valid JSON/u);
  expect(() => parseJson('{"a" 1}', "notes.ndjson line 3")).toThrow(/^notes\.ndjson line 3 is [^(]*$/u);
  expect(() => parseJson('{\n"a" 1}', "notes.json")).toThrow(/\(line 2 column \d+\)$/u);
  expect(() => parseJson('{"a":1e999}', "notes.json")).toThrow(/^notes\.json: "\/a" holds Infinity/u);
});

describe("a key that stands twice in one object is refused", () => {
  test.each([
    ['{"a":1,"a":1}'],
    ['{"a":1,"b":{"c":1,"c":2}}'],
    ['[{"a":1},{"b":1,"b":2}]'],
    ['{"a":1,"\\u0061":2}'],
    ['{"a":[1,{"x":1}],"a":2}'],
    [`{"a"${" ".repeat(100)}:1,"a":2}`],
    [`{"a"\n\t\r :1,"a":2}`],
    ['{"":1,"":2}'],
    ['{"\\"":1,"\\"":2}'],
    ['{"a\\\\":1,"a\\\\":2}'],
    ['{"constructor":1,"constructor":2}'],
  ])("%j", (text) => {
    expect(() => parseJson(text, "a test")).toThrow(/twice in one object/u);
  });

  test.each([
    ['{"a":{"a":{"a":1}}}'],
    ['[{"a":1},{"a":1}]'],
    ['{"a":"a","b":"a"}'],
    ['{"a":["a","a"],"b":["a"]}'],
    ['{"a":"\\"a\\":","b":"{\\"a\\":1,\\"a\\":2}"}'],
    ['{"a":"x\\\\","b":":"}'],
    ['["a","a"]'],
  ])("but not in %j", (text) => {
    expect(() => parseJson(text, "a test")).not.toThrow();
  });
});

describe("what would be read as something else is refused", () => {
  test.each([
    ["9007199254740993"],
    ["-9007199254740993"],
    ["[1e400]"],
    ["1e30"],
    ['"\\ud800"'],
    ['"a\\u0000b"'],
    ['{"a\\u0000b":1}'],
    ['{"\\udfff":1}'],
    ['{"__proto__":{}}'],
    ['[{"a":{"__proto__":1}}]'],
  ])("%s", (text) => {
    expect(() => parseJson(text, "a test")).toThrow(invalid);
  });
});

test("a text of a million escapes is read", () => {
  const long = "\n".repeat(1_000_000);
  expect(parseJson(JSON.stringify({ long, other: 1 }), "a test")).toEqual({ long, other: 1 });
  expect(() => parseJson(`{"a":${JSON.stringify("\\\\".repeat(5_000_000))},"a":1}`, "a test")).toThrow(
    invalid,
  );
});

test("every JSON value reads back from its text, however it is spaced", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom("", "  ", "\t"), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      let read: Json;
      try {
        read = parseJson(text, "a test");
      } catch (error) {
        expect(error).toEqual(invalid);
        return;
      }
      expect(canonicalJson(read)).toBe(canonicalJson(readJson(text) as Json));
    }),
    randomRuns(1000),
  );
});
