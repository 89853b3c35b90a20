import { expect, test } from "vitest";
import { testLimiterLaws } from "./limiter-laws.conformance.ts";
import { testLimiterStore } from "./limiter-store.conformance.ts";
import { createManualClock } from "./manual-clock.conformance.ts";
import { createMemoryLimiterStore } from "./memory-limiter-store.ts";

testLimiterStore("memory", async (clock) => createMemoryLimiterStore({ clock }));
testLimiterLaws("memory", async (clock) => createMemoryLimiterStore({ clock }), 300);

test("a store in memory is shared with nobody", () => {
  expect(createMemoryLimiterStore({ clock: createManualClock() }).isShared).toBe(false);
});

test("principals of which nothing is left to remember are dropped", async () => {
  const clock = createManualClock();
  const store = createMemoryLimiterStore({ clock });
  for (let number = 0; number < 1_000; number++) {
    const principal = `installation:${number}`;
    const result = await store.acquire({
      principal,
      ticket: "t",
      rank: 0,
      leaseMs: 1_000,
      needs: [{ kind: "budget", resource: "core", cost: 1, reserve: 0, reserveShare: 0, keepShare: 0 }],
    });
    if (result.granted)
      await store.settle(principal, result.lease, {
        counted: "yes",
        budget: { resource: "core", limit: 5_000, remaining: 4_999, resetsInMs: 3_600_000 },
      });
  }
  expect(store.principals).toBe(1_000);
  clock.advance(7_200_000);
  await store.read("installation:0");
  expect(store.principals).toBe(1);
});
