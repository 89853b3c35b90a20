/**
 * @module Lanes where there is more to do than GitHub allows, and where its answers take time: for one process, and for several
 * that share what they count.
 */
import { expect, test } from "vitest";
import {
  createGitHubFetch,
  type GitHubFetch,
  type GitHubFetchOptions,
} from "../../src/github/fetch/create-github-fetch.ts";
import type { Lane } from "../../src/github/fetch/lane.ts";
import { createMemoryLimiterStore } from "../../src/github/limits/memory-limiter-store.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

const origin = "https://api.github.com";

interface Scene {
  readonly clock: VirtualClock;
  /** When each request was sent that is no GET. */
  readonly writes: number[];
  /** A further process that shares the limits. */
  open(options?: GitHubFetchOptions): GitHubFetch;
}

function createScene(latencyMs: number): Scene {
  const writes: number[] = [];
  const clock = createVirtualClock(undefined, async () => Response.json({}));
  const store = createMemoryLimiterStore({ clock });
  const wire = (async (input: URL, init?: RequestInit) => {
    if ((init?.method ?? "GET") !== "GET") writes.push(clock.now());
    await clock.sleep(latencyMs);
    return clock.fetch(input, init);
  }) as typeof globalThis.fetch;
  const open = (options: GitHubFetchOptions = {}) =>
    createGitHubFetch({
      apiUrl: origin,
      auth: `ghp_${"a".repeat(36)}`,
      cache: false,
      clock,
      store,
      fetch: wire,
      ...options,
    });
  return { clock, writes, open };
}

const kinds = [
  ["PATCH", "/repos/a/b/issues/1", {}],
  ["POST", "/repos/a/b/issues/1/comments", {}],
  ["POST", "/repos/a/b/issues", {}],
  ["POST", "/graphql", { query: "mutation { closeIssue(input: {}) { clientMutationId } }" }],
  ["POST", "/graphql", { query: "mutation { addComment(input: {}) { clientMutationId } }" }],
] as const;

/** Forty of each kind; what is left when the test is over is given up. */
function fill(fetch: GitHubFetch, lane: Lane, count: number, signal: AbortSignal): Promise<unknown>[] {
  return kinds.slice(0, count).flatMap(([method, path, body]) =>
    Array.from({ length: 40 }, () =>
      fetch
        .with({ lane })(`${origin}${path}`, { method, body: JSON.stringify(body), signal })
        .catch(() => undefined),
    ),
  );
}

/** @returns how long each of some interactive writes took */
async function measure({ clock }: Scene, fetch: GitHubFetch): Promise<number[]> {
  const took: number[] = [];
  for (let turn = 0; turn < 8; turn++) {
    await clock.sleep(9_011 + 1_370 * turn);
    const since = clock.now();
    await fetch(`${origin}/repos/a/b/issues/9`, { method: "PATCH", body: "{}" });
    took.push(clock.now() - since);
  }
  return took;
}

test.each([
  [0, ["backfill"]],
  [300, ["backfill"]],
  [1_200, ["backfill"]],
  [3_000, ["backfill"]],
  [300, ["sync", "poll", "backfill"]],
] as const)(
  "an interactive write waits at most for what is under way and a second where answers take %d ms and %j are full",
  async (latencyMs, lanes) => {
    const scene = createScene(latencyMs);
    const fetch = scene.open();
    const stop = new AbortController();
    const filling = lanes.flatMap((lane) => fill(fetch, lane, kinds.length, stop.signal));
    // The one under way, and the second after it; then its own answer.
    for (const tookMs of await measure(scene, fetch))
      expect(tookMs).toBeLessThanOrEqual(Math.max(Math.min(100, latencyMs) + 1_000, latencyMs) + latencyMs);
    stop.abort();
    await Promise.all(filling);
    for (const [index, at] of scene.writes.slice(1).entries())
      expect(at - scene.writes[index]!).toBeGreaterThanOrEqual(Math.min(100, latencyMs) + 1_000);
  },
);

test.each([0, 300])(
  "an interactive write waits at most a second behind the backfills of eight processes where answers take %d ms",
  async (latencyMs) => {
    const scene = createScene(latencyMs);
    const stop = new AbortController();
    const filling = Array.from({ length: 8 }, () => scene.open()).flatMap((fetch) =>
      fill(fetch, "backfill", 2, stop.signal),
    );
    for (const tookMs of await measure(scene, scene.open()))
      expect(tookMs).toBeLessThanOrEqual(Math.min(100, latencyMs) + 1_000 + latencyMs + 25);
    stop.abort();
    await Promise.all(filling);
  },
);

test.each(["backfill", "poll", "sync"] as const)(
  "%s is served where interactive reads use all there is",
  async (lane) => {
    const { clock, open } = createScene(1_500);
    const fetch = open();
    let isOver = false;
    let count = 0;
    const busy = Array.from({ length: 20 }, async (_, number) => {
      await clock.sleep(number * 75);
      while (!isOver)
        await fetch.with({ maxWaitMs: 1e9, timeoutMs: 1e9 })(
          `${origin}/repos/a/b${number}/issues/${count++}`,
        );
    });
    await clock.sleep(90_000);
    const since = clock.now();
    await fetch.with({ lane })(`${origin}/repos/a/other`, { signal: AbortSignal.timeout(20_000) });
    expect(clock.now() - since).toBeLessThanOrEqual(60_000);
    isOver = true;
    await Promise.all(busy);
  },
);

test("a backfill comment is served where interactive comments use more than its share", async () => {
  const { clock, open } = createScene(0);
  const fetch = open({ limits: { contentPerHour: 1e6 } });
  const comment = (through: GitHubFetch) =>
    through(`${origin}/repos/a/b/issues/1/comments`, { method: "POST", body: "{}" });
  let isOver = false;
  const busy = (async () => {
    while (!isOver) {
      await comment(fetch.with({ maxWaitMs: 1e9, timeoutMs: 1e9 }));
      await clock.sleep(1_150);
    }
  })();
  await clock.sleep(120_000);
  const since = clock.now();
  await comment(fetch.with({ lane: "backfill" }));
  expect(clock.now() - since).toBeLessThanOrEqual(60_000);
  isOver = true;
  await busy;
});
