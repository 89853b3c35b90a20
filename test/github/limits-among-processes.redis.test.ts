/**
 * @module Processes of many machines share their limits in Redis.
 */
import { afterAll, beforeAll, describe, test } from "vitest";
import { createRedisLimiterStore } from "../../src/github/limits/redis-limiter-store.ts";
import { hasRedis, startRedis, type TestRedis } from "../start-redis.ts";
import { expectLeaseFreed, expectLimitsKept } from "./limits-among-processes.ts";

let server: TestRedis;

describe.runIf(hasRedis)("on a Redis", () => {
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  test("eight processes that share it never exceed a limit in any stretch of time", async () => {
    await server.say("FLUSHALL");
    await expectLimitsKept({ kind: "redis", url: server.url });
  });

  test("the lease of a process that was killed is free after its time, in Redis", async () => {
    await server.say("FLUSHALL");
    await using store = await createRedisLimiterStore({
      redis: server.url,
      onStoreError: "fail",
      commandTimeoutMs: 10_000,
      clock: Date,
    });
    await expectLeaseFreed({ kind: "redis", url: server.url }, store);
  });
});
