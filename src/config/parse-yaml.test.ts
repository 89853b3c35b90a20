import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { HubsteadError } from "../errors.ts";
import { parseYaml } from "./parse-yaml.ts";

const parse = (text: string) => parseYaml(Buffer.from(text), "hubstead.yml");

function refusal(text: string | Uint8Array): HubsteadError {
  try {
    parseYaml(Buffer.from(text), "hubstead.yml");
  } catch (error) {
    if (error instanceof HubsteadError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

test("maps, lists, texts, numbers, booleans and null are JSON", () => {
  expect(parse("a: [1, 2.5, true, null, ~, text, 'quoted', \"two\\nlines\"]\nb: {c: d}\n").value).toEqual({
    a: [1, 2.5, true, null, null, "text", "quoted", "two\nlines"],
    b: { c: "d" },
  });
});

test("it is YAML 1.2: yes, no and dates are texts", () => {
  expect(parse("a: yes\nb: no\nc: on\nd: 2001-01-01\ne: 0o17\n").value).toEqual({
    a: "yes",
    b: "no",
    c: "on",
    d: "2001-01-01",
    e: 15,
  });
});

test("an empty document is null", () => {
  expect(parse("").value).toBeNull();
  expect(parse("# only a remark\n").value).toBeNull();
});

test("aliases are read where they are few", () => {
  expect(parse("a: &x [1]\nb: *x\n").value).toEqual({ a: [1], b: [1] });
});

test("a path has a line, and so has what is missing: its parent's", () => {
  const { lineOf } = parse("types:\n  paper:\n    statuses:\n      - a\n      - b\nauthor: Ada\n");
  expect(lineOf(["types", "paper", "statuses", 1])).toBe(5);
  expect(lineOf(["types", "paper", "statuses"])).toBe(3);
  expect(lineOf(["types", "paper", "nothing"])).toBe(2);
  expect(lineOf(["author"])).toBe(6);
  expect(lineOf([])).toBe(1);
});

describe("H3: hostile YAML is refused, with a line, and soon", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghij"].map((name, index) => `${name}: &${name} [${`*${"abcdefghij"[index]},`.repeat(9)}]`).join("\n")}`;
  test.each([
    ["a key twice", "a: 1\na: 2\n", 2],
    ["a key twice, written in two ways", 'a: 1\n"a": 2\n', 2],
    ["__proto__", "a:\n  __proto__: 1\n", 2],
    ["__proto__ in quotes, in a flow map", 'a: {"__proto__": {b: 1}}\n', 1],
    ["a merge key", "a: &x {b: 1}\nc:\n  <<: *x\n", 3],
    ["a tag of JavaScript", 'a: !!js/function "x"\n', 1],
    ["a tag of its own", "a: 1\nb: !thing 1\n", 2],
    ["a binary", "a: !!binary aGk=\n", 1],
    ["a set", "a: !!set {x}\n", 1],
    ["an ordered map", "a: !!omap [x: 1]\n", 1],
    ["YAML 1.1", "%YAML 1.1\n---\na: yes\n", 1],
    ["a key that is a list", "? [a]\n: 1\n", 1],
    ["a key that is nothing", "? \n: 1\n", 1],
    ["two documents", "a: 1\n---\nb: 2\n", 2],
    ["a bracket that stays open", "a: [1\n", undefined],
    ["a tab", "a:\n\tb: 1\n", 2],
    ["more than 100 aliases", `a: &a 1\nb: [${"*a,".repeat(101)}]`, 2],
    ["a bomb of aliases", bomb, undefined],
    ["an alias to itself", "a: &a [*a]\n", undefined],
    ["a depth of brackets", `a: ${"[".repeat(60_000)}`, 1],
    ["a depth of closed brackets", `a: ${"[".repeat(30_000)}${"]".repeat(30_000)}`, 1],
    ["a depth of maps", '{"a":'.repeat(12_000), 1],
    ["a depth of dashes", "- ".repeat(30_000), 1],
    ["a depth of question marks", "? ".repeat(30_000), 1],
    [
      "a depth of lines",
      Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
      undefined,
    ],
    ["a flood of colons", `a${": a".repeat(20_000)}`, 1],
    ["a flood of anchors", "&a ".repeat(20_000), 1],
    ["a flood of tags", "! ".repeat(20_000), 1],
    ["a flood of commas", `[${",".repeat(60_000)}`, 1],
    ["a flood of documents", "---\n".repeat(15_000), undefined],
    ["a flood of keys", Array.from({ length: 6_000 }, (_, key) => `k${key}: 1`).join("\n"), undefined],
    [
      "a flood of anchored keys",
      Array.from({ length: 10_000 }, (_, key) => `&${key} a: 1`).join("\n"),
      undefined,
    ],
    ["1 MB", `a: ${"x".repeat(1_000_000)}`, undefined],
    ["an integer that no number holds", "a: 9007199254740993\n", undefined],
    ["infinity", "a: .inf\n", undefined],
    ["not a number", "a: .nan\n", undefined],
    ["NUL", 'a: "\\0"\n', undefined],
  ])("%s", (_, text, line) => {
    refusal(text);
    const start = performance.now();
    const error = refusal(text);
    const tookMs = performance.now() - start;
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain("hubstead.yml");
    expect(error.hint).toBeTruthy();
    if (line !== undefined) expect(error.data.line).toBe(line);
    expect(error.message.length).toBeLessThan(400);
    // A tenth of a second; twice that on a machine that does other things, too.
    expect(tookMs).toBeLessThan(200);
    expect(Object.prototype).not.toHaveProperty("b");
  });

  test("bytes that are no UTF-8", () => {
    expect(refusal(new Uint8Array([0x61, 0x3a, 0x20, 0xff])).message).toContain("UTF-8");
  });

  test("whatever is made of YAML's signs is read or refused, and nothing else happens", () => {
    const signs = [
      "- ",
      "? ",
      ": ",
      ":",
      "a",
      "b: ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "&a ",
      "*a",
      "!",
      "!!js/function ",
      "!!set ",
      "|\n",
      ">\n",
      "'",
      '"',
      "\n",
      "\n  ",
      "\t",
      "#",
      "%YAML 1.1\n",
      "---\n",
      "...\n",
      "<<: ",
      "__proto__: ",
      "constructor: ",
      "\\x",
      "~",
      "0x",
      "\ufeff",
      "\u0000",
      "日本",
    ];
    const texts = fc.array(fc.constantFrom(...signs), { maxLength: 200 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        const start = performance.now();
        try {
          const { value } = parse(text);
          expect(JSON.parse(JSON.stringify(value))).toEqual(value);
        } catch (error) {
          if (!(error instanceof HubsteadError)) throw error;
        }
        expect(performance.now() - start).toBeLessThan(200);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      randomRuns(300, 10_000),
    );
  });
});
