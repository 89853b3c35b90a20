/**
 * @module Redis forgets, hangs, goes, comes back, or holds something else.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { hasRedis, startRedis, type TestRedis } from "../../../test/start-redis.ts";
import { HubsteadError } from "../../errors.ts";
import type { Need } from "./limiter-store.ts";
import { createManualClock } from "./manual-clock.conformance.ts";
import type { NodeRedisLike } from "./redis-client.ts";
import {
  createRedisLimiterStore,
  type RedisDegraded,
  type RedisLimiterStore,
  type RedisLimiterStoreOptions,
} from "./redis-limiter-store.ts";
import { atManualTime } from "./redis-manual-time.conformance.ts";

let server: TestRedis | undefined;
let principals = 0;
let principal = "";

const windowOf = (limit: number): Need => ({
  kind: "window",
  name: "points",
  limit,
  windowMs: 60_000,
  cost: 1,
  share: 1,
  refundable: false,
});

async function open(options: Partial<RedisLimiterStoreOptions> = {}): Promise<RedisLimiterStore> {
  const store = await createRedisLimiterStore({
    redis: server!.url,
    onStoreError: "fail",
    clock: Date,
    // Longer than the slowest machine takes for an answer.
    commandTimeoutMs: 5_000,
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

let tickets = 0;
const acquire = (store: RedisLimiterStore, ...needs: readonly Need[]) =>
  store.acquire({ principal, ticket: `t${++tickets}`, rank: 1, leaseMs: 30_000, needs });

async function grantsOf(store: RedisLimiterStore, times: number, ...needs: readonly Need[]): Promise<number> {
  let granted = 0;
  for (let time = 0; time < times; time++) if ((await acquire(store, ...needs)).granted) granted++;
  return granted;
}

/** Asks until Redis is used again. */
async function untilBack(store: RedisLimiterStore): Promise<void> {
  while (store.degraded) {
    await sleep(50);
    await store.read(principal).catch(() => undefined);
  }
}

describe.runIf(hasRedis)("Redis", () => {
  beforeEach(async () => {
    server ??= await startRedis();
    await server.start();
    principal = `installation:${++principals}`;
  });
  afterAll(() => server?.stop());

  test("that has forgotten the script gets it again", async () => {
    const store = await open();
    await acquire(store, windowOf(2));
    await server!.say("SCRIPT", "FLUSH");
    expect(await acquire(store, windowOf(2))).toMatchObject({ granted: true });
    expect(await acquire(store, windowOf(2))).toMatchObject({ granted: false });
  });

  test("keeps one key a principal, which ends by itself", async () => {
    const store = await open({ prefix: "own:" });
    await acquire(store, windowOf(2));
    const keys = await server!.say("KEYS", "own:*");
    expect(keys).toEqual([`own:{${principal}}`]);
    const left = Number(await server!.say("PTTL", `own:{${principal}}`));
    expect(left).toBeGreaterThan(50_000);
    // Ten minutes longer than its window, because the clocks of processes differ.
    expect(left).toBeLessThanOrEqual(660_000);
  });

  test("decides by its own clock", async () => {
    const store = await open({ clock: { now: () => 0 } });
    const [seconds] = (await server!.say("TIME")) as string[];
    await acquire(store, windowOf(1));
    const text = String(await server!.say("GET", `hubstead:limits:1:{${principal}}`));
    const { at } = JSON.parse(text) as { at: number };
    expect(Math.abs(at - Number(seconds) * 1_000)).toBeLessThan(10_000);
  });

  test("is shared by stores, and by processes that no longer are", async () => {
    const [one, other] = [await open(), await open()];
    const grants = await Promise.all(
      [one, other, one, other].map((store) => grantsOf(store, 5, windowOf(7))),
    );
    expect(grants.reduce((sum, count) => sum + count)).toBe(7);
  });

  test("that starts again empty is told what was used", async () => {
    const events: RedisDegraded[] = [];
    const store = await open({ onDegraded: (event) => events.push(event), processes: 1 });
    expect(await grantsOf(store, 2, windowOf(5))).toBe(2);
    await server!.stop();
    await expect(acquire(store, windowOf(5))).rejects.toMatchObject({ code: "remote_unavailable" });
    await server!.start();
    await untilBack(store);
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => acquire(store, windowOf(5))));
    expect(outcomes.filter(({ granted }) => granted)).toHaveLength(3);
    expect((await store.read(principal)).windows).toMatchObject([{ used: 5 }]);
    expect(events).toMatchObject([
      { degraded: true, cause: { code: "remote_unavailable" } },
      { degraded: false },
    ]);
  });

  test("that starts again empty lets nobody in before all have told what they used", async () => {
    const stores = [await open({ processes: 2 }), await open({ processes: 2 })];
    expect(await grantsOf(stores[0]!, 4, windowOf(9))).toBe(4);
    expect(await grantsOf(stores[1]!, 3, windowOf(9))).toBe(3);
    await server!.stop();
    await server!.start();
    for (const store of stores) {
      await store.read(principal).catch(() => undefined);
      await untilBack(store);
    }
    expect(await acquire(stores[0]!, windowOf(9))).toMatchObject({
      granted: false,
      because: { kind: "window", name: "points" },
    });
    expect(await grantsOf(stores[1]!, 9, windowOf(9))).toBe(2);
    expect(await grantsOf(stores[0]!, 9, windowOf(9))).toBe(0);
    expect((await stores[0]!.read(principal)).windows).toMatchObject([{ used: 9 }]);
  });

  test("that starts again empty takes windows for full until they have passed, where somebody tells nothing", async () => {
    const clock = createManualClock();
    const client = new Redis(server!.url);
    onTestFinished(() => client.disconnect());
    const prefix = `forgetful${principal}:`;
    const openOne = () => open({ redis: atManualTime(client, clock), prefix, clock, processes: 8 });
    const [one, other] = [await openOne(), await openOne()];
    const hourly = { ...windowOf(9), name: "content", windowMs: 3_600_000 } as const;
    const granted = await acquire(one, windowOf(9), hourly);
    expect(await grantsOf(other, 3, windowOf(9), hourly)).toBe(3);
    await client.flushall();
    // A process that knows of nothing begins; then the others notice.
    const late = await openOne();
    expect((await acquire(late, windowOf(9), hourly)).granted).toBe(true);
    expect((await acquire(one, windowOf(9))).granted).toBe(false);
    for (const store of [one, other, late])
      expect(await acquire(store, windowOf(9))).toMatchObject({
        granted: false,
        waitMs: 61_000,
        because: { kind: "window", name: "points" },
      });
    // All that was told is counted once: what was granted before, and since.
    expect((await one.read(principal)).windows).toMatchObject([
      { name: "content", used: 5 },
      { name: "points", used: 5 },
    ]);
    // A lease that is still out keeps its place, and is given back.
    const before = await one.read(principal);
    await one.settle(principal, granted.granted ? granted.lease : "", { counted: "yes" });
    expect((await one.read(principal)).inFlight).toBe(before.inFlight - 1);
    clock.advance(61_000);
    expect(await grantsOf(late, 99, windowOf(9))).toBe(9);
    expect(await acquire(other, hourly)).toMatchObject({ granted: false, waitMs: 3_660_000 - 61_000 });
    clock.advance(3_660_000);
    expect(await grantsOf(other, 99, hourly)).toBe(9);
  });

  test("that starts again empty is told of GitHub's budgets and pauses, too", async () => {
    const store = await open({ processes: 1 });
    const granted = await acquire(store, windowOf(9));
    await store.settle(principal, granted.granted ? granted.lease : "", {
      counted: "yes",
      budget: { resource: "core", limit: 5_000, remaining: 0, resetsInMs: 600_000 },
    });
    await server!.say("FLUSHALL");
    const core: Need = {
      kind: "budget",
      resource: "core",
      cost: 1,
      reserve: 0,
      reserveShare: 1,
      keepShare: 0,
    };
    expect(await acquire(store, windowOf(9), core)).toMatchObject({
      granted: false,
      because: { kind: "budget", name: "core" },
    });
    await server!.say("FLUSHALL");
    await store.settle(principal, "any", { counted: "yes", pause: { forMs: 40_000, reason: "secondary" } });
    await server!.say("FLUSHALL");
    expect(await acquire(store, windowOf(9))).toMatchObject({ granted: false, because: { kind: "pause" } });
  });

  test("that has dropped what has passed, or was given back, has forgotten nothing", async () => {
    const clock = createManualClock();
    const client = new Redis(server!.url);
    onTestFinished(() => client.disconnect());
    const store = await open({
      redis: atManualTime(client, clock),
      prefix: `calm${principal}:`,
      clock,
      processes: 8,
    });
    for (const pauseMs of [0, 1_000, 61_000, 700_000, 4_000_000, -5_000_000, 61_000]) {
      clock.advance(pauseMs);
      const granted = await acquire(store, windowOf(9));
      expect(granted.granted, String(pauseMs)).toBe(true);
      await store.settle(principal, granted.granted ? granted.lease : "", { counted: "unsent" });
    }
  });

  test("that is gone fails by option, with what to do", async () => {
    const store = await open();
    await acquire(store, windowOf(3));
    await server!.stop();
    for (const question of [
      () => acquire(store, windowOf(3)),
      () => store.settle(principal, "any", { counted: "yes" }),
      () => store.withdraw(principal, "t1"),
      () => store.read(principal),
    ])
      await expect(question()).rejects.toMatchObject({
        code: "remote_unavailable",
        hint: expect.stringContaining("Check that Redis runs"),
      });
    expect(store.degraded).toBe(true);
  });

  test("that is gone leaves each process an equal part by option, and never no limit", async () => {
    const store = await open({ onStoreError: "local-conservative", processes: 4 });
    await server!.stop();
    expect(await grantsOf(store, 30, windowOf(20))).toBe(5);
    expect(store.degraded).toBe(true);
    // Less than one a window is one in a longer window.
    const rare: Need = {
      kind: "window",
      name: "rare",
      limit: 2,
      windowMs: 1,
      cost: 1,
      share: 1,
      refundable: false,
    };
    expect((await store.read(principal)).windows).toMatchObject([{ name: "points", used: 5 }]);
    await acquire(store, { ...rare, windowMs: 60_000 });
    expect((await store.read(principal)).windows).toMatchObject([{}, { name: "rare", windowMs: 120_000 }]);
    // Concurrency, the gap between two, and GitHub's budgets too.
    principal = "budgets";
    expect(await grantsOf(store, 9, { kind: "concurrent", limit: 8, share: 1 })).toBe(2);
    principal = "gaps";
    const lease = await acquire(store, { kind: "serial", name: "mutation", gapMs: 1_000 });
    await store.settle(principal, lease.granted ? lease.lease : "", {
      counted: "yes",
      budget: { resource: "core", limit: 5_000, remaining: 12, resetsInMs: 60_000 },
    });
    const refused = await acquire(store, { kind: "serial", name: "mutation", gapMs: 1_000 });
    expect((refused as { waitMs: number }).waitMs).toBeGreaterThan(2_000);
    const budget: Need = {
      kind: "budget",
      resource: "core",
      cost: 1,
      reserve: 0,
      reserveShare: 1,
      keepShare: 0,
    };
    expect(await grantsOf(store, 9, budget)).toBe(3);
  });

  test("that goes leaves what this process has used itself counted", async () => {
    const store = await open({ onStoreError: "local-conservative", processes: 4 });
    expect(await grantsOf(store, 9, windowOf(20))).toBe(9);
    await server!.stop();
    expect(await grantsOf(store, 9, windowOf(20))).toBe(0);
  });

  test("that comes back is told of the pause that it missed", async () => {
    const store = await open({ onStoreError: "local-conservative" });
    const other = await open();
    const granted = await acquire(store);
    await server!.stop();
    await store.settle(principal, granted.granted ? granted.lease : "", {
      counted: "yes",
      pause: { forMs: 40_000, reason: "secondary" },
    });
    expect(await acquire(store)).toMatchObject({ granted: false, because: { kind: "pause" } });
    await server!.start();
    await untilBack(store);
    expect(await acquire(store)).toMatchObject({ granted: false, because: { kind: "pause" } });
    await untilBack(other);
    expect(await acquire(other)).toMatchObject({
      granted: false,
      because: { kind: "pause", name: "secondary" },
    });
  });

  test("that comes back is told what was used meanwhile", async () => {
    const options = { onStoreError: "local-conservative", processes: 2 } as const;
    const stores = [await open(options), await open(options)];
    await server!.stop();
    for (const store of stores) expect(await grantsOf(store, 9, windowOf(9))).toBe(4);
    await server!.start();
    for (const store of stores) await untilBack(store);
    expect((await stores[0]!.read(principal)).windows).toMatchObject([{ name: "points", used: 8 }]);
    expect(await grantsOf(stores[1]!, 9, windowOf(9))).toBe(1);
  });

  test("that hangs is waited for only so long", async () => {
    const store = await open({ onStoreError: "local-conservative", processes: 2, commandTimeoutMs: 500 });
    await acquire(store, windowOf(9));
    const patient = new Redis(server!.url);
    onTestFinished(() => patient.disconnect());
    await patient.ping();
    await server!.say("CLIENT", "PAUSE", 3_000, "ALL");
    const first = await Promise.race([grantsOf(store, 9, windowOf(9)), patient.ping()]);
    expect(first).toBe(3);
    expect(store.degraded).toBe(true);
    await untilBack(store);
    // The lease that it granted too late, when nobody waited for it any more, was given back.
    await expect.poll(async () => (await store.read(principal)).inFlight, { timeout: 5_000 }).toBe(1);
  });

  test.each([
    ["a list", ["RPUSH", "x"]],
    ["a text of somebody else", ["SET", "x"]],
    ["JSON of somebody else", ["SET", "{}"]],
  ])("whose key holds %s is corrupt, whatever the option", async (_, [command, value]) => {
    const key = `hubstead:limits:1:{${principal}}`;
    await server!.say(command!, key, value!);
    for (const onStoreError of ["fail", "local-conservative"] as const) {
      const store = await open({ onStoreError });
      const corrupt = { code: "corrupt", hint: expect.any(String) };
      await expect(acquire(store)).rejects.toMatchObject({ ...corrupt, data: { key } });
      await expect(store.settle(principal, "any", { counted: "yes" })).rejects.toMatchObject(corrupt);
      await expect(store.read(principal)).rejects.toMatchObject(corrupt);
    }
  });

  test("is spoken to by a client that was handed in, which stays its owner's", async () => {
    const client = new Redis(server!.url);
    onTestFinished(() => client.disconnect());
    const store = await open({ redis: client });
    expect(await grantsOf(store, 5, windowOf(3))).toBe(3);
    await store.close();
    expect(await client.ping()).toBe("PONG");
  });

  test("is spoken to by a client of the shape of node-redis", async () => {
    const client = new Redis(server!.url);
    onTestFinished(() => client.disconnect());
    const nodeRedis: NodeRedisLike = {
      evalSha: (sha, { keys, arguments: args }) => client.evalsha(sha, keys.length, ...keys, ...args),
      eval: (script, { keys, arguments: args }) => client.eval(script, keys.length, ...keys, ...args),
    };
    const store = await open({ redis: nodeRedis });
    expect(await grantsOf(store, 5, windowOf(3))).toBe(3);
    await store.close();
  });

  test("that wants a password shows none in its error", async () => {
    const secret = "correct-horse-battery";
    await server!.say("CONFIG", "SET", "requirepass", secret);
    try {
      const url = server!.url.replace("//", "//:wrong-horse@");
      const error = await acquire(await open({ redis: url })).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(HubsteadError);
      expect(error).toMatchObject({
        code: "remote_unavailable",
        message: expect.stringContaining("WRONGPASS"),
      });
      const { cause, stack } = error as HubsteadError;
      expect(JSON.stringify([error, stack, Object.getOwnPropertyDescriptors(cause)])).not.toMatch(/horse/u);
      expect(await acquire(await open({ redis: server!.url.replace("//", `//:${secret}@`) }))).toMatchObject({
        granted: true,
      });
    } finally {
      await server!.stop();
    }
  });
});
