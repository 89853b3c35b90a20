import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomRuns } from "../../../test/random-runs.ts";
import { hasRedis, startRedis, type TestRedis } from "../../../test/start-redis.ts";
import { createManualClock } from "./manual-clock.conformance.ts";
import { passTime, recordEndsAt } from "./pass-time.ts";
import { settle, tryAcquire, withdraw } from "./principal-limits.ts";
import { createRecord, parseRecord, recordToText } from "./principal-record.ts";
import { randomSteps, type Step } from "./random-limits.conformance.ts";
import { atManualTime } from "./redis-manual-time.conformance.ts";

let server: TestRedis;
let client: Redis;
let keys = 0;

describe.runIf(hasRedis)("the script", () => {
  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  test("decides and remembers what the state machine in TypeScript does, whatever happens", async () => {
    let granted = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(randomSteps({ backwards: true }), async (steps) => {
        const outcomes = await compare(steps);
        granted += outcomes.granted;
        refused += outcomes.refused;
      }),
      randomRuns(100),
    );
    // The sequences are such that something happens in them.
    expect(Math.min(granted, refused)).toBeGreaterThan(500);
  });
});

async function compare(steps: readonly Step[]): Promise<{ granted: number; refused: number }> {
  const clock = createManualClock();
  const key = `script:${++keys}`;
  const script = atManualTime(client, clock);
  const ask = async (...args: string[]) => {
    try {
      return await script.evalsha("", 1, key, ...args);
    } catch {
      return await script.eval("", 1, key, ...args);
    }
  };
  const record = createRecord(clock.now());
  const leases: string[] = [];
  const counts = { granted: 0, refused: 0 };

  for (const [number, step] of steps.entries()) {
    if (step.kind === "wait") {
      clock.advance(step.ms);
      continue;
    }
    const now = clock.now();
    if (step.kind === "acquire") {
      const lease = `lease${number}`;
      const ours = tryAcquire(record, { principal: "p", ...step }, now, lease);
      const theirs = await ask("acquire", JSON.stringify(step), lease);
      if (ours.granted) {
        counts.granted++;
        leases.unshift(lease);
        expectEqual(theirs, [1, now]);
      } else {
        counts.refused++;
        expectEqual(theirs, [0, now, ours.waitMs, ours.because.kind, ours.because.name]);
      }
    } else if (step.kind === "settle") {
      const lease = leases[step.which] ?? "nobody's";
      settle(record, lease, step.settlement, now);
      await ask("settle", JSON.stringify(step.settlement), lease);
    } else {
      withdraw(record, step.ticket, now);
      await ask("withdraw", step.ticket);
    }

    const text = await client.get(key);
    if (text === null) expect(recordEndsAt(record)).toBeLessThanOrEqual(now);
    else expectEqual(JSON.parse(text), JSON.parse(recordToText(record)));
    // What is dropped at the end of its time would have said nothing any more.
    const later = parseRecord(recordToText(record), "test");
    passTime(later, Math.max(now, recordEndsAt(record)));
    expectEqual(Object.keys(JSON.parse(recordToText(later))), ["at"]);
  }
  await client.del(key);
  return counts;
}

/** Vitest's own comparison takes most of the time, so it only says what differs. */
function expectEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
