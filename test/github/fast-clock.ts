/**
 * @module A clock on which time passes faster than on the wall, so that a minute's wait is a blink and everything still
 * happens in order.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { GitHubClock } from "../../src/github/clock.ts";

// The longest that a timer of Node's can wait.
const longestTimerMs = 2 ** 31 - 1;

/** @param speed how many milliseconds pass in one */
export function createFastClock(speed: number): GitHubClock {
  const startedAt = Date.now();
  const begun = performance.now();
  return {
    now: () => startedAt + (performance.now() - begun) * speed,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      try {
        await sleep(Math.min(Math.ceil(ms / speed), longestTimerMs), undefined, signal ? { signal } : {});
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}
