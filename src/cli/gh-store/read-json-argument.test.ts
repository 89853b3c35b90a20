/**
 * @module JSON as people write it on gh-store's command line.
 */
import { expect, test } from "vitest";
import { readJsonArgument } from "./read-json-argument.ts";

test.each([
  ['{"a": 1}', { a: 1 }],
  [`'{"a": 1}'`, { a: 1 }],
  [`'{\\"a\\": "it\\'s"}'`, { a: "it's" }],
  ['"{\\"a\\": 1}"', { a: 1 }],
  ['"[1]"', [1]],
  ['"text"', "text"],
  ["[1, null]", [1, null]],
  ["5", 5],
])("%s", (text, value) => {
  expect(readJsonArgument(text, "data")).toEqual(value);
});

test.each(["{a: 1}", "'{a}'", "", "{'a': True}"])("%s is none", (text) => {
  expect(() => readJsonArgument(text, "data")).toThrow(expect.objectContaining({ code: "invalid_input" }));
});
