import { describe, expect, test } from "vitest";
import { HubsteadError } from "../errors.ts";
import { readWhere } from "./where.ts";

test.each([
  ["rating=up", { rating: { eq: "up" } }],
  ["rating = up", { rating: { eq: "up" } }],
  ["rating!=up", { rating: { ne: "up" } }],
  ["n>5", { n: { gt: 5 } }],
  ["n>=5.5", { n: { gte: 5.5 } }],
  ["n < -1e3", { n: { lt: -1000 } }],
  ["n<=0", { n: { lte: 0 } }],
  ["date>2025-01-31", { date: { gt: "2025-01-31" } }],
  ["title~docs", { title: { contains: "docs" } }],
  ["tags~5", { tags: { contains: 5 } }],
  ["done=true", { done: { eq: true } }],
  ["done=null", { done: { eq: null } }],
  ['code="007"', { code: { eq: "007" } }],
  ["code='true'", { code: { eq: "true" } }],
  ["code=007", { code: { eq: "007" } }],
  ["big=9007199254740993", { big: { eq: "9007199254740993" } }],
  ["huge=1e999", { huge: { eq: "1e999" } }],
  ["empty=", { empty: { eq: "" } }],
  ["url=https://x.y/?a=1", { url: { eq: "https://x.y/?a=1" } }],
  ["rating in up,down", { rating: { in: ["up", "down"] } }],
  ["n in 1, \"2\" , 'three, four'", { n: { in: [1, "2", "three, four"] } }],
  ["rating in up", { rating: { in: ["up"] } }],
  ["rating?", { rating: { exists: true } }],
  ["!rating", { rating: { exists: false } }],
  ["author.name=Ada", { "author.name": { eq: "Ada" } }],
  ["/author/full.name=Ada", { "/author/full.name": { eq: "Ada" } }],
  ['"odd = name">1', { "odd = name": { gt: 1 } }],
  ["in=5", { in: { eq: 5 } }],
  ["größe=x", { größe: { eq: "x" } }],
])("%s", (expression, where) => {
  expect(readWhere([expression])).toEqual(where);
});

test("several conditions must all hold", () => {
  expect(readWhere(["n>1", "n<5", "a=b"])).toEqual({ n: { gt: 1, lt: 5 }, a: { eq: "b" } });
  expect(readWhere([])).toEqual({});
});

describe("what is not understood is named, with what to write", () => {
  test.each([
    "",
    "rating",
    "=up",
    "rating in",
    "rating in ,",
    "rating in a,,b",
    'rating="up',
    "rating='up",
    'rating="up" or 1=1',
    "n>true",
    "n<=null",
    "a b c",
    "!",
    "?",
    "!!a",
    'n in "a',
  ])("%s", (expression) => {
    let error: unknown;
    try {
      readWhere([expression]);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(HubsteadError);
    expect(error).toMatchObject({ code: "invalid_input", hint: expect.any(String) });
  });

  test("an operator twice on one field", () => {
    expect(() => readWhere(["a=1", "a=2"])).toThrow(/second of its kind/u);
  });
});

test("a long expression is answered at once", () => {
  const start = performance.now();
  for (const expression of [
    `a in ${"x,".repeat(50_000)}`,
    `${" ".repeat(50_000)}!`,
    `"${"\\".repeat(50_000)}`,
    `a in ${"'".repeat(50_001)}`,
    "a".repeat(100_000),
  ]) {
    try {
      readWhere([expression]);
    } catch {
      // Refusing is an answer, too.
    }
  }
  expect(performance.now() - start).toBeLessThan(1_000);
});
