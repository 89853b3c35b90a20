/**
 * @module A clock on which time passes faster than on the wall, so that a minute's wait is a blink and everything still
 * happens in order.
 */
import { type GitHubClock, systemClock } from "../../src/github/clock.ts";

/** @param speed how many milliseconds pass in one */
export function createFastClock(speed: number): GitHubClock {
  const startedAt = Date.now();
  const begun = performance.now();
  return {
    now: () => startedAt + (performance.now() - begun) * speed,
    // Node's own has an error for each sleep that is broken off, which costs more than all else that a request goes through.
    sleep: (ms, signal) => systemClock.sleep(Math.ceil(ms / speed), signal),
  };
}
