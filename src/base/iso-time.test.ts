import { expect, test } from "vitest";
import { formatTime } from "./iso-time.ts";

test("milliseconds are written as ISO 8601 in UTC, asked for once or many times", () => {
  expect(formatTime(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(formatTime(1_800_000_000_123)).toBe("2027-01-15T08:00:00.123Z");
  expect(formatTime(1_800_000_000_123)).toBe("2027-01-15T08:00:00.123Z");
  expect(formatTime(253_402_300_799_999)).toBe("9999-12-31T23:59:59.999Z");
  expect(formatTime(0)).toBe("1970-01-01T00:00:00.000Z");
});
