/**
 * @module What must hold where several processes share their limits, on whatever store.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { LimiterStore, Need } from "../../src/github/limits/limiter-store.ts";
import { startChild } from "../faults/child.ts";
import type { LimitUserTask, SharedLimits, Use } from "../faults/limit-user.ts";
import { randomRuns } from "../random-runs.ts";

const script = new URL("../faults/limit-user.ts", import.meta.url);
const processes = 8;
const atOnce = 5;
const windows = [
  { name: "short", limit: 25, windowMs: 500 },
  { name: "long", limit: 70, windowMs: 2_000 },
] as const;
const { seed, numRuns: seconds } = randomRuns(3, 60);

const needs: readonly Need[] = [
  { kind: "concurrent", limit: atOnce, share: 1 },
  ...windows.map((window) => ({ kind: "window" as const, ...window, cost: 1, share: 1, refundable: true })),
];

/** Processes use the limits as fast as they may. No stretch of time may hold more than is allowed, and most of that is used. */
export async function expectLimitsKept(limits: SharedLimits): Promise<void> {
  const children = Array.from({ length: processes }, (_, number) => {
    const task: LimitUserTask = {
      limits,
      name: `process${number}`,
      seed: seed + number,
      needs,
      leaseMs: 30_000,
      does: "use",
    };
    return startChild(script, task);
  });
  await Promise.all(children.map((child) => child.next()));
  await sleep(seconds * 1_000);
  const stopped = children.map((child) => child.stop());
  const uses = (await Promise.all(children.map((child) => child.next<readonly Use[]>()))).flat();
  await Promise.all(stopped);

  uses.sort((a, b) => a.at - b.at);
  const most = windows.map(({ windowMs }) => mostWithin(uses, windowMs));
  const concurrent = mostAtOnce(uses);
  console.info(
    `${uses.length} grants to ${processes} processes; most at once ${concurrent} of ${atOnce}; ` +
      windows.map(({ limit, windowMs }, index) => `${most[index]} of ${limit} in ${windowMs} ms`).join("; "),
  );
  expect(concurrent).toBeLessThanOrEqual(atOnce);
  for (const [index, { limit }] of windows.entries()) expect(most[index]).toBeLessThanOrEqual(limit);
  // Not by granting nothing: the longer window is filled at least once.
  expect(uses.length).toBeGreaterThanOrEqual(70);
}

/** The most grants in any stretch of so many milliseconds. */
function mostWithin(uses: readonly Use[], windowMs: number): number {
  let first = 0;
  let most = 0;
  for (const [last, { at }] of uses.entries()) {
    while (uses[first]!.at <= at - windowMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Within one millisecond what ends counts as ended before another begins: the order there is not known. */
function mostAtOnce(uses: readonly Use[]): number {
  const changes = uses
    // What ended in the millisecond in which it began may have done so before or after any other of that millisecond.
    .filter(({ at, endedAt }) => endedAt > at)
    .flatMap(({ at, endedAt }) => [
      { at, by: 1 },
      { at: endedAt, by: -1 },
    ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let running = 0;
  let most = 0;
  for (const { by } of changes) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}

/** A process takes the only lease and is killed: others get it once its time is over, and no sooner. */
export async function expectLeaseFreed(limits: SharedLimits, store: LimiterStore): Promise<void> {
  const need: Need = { kind: "concurrent", limit: 1, share: 1 };
  const leaseMs = 1_500;
  const task: LimitUserTask = { limits, name: "holder", seed, needs: [need], leaseMs, does: "hold" };
  const holder = startChild(script, task);
  await holder.next();
  const { granted, at } = await holder.next<{ granted: boolean; at: number }>();
  expect(granted).toBe(true);
  await holder.kill();
  const request = { principal: "p", ticket: "heir", rank: 1, leaseMs, needs: [need] };
  let refusals = 0;
  for (;;) {
    const result = await store.acquire(request);
    if (result.granted) break;
    refusals++;
    await sleep(Math.min(result.waitMs, 50));
  }
  expect(refusals).toBeGreaterThan(0);
  // One machine, one clock: Redis and SQLite go by the same.
  expect(Date.now()).toBeGreaterThanOrEqual(at + leaseMs);
}
