import { expect, test } from "vitest";
import { csvRow } from "./csv.ts";

test("cells with commas, quotes or line breaks are quoted", () => {
  expect(csvRow(["a", "b,c", 'say "hi"', "two\nlines", ""])).toBe('a,"b,c","say ""hi""","two\nlines",');
});
