/**
 * @module A client of a real Redis whose script goes by a test's clock, so that an hour passes at once.
 */
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import type { ManualClock } from "./manual-clock.conformance.ts";
import type { IoredisLike } from "./redis-client.ts";
import { limiterScript, serverTime } from "./redis-limiter-script.ts";

/**
 * The script, with its time as the last argument, in microseconds. What it stores is kept for longer than it asks, since the
 * server's own time goes on meanwhile.
 */
const script = limiterScript
  .replace(serverTime, "{math.floor(ARGV[#ARGV] / 1000000), ARGV[#ARGV] % 1000000}")
  .replace('"PX", endsAt - now)', '"PX", endsAt - now + 3600000)');
const sha = createHash("sha1").update(script).digest("hex");

export function atManualTime(redis: Redis, clock: ManualClock): IoredisLike {
  const micros = () => String(clock.now() * 1_000);
  return {
    evalsha: (_, keys, ...args) => redis.evalsha(sha, keys, ...args, micros()),
    eval: (_, keys, ...args) => redis.eval(script, keys, ...args, micros()),
  };
}
