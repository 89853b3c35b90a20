/**
 * @module The secondary limits: against too much at once. Nobody can ask how near they are.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
import type { SecondaryLimits } from "./limits.ts";

/** What one request counts as. */
export interface Load {
  readonly api: "rest" | "graphql";
  /** 1 for a read, 5 for a write. */
  readonly points: number;
  /** How many things it makes that notify people. */
  readonly contents: number;
  readonly issues: number;
}

export interface SecondaryGuard {
  /**
   * Lets a request in, or says for how long it should wait.
   *
   * @returns what is to be called when it has been answered; or the seconds to wait
   */
  enter(key: string, load: Load): { readonly leave: () => void } | { readonly retryAfterSeconds: number };
  /** Counts what a request does that was let in already. @returns the seconds to wait where that is too much */
  count(key: string, load: Load): { readonly retryAfterSeconds: number } | undefined;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

export function createSecondaryGuard(limits: SecondaryLimits, now: () => number): SecondaryGuard {
  const running = new Map<string, number>();
  const logs = new Map<string, SlidingSum>();
  const logOf = (name: string, lengthMs: number): SlidingSum => {
    const known = logs.get(name) ?? createSlidingSum(lengthMs, now);
    logs.set(name, known);
    return known;
  };

  const count: SecondaryGuard["count"] = (key, { api, points, contents, issues }) => {
    const isRest = api === "rest";
    const checks = [
      [
        logOf(`${api} ${key}`, minuteMs),
        points,
        isRest ? limits.restPointsPerMinute : limits.graphqlPointsPerMinute,
      ],
      [logOf(`content/min ${key}`, minuteMs), contents, limits.contentPerMinute],
      [logOf(`content/h ${key}`, hourMs), contents, limits.contentPerHour],
      [logOf(`issues/min ${key}`, minuteMs), issues, limits.issuesPerMinute],
      [logOf(`issues/h ${key}`, hourMs), issues, limits.issuesPerHour],
    ] as const;
    const waits = checks.map(([log, weight, most]) => (weight === 0 ? 0 : log.waitMs(weight, most)));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) return { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
    for (const [log, weight] of checks) if (weight > 0) log.add(weight);
    return undefined;
  };

  return {
    count,
    enter(key, load) {
      const atOnce = running.get(key) ?? 0;
      if (atOnce >= limits.concurrent) return { retryAfterSeconds: 60 };
      const refused = count(key, load);
      if (refused !== undefined) return refused;
      running.set(key, atOnce + 1);
      return {
        leave() {
          const left = (running.get(key) ?? 1) - 1;
          if (left === 0) running.delete(key);
          else running.set(key, left);
        },
      };
    },
  };
}

interface SlidingSum {
  add(weight: number): void;
  /** How long until so much more fits under a limit; 0 at once. */
  waitMs(weight: number, most: number): number;
}

function createSlidingSum(lengthMs: number, now: () => number): SlidingSum {
  let entries: { readonly at: number; readonly weight: number }[] = [];
  let sum = 0;
  const forget = (): void => {
    const from = now() - lengthMs;
    let gone = 0;
    while (gone < entries.length && entries[gone]!.at <= from) sum -= entries[gone++]!.weight;
    if (gone > 0) entries = entries.slice(gone);
  };
  return {
    add(weight) {
      entries.push({ at: now(), weight });
      sum += weight;
    },
    waitMs(weight, most) {
      forget();
      let excess = sum + weight - most;
      if (excess <= 0) return 0;
      for (const entry of entries) {
        excess -= entry.weight;
        if (excess <= 0) return Math.max(1, entry.at + lengthMs - now());
      }
      return lengthMs;
    },
  };
}
