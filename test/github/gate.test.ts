/**
 * @module Turns where the store is slow or in trouble, where time is short, and when everything ends.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/github/clock.ts";
import { createGitHubFetch, type GitHubFetchOptions } from "../../src/github/fetch/create-github-fetch.ts";
import { openSqliteLimiterStore } from "../../src/github/limits/sqlite-limiter-store.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const origin = "https://api.github.com";
const token = `ghp_${"a".repeat(36)}`;

async function startOnFile(options: GitHubFetchOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "hubstead-gate-"));
  const path = join(folder, "limits.db");
  // So long that a test which waits for it fails.
  const store = await openSqliteLimiterStore({ path, clock: systemClock, busyTimeoutMs: 60_000 });
  const other = new DatabaseSync(path);
  const fetch = createGitHubFetch({ apiUrl: origin, auth: token, cache: false, store, ...options });
  onTestFinished(async () => {
    if (other.isTransaction) other.exec("COMMIT");
    await fetch.close();
    await store.close();
    other.close();
    rmSync(folder, { recursive: true });
  });
  return { fetch, store, lock: () => other.exec("BEGIN IMMEDIATE") };
}

const ok = async () => new Response("{}", { headers: { "content-type": "application/json" } });

test("a store that is locked does not keep a request beyond its deadline", async () => {
  const { fetch, lock } = await startOnFile({ fetch: ok });
  lock();
  await expect(fetch.with({ timeoutMs: 200 })(`${origin}/user`)).rejects.toMatchObject({
    code: "rate_limited",
  });
});

test("an answer is not kept because the store is locked", async () => {
  const started = await startOnFile({
    fetch: async () => {
      started.lock();
      return ok();
    },
  });
  expect((await started.fetch.with({ timeoutMs: 3_000 })(`${origin}/user`)).status).toBe(200);
});

test("a request that may not wait is sent where there is room", async () => {
  const { fetch } = await startOnFile({ fetch: ok });
  await fetch(`${origin}/user`);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, page) => fetch.with({ maxWaitMs: 0 })(`${origin}/user?page=${page}`)),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
});

test("an attempt without end does not make a lease without end", async () => {
  const { fetch } = await startOnFile({ fetch: ok, attemptTimeoutMs: Number.POSITIVE_INFINITY });
  expect((await fetch(`${origin}/user`)).status).toBe(200);
  expect(await fetch.limits()).toMatchObject([{ inFlight: 0 }]);
});

test("who waits behind another is told when that one's wait is over", async () => {
  const clock = createVirtualClock(undefined, async () =>
    Response.json(
      { message: "You have exceeded a secondary rate limit." },
      { status: 403, headers: { "retry-after": "600" } },
    ),
  );
  await using fetch = createGitHubFetch({
    apiUrl: origin,
    auth: token,
    cache: false,
    clock,
    fetch: clock.fetch,
  });
  await expect(fetch(`${origin}/user`)).rejects.toMatchObject({ code: "rate_limited" });
  const over = new Date(clock.now() + 600_000).toISOString();
  const patient = fetch
    .with({ lane: "backfill" })(`${origin}/user`)
    .catch(() => undefined);
  const waits = fetch.with({ lane: "backfill", maxWaitMs: 5_000 })(`${origin}/user/repos`);
  await expect(waits).rejects.toMatchObject({ data: { retryAt: over, because: { kind: "pause" } } });
  await fetch.close();
  await patient;
});

test("closing sends away who waits, leaves no timer behind, and refuses what comes later", async () => {
  const timers: AbortSignal[] = [];
  const sleep: typeof systemClock.sleep = (ms, signal) => {
    if (signal !== undefined) timers.push(signal);
    return systemClock.sleep(ms, signal);
  };
  const fetch = createGitHubFetch({
    apiUrl: origin,
    auth: token,
    cache: false,
    clock: { now: Date.now, sleep },
    fetch: ok,
  });
  const write = () => fetch(`${origin}/user`, { method: "PATCH", body: "{}" });
  await write();
  const waiting = [write(), write()];
  await new Promise(setImmediate);
  await fetch.close();
  for (const request of waiting) await expect(request).rejects.toMatchObject({ code: "invalid_input" });
  expect(timers.filter(({ aborted }) => !aborted)).toEqual([]);
  await expect(write()).rejects.toMatchObject({ code: "invalid_input" });
});
