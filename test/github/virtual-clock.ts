/**
 * @module Time for tests that passes by itself: whenever everything waits, it moves on to the next thing that is waited for.
 * Hours pass in milliseconds, and nothing depends on how fast the machine is.
 */
// What is loaded when it is first needed would look as if everything waited.
import "../../src/github/fetch/outside.ts";
import "../../src/github/fetch/response-cache.ts";
import "@octokit/core";
import "@octokit/plugin-paginate-rest";
import type { GitHubClock } from "../../src/github/clock.ts";

export interface VirtualClock extends GitHubClock {
  /** The platform's `fetch`; time stands still while a request is under way, but for one that hangs. */
  readonly fetch: typeof globalThis.fetch;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

// So many turns of the event loop without anything happening count as waiting.
const quietTurns = 4;
// A request for which nothing has happened for so long, by the machine's clock, hangs.
const hangingMs = 3_000;

/** @param wire what requests go to */
export function createVirtualClock(
  startMs = Date.parse("2026-01-05T00:00:00Z"),
  wire: typeof globalThis.fetch = fetch,
): VirtualClock {
  let now = startMs;
  let underWay = 0;
  let happened = 0;
  let isPumping = false;
  const sleepers = new Set<Sleeper>();

  const pump = async (): Promise<void> => {
    if (isPumping) return;
    isPumping = true;
    while (sleepers.size > 0) {
      await quiet();
      const next = [...sleepers].reduce<Sleeper | undefined>(
        (first, sleeper) => (first === undefined || sleeper.at < first.at ? sleeper : first),
        undefined,
      );
      if (next === undefined) break;
      now = Math.max(now, next.at);
      sleepers.delete(next);
      next.wake();
    }
    isPumping = false;
  };

  const quiet = async (): Promise<void> => {
    let [seen, turns] = [happened, 0];
    let since = performance.now();
    while (turns < quietTurns) {
      await new Promise(setImmediate);
      if (happened !== seen) {
        [seen, turns] = [happened, 0];
        since = performance.now();
      } else if (underWay === 0) turns++;
      else if (performance.now() - since > hangingMs) return;
    }
  };

  return {
    now: () => now,
    sleep(ms, signal) {
      happened++;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal?.aborted) {
        reject(signal.reason);
        return promise;
      }
      const abort = () => {
        happened++;
        sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: now + ms,
        wake() {
          happened++;
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      sleepers.add(sleeper);
      void pump();
      return promise;
    },
    async fetch(input, init) {
      happened++;
      underWay++;
      try {
        const response = await wire(input, init);
        const body = response.body === null ? null : await response.arrayBuffer();
        const { status, headers } = response;
        const whole = new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
        Object.defineProperty(whole, "url", { value: response.url });
        return whole;
      } finally {
        happened++;
        underWay--;
      }
    },
  };
}
