/**
 * @module Random sequences of questions to a limiter store, as fast-check makes and shrinks them.
 */
import fc from "fast-check";
import type { Need, Settlement } from "./limiter-store.ts";

export type Step =
  | { readonly kind: "wait"; readonly ms: number }
  | {
      readonly kind: "acquire";
      readonly ticket: string;
      readonly rank: number;
      readonly leaseMs: number;
      readonly needs: readonly Need[];
    }
  | {
      readonly kind: "settle";
      /** Which of the leases so far, counted from the newest. */
      readonly which: number;
      readonly settlement: Settlement;
      /** Whether the news is as old as the lease. */
      readonly isStale: boolean;
    }
  | { readonly kind: "withdraw"; readonly ticket: string };

const windows = {
  points: { limit: 12, windowMs: 60_000 },
  content: { limit: 5, windowMs: 60_000 },
  hour: { limit: 20, windowMs: 3_600_000 },
  odd: { limit: 7, windowMs: 7_777 },
} as const;
const concurrency = 4;
const gapMs = 1_000;
export const budgetLimit = 40;

const share = fc.constantFrom(1, 0.8, 0.57, 0.5, 0.1);
/** Present in one of so many: what is refused all the time tests little. */
const oneIn = <T>(count: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 1, arbitrary: value }, { weight: count - 1, arbitrary: fc.constant(undefined) });
const windowNeed = (name: keyof typeof windows): fc.Arbitrary<Need> =>
  fc.record({
    kind: fc.constant("window" as const),
    name: fc.constant(name),
    limit: fc.constant(windows[name].limit),
    windowMs: fc.constant(windows[name].windowMs),
    cost: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(1, 2) }, fc.nat({ max: windows[name].limit })),
    share,
    refundable: fc.boolean(),
  });

const needs: fc.Arbitrary<readonly Need[]> = fc
  .tuple(
    oneIn(5, windowNeed("points")),
    oneIn(5, windowNeed("content")),
    oneIn(5, windowNeed("hour")),
    oneIn(5, windowNeed("odd")),
    oneIn(2, fc.record({ kind: fc.constant("concurrent" as const), limit: fc.constant(concurrency), share })),
    oneIn(
      2,
      fc.record({
        kind: fc.constant("serial" as const),
        name: fc.constantFrom("mutation", "content"),
        gapMs: fc.constant(gapMs),
      }),
    ),
    oneIn(
      2,
      fc.record({
        kind: fc.constant("budget" as const),
        resource: fc.constantFrom("core", "search"),
        cost: fc.integer({ min: 1, max: 3 }),
        reserve: fc.constantFrom(0, 5),
        reserveShare: fc.constantFrom(0.1, 0.5),
        keepShare: fc.constantFrom(0, 0.2),
      }),
    ),
  )
  .map((all) => all.filter((need) => need !== undefined));

const tickets = fc.constantFrom("a", "b", "c", "d", "e", "f");

const settlement: fc.Arbitrary<Settlement> = fc
  .record({
    counted: fc.constantFrom("yes" as const, "no" as const, "unsent" as const, "unknown" as const),
    budget: oneIn(
      2,
      fc.record({
        resource: fc.constantFrom("core", "search"),
        limit: fc.constantFrom(0, budgetLimit, budgetLimit, 2 * budgetLimit),
        remaining: fc.integer({ min: 0, max: budgetLimit }),
        resetsInMs: fc.constantFrom(-1_000, 0, 500, 59_000, 60_000, 66_000, 3_600_000),
      }),
    ),
    pause: oneIn(
      20,
      fc.record(
        {
          forMs: fc.constantFrom(0, 1_000, 61_000),
          reason: fc.constantFrom("primary" as const, "secondary" as const, "content" as const),
        },
        { requiredKeys: ["reason"] },
      ),
    ),
    halve: oneIn(20, fc.subarray(["content", "points", "nobody's"])),
  })
  .map(({ counted, budget, pause, halve }) => ({
    counted,
    ...(budget && { budget }),
    ...(pause && { pause }),
    ...(halve && { halve }),
  }));

const waits = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.constantFrom(999, 1_000, 1_001, 2_500, 7_777, 60_000, 61_000, 600_000, 3_600_000, 7_200_000),
);

const acquire = fc.record({
  kind: fc.constant("acquire" as const),
  ticket: tickets,
  rank: fc.integer({ min: 0, max: 2 }),
  leaseMs: fc.constantFrom(500, 5_000, 60_000, 240_000),
  needs,
});

/** @param backwards whether the clock may be set back as well */
export function randomSteps({ backwards }: { readonly backwards: boolean }): fc.Arbitrary<readonly Step[]> {
  const back = waits.map((ms) => -ms);
  const wait = backwards ? fc.oneof({ weight: 9, arbitrary: waits }, { weight: 1, arbitrary: back }) : waits;
  return fc.array(
    fc.oneof(
      { weight: 3, arbitrary: wait.map((ms) => ({ kind: "wait" as const, ms })) },
      { weight: 6, arbitrary: acquire },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant("settle" as const),
          which: fc.nat({ max: 6 }),
          settlement,
          isStale: fc.boolean(),
        }),
      },
      { weight: 1, arbitrary: tickets.map((ticket) => ({ kind: "withdraw" as const, ticket })) },
    ),
    { minLength: 1, maxLength: 120, size: "max" },
  );
}
