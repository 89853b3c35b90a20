import { expect, test } from "vitest";
import { displayWidth, fitWidth, padWidth } from "./display-width.ts";

test.each([
  ["", 0],
  ["abc", 3],
  ["Größe", 5],
  ["e\u0301", 1],
  ["日本語", 6],
  ["한국어", 6],
  ["ﾊﾝｶｸ", 4],
  ["ＡＢ", 4],
  ["😀", 2],
  ["👩‍👩‍👧", 2],
  ["🇩🇪", 2],
  ["❤️", 2],
  ["❤", 1],
  ["a日b", 4],
  ["𠮷", 2],
])("%s takes %i columns", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test("what is too long ends with an ellipsis and never takes more room", () => {
  expect(fitWidth("abcdef", 6)).toBe("abcdef");
  expect(fitWidth("abcdef", 5)).toBe("abcd…");
  expect(fitWidth("日本語", 6)).toBe("日本語");
  expect(fitWidth("日本語", 5)).toBe("日本…");
  expect(fitWidth("日本語", 4)).toBe("日…");
  expect(fitWidth("👩‍👩‍👧👩‍👩‍👧", 3)).toBe("👩‍👩‍👧…");
  expect(fitWidth("abc", 1)).toBe("…");
  expect(fitWidth("abc", 0)).toBe("");
});

test("padding counts columns, not characters", () => {
  expect(padWidth("日本", 6)).toBe("日本  ");
  expect(padWidth("7", 3, "right")).toBe("  7");
  expect(padWidth("long", 2)).toBe("long");
});
