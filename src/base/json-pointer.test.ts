import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { formatPointer, getAtPath, parsePointer } from "./json-pointer.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

describe("pointers", () => {
  test.each([
    ["", []],
    ["/", [""]],
    ["/a/b", ["a", "b"]],
    ["/a~1b", ["a/b"]],
    ["/m~0n", ["m~n"]],
    ["/~01", ["~1"]],
    ["/ ", [" "]],
    ["/a//b", ["a", "", "b"]],
    ["/0/constructor/toString", ["0", "constructor", "toString"]],
  ])("%j names the path %j, and is written the same way", (pointer, segments) => {
    expect(parsePointer(pointer)).toEqual(segments);
    expect(formatPointer(segments)).toBe(pointer);
  });

  test.each(["a", "a/b", "~", "/~", "/~2", "/a~", "/~10~", "#/a", "/__proto__", "/a/__proto__/b"])(
    "%j is refused",
    (pointer) => {
      expect(() => parsePointer(pointer)).toThrow(invalid);
    },
  );

  test("what is no text is refused", () => {
    for (const value of [undefined, null, 1, {}, ["/a"]]) {
      expect(() => parsePointer(value as unknown as string)).toThrow(invalid);
    }
  });

  test("a path deeper than any value is refused, with a short message", () => {
    expect(parsePointer("/a".repeat(64))).toHaveLength(64);
    expect(() => parsePointer("/a".repeat(65))).toThrow(invalid);
    expect(() => parsePointer("/a".repeat(100_000))).toThrow(/^.{1,120}$/u);
    expect(() => parsePointer("x".repeat(100_000))).toThrow(/^.{1,120}$/u);
  });

  test("every path reads back as it was written", () => {
    const key = fc.oneof(fc.string(), fc.stringMatching(/^[~/01]*$/u)).filter((text) => text !== "__proto__");
    fc.assert(
      fc.property(fc.array(key, { maxLength: 8 }), (segments) => {
        expect(parsePointer(formatPointer(segments))).toEqual(segments);
      }),
      randomRuns(1000),
    );
  });
});

describe("the value at a path", () => {
  const value = { a: { b: [1, 2] }, n: null, "": 0, constructor: 1 };

  test("is found through objects", () => {
    expect(getAtPath(value, [])).toBe(value);
    expect(getAtPath(value, ["a", "b"])).toEqual([1, 2]);
    expect(getAtPath(value, ["n"])).toBeNull();
    expect(getAtPath(value, [""])).toBe(0);
    expect(getAtPath(value, ["constructor"])).toBe(1);
  });

  test("is undefined where the path leads nowhere, into an array, into text or into null", () => {
    for (const path of [["x"], ["a", "x"], ["a", "b", "0"], ["n", "x"], ["a", "b", "length"], ["", "x"]]) {
      expect(getAtPath(value, path)).toBeUndefined();
    }
    expect(getAtPath(undefined, ["a"])).toBeUndefined();
    expect(getAtPath("text", ["length"])).toBeUndefined();
  });

  test("is never what every object inherits", () => {
    for (const key of ["toString", "hasOwnProperty", "__proto__", "valueOf"])
      expect(getAtPath({}, [key])).toBeUndefined();
    expect(getAtPath({ a: {} }, ["a", "constructor"])).toBeUndefined();
  });
});
