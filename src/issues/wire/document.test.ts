import fc from "fast-check";
import { expect, test } from "vitest";
import { type Document, isExact, readDocument, VerbatimNumber, writeDocument } from "./document.ts";

const read = (text: string): Document | undefined => {
  const { value, problem } = readDocument(text) as { value?: Document; problem?: string };
  return problem === undefined ? value : undefined;
};

test("what JSON.parse takes is read the same, and what it refuses is refused", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.json().chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut))),
        fc.string(),
      ),
      (text) => {
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expected = undefined;
        }
        const found = read(text);
        if (expected === undefined && found !== undefined) expect(text).toMatch(/NaN|Infinity/u);
        else if (found === undefined || isExact(found)) expect(found).toEqual(expected);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("what is written is read again, and is the same text as JSON.stringify's but for escapes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = writeDocument(value as Document);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      const again = read(text)!;
      if (isExact(again)) expect(again).toEqual(JSON.parse(JSON.stringify(value)));
      expect(writeDocument(again)).toBe(text);
    }),
    { numRuns: 1_000 },
  );
  expect(writeDocument({ a: [], b: {}, c: [1, { d: null }], é: "ü" })).toBe(
    JSON.stringify({ a: [], b: {}, c: [1, { d: null }], é: "ü" }, null, 2),
  );
});

test.each([
  "9007199254740993",
  "-9007199254740993",
  "123456789012345678901234567890",
  "NaN",
  "Infinity",
  "-Infinity",
])("%s comes out as it went in", (text) => {
  const value = read(`{"a": [${text}]}`)!;
  expect(isExact(value)).toBe(false);
  expect(writeDocument(value)).toBe(`{\n  "a": [\n    ${text}\n  ]\n}`);
});

test("a number beyond all doubles stays as it was written", () => {
  expect(read("1e400")).toEqual(new VerbatimNumber("1e400"));
  expect(writeDocument(read("-1e400")!)).toBe("-1e400");
});

test("numbers that JavaScript writes in another way are the same numbers", () => {
  expect(read("[1.0, 1e+16, 1e-07, -0.0, 0.1]")).toEqual([1, 1e16, 1e-7, -0, 0.1]);
});

test.each([
  "",
  "  ",
  "thanks",
  "{",
  "[1,]",
  '{"a":1,}',
  "01",
  "1 2",
  "'a'",
  '{"a":NaNs}',
  "nul",
  "+1",
  "\u00a01",
  '"\t"',
  "{a:1}",
  "--1",
])("%j is no JSON", (text) => expect(readDocument(text)).toEqual({ problem: "no JSON" }));

test("depth, width and length bombs are answered, not suffered", () => {
  expect(readDocument("[".repeat(65_536))).toEqual({ problem: "nested too deep" });
  expect(readDocument('{"a":'.repeat(13_000))).toEqual({ problem: "nested too deep" });
  expect(readDocument(`${"[".repeat(64)}${"]".repeat(64)}`)).toHaveProperty("value");
  expect(readDocument(`${"[".repeat(65)}${"]".repeat(65)}`)).toEqual({ problem: "nested too deep" });
  expect(read("9".repeat(1_000_000))).toBeInstanceOf(VerbatimNumber);
  expect(read(`"${"\\".repeat(60_000)}"`)).toBe("\\".repeat(30_000));
  expect(read(`"${"a".repeat(250_000)}"`)).toHaveLength(250_000);
});

test("a key __proto__ is data, and changes no object's prototype", () => {
  const value = read('{"__proto__": {"polluted": true}, "a": [{"__proto__": 1}]}') as object;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.hasOwn(value, "__proto__")).toBe(true);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(writeDocument(value as Document)).toContain('"__proto__": {');
});

test("of two equal keys the last counts", () => {
  expect(read('{"a": 1, "a": 2}')).toEqual({ a: 2 });
});

test("an escaped key is read as what it says", () => {
  for (let turn = 0; turn < 3; turn++)
    expect(read('[{"ab": 1}, {"\\u0061b": 2, "\\u0061c": 3}]')).toEqual([{ ab: 1 }, { ab: 2, ac: 3 }]);
});

test.each([
  ["@octocat and @acme/team", "\\u0040octocat and \\u0040acme/team"],
  ["fixes #12", "fixes \\u002312"],
  ["GH-12", "GH\\u002d12"],
  ["https://github.com/a/b/issues/3", "https://github.com/a/b/issues\\u002f3"],
  ["#heading, a-b, issues/new", "#heading, a-b, issues/new"],
])("%j makes no mention and no reference", (text, written) => {
  expect(writeDocument(text)).toBe(`"${written}"`);
  expect(read(writeDocument(text))).toBe(text);
});
