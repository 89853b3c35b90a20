/**
 * @module A clock for tests, which stands still until it is told to go on.
 */
import type { GitHubClock } from "../clock.ts";

export interface ManualClock extends GitHubClock {
  /** @param ms below 0: the clock is set back */
  advance(ms: number): void;
}

export function createManualClock(): ManualClock {
  let now = Date.UTC(2026, 10, 21, 12);
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    async sleep(ms) {
      now += ms;
    },
  };
}
