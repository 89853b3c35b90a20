/**
 * @module How long requests will take that are not sent yet: let through the very same counting of limits, on a clock of its own that
 * never waits. Knows nothing of how long GitHub takes to answer beyond the least that it takes.
 */

import type { LimiterStore, PrincipalState } from "../limits/limiter-store.ts";
import { createMemoryLimiterStore } from "../limits/memory-limiter-store.ts";
import { type Lane, lanes } from "./lane.ts";
import { type LimitPolicy, needsOf } from "./needs.ts";
import { type Operation, operationOf } from "./operation.ts";

/** A request that is to be sent. */
export interface PlannedRequest {
  readonly method: string;
  /** Without a host: `/repos/octo/hello/issues`, `/graphql`. */
  readonly path: string;
  /** Of a GraphQL request: its text. */
  readonly body?: string;
}

export interface ForecastParts {
  readonly lane: Lane;
  readonly policy: LimitPolicy;
  /** What was used so far; nothing is known before the first request. */
  readonly state: PrincipalState | undefined;
}

const principal = "forecast";
// From the beginning of a request to its answer, at least; the gap between writes counts from there.
const answerMs = 100;
// Steps of the clock for one request: it waits for a window or two, and for the gap.
const mostWaits = 1_000;

/** @returns milliseconds until the last of them is answered, when each is sent after the one before it */
export async function forecast(
  requests: Iterable<PlannedRequest>,
  { lane, policy, state }: ForecastParts,
): Promise<number> {
  let now = 0;
  await using store = createMemoryLimiterStore({ clock: { now: () => now } });
  if (state !== undefined) await begin(store, state);
  const operations = new Map<string, Operation>();
  const operationFor = ({ method, path, body }: PlannedRequest): Operation => {
    // What is written many times is read once.
    const key = body ?? `${method} ${path}`;
    const operation = operations.get(key) ?? operationOf(method, path, body);
    operations.set(key, operation);
    return operation;
  };
  for (const request of requests) {
    const needs = needsOf(operationFor(request), lane, policy);
    const asked = { principal, ticket: "next", rank: lanes.indexOf(lane), leaseMs: answerMs * 2, needs };
    for (let waits = 0; waits < mostWaits; waits++) {
      const result = await store.acquire(asked);
      if (result.granted) {
        now += answerMs;
        await store.settle(principal, result.lease, { counted: "yes" });
        break;
      }
      now += result.waitMs;
    }
  }
  return now;
}

/** What was used counts as if it had been just now: rather too long than too short. */
async function begin(store: LimiterStore, { windows, budgets, paused }: PrincipalState): Promise<void> {
  const needs = windows
    .filter(({ used, windowMs }) => used > 0 && windowMs > 0)
    .map(
      ({ name, used, windowMs }) =>
        ({
          kind: "window",
          name,
          windowMs,
          limit: used,
          cost: used,
          share: 1,
          refundable: false,
        }) as const,
    );
  const result = await store.acquire({ principal, ticket: "before", rank: 0, leaseMs: answerMs, needs });
  const lease = result.granted ? result.lease : "";
  await store.settle(principal, lease, { counted: "yes" });
  for (const { resource, limit, remaining, resetsInMs } of budgets)
    if (resetsInMs > 0)
      await store.settle(principal, "", {
        counted: "yes",
        budget: { resource, limit, remaining, resetsInMs },
      });
  for (const { name, scale } of windows)
    for (let halves = Math.round(Math.log2(1 / scale)); halves > 0; halves--)
      await store.settle(principal, "", { counted: "yes", halve: [name] });
  if (paused !== undefined)
    await store.settle(principal, "", {
      counted: "yes",
      pause: { forMs: paused.forMs, reason: "secondary" },
    });
}
