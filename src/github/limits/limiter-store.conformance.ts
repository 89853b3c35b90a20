/**
 * @module What every limiter store must do: the sentences of `limiter-store.ts`, one by one. Pauses and what holds for all stand here.
 */
import { describe, expect, test } from "vitest";
import { testCounts } from "./limiter-counts.conformance.ts";
import { testLeases } from "./limiter-leases.conformance.ts";
import {
  budgetNeed,
  concurrentNeed,
  createQuestions,
  minute,
  type OpenStore,
  principal,
  refusal,
  serialNeed,
  windowNeed,
} from "./limiter-questions.conformance.ts";

const hostileNames = ["__proto__", "constructor", "0", "ключ \u2028", 'a"b\\c', "{x}", "toString"];

/** @param open a fresh store that goes by the clock; the suite closes it */
export function testLimiterStore(name: string, open: OpenStore): void {
  testCounts(name, open);
  testLeases(name, open);
  describe(name, () => {
    const questions = createQuestions(open);
    const { acquire, mustAcquire, settle, learn, read } = questions;

    describe("a pause", () => {
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
        questions.clock.advance(7_000);
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
          questions.clock.advance(minutes * minute);
        }
        // One success right after it does not end the row; one long after it does.
        await settle(await mustAcquire([]));
        await refused();
        expect(await paused()).toBe(60 * minute);
        questions.clock.advance(75 * minute);
        await settle(await mustAcquire([]));
        await refused();
        expect(await paused()).toBe(minute);
      });

      test("is not doubled by what had been sent before it", async () => {
        const others = [await mustAcquire([]), await mustAcquire([])];
        await refused();
        questions.clock.advance(500);
        for (const lease of others) await settle(lease, { counted: "yes", pause: { reason: "secondary" } });
        expect(await paused()).toBe(minute);
      });

      test("is of one principal", async () => {
        await refused(7_000);
        await mustAcquire([], { principal: "api.github.com user:7" });
      });
    });

    describe("all", () => {
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
          await questions.store.settle(odd, lease, {
            counted: "yes",
            budget: { resource: odd, limit: 9, remaining: 3, resetsInMs: minute },
            halve: [odd],
          });
          expect(await questions.store.read(odd)).toEqual({
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
        questions.clock.advance(-60 * minute);
        await questions.store.withdraw(principal, "nobody");
        expect(await read()).toMatchObject({
          budgets: [{ remaining: 1, inFlight: 1, resetsInMs: 2 * minute }],
          windows: [{ used: 1 }],
          inFlight: 1,
          waiting: 1,
        });
        questions.clock.advance(minute + 1_000);
        expect(await read()).toMatchObject({ windows: [], inFlight: 0, budgets: [{ remaining: 0 }] });
        questions.clock.advance(minute);
        expect(await read()).toMatchObject({ budgets: [{ remaining: 5_000 }] });
      });

      test("is forgotten when it says nothing any more", async () => {
        await settle(await mustAcquire([budgetNeed(), windowNeed(9), serialNeed(1_000)]));
        questions.clock.advance(24 * 60 * minute);
        expect(await read()).toEqual({ budgets: [], windows: [], inFlight: 0, waiting: 0 });
      });
    });
  });
}
