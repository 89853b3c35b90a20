/**
 * @module The sentences of `limiter-store.ts` about windows and budgets: how much may be used.
 */
import { describe, expect, test } from "vitest";
import {
  budgetNeed,
  core,
  createQuestions,
  minute,
  type OpenStore,
  refusal,
  windowNeed,
} from "./limiter-questions.conformance.ts";

export function testCounts(name: string, open: OpenStore): void {
  describe(name, () => {
    const questions = createQuestions(open);
    const { acquire, mustAcquire, settle, learn, read } = questions;

    describe("a window", () => {
      test("grants its limit within any stretch of its length, and says when the next fits", async () => {
        for (let n = 0; n < 3; n++) await mustAcquire([windowNeed(3)]);
        const refused = await acquire([windowNeed(3)]);
        expect(refused).toMatchObject({ granted: false, because: { kind: "window", name: "content" } });
        const { waitMs } = refused as { waitMs: number };
        expect(waitMs).toBeGreaterThanOrEqual(minute);
        expect(waitMs).toBeLessThanOrEqual(minute + minute / 60);
        questions.clock.advance(waitMs - 1);
        expect(await acquire([windowNeed(3)])).toMatchObject({ granted: false, waitMs: 1 });
        questions.clock.advance(1);
        await mustAcquire([windowNeed(3)]);
      });

      test("does not fill up at once when its end was used as much as its beginning", async () => {
        await mustAcquire([windowNeed(4, { cost: 2 })]);
        questions.clock.advance(40_000);
        await mustAcquire([windowNeed(4, { cost: 2 })]);
        questions.clock.advance(22_000);
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
        questions.clock.advance(2 * minute);
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

      test("is given back for what was never sent, refundable or not", async () => {
        const content = windowNeed(1, { refundable: false });
        await settle(await mustAcquire([content]), { counted: "unsent" });
        await mustAcquire([content]);
      });

      test("counts a request from its end, because it may have come late", async () => {
        const lease = await mustAcquire([windowNeed(1)]);
        questions.clock.advance(30_000);
        await settle(lease, { counted: "yes" });
        questions.clock.advance(31_500);
        expect(await acquire([windowNeed(1)])).toMatchObject({ granted: false });
        questions.clock.advance(30_000);
        await mustAcquire([windowNeed(1)]);
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
          questions.clock.advance(2 * minute);
          await refuse();
          expect(await scale()).toBe(expected);
        }
        questions.clock.advance(10 * minute);
        expect(await scale()).toBe(0.175);
        questions.clock.advance(16 * 10 * minute);
        expect(await scale()).toBe(0.975);
        questions.clock.advance(10 * minute);
        expect(await scale()).toBeUndefined();
        await mustAcquire([windowNeed(16, { cost: 16 })]);
      });

      test("is halved once by the refusals of requests that were under way together", async () => {
        const leases = [await mustAcquire([windowNeed(16)]), await mustAcquire([windowNeed(16)])];
        questions.clock.advance(100);
        for (const lease of leases) await settle(lease, { counted: "yes", halve: ["content"] });
        expect((await read()).windows).toMatchObject([{ scale: 0.5 }]);
      });
    });

    describe("a budget", () => {
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
        questions.clock.advance(30 * minute);
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
        questions.clock.advance(1);
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

      test("believes an earlier reset where the request was sent after the later one was known", async () => {
        await learn(4_000, 60 * minute);
        questions.clock.advance(1);
        await settle(await mustAcquire([budgetNeed()]), {
          counted: "yes",
          budget: core(3, 10 * minute, 500),
        });
        expect((await read()).budgets).toMatchObject([{ limit: 500, remaining: 3, resetsInMs: 10 * minute }]);
      });

      test("believes in no window of more than 65 minutes", async () => {
        await learn(0, 1_000 * 365 * 24 * 60 * minute);
        expect((await read()).budgets).toMatchObject([{ remaining: 0, resetsInMs: 65 * minute }]);
      });

      test("counts an answer whose news is of an earlier window", async () => {
        await learn(100, 60 * minute);
        await settle(await mustAcquire([budgetNeed({ cost: 4 })]), {
          counted: "yes",
          budget: core(7, 2 * minute),
        });
        await settle(await mustAcquire([budgetNeed({ cost: 4 })]), { counted: "yes", budget: core(7, 0) });
        expect((await read()).budgets).toMatchObject([{ remaining: 92, resetsInMs: 60 * minute }]);
      });

      test("keeps counted what got no answer until a request that began later is answered", async () => {
        await learn(10, minute, 40);
        questions.clock.advance(minute);
        const [early, lost] = [
          await mustAcquire([budgetNeed()]),
          await mustAcquire([budgetNeed({ cost: 3 })]),
        ];
        questions.clock.advance(1_000);
        await settle(lost, { counted: "unknown" });
        questions.clock.advance(1_000);
        const late = await mustAcquire([budgetNeed()]);
        await settle(early, { counted: "yes", budget: core(39, 30 * minute, 40) });
        expect((await read()).budgets).toMatchObject([{ remaining: 36 }]);
        await settle(late, { counted: "yes", budget: core(38, 30 * minute, 40) });
        expect((await read()).budgets).toMatchObject([{ remaining: 38 }]);
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
        questions.clock.advance(10 * minute);
        expect(await acquire([budgetNeed()])).toMatchObject({ granted: false });
      });

      test("that is smaller than a request's cost is given as a whole", async () => {
        await learn(9, 30 * minute, 10);
        expect(await acquire([budgetNeed({ cost: 20 })])).toEqual(refusal(30 * minute, "budget", "core"));
        questions.clock.advance(30 * minute);
        await mustAcquire([budgetNeed({ cost: 20 })]);
      });
    });
  });
}
