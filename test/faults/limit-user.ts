/**
 * @module A process that uses limits which it shares with others, as fast as it may, and notes by the store's own clock what
 * it was granted. Or one that takes a lease and keeps it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createDice } from "../../src/base/dice.ts";
import type { LimiterStore, Need } from "../../src/github/limits/limiter-store.ts";
import type { IoredisLike } from "../../src/github/limits/redis-client.ts";
import { createRedisLimiterStore } from "../../src/github/limits/redis-limiter-store.ts";
import { openSqliteLimiterStore } from "../../src/github/limits/sqlite-limiter-store.ts";
import { readTask, tell, told } from "./told.ts";

export type SharedLimits =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "redis"; readonly url: string };

export interface LimitUserTask {
  readonly limits: SharedLimits;
  readonly name: string;
  readonly seed: number;
  readonly needs: readonly Need[];
  readonly leaseMs: number;
  /** `hold`: takes one lease, tells of it, and never settles it. */
  readonly does: "use" | "hold";
}

/** What was granted, by the store's clock. */
export interface Use {
  readonly at: number;
  readonly endedAt: number;
}

const task = readTask<LimitUserTask>();
let moment = 0;

/** @returns the store; after each answer `moment` is when that was decided */
async function openShared(limits: SharedLimits): Promise<LimiterStore> {
  if (limits.kind === "sqlite") {
    const now = () => {
      moment = Date.now();
      return moment;
    };
    return openSqliteLimiterStore({ path: limits.path, clock: { now } });
  }
  // Only where it is needed: many of these processes start at once.
  const { Redis } = await import("ioredis");
  const redis = new Redis(limits.url);
  const note = async (answer: Promise<unknown>): Promise<unknown> => {
    const values = await answer;
    moment = Number((values as unknown[])[1]);
    return values;
  };
  const client: IoredisLike = {
    evalsha: (sha, keys, ...args) => note(redis.evalsha(sha, keys, ...args)),
    eval: (script, keys, ...args) => note(redis.eval(script, keys, ...args)),
  };
  return createRedisLimiterStore({
    redis: client,
    onStoreError: "fail",
    clock: Date,
    commandTimeoutMs: 10_000,
  });
}

const store = await openShared(task.limits);
const dice = createDice(task.seed);
const request = { principal: "p", ticket: task.name, rank: 1, leaseMs: task.leaseMs, needs: task.needs };
await tell({ ready: task.name });

if (task.does === "hold") {
  const result = await store.acquire(request);
  await tell({ ...result, at: moment });
  await sleep(600_000);
}

const uses: Use[] = [];
while (!told.toStop) {
  const result = await store.acquire(request);
  if (!result.granted) {
    await sleep(Math.min(result.waitMs, 200));
    continue;
  }
  const at = moment;
  if (dice.chance(0.7)) await sleep(dice.below(8));
  await store.settle("p", result.lease, { counted: "yes" });
  uses.push({ at, endedAt: moment });
}
await tell(uses);
process.exit(0);
