import fc from "fast-check";
import { expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import {
  type Clock,
  clockTimeMs,
  firstClock,
  maxClockTimeMs,
  nextClock,
  parseClock,
} from "./hybrid-clock.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

test("a clock shows wall time where that is ahead", () => {
  const clock = nextClock(firstClock, 1_800_000_000_000);
  expect(clockTimeMs(clock)).toBe(1_800_000_000_000);
  expect(clock).toBe("01a3185c50000000");
});

test("within one millisecond, and where wall time stepped back, the counter goes on", () => {
  const first = nextClock(firstClock, 1000);
  expect(nextClock(first, 1000)).toBe("0000000003e80001");
  expect(nextClock(first, 0)).toBe("0000000003e80001");
  expect(nextClock(first, Number.NaN)).toBe("0000000003e80001");
  expect(nextClock(first, -1e9)).toBe("0000000003e80001");
});

test("a full counter carries into the milliseconds", () => {
  expect(nextClock("0000000003e8ffff" as Clock, 1000)).toBe("0000000003e90000");
});

test("a part of a millisecond is cut off", () => {
  expect(clockTimeMs(nextClock(firstClock, 1000.9))).toBe(1000);
});

test("the last clock is in the year 9999, and none comes after it", () => {
  const last = nextClock(firstClock, maxClockTimeMs);
  expect(new Date(clockTimeMs(last)).toISOString()).toBe("9999-12-31T23:59:59.999Z");
  expect(() => nextClock(`${last.slice(0, 12)}ffff` as Clock, 0)).toThrow(invalid);
  expect(() => nextClock(firstClock, maxClockTimeMs + 1)).toThrow(invalid);
  expect(() => nextClock(firstClock, Number.POSITIVE_INFINITY)).toThrow(invalid);
});

test("clocks up to the year 9999 are read, those beyond it are malformed", () => {
  expect(parseClock("e677d21fdbffffff")).toBe("e677d21fdbffffff");
  expect(() => parseClock("e677d21fdc000000")).toThrow(invalid);
  expect(() => parseClock("ffffffffffffffff")).toThrow(invalid);
});

test.each([
  [undefined],
  [null],
  [0],
  [""],
  ["01a3185c5000000"],
  ["01a3185c500000000"],
  ["01A3185C50000000"],
  ["01a3185c5000000g"],
  [" 1a3185c50000000"],
  ["01a3185c50000000\n"],
  [["01a3185c50000000"]],
  [{ toString: () => "01a3185c50000000" }],
  ["x".repeat(1_000_000)],
])("%j is no clock", (value) => {
  expect(() => parseClock(value)).toThrow(invalid);
});

test("each clock is after the one before, as text and as time, whatever wall time does", () => {
  const times = fc.array(fc.oneof(fc.integer({ min: -1e13, max: 1e13 }), fc.constant(5)), { maxLength: 50 });
  fc.assert(
    fc.property(times, (list) => {
      let clock = firstClock;
      for (const time of list) {
        const next = nextClock(clock, time);
        expect(next > clock).toBe(true);
        expect(clockTimeMs(next)).toBeGreaterThanOrEqual(Math.max(clockTimeMs(clock), time));
        expect(parseClock(next)).toBe(next);
        clock = next;
      }
    }),
    randomRuns(500),
  );
});
