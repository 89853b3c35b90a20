import { describe, expect, test } from "vitest";
import { HubsteadError } from "../errors.ts";
import { readAssignments } from "./assignments.ts";

test("key=text is text, whatever it looks like", () => {
  expect(
    readAssignments(["title=Hello world", "n=5", "yes=true", "empty=", "url=https://x.y/?a=1&b:=2"]),
  ).toEqual({
    title: "Hello world",
    n: "5",
    yes: "true",
    empty: "",
    url: "https://x.y/?a=1&b:=2",
  });
});

test("key:=JSON is what it says", () => {
  expect(
    readAssignments([
      "n:=5",
      "done:=true",
      "none:=null",
      'tags:=["a","b"]',
      'author:={"name":"Ada"}',
      'text:="x"',
    ]),
  ).toEqual({
    n: 5,
    done: true,
    none: null,
    tags: ["a", "b"],
    author: { name: "Ada" },
    text: "x",
  });
});

test("dots lead into objects; a JSON Pointer names keys that hold dots", () => {
  expect(readAssignments(["author.name=Ada", "author.age:=36", "/a.b/c=x", "a:b=y"])).toEqual({
    author: { name: "Ada", age: 36 },
    "a.b": { c: "x" },
    "a:b": "y",
  });
});

describe("what cannot be meant is refused", () => {
  test.each([
    ["nothing to assign", ["title"]],
    ["no key", ["=x"]],
    ["no key for JSON", [":=1"]],
    ["JSON that is none", ["n:=five"]],
    ["the same key twice", ["a=1", "a=2"]],
    ["the same key in two ways", ["a.b=1", "/a/b=2"]],
    ["a text and fields below it", ["a=1", "a.b=2"]],
    ["fields and a text above them", ["a.b=2", "a=1"]],
    ["an empty step", ["a..b=1"]],
    ["__proto__", ["__proto__.polluted=1"]],
    ["__proto__ in JSON", ['a:={"__proto__":{"polluted":1}}']],
    ["__proto__ as a pointer", ["/__proto__/polluted=1"]],
    ["an integer that no number holds", ["n:=9007199254740993"]],
    ["a key twice inside JSON", ['a:={"b":1,"b":2}']],
  ])("%s", (_, assignments) => {
    expect(() => readAssignments(assignments)).toThrow(HubsteadError);
    expect({}).not.toHaveProperty("polluted");
  });

  test("constructor and prototype are keys like any other", () => {
    expect(readAssignments(["constructor.prototype.x=1"])).toEqual({
      constructor: { prototype: { x: "1" } },
    });
    expect({}).not.toHaveProperty("x");
  });
});
