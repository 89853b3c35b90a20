/**
 * @module The time that the client goes by: a wall clock, and sleep that can be interrupted. Tests hand in one that
 * makes an hour pass at once.
 */
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

/**
 * The reason to give where a sleep ends because nobody waits any more. An error of its own for each would cost more than all else
 * that a request goes through.
 */
export const notWaitedFor = Symbol("nobody waits any more");

export const systemClock: GitHubClock = {
  now: Date.now,
  sleep(ms, signal) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) {
      reject(signal.reason);
      return promise;
    }
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      },
      Math.min(ms, longestTimerMs),
    );
    signal?.addEventListener("abort", abort, { once: true });
    return promise;
  },
};
