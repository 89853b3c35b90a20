/**
 * @module What every limiter store must do: the sentences of `limiter-store.ts`, one by one.
 */
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { AcquireRequest, LimiterStore, Need, Settlement } from "./limiter-store.ts";
import { createManualClock, type ManualClock } from "./manual-clock.conformance.ts";

const minute = 60_000;
const principal = "api.github.com installation:42";

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

const core = (remaining: number, resetsInMs = 30 * minute, limit = 5_000) => ({
  resource: "core",
  limit,
  remaining,
  resetsInMs,
});

const hostileNames = ["__proto__", "constructor", "0", "ключ \u2028", 'a"b\\c', "{x}", "toString"];

/** @param open a fresh store that goes by the clock; the suite closes it */
export function testLimiterStore(name: string, open: (clock: ManualClock) => Promise<LimiterStore>): void {
  let clock: ManualClock;
  let store: LimiterStore;
  let tickets: number;
  beforeEach(async () => {
    tickets = 0;
    clock = createManualClock();
    store = await open(clock);
    onTestFinished(() => store.close());
  });

  const acquire = (needs: readonly Need[], change: Partial<AcquireRequest> = {}) =>
    store.acquire({ principal, ticket: `t${++tickets}`, rank: 1, leaseMs: minute, needs, ...change });
  const mustAcquire = async (needs: readonly Need[], change: Partial<AcquireRequest> = {}) => {
    const result = await acquire(needs, change);
    if (!result.granted) throw new Error(`refused: ${JSON.stringify(result)}`);
    return result.lease;
  };
  const settle = (lease: string, settlement: Settlement = { counted: "yes", budget: core(4_000) }) =>
    store.settle(principal, lease, settlement);
  const learn = (remaining: number, resetsInMs?: number, limit?: number) =>
    settle("none", { counted: "no", budget: core(remaining, resetsInMs, limit) });
  const read = () => store.read(principal);
  const refusal = (waitMs: number, kind: string, what: string) => ({
    granted: false,
    waitMs,
    because: { kind, name: what },
  });

  describe(`${name}: a window`, () => {
    test("grants its limit within any stretch of its length, and says when the next fits", async () => {
      for (let n = 0; n < 3; n++) await mustAcquire([windowNeed(3)]);
      const refused = await acquire([windowNeed(3)]);
      expect(refused).toMatchObject({ granted: false, because: { kind: "window", name: "content" } });
      const { waitMs } = refused as { waitMs: number };
      expect(waitMs).toBeGreaterThanOrEqual(minute);
      expect(waitMs).toBeLessThanOrEqual(minute + minute / 60);
      clock.advance(waitMs - 1);
      expect(await acquire([windowNeed(3)])).toMatchObject({ granted: false, waitMs: 1 });
      clock.advance(1);
      await mustAcquire([windowNeed(3)]);
    });

    test("does not fill up at once when its end was used as much as its beginning", async () => {
      await mustAcquire([windowNeed(4, { cost: 2 })]);
      clock.advance(40_000);
      await mustAcquire([windowNeed(4, { cost: 2 })]);
      clock.advance(22_000);
      await mustAcquire([windowNeed(4, { cost: 2 })]);
      expect(await acquire([windowNeed(4, { cost: 1 })])).toMatchObject({ granted: false });
    });

    test("lets a request see no more used than its share", async () => {
      for (let n = 0; n < 8; n++) await mustAcquire([windowNeed(10, { share: 0.8 })]);
      expect(await acquire([windowNeed(10, { share: 0.8 })])).toMatchObject({ granted: false });
      await mustAcquire([windowNeed(10)]);
    });

    test("always allows at least 1, however small the share", async () => {
      await mustAcquire([windowNeed(10, { share: 0.01 })]);
      expect(await acquire([windowNeed(10, { share: 0.01 })])).toMatchObject({ granted: false });
    });

    test("lets what costs more than is allowed go alone, once it is empty", async () => {
      const big = windowNeed(10, { cost: 5, share: 0.2 });
      await mustAcquire([windowNeed(10)]);
      expect(await acquire([big])).toMatchObject({ granted: false });
      clock.advance(2 * minute);
      await mustAcquire([big]);
      // All five of it are counted.
      for (let n = 0; n < 5; n++) await mustAcquire([windowNeed(10)]);
      expect(await acquire([windowNeed(10)])).toMatchObject({ granted: false });
    });

    test("is given back for what did not count, where it is refundable", async () => {
      const points = windowNeed(1, { name: "points" });
      const content = windowNeed(1, { refundable: false });
      await settle(await mustAcquire([points, content]), { counted: "no" });
      await mustAcquire([points]);
      expect(await acquire([content])).toMatchObject({ granted: false });
    });

    test.each(["yes", "unknown"] as const)("stays used where the answer is %s", async (counted) => {
      await settle(await mustAcquire([windowNeed(1)]), { counted });
      expect(await acquire([windowNeed(1)])).toMatchObject({ granted: false });
    });

    test("is halved on a refusal, down to an eighth, and grows back by a twentieth every ten minutes", async () => {
      const scale = async () => (await read()).windows.find((window) => window.name === "content")?.scale;
      const refuse = async () =>
        settle(await mustAcquire([windowNeed(16, { cost: 2 })]), { counted: "yes", halve: ["content"] });
      await refuse();
      expect(await scale()).toBe(0.5);
      for (let n = 0; n < 3; n++) await mustAcquire([windowNeed(16, { cost: 2 })]);
      expect(await acquire([windowNeed(16, { cost: 2 })])).toMatchObject({ granted: false });
      for (const expected of [0.25, 0.125, 0.125]) {
        clock.advance(2 * minute);
        await refuse();
        expect(await scale()).toBe(expected);
      }
      clock.advance(10 * minute);
      expect(await scale()).toBe(0.175);
      clock.advance(16 * 10 * minute);
      expect(await scale()).toBe(0.975);
      clock.advance(10 * minute);
      expect(await scale()).toBeUndefined();
      await mustAcquire([windowNeed(16, { cost: 16 })]);
    });

    test("is halved once by the refusals of requests that were under way together", async () => {
      const leases = [await mustAcquire([windowNeed(16)]), await mustAcquire([windowNeed(16)])];
      clock.advance(100);
      for (const lease of leases) await settle(lease, { counted: "yes", halve: ["content"] });
      expect((await read()).windows).toMatchObject([{ scale: 0.5 }]);
    });
  });

  describe(`${name}: a budget`, () => {
    test("is given to 5 at a time before anything is known, and freely afterwards", async () => {
      const leases = [];
      for (let n = 0; n < 5; n++) leases.push(await mustAcquire([budgetNeed()]));
      expect(await acquire([budgetNeed()])).toMatchObject({
        granted: false,
        because: { kind: "budget", name: "core" },
      });
      await mustAcquire([budgetNeed({ resource: "search" })]);
      await settle(leases[0]!);
      for (let n = 0; n < 10; n++) await mustAcquire([budgetNeed()]);
    });

    test("counts what is under way, and is refused until its reset once it is used up", async () => {
      await learn(3);
      await mustAcquire([budgetNeed({ cost: 2 })]);
      const last = await mustAcquire([budgetNeed()]);
      expect((await read()).budgets).toEqual([
        { resource: "core", limit: 5_000, remaining: 3, inFlight: 3, resetsInMs: 30 * minute },
      ]);
      await settle(last, { counted: "yes", budget: core(0) });
      expect(await acquire([budgetNeed()])).toEqual(refusal(30 * minute, "budget", "core"));
      clock.advance(30 * minute);
      await mustAcquire([budgetNeed()]);
      expect((await read()).budgets).toMatchObject([{ limit: 5_000, remaining: 5_000, resetsInMs: 0 }]);
    });

    test("asks to come again soon where only what is under way is in the way", async () => {
      await learn(1);
      const lease = await mustAcquire([budgetNeed()]);
      const refused = (await acquire([budgetNeed()])) as { waitMs: number };
      expect(refused).toMatchObject({ granted: false });
      expect(refused.waitMs).toBeLessThanOrEqual(1_000);
      await settle(lease, { counted: "no" });
      await mustAcquire([budgetNeed()]);
    });

    test.each([
      ["the reserve", { reserve: 500, reserveShare: 0.5 }, 500],
      [
        "no more than the share of the limit that the reserve may be",
        { reserve: 500, reserveShare: 0.02 },
        100,
      ],
      ["at least the share that is to be kept", { reserve: 500, reserveShare: 0.5, keepShare: 0.2 }, 1_000],
    ])("keeps %s untouched", async (_, need, kept) => {
      await learn(kept + 1);
      await mustAcquire([budgetNeed(need)]);
      expect(await acquire([budgetNeed(need)])).toMatchObject({ granted: false });
      await settle("none", { counted: "no", budget: core(kept) });
      expect(await acquire([budgetNeed(need)])).toMatchObject(refusal(30 * minute, "budget", "core"));
      await mustAcquire([budgetNeed()]);
    });

    test("does not count what a 304 did not use", async () => {
      await learn(1);
      for (let n = 0; n < 5; n++) await settle(await mustAcquire([budgetNeed()]), { counted: "no" });
      expect((await read()).budgets).toMatchObject([{ remaining: 1, inFlight: 0 }]);
    });

    test("counts what got no answer, unless news knows better", async () => {
      await learn(10);
      await settle(await mustAcquire([budgetNeed({ cost: 4 })]), { counted: "unknown" });
      expect((await read()).budgets).toMatchObject([{ remaining: 6 }]);
      clock.advance(1);
      await settle(await mustAcquire([budgetNeed({ cost: 4 })]), { counted: "unknown", budget: core(5) });
      expect((await read()).budgets).toMatchObject([{ remaining: 5 }]);
    });

    test("counts an answer without news", async () => {
      await learn(10);
      await settle(await mustAcquire([budgetNeed({ cost: 4 })]), { counted: "yes" });
      expect((await read()).budgets).toMatchObject([{ remaining: 6 }]);
    });

    test("of the same window knows the smaller rest, in whatever order the news comes", async () => {
      await learn(100);
      await learn(90, 30 * minute + 900);
      await learn(95, 30 * minute - 900);
      expect((await read()).budgets).toMatchObject([{ remaining: 90 }]);
    });

    test("knows the news of the later reset, in whatever order the news comes", async () => {
      await learn(10, 2 * minute);
      await learn(4_000, 60 * minute);
      await learn(7, 2 * minute);
      expect((await read()).budgets).toMatchObject([{ remaining: 4_000, resetsInMs: 60 * minute }]);
    });

    test("takes news of a window that has ended for nothing but its limit", async () => {
      await learn(3, 0, 60);
      expect((await read()).budgets).toMatchObject([{ limit: 60, remaining: 60, resetsInMs: 0 }]);
      await learn(50, 30 * minute, 60);
      await learn(3, -minute, 60);
      expect((await read()).budgets).toMatchObject([{ remaining: 50, resetsInMs: 30 * minute }]);
    });

    test.each([
      ["says nothing", undefined],
      ["says a limit of 0", { resource: "core", limit: 0, remaining: 0, resetsInMs: 0 }],
    ])("is without limit for ten minutes where an answer %s", async (_, budget) => {
      await settle(await mustAcquire([budgetNeed()]), { counted: "yes", ...(budget && { budget }) });
      for (let n = 0; n < 20; n++) await mustAcquire([budgetNeed()], { leaseMs: 60 * minute });
      expect((await read()).budgets).toEqual([]);
      clock.advance(10 * minute);
      expect(await acquire([budgetNeed()])).toMatchObject({ granted: false });
    });

    test("that is smaller than a request's cost is given as a whole", async () => {
      await learn(9, 30 * minute, 10);
      expect(await acquire([budgetNeed({ cost: 20 })])).toEqual(refusal(30 * minute, "budget", "core"));
      clock.advance(30 * minute);
      await mustAcquire([budgetNeed({ cost: 20 })]);
    });
  });

  describe(`${name}: leases`, () => {
    test("are as many at one time as the limit and the request's share allow", async () => {
      const first = await mustAcquire([concurrentNeed(5, 0.6)]);
      for (let n = 0; n < 2; n++) await mustAcquire([concurrentNeed(5, 0.6)]);
      expect(await acquire([concurrentNeed(5, 0.6)], { ticket: "low" })).toMatchObject({
        granted: false,
        because: { kind: "concurrent" },
      });
      await mustAcquire([concurrentNeed(5)], { rank: 0 });
      await mustAcquire([concurrentNeed(5)], { rank: 0 });
      expect(await acquire([concurrentNeed(5)], { ticket: "high", rank: 0 })).toMatchObject({
        granted: false,
      });
      await settle(first);
      await mustAcquire([concurrentNeed(5)], { ticket: "high", rank: 0 });
    });

    test("end by their time, and count as unknown then", async () => {
      await learn(10);
      const lease = await mustAcquire([concurrentNeed(1), budgetNeed({ cost: 3 }), windowNeed(5)]);
      clock.advance(minute - 1);
      expect(await acquire([concurrentNeed(1)], { ticket: "next" })).toMatchObject({ granted: false });
      clock.advance(1);
      await mustAcquire([concurrentNeed(1)], { ticket: "next" });
      expect(await read()).toMatchObject({
        budgets: [{ remaining: 7, inFlight: 0 }],
        windows: [{ used: 1 }],
        inFlight: 1,
      });
      // It has ended: nothing is given back, nothing counted again, but the news is taken in.
      await settle(lease, { counted: "no" });
      await settle(lease, { counted: "yes" });
      expect(await read()).toMatchObject({
        budgets: [{ remaining: 7 }],
        windows: [{ used: 1 }],
        inFlight: 1,
      });
      await settle(lease, { counted: "yes", budget: core(2), pause: { forMs: 1_000, reason: "secondary" } });
      expect(await read()).toMatchObject({ budgets: [{ remaining: 2 }], paused: { forMs: 1_000 } });
    });

    test("are settled once", async () => {
      await learn(10);
      const lease = await mustAcquire([budgetNeed(), windowNeed(5)]);
      await settle(lease, { counted: "no" });
      await settle(lease, { counted: "no" });
      await settle(lease, { counted: "unknown" });
      expect(await read()).toMatchObject({ budgets: [{ remaining: 10 }], windows: [], inFlight: 0 });
    });
  });

  describe(`${name}: one at a time`, () => {
    test("begins its gap after the end of the one before", async () => {
      const lease = await mustAcquire([serialNeed(1_000)]);
      clock.advance(5_000);
      expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toMatchObject({
        granted: false,
        because: { kind: "serial", name: "mutation" },
      });
      await mustAcquire([serialNeed(1_000, "other")]);
      await settle(lease);
      expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toEqual(
        refusal(1_000, "serial", "mutation"),
      );
      clock.advance(1_000);
      await mustAcquire([serialNeed(1_000)], { ticket: "next" });
    });

    test("begins its gap after the time of a lease whose process died", async () => {
      await mustAcquire([serialNeed(1_000)], { leaseMs: 3_000 });
      clock.advance(3_000);
      expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toMatchObject({ waitMs: 1_000 });
      clock.advance(1_000);
      await mustAcquire([serialNeed(1_000)], { ticket: "next" });
    });
  });

  describe(`${name}: the line`, () => {
    test.each([
      ["a lease", concurrentNeed(1)],
      ["a turn", serialNeed(0)],
    ])("for %s goes by rank, then by who came first", async (_, need) => {
      const waiting = [
        ["late", 1],
        ["later", 1],
        ["low", 2],
        ["high", 0],
      ] as const;
      let lease = await mustAcquire([need]);
      for (const [ticket, rank] of waiting)
        expect(await acquire([need], { ticket, rank })).toMatchObject({ granted: false });
      expect(await read()).toMatchObject({ waiting: 4 });
      const served: string[] = [];
      while (served.length < waiting.length) {
        await settle(lease);
        // The last in the line ask first.
        for (const [ticket, rank] of [...waiting].reverse().filter(([one]) => !served.includes(one))) {
          const result = await acquire([need], { ticket, rank });
          if (!result.granted) continue;
          lease = result.lease;
          served.push(ticket);
        }
        expect(await acquire([need], { ticket: "new", rank: 3 })).toMatchObject({ granted: false });
      }
      expect(served).toEqual(["high", "late", "later", "low"]);
    });

    test("keeps the places of those who ask again in time, and forgets who does not", async () => {
      const lease = await mustAcquire([concurrentNeed(1)]);
      const first = (await acquire([concurrentNeed(1)], { ticket: "first" })) as { waitMs: number };
      await acquire([concurrentNeed(1)], { ticket: "second" });
      clock.advance(first.waitMs + 1_000);
      await acquire([concurrentNeed(1)], { ticket: "first" });
      await settle(lease);
      clock.advance(1_500);
      expect(await acquire([concurrentNeed(1)], { ticket: "second" })).toMatchObject({ granted: false });
      clock.advance(5_000);
      await mustAcquire([concurrentNeed(1)], { ticket: "second" });
    });

    test("moves on when somebody gives up the place", async () => {
      const lease = await mustAcquire([concurrentNeed(1)]);
      await acquire([concurrentNeed(1)], { ticket: "first" });
      await acquire([concurrentNeed(1)], { ticket: "second" });
      await settle(lease);
      await store.withdraw(principal, "first");
      await mustAcquire([concurrentNeed(1)], { ticket: "second" });
      expect(await read()).toMatchObject({ waiting: 0 });
    });

    test("holds up nobody who wants something else", async () => {
      await mustAcquire([serialNeed(1_000)]);
      await acquire([serialNeed(1_000), concurrentNeed(3)], { ticket: "writer", rank: 0 });
      await mustAcquire([concurrentNeed(3)], { ticket: "reader" });
      await mustAcquire([serialNeed(1_000, "other")], { ticket: "other" });
    });

    test("does not wait for one who cannot go anyway", async () => {
      const busy = await mustAcquire([concurrentNeed(1), windowNeed(1)]);
      const both = [concurrentNeed(1), windowNeed(1)];
      expect(await acquire(both, { ticket: "first", rank: 0 })).toMatchObject({
        granted: false,
        because: { kind: "window" },
      });
      await settle(busy);
      await mustAcquire([concurrentNeed(1)], { ticket: "second" });
    });
  });

  describe(`${name}: a pause`, () => {
    const paused = async () => (await read()).paused?.forMs;
    const refused = async (forMs?: number) => {
      await settle(await mustAcquire([]), {
        counted: "yes",
        pause: { reason: "secondary", ...(forMs !== undefined && { forMs }) },
      });
    };

    test("holds up every request for as long as GitHub asked", async () => {
      await refused(7_000);
      expect(await acquire([])).toEqual(refusal(7_000, "pause", "secondary"));
      expect(await acquire([budgetNeed(), windowNeed(1)])).toEqual(refusal(7_000, "pause", "secondary"));
      clock.advance(7_000);
      await mustAcquire([]);
      expect(await paused()).toBeUndefined();
    });

    test("is never shortened by another", async () => {
      const late = await mustAcquire([]);
      await refused(50_000);
      await settle(late, { counted: "yes", pause: { forMs: 1_000, reason: "primary" } });
      expect(await read()).toMatchObject({ paused: { forMs: 50_000, reason: "secondary" } });
      await settle(late, { counted: "yes", pause: { forMs: 90_000, reason: "content" } });
      expect(await read()).toMatchObject({ paused: { forMs: 90_000, reason: "content" } });
    });

    test("without a named time lasts a minute, doubled for each further refusal in a row, at most an hour", async () => {
      for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
        await refused();
        expect(await paused()).toBe(minutes * minute);
        clock.advance(minutes * minute);
      }
      // One success right after it does not end the row; one long after it does.
      await settle(await mustAcquire([]));
      await refused();
      expect(await paused()).toBe(60 * minute);
      clock.advance(75 * minute);
      await settle(await mustAcquire([]));
      await refused();
      expect(await paused()).toBe(minute);
    });

    test("is not doubled by what had been sent before it", async () => {
      const others = [await mustAcquire([]), await mustAcquire([])];
      await refused();
      clock.advance(500);
      for (const lease of others) await settle(lease, { counted: "yes", pause: { reason: "secondary" } });
      expect(await paused()).toBe(minute);
    });

    test("is of one principal", async () => {
      await refused(7_000);
      await mustAcquire([], { principal: "api.github.com user:7" });
    });
  });

  describe(`${name}: all`, () => {
    test("is given, or nothing: a refusal uses nothing up", async () => {
      await learn(10);
      await mustAcquire([windowNeed(1)]);
      const before = await read();
      const needs = [
        budgetNeed(),
        windowNeed(5, { name: "points" }),
        concurrentNeed(5),
        serialNeed(1_000),
        windowNeed(1),
      ];
      expect(await acquire(needs)).toMatchObject({ granted: false, because: { name: "content" } });
      expect(await read()).toEqual(before);
      await mustAcquire([serialNeed(1_000)]);
    });

    test("goes once to requests of one time", async () => {
      const results = await Promise.all(
        Array.from({ length: 40 }, () => acquire([windowNeed(7), concurrentNeed(50)])),
      );
      expect(results.filter(({ granted }) => granted)).toHaveLength(7);
      expect(new Set(results.flatMap((result) => (result.granted ? [result.lease] : []))).size).toBe(7);
    });

    test("may be called anything", async () => {
      for (const odd of hostileNames) {
        const needs = [
          budgetNeed({ resource: odd }),
          windowNeed(1, { name: odd }),
          serialNeed(1_000, odd),
          concurrentNeed(1),
        ];
        const lease = await mustAcquire(needs, { principal: odd, ticket: odd });
        expect(await acquire([concurrentNeed(1)], { principal: odd, ticket: `${odd}2` })).toMatchObject({
          granted: false,
        });
        await store.settle(odd, lease, {
          counted: "yes",
          budget: { resource: odd, limit: 9, remaining: 3, resetsInMs: minute },
          halve: [odd],
        });
        expect(await store.read(odd)).toEqual({
          budgets: [{ resource: odd, limit: 9, remaining: 3, inFlight: 0, resetsInMs: minute }],
          windows: [{ name: odd, used: 1, windowMs: minute, scale: 0.5 }],
          inFlight: 0,
          waiting: 1,
        });
      }
    });

    test("lies as far away as before when the clock is set back", async () => {
      await learn(1, 2 * minute);
      await mustAcquire([windowNeed(1), serialNeed(1_000), budgetNeed()]);
      await acquire([serialNeed(1_000)], { ticket: "next" });
      clock.advance(-60 * minute);
      await store.withdraw(principal, "nobody");
      expect(await read()).toMatchObject({
        budgets: [{ remaining: 1, inFlight: 1, resetsInMs: 2 * minute }],
        windows: [{ used: 1 }],
        inFlight: 1,
        waiting: 1,
      });
      clock.advance(minute + 1_000);
      expect(await read()).toMatchObject({ windows: [], inFlight: 0, budgets: [{ remaining: 0 }] });
      clock.advance(minute);
      expect(await read()).toMatchObject({ budgets: [{ remaining: 5_000 }] });
    });

    test("is forgotten when it says nothing any more", async () => {
      await settle(await mustAcquire([budgetNeed(), windowNeed(9), serialNeed(1_000)]));
      clock.advance(24 * 60 * minute);
      expect(await read()).toEqual({ budgets: [], windows: [], inFlight: 0, waiting: 0 });
    });
  });
}
