/**
 * @module The sentences of `limiter-store.ts` about leases and turns: who may go, and when.
 */
import { describe, expect, test } from "vitest";
import {
  budgetNeed,
  concurrentNeed,
  core,
  createQuestions,
  minute,
  type OpenStore,
  principal,
  refusal,
  serialNeed,
  windowNeed,
} from "./limiter-questions.conformance.ts";

export function testLeases(name: string, open: OpenStore): void {
  describe(name, () => {
    const questions = createQuestions(open);
    const { acquire, mustAcquire, settle, learn, read } = questions;

    describe("leases", () => {
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
        questions.clock.advance(minute - 1);
        expect(await acquire([concurrentNeed(1)], { ticket: "next" })).toMatchObject({ granted: false });
        questions.clock.advance(1);
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
        await settle(lease, {
          counted: "yes",
          budget: core(2),
          pause: { forMs: 1_000, reason: "secondary" },
        });
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

    describe("one at a time", () => {
      test("leaves a gap from the answer of one to the beginning of the next, and lets no two go together", async () => {
        const quick = await mustAcquire([serialNeed(1_000)]);
        questions.clock.advance(60);
        expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toEqual(
          refusal(1_000, "serial", "mutation"),
        );
        await settle(quick);
        questions.clock.advance(999);
        expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toEqual(
          refusal(1, "serial", "mutation"),
        );
        questions.clock.advance(1);
        const slow = await mustAcquire([serialNeed(1_000)], { ticket: "next" });
        questions.clock.advance(5_000);
        expect(await acquire([serialNeed(1_000)], { ticket: "last" })).toMatchObject({ granted: false });
        await settle(slow);
        await mustAcquire([serialNeed(1_000)], { ticket: "last" });
      });

      test("begins its gap 100 ms after one began whose answer takes longer", async () => {
        const lease = await mustAcquire([serialNeed(1_000)]);
        questions.clock.advance(300);
        await settle(lease);
        expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toEqual(
          refusal(800, "serial", "mutation"),
        );
      });

      test("begins its gap at the beginning of one that was never sent", async () => {
        const lease = await mustAcquire([serialNeed(1_000)]);
        questions.clock.advance(300);
        await settle(lease, { counted: "unsent" });
        expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toEqual(
          refusal(700, "serial", "mutation"),
        );
      });

      test("begins its gap at the end of one that got no answer", async () => {
        const lease = await mustAcquire([serialNeed(1_000)]);
        questions.clock.advance(5_000);
        expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toMatchObject({
          granted: false,
          because: { kind: "serial", name: "mutation" },
        });
        await mustAcquire([serialNeed(1_000, "other")]);
        await settle(lease, { counted: "unknown" });
        expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toEqual(
          refusal(1_000, "serial", "mutation"),
        );
        questions.clock.advance(1_000);
        await mustAcquire([serialNeed(1_000)], { ticket: "next" });
      });

      test("begins its gap after the time of a lease whose process died", async () => {
        await mustAcquire([serialNeed(1_000)], { leaseMs: 3_000 });
        questions.clock.advance(3_000);
        expect(await acquire([serialNeed(1_000)], { ticket: "next" })).toMatchObject({ waitMs: 1_000 });
        questions.clock.advance(1_000);
        await mustAcquire([serialNeed(1_000)], { ticket: "next" });
      });
    });

    describe("the line", () => {
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
        questions.clock.advance(first.waitMs + 1_000);
        await acquire([concurrentNeed(1)], { ticket: "first" });
        await settle(lease);
        questions.clock.advance(1_500);
        expect(await acquire([concurrentNeed(1)], { ticket: "second" })).toMatchObject({ granted: false });
        questions.clock.advance(5_000);
        await mustAcquire([concurrentNeed(1)], { ticket: "second" });
      });

      test("lets one in eleven go to who was passed over, who may use what is kept for others then", async () => {
        const needs = [serialNeed(0), concurrentNeed(2, 0.5), windowNeed(100)];
        const low = [serialNeed(0), concurrentNeed(2, 0.5), windowNeed(100, { share: 0.01 })];
        let lease = await mustAcquire(needs, { rank: 0 });
        const served: number[] = [];
        for (let turn = 0; turn < 34; turn++) {
          await acquire(needs, { ticket: `high${turn}`, rank: 0 });
          await acquire(low, { ticket: `low${served.length}`, rank: 2 });
          await settle(lease);
          const result = await acquire(low, { ticket: `low${served.length}`, rank: 2 });
          if (result.granted) {
            served.push(turn);
            await settle(result.lease);
          }
          lease = await mustAcquire(needs, { ticket: `high${turn}`, rank: 0 });
        }
        expect(served).toEqual([9, 19, 29]);
      });

      test("moves on when somebody gives up the place", async () => {
        const lease = await mustAcquire([concurrentNeed(1)]);
        await acquire([concurrentNeed(1)], { ticket: "first" });
        await acquire([concurrentNeed(1)], { ticket: "second" });
        await settle(lease);
        await questions.store.withdraw(principal, "first");
        await mustAcquire([concurrentNeed(1)], { ticket: "second" });
        expect(await read()).toMatchObject({ waiting: 0 });
      });

      test("holds up nobody who wants something else", async () => {
        await mustAcquire([serialNeed(1_000)]);
        await acquire([serialNeed(1_000), concurrentNeed(3)], { ticket: "writer", rank: 0 });
        await mustAcquire([concurrentNeed(3)], { ticket: "reader" });
        await mustAcquire([serialNeed(1_000, "other")], { ticket: "other" });
      });

      test("keeps a place free for one ahead whose share is smaller", async () => {
        const leases = [await mustAcquire([concurrentNeed(4)]), await mustAcquire([concurrentNeed(4)])];
        expect(await acquire([concurrentNeed(4, 0.5)], { ticket: "small", rank: 0 })).toMatchObject({
          granted: false,
        });
        expect(await acquire([concurrentNeed(4)])).toMatchObject({ granted: false });
        await settle(leases[0]!);
        await mustAcquire([concurrentNeed(4, 0.5)], { ticket: "small", rank: 0 });
      });

      test("remembers whoever has to do something else first for a minute, not for an hour", async () => {
        await mustAcquire([concurrentNeed(1)]);
        await learn(0, 60 * minute);
        for (const ticket of ["away", "here"]) await acquire([concurrentNeed(1)], { ticket });
        await acquire([concurrentNeed(1), budgetNeed()], { ticket: "away" });
        expect(await read()).toMatchObject({ waiting: 1 });
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
  });
}
