import fc from "fast-check";
import { expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { showValue } from "./show-value.ts";

const loop: Record<string, unknown> = {};
loop.self = loop;

test.each<[unknown, string]>([
  ["task", '"task"'],
  ["a\nb", '"a\\nb"'],
  [undefined, "undefined"],
  [null, "null"],
  [Number.NaN, "NaN"],
  [10n, "10n"],
  [Symbol("s"), "Symbol(s)"],
  [() => 1, "a function"],
  [{ a: 1 }, '{"a":1}'],
  [[1n], "an array"],
  [loop, "an object"],
  [Object.create(null), "{}"],
  [new Date(Number.NaN), "null"],
  [{ toJSON: () => undefined }, "an object"],
])("a message shows %o as %s", (value, shown) => {
  expect(showValue(value)).toBe(shown);
});

test("what is long is cut, and stays well-formed", () => {
  expect(showValue("x".repeat(100))).toBe(`"${"x".repeat(58)}…`);
  expect(showValue("🎉".repeat(100)).isWellFormed()).toBe(true);
});

test("no value is too strange to be shown", () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
      (value) => {
        expect(showValue(value).length).toBeLessThanOrEqual(60);
      },
    ),
    randomRuns(500, 20_000),
  );
});
