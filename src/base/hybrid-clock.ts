/**
 * @module Hybrid logical clocks: wall time that never steps back, with a counter for events within one
 * millisecond. Pure: the wall time is handed in. A clock only orders; it never decides what somebody had seen.
 * @see Kulkarni et al., "Logical Physical Clocks and Consistent Snapshots in Globally Distributed Databases" (2014)
 */
import { invalidInput } from "../errors.ts";
import { showValue } from "./show-value.ts";

declare const brand: unique symbol;
/** 16 lower-case hex digits: 12 of milliseconds since 1970, 4 of counter. Text order is clock order. */
export type Clock = string & { readonly [brand]: "Clock" };

/** 9999-12-31T23:59:59.999Z; ISO 8601 with four-digit years ends here, and so does what we accept. */
export const maxClockTimeMs = 253_402_300_799_999;
const maxCounter = 0xffff;

/** Before every other clock. */
export const firstClock = "0000000000000000" as Clock;

/** @throws {HubsteadError} `invalid_input` when it is not a clock, or lies beyond the year 9999 */
export function parseClock(value: unknown): Clock {
  if (
    typeof value !== "string" ||
    !/^[0-9a-f]{16}$/u.test(value) ||
    clockTimeMs(value as Clock) > maxClockTimeMs
  ) {
    throw invalidInput(`${showValue(value)} is not a clock`, "A clock is 16 hex digits up to the year 9999.");
  }
  return value as Clock;
}

// Many changes share a millisecond: the last one is kept with its digits.
let lastTimeMs = 0;
let lastTimeDigits = "000000000000";

/** Milliseconds since 1970 that the clock shows. */
export function clockTimeMs(clock: Clock): number {
  return clock.startsWith(lastTimeDigits) ? lastTimeMs : Number.parseInt(clock.slice(0, 12), 16);
}

/**
 * The next clock after everything known so far: wall time where it is ahead, else the last clock counted on.
 * A full counter carries into the milliseconds.
 *
 * @param nowMs wall time; where it stepped back it is ignored until it catches up
 * @throws {HubsteadError} `invalid_input` when the last clock is the last possible one
 */
export function nextClock(last: Clock, nowMs: number): Clock {
  const lastMs = clockTimeMs(last);
  const now = Math.max(0, Math.floor(nowMs));
  if (now > lastMs) return formatClock(now, 0);
  const counter = Number.parseInt(last.slice(12), 16);
  return counter < maxCounter ? formatClock(lastMs, counter + 1) : formatClock(lastMs + 1, 0);
}

function formatClock(timeMs: number, counter: number): Clock {
  if (timeMs > maxClockTimeMs) {
    throw invalidInput("the clock has reached the year 9999", "Set the machine's clock.");
  }
  if (timeMs !== lastTimeMs) {
    lastTimeMs = timeMs;
    lastTimeDigits = timeMs.toString(16).padStart(12, "0");
  }
  return (lastTimeDigits + counter.toString(16).padStart(4, "0")) as Clock;
}
