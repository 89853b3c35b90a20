/**
 * @module A clock for the demo on which waiting for GitHub's limits takes no time: when everything waits, it moves on to what is waited
 * for. All limits are kept by it; only nobody sits through them.
 */
import type { GitHubClock } from "../../github/clock.ts";

export interface QuickClock extends GitHubClock {
  /** The platform's; time does not jump while a request is under way. */
  readonly fetch: typeof globalThis.fetch;
  /** From now on waits take as long as they take, or no time. */
  hurry(isOn: boolean): void;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

// So many turns of the event loop without anything happening count as waiting.
const quietTurns = 4;

export function createQuickClock(): QuickClock {
  let aheadMs = 0;
  let isHurrying = false;
  let underWay = 0;
  let happened = 0;
  let isPumping = false;
  const sleepers = new Set<Sleeper>();
  const now = () => Date.now() + aheadMs;

  const quiet = async (): Promise<void> => {
    for (let [seen, turns] = [-1, 0]; turns < quietTurns; ) {
      await new Promise((resolve) => setImmediate(resolve));
      if (seen !== happened || underWay > 0) [seen, turns] = [happened, 0];
      else turns++;
    }
  };
  const pump = async (): Promise<void> => {
    if (isPumping) return;
    isPumping = true;
    while (sleepers.size > 0 && isHurrying) {
      await quiet();
      const first = [...sleepers].sort((a, b) => a.at - b.at)[0];
      if (first === undefined || !isHurrying) break;
      aheadMs += Math.max(0, first.at - now());
      first.wake();
    }
    isPumping = false;
  };

  return {
    now,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal?.aborted) {
        reject(signal.reason);
        return promise;
      }
      const end = (settle: () => void) => (): void => {
        happened++;
        sleepers.delete(sleeper);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      const abort = end(() => reject(signal?.reason));
      const sleeper = { at: now() + ms, wake: end(resolve) };
      const timer = setTimeout(sleeper.wake, Math.min(ms, 2 ** 31 - 1));
      happened++;
      sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
      void pump();
      return promise;
    },
    async fetch(input, init) {
      underWay++;
      try {
        const response = await fetch(input, init);
        const isEmpty = response.body === null || [204, 205, 304].includes(response.status);
        const whole = new Response(isEmpty ? null : await response.arrayBuffer(), response);
        Object.defineProperty(whole, "url", { value: response.url });
        return whole;
      } finally {
        happened++;
        underWay--;
      }
    },
    hurry(isOn) {
      isHurrying = isOn;
      void pump();
    },
  };
}
