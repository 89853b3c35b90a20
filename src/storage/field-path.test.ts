import { expect, test } from "vitest";
import { HubsteadError } from "../errors.ts";
import { parseFieldPath } from "./field-path.ts";

test.each([
  ["a plain name is one key", "priority", ["priority"]],
  ["dots lead inside", "author.name.first", ["author", "name", "first"]],
  ["a JSON Pointer leads inside", "/author/name", ["author", "name"]],
  ["a JSON Pointer reaches keys with dots and slashes", "/a.b/c~1d/e~0f", ["a.b", "c/d", "e~f"]],
  ["a JSON Pointer reaches the empty key", "/", [""]],
  ["quotes and signs are part of the name", `it's "so"`, [`it's "so"`]],
  ["letters of any script make a name", "größe.名前", ["größe", "名前"]],
])("%s", (_, field, segments) => {
  expect(parseFieldPath(field)).toEqual(segments);
});

test.each([
  ["an empty name", ""],
  ["a name with an empty part", "a..b"],
  ["a name that begins with a dot", ".a"],
  ["the key __proto__", "a.__proto__"],
  ["the key __proto__ in a pointer", "/a/__proto__"],
  ["a pointer with a wrong escape", "/a~2"],
  ["a name with a NUL character", "a\0"],
  ["a pointer with a NUL character", "/a\0"],
  ["a name with half a character", "a\ud800"],
  ["what is no text", 3 as unknown as string],
])("%s is refused, with a hint", (_, field) => {
  let thrown: unknown;
  try {
    parseFieldPath(field);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(HubsteadError);
  expect(thrown).toMatchObject({ code: "invalid_input", hint: expect.any(String) });
});
