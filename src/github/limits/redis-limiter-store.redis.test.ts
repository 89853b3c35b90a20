import { Redis } from "ioredis";
import { afterAll, beforeAll, describe } from "vitest";
import { hasRedis, startRedis, type TestRedis } from "../../../test/start-redis.ts";
import { testLimiterLaws } from "./limiter-laws.conformance.ts";
import { testLimiterStore } from "./limiter-store.conformance.ts";
import type { ManualClock } from "./manual-clock.conformance.ts";
import { createRedisLimiterStore } from "./redis-limiter-store.ts";
import { atManualTime } from "./redis-manual-time.conformance.ts";

let server: TestRedis;
let client: Redis;

describe.runIf(hasRedis)("on a Redis", () => {
  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  let prefixes = 0;
  const open = (clock: ManualClock) =>
    createRedisLimiterStore({
      redis: atManualTime(client, clock),
      prefix: `test${++prefixes}:`,
      onStoreError: "fail",
      commandTimeoutMs: 10_000,
      clock,
    });
  testLimiterStore("Redis", open);
  testLimiterLaws("Redis", open, 20);
});
