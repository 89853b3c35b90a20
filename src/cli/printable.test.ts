import { expect, test } from "vitest";
import { toPrintable, toPrintableJson } from "./printable.ts";

test.each([
  ["an escape code", "\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m"],
  ["a window title", "\u001b]0;owned\u0007", "\\u001b]0;owned\\u0007"],
  ["an eight-bit escape code", "\u009b31m", "\\u009b31m"],
  ["lines and tabs", "a\nb\tc\rd", "a\\nb\\tc\\rd"],
  ["a backspace and DEL", "a\b\u007f", "a\\u0008\\u007f"],
  ["an override of the direction", "abc\u202egpj.exe", "abc\\u202egpj.exe"],
  ["line separators", "a\u2028b\u2029", "a\\u2028b\\u2029"],
  ["a lone surrogate", "a\ud800b", "a\\ud800b"],
  ["a byte order mark", "\ufeffa", "\\ufeffa"],
])("%s is shown, not obeyed", (_, text, shown) => {
  expect(toPrintable(text)).toBe(shown);
});

test.each(["plain", "Größe", "日本語", "👩‍👩‍👧", "🇩🇪", "e\u0301", "a\u200db"])(
  "%s stays as it is",
  (text) => {
    expect(toPrintable(text)).toBe(text);
  },
);

test("JSON stays the same JSON, indentation included", () => {
  const value = { "key\u009b": "a\u001b[31m\n\u202e\u007f\u2028", list: ["日本語"] };
  const json = toPrintableJson(JSON.stringify(value, undefined, 2));
  expect(JSON.parse(json)).toEqual(value);
  expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/u);
  expect(json).toContain("\n  ");
});
