/**
 * @module Values as gh-store's Python prints them.
 */
import { expect, test } from "vitest";
import { toIsoFormat, toPythonJson } from "./python-text.ts";

test("times are in UTC, with microseconds where there are any", () => {
  expect(toIsoFormat("2026-11-20T09:59:17Z")).toBe("2026-11-20T09:59:17+00:00");
  expect(toIsoFormat("2026-11-20T09:59:17.5Z")).toBe("2026-11-20T09:59:17.500000+00:00");
  expect(toIsoFormat("2026-11-20T10:59:17+01:00")).toBe("2026-11-20T09:59:17+00:00");
});

test("JSON is ASCII, indented by two", () => {
  expect(toPythonJson({ a: "é\u001b", b: [], c: {}, d: [1, null] })).toBe(
    '{\n  "a": "\\u00e9\\u001b",\n  "b": [],\n  "c": {},\n  "d": [\n    1,\n    null\n  ]\n}',
  );
});
