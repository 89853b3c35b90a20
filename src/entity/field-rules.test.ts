import { expect, test } from "vitest";
import type { Json } from "../base/json.ts";
import { applyRule } from "./field-rules.ts";
import type { FieldRule } from "./policy.ts";

const apply = (rule: FieldRule, ...values: Json[]) =>
  applyRule(
    rule,
    values.map((value, index) => ({ replica: "abcdef"[index]!, value })),
  );

test.each<[FieldRule, Json[], Json | undefined]>([
  ["newer", [1, 2, 3], 3],
  ["older", [1, 2, 3], 1],
  ["max", [1, 3, 2], 3],
  ["min", [2, 1, 3], 1],
  ["max", [-1, -2], -1],
  ["max", ["a", "b", "B"], "b"],
  ["min", ["b", "a", "Z"], "Z"],
  ["max", ["a", "ab"], "ab"],
  ["min", ["", "a"], ""],
  ["max", [1, "2"], undefined],
  ["max", [null, 1], undefined],
  ["min", [true, false], undefined],
  ["max", [[1], [2]], undefined],
  [
    "union",
    [
      [1, 2],
      [2, 3],
    ],
    [1, 2, 3],
  ],
  ["union", [[{ a: 1, b: 2 }], [{ b: 2, a: 1 }, [1]]], [{ a: 1, b: 2 }, [1]]],
  ["union", [[], []], []],
  ["union", [[[1]], [[1]]], [[1]]],
  ["union", [[1], 1], undefined],
  ["union", [["1"], [1]], ["1", 1]],
])("%s of %j is %j", (rule, values, expected) => {
  expect(apply(rule, ...values)).toEqual(expected);
});

test("text is compared by code points, as every storage does", () => {
  expect(apply("max", "\uffff", "😀")).toBe("😀");
  expect(apply("min", "\uffff", "😀")).toBe("\uffff");
});

test("of ranked replicas the first that takes part decides, with its latest value", () => {
  expect(apply({ rank: ["c", "a"] }, 1, 2, 3)).toBe(3);
  expect(apply({ rank: ["x", "b"] }, 1, 2)).toBe(2);
  expect(apply({ rank: ["x"] }, 1, 2)).toBeUndefined();
  expect(apply({ rank: [] }, 1, 2)).toBeUndefined();
  const candidates = [1, 2].map((value) => ({ replica: "a", value }));
  expect(applyRule({ rank: ["a"] }, candidates)).toBe(2);
});
