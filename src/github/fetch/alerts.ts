/**
 * @module Thresholds on the use of GitHub's limits: whom to tell when one is crossed, and what to stop.
 */
import { apiHostOf } from "../auth/hosts.ts";
import type { GitHubClock } from "../clock.ts";
import type { LimiterStore } from "../limits/limiter-store.ts";
import type { RequestEvent, Telemetry } from "./telemetry.ts";

/**
 * - `requests_high`: more than `warnAt` requests within an hour
 * - `requests_blocked`: more than `blockAt` within an hour
 * - `remaining_low`: less than `remaining` left of GitHub's allowance
 * - `limit_refused`: GitHub refused for one of its limits; everything of the principal pauses
 * - `forbidden`: GitHub answered 403 for another reason: a permission
 */
export type AlertName =
  | "requests_high"
  | "requests_blocked"
  | "remaining_low"
  | "limit_refused"
  | "forbidden";

export interface GitHubAlert {
  readonly name: AlertName;
  /** The metric that crossed its threshold. */
  readonly metric:
    | "github_api_requests_total"
    | "github_api_rate_limit_remaining"
    | "github_api_errors_total";
  /** `api.github.com/installation:42`. */
  readonly principal: string;
  readonly value: number;
  readonly threshold: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface AlertOptions {
  /** Hears of each threshold once, until it is crossed again. */
  readonly onAlert?: (alert: GitHubAlert) => void;
  /** Whether nothing is sent any more above `blockAt` requests an hour; for all processes that share a limiter store. Default: no. */
  readonly block?: boolean;
  /** Whether every 403 pauses everything of the principal for a minute; those for limits always do. Default: no. */
  readonly pause?: boolean;
  /** Default: 4,000. */
  readonly warnAt?: number;
  /** Default: 4,500. */
  readonly blockAt?: number;
  /** Default: 500. */
  readonly remaining?: number;
}

export const defaultBlockAt = 4_500;

const hourMs = 3_600_000;
const slotMs = 60_000;

export function watchThresholds(
  options: AlertOptions,
  parts: { readonly telemetry: Telemetry; readonly clock: GitHubClock; readonly store: LimiterStore },
): void {
  const { telemetry, clock, store } = parts;
  const { onAlert = () => undefined, warnAt = 4_000, blockAt = defaultBlockAt, remaining = 500 } = options;
  const counts = new Map<string, HourCount>();
  const raised = new Set<string>();

  const raise = (alert: Omit<GitHubAlert, "at">): void =>
    onAlert({ ...alert, at: new Date(clock.now()).toISOString() });

  /** Told of when it is crossed, not as long as it is. */
  const watch = (isCrossed: boolean, alert: Omit<GitHubAlert, "at">): void => {
    const key = `${alert.name} ${alert.principal}`;
    if (!isCrossed) raised.delete(key);
    else if (!raised.has(key)) {
      raised.add(key);
      raise(alert);
    }
  };

  const countRequest = (principal: string): void => {
    const count = counts.get(principal) ?? createHourCount();
    counts.set(principal, count);
    const value = count.add(clock.now());
    const metric = "github_api_requests_total";
    watch(value > warnAt, { name: "requests_high", metric, principal, value, threshold: warnAt });
    watch(value >= blockAt, { name: "requests_blocked", metric, principal, value, threshold: blockAt });
  };

  const hear = (event: RequestEvent): void => {
    const principal = `${apiHostOf(event.host)}/${event.principal}`;
    // What GitHub does not count: an answer that nothing has changed, and what is free.
    if (event.status !== 304 && event.resource !== undefined) countRequest(principal);
    const { budget } = event;
    // A small allowance is always below the threshold that is meant for thousands.
    if (budget !== undefined && budget.resource === "core" && budget.limit > remaining) {
      watch(budget.remaining < remaining, {
        name: "remaining_low",
        metric: "github_api_rate_limit_remaining",
        principal,
        value: budget.remaining,
        threshold: remaining,
      });
    }
    if (event.status === 403 && event.isLimit !== true) {
      raise({ name: "forbidden", metric: "github_api_errors_total", principal, value: 1, threshold: 0 });
      if (options.pause === true) {
        const pause = { forMs: 60_000, reason: "secondary" } as const;
        void store.settle(principal, "alert", { counted: "no", pause }).catch(() => undefined);
      }
    }
  };

  telemetry.listen((event) => {
    if (event.kind === "request") hear(event);
    if (event.kind === "refusal") {
      const principal = `${apiHostOf(event.host)}/${event.principal}`;
      raise({ name: "limit_refused", metric: "github_api_errors_total", principal, value: 1, threshold: 0 });
    }
  });
}

interface HourCount {
  /** @returns how many there were within the hour that ends now */
  add(now: number): number;
}

function createHourCount(): HourCount {
  const slots = new Map<number, number>();
  return {
    add(now) {
      const slot = Math.floor(now / slotMs);
      slots.set(slot, (slots.get(slot) ?? 0) + 1);
      for (const old of slots.keys()) {
        if ((old + 1) * slotMs > now - hourMs) break;
        slots.delete(old);
      }
      return [...slots.values()].reduce((sum, count) => sum + count, 0);
    },
  };
}
