import { expect, test } from "vitest";
import { readOutsideTime } from "./import-reader.ts";

test.each([
  ["2025-01-16T06:56:05+00:00", "2025-01-16T06:56:05.000Z"],
  ["2025-01-18T00:37:15.812276+00:00", "2025-01-18T00:37:15.812Z"],
  ["2025-01-18T00:37:15.812276", "2025-01-18T00:37:15.812Z"],
  ["2025-01-18 00:37:15", "2025-01-18T00:37:15.000Z"],
  ["2025-01-18T02:37:15+0200", "2025-01-18T00:37:15.000Z"],
  ["2025-01-18", "2025-01-18T00:00:00.000Z"],
  ["2025-01-18T00:37:15.8Z", "2025-01-18T00:37:15.800Z"],
])("%s", (text, iso) => {
  expect(readOutsideTime(text)).toBe(iso);
});

test.each(["", "soon", "2025-13-01", 1737000000, null, undefined, {}])("%s is no time", (text) => {
  expect(readOutsideTime(text)).toBeUndefined();
});
