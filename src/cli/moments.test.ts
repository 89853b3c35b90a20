import { describe, expect, test } from "vitest";
import { HubsteadError } from "../errors.ts";
import { readCount, readMoment, readRevision, readTime, showTime } from "./moments.ts";

const now = Date.parse("2025-06-15T12:00:00Z");

test.each([
  ["2025-01-31", "2025-01-31T00:00:00.000Z"],
  ["2025-01-31T08:00", "2025-01-31T08:00:00.000Z"],
  ["2025-01-31 08:00:30", "2025-01-31T08:00:30.000Z"],
  ["2025-01-31T08:00:30.5Z", "2025-01-31T08:00:30.500Z"],
  ["2025-01-31T08:00:00+02:00", "2025-01-31T06:00:00.000Z"],
  ["90m", "2025-06-15T10:30:00.000Z"],
  ["24h", "2025-06-14T12:00:00.000Z"],
  ["7d", "2025-06-08T12:00:00.000Z"],
])("%s is a time; without a zone it is UTC", (text, iso) => {
  expect(readTime(text, now).toISOString()).toBe(iso);
});

test("a moment is a version, a change id or a time", () => {
  expect(readMoment("3", now)).toBe(3);
  expect(readMoment("abcdefghijklmnop:12", now)).toBe("abcdefghijklmnop:12");
  expect(readMoment("1h", now)).toEqual(new Date("2025-06-15T11:00:00Z"));
});

test("a revision is a version or a change id", () => {
  expect(readRevision("3")).toBe(3);
  expect(readRevision("abcdefghijklmnop:12")).toBe("abcdefghijklmnop:12");
});

describe("anything else is refused", () => {
  test.each([
    "",
    "yesterday",
    "2025-13-01",
    "2025-1-1",
    "1.5",
    "-1",
    "now",
    "9999999999d",
    "2025-01-31T25:00",
    "abc:1",
  ])("%s", (text) => {
    expect(() => readMoment(text, now)).toThrow(HubsteadError);
  });
  test.each(["24h", "2025-01-31", "x"])("%s as a revision", (text) => {
    expect(() => readRevision(text)).toThrow(HubsteadError);
  });
  test.each(["0", "-1", "1.5", "ten", "", "11", "1e1"])("%s as a count from 1 to 10", (text) => {
    expect(() => readCount("--limit", 1, 10)(text)).toThrow(/--limit/u);
  });
});

test("times are shown to the second, in UTC", () => {
  expect(showTime("2025-01-31T08:00:30.123Z")).toBe("2025-01-31 08:00:30Z");
});

test.each(["2026-02-30", "2026-13-01", "2026-02-30T08:00:00Z", "9999999w"])("%s is no time", (text) => {
  expect(() => readTime(text, Date.parse("2026-01-31T12:00:00Z"))).toThrow(
    expect.objectContaining({ code: "invalid_input", hint: expect.stringContaining("24h") }),
  );
});

test.each(["x", "24h", "2026-01-31"])("%s is nothing to go back to, and the hint says what is", (text) => {
  expect(() => readRevision(text)).toThrow(
    expect.objectContaining({ code: "invalid_input", hint: expect.stringContaining("history") }),
  );
});
