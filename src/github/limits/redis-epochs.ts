/**
 * @module What this process knows that Redis must know, too: a Redis that was started again has forgotten what was used, and
 * would allow it a second time. Each record has an epoch; whoever knows of another one tells what it has used itself.
 */
import type { AcquireRequest, BudgetNews } from "./limiter-store.ts";
import type { PrincipalRecord } from "./principal-record.ts";
import { usedSince } from "./window-count.ts";

interface Knowledge {
  /** Of the record that counted what was granted last. */
  epoch: string;
  /** When this was last looked at, by the local clock. */
  at: number;
  /** Until then Redis has to remember something of what was granted. */
  until: number;
  /** Lengths, by name. */
  readonly windows: Map<string, number>;
  /** What GitHub said last, by resource, and when. */
  readonly budgets: Map<string, readonly [news: BudgetNews, at: number]>;
}

export interface Epochs {
  /** @returns the epoch that Redis has to know; empty where it need not remember anything */
  expected(principal: string, now: number): string;
  granted(request: AcquireRequest, epoch: string, now: number): void;
  /** The epoch of a record that has been told everything. */
  renewed(principal: string, epoch: string): void;
  learnt(principal: string, news: BudgetNews, now: number): void;
  windowsOf(principal: string): ReadonlyMap<string, number>;
  /** As of now. */
  newsOf(principal: string, now: number): BudgetNews[];
}

const sweepEveryMs = 60_000;

export function createEpochs(): Epochs {
  const known = new Map<string, Knowledge>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  const look = (principal: string, now: number): Knowledge | undefined => {
    if (Math.abs(now - sweptAt) >= sweepEveryMs) {
      sweptAt = now;
      for (const [name, one] of known) if (current(one, now).until <= now) known.delete(name);
    }
    const one = known.get(principal);
    return one && current(one, now);
  };

  return {
    expected(principal, now) {
      const one = look(principal, now);
      return one !== undefined && one.until > now ? one.epoch : "";
    },
    granted({ principal, needs }, epoch, now) {
      const windows = needs.filter((need) => need.kind === "window" && need.cost > 0);
      if (windows.length === 0) return;
      const one = look(principal, now) ?? {
        epoch,
        at: now,
        until: now,
        windows: new Map(),
        budgets: new Map(),
      };
      known.set(principal, one);
      one.epoch = epoch;
      for (const need of windows) {
        if (need.kind !== "window") continue;
        one.windows.set(need.name, need.windowMs);
        one.until = Math.max(one.until, now + need.windowMs);
      }
    },
    renewed(principal, epoch) {
      const one = known.get(principal);
      if (one !== undefined) one.epoch = epoch;
    },
    learnt(principal, news, now) {
      look(principal, now)?.budgets.set(news.resource, [news, now]);
    },
    windowsOf: (principal) => known.get(principal)?.windows ?? new Map(),
    newsOf: (principal, now) =>
      [...(known.get(principal)?.budgets.values() ?? [])].map(([news, at]) => ({
        ...news,
        resetsInMs: news.resetsInMs - (now - at),
      })),
  };
}

/** When the clock goes back, no time has passed. */
function current(one: Knowledge, now: number): Knowledge {
  if (now < one.at) {
    one.until -= one.at - now;
    for (const [resource, [news, at]] of one.budgets) one.budgets.set(resource, [news, at - (one.at - now)]);
  }
  one.at = now;
  return one;
}

/** What was granted while Redis was gone. */
export interface Untold {
  /** By name: since when this process has counted it alone. */
  readonly windows: ReadonlyMap<string, { readonly windowMs: number; readonly since: number }>;
}

interface ToldUse {
  readonly name: string;
  readonly windowMs: number;
  /** What was used while Redis was gone. */
  readonly cost: number;
  /** What this process has used within the window at all: for a Redis that has forgotten it. */
  readonly all: number;
}

/** What this process has used itself, of which Redis does not know, or may not know any more. */
export function usesOf(
  { windows }: PrincipalRecord,
  known: { readonly granted: ReadonlyMap<string, number>; readonly untold: Untold["windows"] | undefined },
  now: number,
): ToldUse[] {
  const names = new Set([...known.granted.keys(), ...(known.untold?.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const window = windows.get(name);
    const untold = known.untold?.get(name);
    const windowMs = untold?.windowMs ?? known.granted.get(name);
    if (window === undefined || windowMs === undefined) return [];
    const cost = untold === undefined ? 0 : usedSince(window, untold.since);
    return [{ name, windowMs, cost, all: usedSince(window, now - windowMs) }];
  });
}
