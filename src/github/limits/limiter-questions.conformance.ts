/**
 * @module Questions to a limiter store as its suite asks them, short enough that a test reads like the sentence it proves.
 */
import { beforeEach, onTestFinished } from "vitest";
import type {
  AcquireRequest,
  AcquireResult,
  LimiterStore,
  Need,
  PrincipalState,
  Settlement,
} from "./limiter-store.ts";
import { createManualClock, type ManualClock } from "./manual-clock.conformance.ts";

export const minute = 60_000;
export const principal = "api.github.com installation:42";

/** A fresh store that goes by the clock; whoever asks closes it. */
export type OpenStore = (clock: ManualClock) => Promise<LimiterStore>;

/** At most `limit` a minute of `content`, refundable. */
export function windowNeed(limit: number, change: Partial<Extract<Need, { kind: "window" }>> = {}): Need {
  return {
    kind: "window",
    name: "content",
    limit,
    windowMs: minute,
    cost: 1,
    share: 1,
    refundable: true,
    ...change,
  };
}

export function budgetNeed(change: Partial<Extract<Need, { kind: "budget" }>> = {}): Need {
  return { kind: "budget", resource: "core", cost: 1, reserve: 0, reserveShare: 1, keepShare: 0, ...change };
}

export function concurrentNeed(limit: number, share = 1): Need {
  return { kind: "concurrent", limit, share };
}

export function serialNeed(gapMs: number, name = "mutation"): Need {
  return { kind: "serial", name, gapMs };
}

export const core = (remaining: number, resetsInMs = 30 * minute, limit = 5_000) => ({
  resource: "core",
  limit,
  remaining,
  resetsInMs,
});

export function refusal(waitMs: number, kind: string, name: string) {
  return { granted: false, waitMs, because: { kind, name } };
}

/** What the tests of one group ask; each test has a store and a clock of its own. */
export interface Questions {
  readonly clock: ManualClock;
  readonly store: LimiterStore;
  /** Asks with a ticket of its own, rank 1, and a lease of a minute, unless said. */
  acquire(needs: readonly Need[], change?: Partial<AcquireRequest>): Promise<AcquireResult>;
  /** @returns the lease */
  mustAcquire(needs: readonly Need[], change?: Partial<AcquireRequest>): Promise<string>;
  settle(lease: string, settlement?: Settlement): Promise<void>;
  /** News of `core` that belongs to no lease. */
  learn(remaining: number, resetsInMs?: number, limit?: number): Promise<void>;
  read(): Promise<PrincipalState>;
}

export function createQuestions(open: OpenStore): Questions {
  let clock: ManualClock;
  let store: LimiterStore;
  let tickets = 0;
  beforeEach(async () => {
    clock = createManualClock();
    store = await open(clock);
    onTestFinished(() => store.close());
  });

  const questions: Questions = {
    get clock() {
      return clock;
    },
    get store() {
      return store;
    },
    acquire: (needs, change) =>
      store.acquire({ principal, ticket: `t${++tickets}`, rank: 1, leaseMs: minute, needs, ...change }),
    async mustAcquire(needs, change) {
      const result = await questions.acquire(needs, change);
      if (!result.granted) throw new Error(`refused: ${JSON.stringify(result)}`);
      return result.lease;
    },
    settle: (lease, settlement = { counted: "yes", budget: core(4_000) }) =>
      store.settle(principal, lease, settlement),
    learn: (remaining, resetsInMs, limit) =>
      questions.settle("none", { counted: "no", budget: core(remaining, resetsInMs, limit) }),
    read: () => store.read(principal),
  };
  return questions;
}
