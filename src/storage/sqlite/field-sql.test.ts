import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../../../test/random-runs.ts";
import { canonicalJson, type Json } from "../../base/json.ts";
import { all, conditionSql, fieldValue, jsonPathLiteral, quoteText, readCondition } from "./field-sql.ts";

const database = new DatabaseSync(":memory:");
/** The value of an SQL expression beside a column `data`. */
function evaluate(expression: string, data: Json, values: readonly (string | number | null)[] = []): unknown {
  return Object.values(
    database
      .prepare(`SELECT ${expression} FROM (SELECT ? AS data)`)
      .get(...values, canonicalJson(data)) as object,
  )[0];
}

describe("a path", () => {
  test("leads to its value whatever its keys are, and is never more than a text literal", () => {
    const key = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "'",
        '"',
        "\\",
        "'; DROP TABLE t; --",
        "$",
        ".",
        "[0]",
        "a.b",
        "",
        "#",
        "?",
        "\u007f",
        "\n",
      ),
    );
    fc.assert(
      fc.property(
        fc.array(
          key.map((text) => text.toWellFormed().replaceAll("\0", "") || "x"),
          { minLength: 1, maxLength: 3 },
        ),
        fc.nat(9),
        (segments, value) => {
          fc.pre(!segments.includes("__proto__"));
          const data = segments.reduceRight<Json>((inner, segment) => ({ [segment]: inner }), value);
          expect(evaluate(fieldValue(segments), data)).toBe(value);
          expect(jsonPathLiteral(segments)).toMatch(/^'(?:[^']|'')*'$/u);
        },
      ),
      randomRuns(300),
    );
  });

  test("enters no lists", () => {
    expect(evaluate(fieldValue(["a", "0"]), { a: [7] })).toBeNull();
    expect(evaluate(fieldValue(["a", "[0]"]), { a: [7] })).toBeNull();
    expect(evaluate(fieldValue(["a", "#-1"]), { a: [7] })).toBeNull();
  });

  test("the empty key is a key", () => {
    expect(evaluate(fieldValue([""]), { "": 7 })).toBe(7);
  });
});

test("a text literal keeps quotes as they are", () => {
  expect(evaluate(quoteText("it''s 'so'"), {})).toBe("it''s 'so'");
});

test("no conditions are always true, several are joined", () => {
  expect(all([])).toEqual({ text: "TRUE", values: [] });
  expect(
    all([
      { text: "a = ?", values: [1] },
      { text: "b = ?", values: ["x"] },
    ]),
  ).toEqual({ text: "a = ? AND b = ?", values: [1, "x"] });
});

describe("a condition", () => {
  const holds = (data: Json, condition: Parameters<typeof readCondition>[1]) => {
    const { text, values } = conditionSql("a", ["a"], readCondition("a", condition));
    return evaluate(text, data, values) === 1;
  };

  test("does not take numbers, texts and booleans for each other", () => {
    for (const [value, others] of [
      [1, ["1", true]],
      ["1", [1, true]],
      [true, [1, "true", "1"]],
      [0, [false, "0", "", null]],
      [null, [0, "", "null", false]],
    ] as const) {
      expect(holds({ a: value }, value)).toBe(true);
      for (const other of others) expect(holds({ a: other }, value)).toBe(false);
    }
  });

  test("compares lists and objects as a whole, whatever the order of keys", () => {
    expect(holds({ a: { x: 1, y: [2] } }, { eq: { y: [2], x: 1 } })).toBe(true);
    expect(holds({ a: [1, 2] }, [1, 2])).toBe(true);
    expect(holds({ a: [2, 1] }, [1, 2])).toBe(false);
    expect(holds({ a: "[1,2]" }, [1, 2])).toBe(false);
  });

  test("on an absent field holds for `ne` and `exists: false` alone", () => {
    for (const condition of [{ ne: 1 }, { exists: false }, { ne: null }])
      expect(holds({}, condition)).toBe(true);
    for (const condition of [
      null,
      1,
      { eq: null },
      { in: [null, 1] },
      { gt: 0 },
      { lt: "z" },
      { exists: true },
      { contains: 1 },
      { contains: null },
    ])
      expect(holds({}, condition)).toBe(false);
  });

  test("on null knows it from absence", () => {
    expect(holds({ a: null }, { exists: true })).toBe(true);
    expect(holds({ a: null }, null)).toBe(true);
    expect(holds({ a: null }, { in: [1, null] })).toBe(true);
    expect(holds({ a: null }, { ne: null })).toBe(false);
  });

  test("with a range compares numbers with numbers and texts with texts, by code points", () => {
    expect(holds({ a: 10 }, { gt: 9 })).toBe(true);
    expect(holds({ a: "10" }, { gt: 9 })).toBe(false);
    expect(holds({ a: 10 }, { gt: "1" })).toBe(false);
    expect(holds({ a: true }, { gte: 0 })).toBe(false);
    expect(holds({ a: "\u{10000}" }, { gt: "\uffff" })).toBe(true);
    expect(holds({ a: "2026-01-31" }, { gte: "2026-01", lt: "2026-02" })).toBe(true);
  });

  test("`contains` looks for an element of a list, or a part of a text", () => {
    expect(holds({ a: ["x", 1, null, { k: 1 }, [2]] }, { contains: "x" })).toBe(true);
    expect(holds({ a: ["x", 1, null, { k: 1 }, [2]] }, { contains: null })).toBe(true);
    expect(holds({ a: ["x", 1, null, { k: 1 }, [2]] }, { contains: { k: 1 } })).toBe(true);
    expect(holds({ a: ["x", 1, null, { k: 1 }, [2]] }, { contains: 2 })).toBe(false);
    expect(holds({ a: [true] }, { contains: 1 })).toBe(false);
    expect(holds({ a: "one two" }, { contains: "e t" })).toBe(true);
    expect(holds({ a: "one two" }, { contains: "E" })).toBe(false);
    expect(holds({ a: "100%" }, { contains: "%" })).toBe(true);
    expect(holds({ a: "100" }, { contains: "%" })).toBe(false);
    expect(holds({ a: { one: 1 } }, { contains: "one" })).toBe(false);
  });

  test("with several operators asks for all of them", () => {
    expect(holds({ a: 5 }, { gt: 1, lt: 9, ne: 6 })).toBe(true);
    expect(holds({ a: 5 }, { gt: 1, lt: 9, ne: 5 })).toBe(false);
  });
});
