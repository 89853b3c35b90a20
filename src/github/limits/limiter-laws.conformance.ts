/**
 * @module What holds for every limiter store whatever happens: random sequences, and a plain account of what was granted
 * beside them that knows nothing of slots, places or leases.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../../../test/random-runs.ts";
import type { AcquireRequest, BudgetNews, LimiterStore, Need, Settlement } from "./limiter-store.ts";
import { createManualClock, type ManualClock } from "./manual-clock.conformance.ts";
import { budgetLimit, randomSteps } from "./random-limits.conformance.ts";

interface Granted {
  readonly at: number;
  readonly request: AcquireRequest;
  readonly lease: string;
  /** When it was settled, or its lease ran out. */
  endsAt: number;
  isSettled: boolean;
  /** When the gap to the next of its kind begins. */
  gapFrom: number;
  /** What was given back: refundable windows of a 304, all of what was never sent. */
  refunded: "none" | "refundable" | "all";
}

/** @param runs how many sequences in every test run */
export function testLimiterLaws(
  name: string,
  open: (clock: ManualClock) => Promise<LimiterStore>,
  runs: number,
): void {
  describe(`${name}: whatever happens`, () => {
    test("no limit is ever exceeded in any stretch of time, and a refusal uses nothing up", async () => {
      const totals = { granted: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(randomSteps({ backwards: false }), async (steps) => {
          const clock = createManualClock();
          await using store = await open(clock);
          const log: Granted[] = [];
          for (const step of steps) {
            if (step.kind === "wait") clock.advance(step.ms);
            else if (step.kind === "withdraw") await store.withdraw("p", step.ticket);
            else if (step.kind === "acquire") {
              const request = { principal: "p", ...step };
              const before = await store.read("p");
              const result = await store.acquire(request);
              if (result.granted) {
                totals.granted++;
                expectAllowed(log, request, clock.now());
                if (before.paused) throw new Error("granted in a pause");
                const lease = { at: clock.now(), request, lease: result.lease };
                log.push({
                  ...lease,
                  endsAt: clock.now() + request.leaseMs,
                  gapFrom: clock.now() + request.leaseMs,
                  isSettled: false,
                  refunded: "none",
                });
              } else {
                totals.refused++;
                if (!(result.waitMs >= 1)) throw new Error(`told to wait ${result.waitMs} ms`);
                expect({ ...(await store.read("p")), waiting: 0 }).toEqual({ ...before, waiting: 0 });
              }
            } else {
              const granted = log.at(-1 - step.which);
              await store.settle("p", granted?.lease ?? "nobody's", step.settlement);
              if (granted !== undefined) noteEnd(granted, step.settlement, clock.now());
            }
          }
        }),
        randomRuns(runs),
      );
      if (runs >= 50) expect(Math.min(totals.granted, totals.refused)).toBeGreaterThan(3 * runs);
    });

    test("GitHub's budget never falls below what is kept, however late and disordered its answers are", async () => {
      await fc.assert(
        fc.asyncProperty(budgetStories, async (story) => keepsReserve(open, story)),
        randomRuns(runs),
      );
    });

    test("nobody who waits is passed by, and everybody comes to the turn", async () => {
      await fc.assert(
        fc.asyncProperty(lineStories, async (story) => servesInOrder(open, story)),
        randomRuns(runs),
      );
    });
  });
}

function noteEnd(granted: Granted, { counted }: Settlement, now: number): void {
  if (granted.isSettled || granted.endsAt <= now) return;
  const arrived = counted === "unknown" ? now : Math.min(now, granted.at + 100);
  granted.gapFrom = counted === "unsent" ? granted.at : arrived;
  granted.isSettled = true;
  granted.endsAt = now;
  granted.refunded = counted === "no" ? "refundable" : counted === "unsent" ? "all" : "none";
}

/** @throws where the request was granted and should not have been */
function expectAllowed(log: readonly Granted[], request: AcquireRequest, now: number): void {
  for (const need of request.needs) {
    const { used, most } = accountOf(log, need, { now, isDue: wasPassedOver(log, need, request.rank) });
    if (used > most) throw new Error(`${used} of ${most} at ${now}: ${JSON.stringify(need)}`);
  }
}

function accountOf(
  log: readonly Granted[],
  need: Need,
  { now, isDue }: { readonly now: number; readonly isDue: boolean },
): { readonly used: number; readonly most: number } {
  const alive = log.filter(({ endsAt }) => endsAt > now);
  switch (need.kind) {
    case "window": {
      const used = log
        .filter(({ at }) => at > now - need.windowMs)
        .reduce((sum, granted) => sum + costOf(granted, need.name), 0);
      const allowed = Math.max(1, Math.floor(need.limit * (isDue ? 1 : need.share) + 1e-9));
      // What costs more than its share goes alone.
      const most = Math.max(need.cost, allowed);
      return { used: used + need.cost, most: need.cost === 0 ? Number.POSITIVE_INFINITY : most };
    }
    case "concurrent":
      return {
        used: alive.length + 1,
        most: Math.max(1, Math.floor(need.limit * (isDue ? 1 : need.share) + 1e-9)),
      };
    case "serial": {
      const same = log.filter(({ request }) =>
        request.needs.some((other) => other.kind === "serial" && other.name === need.name),
      );
      return {
        used: same.filter(({ endsAt, gapFrom }) => endsAt > now || gapFrom + need.gapMs > now).length,
        most: 0,
      };
    }
    case "budget":
      return { used: 0, most: 0 };
  }
}

/** Whether the last ten that were let in to the same were all more urgent. */
function wasPassedOver(log: readonly Granted[], need: Need, rank: number): boolean {
  const isSame = (other: Need) =>
    other.kind === need.kind &&
    ("name" in other && "name" in need ? other.name === need.name : true) &&
    !(other.kind === "window" && other.cost === 0);
  const last = log.filter(({ request }) => request.needs.some(isSame)).slice(-10);
  return last.length === 10 && last.every(({ request }) => request.rank < rank);
}

function costOf({ request, refunded }: Granted, name: string): number {
  const need = request.needs.find((other) => other.kind === "window" && other.name === name);
  return need?.kind !== "window" || refunded === "all" || (refunded === "refundable" && need.refundable)
    ? 0
    : need.cost;
}

const budgetStories = fc.record({
  keep: fc.constantFrom(0, 4, 10),
  requests: fc.array(
    fc.record({
      cost: fc.integer({ min: 1, max: 3 }),
      beforeMs: fc.constantFrom(0, 1, 300, 5_000, 61_000, 900_000),
      /** How long until the answer; the lease lasts a minute. */
      answerMs: fc.constantFrom(0, 50, 2_000, 30_000, 90_000),
      counted: fc.constantFrom("yes" as const, "yes" as const, "no" as const, "unknown" as const),
      /** The headers tell what was left when it was counted, or when it was answered. */
      isStale: fc.boolean(),
    }),
    { minLength: 20, maxLength: 90, size: "max" },
  ),
});
type BudgetStory = typeof budgetStories extends fc.Arbitrary<infer Story> ? Story : never;

async function keepsReserve(
  open: (clock: ManualClock) => Promise<LimiterStore>,
  { keep, requests }: BudgetStory,
): Promise<void> {
  const clock = createManualClock();
  await using store = await open(clock);
  const windowMs = 3_600_000;
  let left = budgetLimit;
  let resetAt = clock.now() + windowMs;
  const refresh = (): void => {
    if (clock.now() < resetAt) return;
    left = budgetLimit;
    resetAt = clock.now() + windowMs;
  };
  const seen = () => ({ left, resetAt });
  const newsOf = (then: ReturnType<typeof seen>): BudgetNews => ({
    resource: "core",
    limit: budgetLimit,
    remaining: then.left,
    resetsInMs: then.resetAt - clock.now(),
  });
  const answers: { readonly at: number; readonly give: () => Promise<void> }[] = [];
  await store.settle("p", "none", { counted: "no", budget: newsOf(seen()) });

  for (const [number, { cost, beforeMs, answerMs, counted, isStale }] of requests.entries()) {
    const until = clock.now() + beforeMs;
    for (;;) {
      const next = answers.sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      answers.shift();
      clock.advance(next.at - clock.now());
      refresh();
      await next.give();
    }
    clock.advance(until - clock.now());
    refresh();
    const need = {
      kind: "budget",
      resource: "core",
      cost,
      reserve: keep,
      reserveShare: 1,
      keepShare: 0,
    } as const;
    const result = await store.acquire({
      principal: "p",
      ticket: `t${number}`,
      rank: 0,
      leaseMs: 60_000,
      needs: [need],
    });
    if (!result.granted) continue;
    if (counted !== "no") left -= cost;
    if (left < keep) throw new Error(`${left} left of which ${keep} should be kept, after request ${number}`);
    const then = seen();
    answers.push({
      at: clock.now() + answerMs,
      give: () =>
        store.settle("p", result.lease, {
          counted,
          ...(counted === "unknown" ? {} : { budget: newsOf(isStale ? then : seen()) }),
        }),
    });
  }
}

const lineStories = fc.record({
  need: fc.constantFrom<Need>(
    { kind: "concurrent", limit: 1, share: 1 },
    { kind: "concurrent", limit: 3, share: 1 },
    { kind: "serial", name: "mutation", gapMs: 400 },
  ),
  waiters: fc.array(
    fc.record({
      rank: fc.integer({ min: 0, max: 2 }),
      arrivesMs: fc.nat({ max: 3_000 }),
      workMs: fc.integer({ min: 1, max: 700 }),
      /** How much later than told it asks again. */
      slackMs: fc.nat({ max: 1_500 }),
    }),
    { minLength: 5, maxLength: 25, size: "max" },
  ),
});
type LineStory = typeof lineStories extends fc.Arbitrary<infer Story> ? Story : never;

async function servesInOrder(
  open: (clock: ManualClock) => Promise<LimiterStore>,
  { need, waiters }: LineStory,
): Promise<void> {
  const clock = createManualClock();
  await using store = await open(clock);
  const start = clock.now();
  const events = waiters.map((waiter, number) => ({ at: start + waiter.arrivesMs, number, lease: "" }));
  const waiting: { readonly number: number; readonly rank: number }[] = [];
  let running = 0;
  let served = 0;
  const ranks: number[] = [];
  // Each waits at most for the work, the gap, and the slack of all others.
  const deadline = start + 3_000 + waiters.length * (700 + 400 + 2_000 + 1_500);

  while (events.length > 0) {
    const event = events.sort((a, b) => a.at - b.at || a.number - b.number).shift()!;
    clock.advance(event.at - clock.now());
    if (clock.now() > deadline) throw new Error(`${waiters.length - served} still wait`);
    const { rank, workMs, slackMs } = waiters[event.number]!;
    if (event.lease !== "") {
      await store.settle("p", event.lease, { counted: "yes" });
      running--;
      continue;
    }
    const result = await store.acquire({
      principal: "p",
      ticket: `t${event.number}`,
      rank,
      leaseMs: 600_000,
      needs: [need],
    });
    const place = waiting.findIndex(({ number }) => number === event.number);
    if (!result.granted) {
      if (place < 0) waiting.push({ number: event.number, rank });
      events.push({ ...event, at: clock.now() + result.waitMs + slackMs });
      continue;
    }
    running++;
    served++;
    // After ten in a row, one who waits behind them goes first.
    const worst = ranks.length < 10 ? Number.POSITIVE_INFINITY : Math.max(...ranks.slice(-10));
    const ahead = waiting.filter(
      (other, index) =>
        (other.rank < rank && !(worst < rank && worst <= other.rank)) ||
        (other.rank === rank && (place < 0 || index < place)),
    ).length;
    // Those who are let in while others wait leave room for them.
    const room = need.kind === "concurrent" ? need.limit : 1;
    ranks.push(rank);
    if (ahead > 0 && running + ahead > room)
      throw new Error(`waiter ${event.number} passed by ${ahead} others`);
    if (place >= 0) waiting.splice(place, 1);
    events.push({ ...event, at: clock.now() + workMs, lease: result.lease });
  }
  expect(served).toBe(waiters.length);
}
