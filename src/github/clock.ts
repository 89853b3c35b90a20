/**
 * @module The time that the client goes by: a wall clock, and sleep that can be interrupted. Tests hand in one that
 * makes an hour pass at once.
 */
import { setTimeout as sleep } from "node:timers/promises";

export interface GitHubClock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * @param ms at least 0
   * @throws the signal's reason when it is aborted meanwhile
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// The longest that a timer of Node's can wait.
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: GitHubClock = {
  now: Date.now,
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await sleep(Math.min(ms, longestTimerMs), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
