/**
 * @module Random requests, answers and faults: the governed fetch is never over a limit, never makes a thing twice, and never goes
 * past a deadline.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { HubsteadError } from "../../src/errors.ts";
import { createGitHubFetch, type GitHubFetch } from "../../src/github/fetch/create-github-fetch.ts";
import { type Lane, lanes } from "../../src/github/fetch/lane.ts";
import { createMoodyGitHub, type MoodyGitHub, mostWithin } from "./moody-github.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

const origin = "https://api.github.com";

interface Wish {
  readonly kind: "read" | "patch" | "comment" | "issue";
  readonly lane: Lane;
  /** Before it is asked for. */
  readonly pauseMs: number;
  readonly timeoutMs: number;
  readonly canBeFound: boolean;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom("read", "read", "patch", "comment", "comment", "issue"),
  lane: fc.constantFrom(...lanes),
  pauseMs: fc.constantFrom(0, 0, 0, 50, 1_000, 20_000),
  timeoutMs: fc.constantFrom(500, 30_000, 600_000, 86_400_000, 86_400_000),
  canBeFound: fc.boolean(),
});

const schedule = fc.record({
  seed: fc.nat(1_000_000),
  faults: fc.constantFrom(0, 0.1, 0.4),
  refusals: fc.constantFrom(0, 0.02, 0.2),
  wishes: fc.array(wish, { minLength: 20, maxLength: 150 }),
});

interface Fulfilled {
  readonly mark: string;
  readonly wish: Wish;
  readonly outcome: "done" | string;
  readonly lateMs: number;
}

async function fulfil(
  { kind, lane, timeoutMs, canBeFound }: Wish,
  mark: string,
  fetch: GitHubFetch,
): Promise<number | string> {
  const recovery = {
    marker: mark,
    find: async () => {
      const found = await fetch.with({ lane, timeoutMs })(`${origin}/repos/a/b/issues?mark=${mark}`);
      const body = (await found.clone().json()) as { mark?: string | null };
      return body.mark === mark ? found : undefined;
    },
  };
  const careful = fetch.with({
    lane,
    timeoutMs,
    maxWaitMs: timeoutMs,
    ...(canBeFound ? { recovery } : {}),
  });
  const body = JSON.stringify({ mark });
  const send = (method: string, path: string) =>
    careful(`${origin}/repos/a/b/${path}`, method === "GET" ? { method } : { method, body });
  try {
    switch (kind) {
      case "read":
        return (await send("GET", `labels?page=${mark}`)).status;
      case "patch":
        return (await send("PATCH", "issues/1")).status;
      case "comment":
        return (await send("POST", "issues/1/comments")).status;
      case "issue":
        return (await send("POST", "issues")).status;
    }
  } catch (error) {
    if (error instanceof HubsteadError) return error.code;
    throw error;
  }
}

async function run(wishes: readonly Wish[], clock: VirtualClock, fetch: GitHubFetch): Promise<Fulfilled[]> {
  const running: Promise<Fulfilled>[] = [];
  for (const [index, wish] of wishes.entries()) {
    if (wish.pauseMs > 0) await clock.sleep(wish.pauseMs);
    const deadline = clock.now() + wish.timeoutMs;
    const mark = `op${index}`;
    running.push(
      fulfil(wish, mark, fetch).then((outcome) => ({
        mark,
        wish,
        outcome: typeof outcome === "number" && outcome < 300 ? "done" : String(outcome),
        lateMs: clock.now() - deadline,
      })),
    );
  }
  return Promise.all(running);
}

function checkLimits({ received, complaints, most }: MoodyGitHub): void {
  expect(complaints).toEqual([]);
  expect(most).toBeLessThanOrEqual(50);
  const inOrder = received.toSorted((a, b) => a.at - b.at);
  const weighed = (weight: (entry: (typeof received)[number]) => number) =>
    inOrder.map((entry) => ({ at: entry.at, weight: weight(entry) }));
  const writes = inOrder.filter(({ method }) => method !== "GET");
  for (const [index, { at }] of writes.slice(1).entries())
    expect(at - writes[index]!.at).toBeGreaterThanOrEqual(1_000);
  expect(
    mostWithin(
      weighed(({ method }) => (method === "GET" ? 1 : 5)),
      60_000,
    ),
  ).toBeLessThanOrEqual(700);
  expect(
    mostWithin(
      weighed(({ content }) => Number(content)),
      60_000,
    ),
  ).toBeLessThanOrEqual(60);
  expect(
    mostWithin(
      weighed(({ content }) => Number(content)),
      3_600_000,
    ),
  ).toBeLessThanOrEqual(450);
  expect(
    mostWithin(
      weighed(({ isIssue }) => Number(isIssue)),
      60_000,
    ),
  ).toBeLessThanOrEqual(15);
  expect(
    mostWithin(
      weighed(({ isIssue }) => Number(isIssue)),
      3_600_000,
    ),
  ).toBeLessThanOrEqual(140);
}

function checkOutcomes(results: readonly Fulfilled[], { made, received }: MoodyGitHub): void {
  for (const { mark, wish, outcome, lateMs } of results) {
    const times = made.get(mark) ?? 0;
    expect(lateMs, `${mark} is late`).toBeLessThanOrEqual(0);
    if (wish.kind === "read" || wish.kind === "patch") continue;
    // A thing is made once, and never without that it is said, nor twice.
    expect(times, `${mark} was made ${times} times, and is ${outcome}`).toBeLessThanOrEqual(1);
    if (outcome === "done") expect(times, `${mark} is lost`).toBe(1);
    if (times === 1) expect(["done", "ambiguous_write"], `${mark} is ${outcome}`).toContain(outcome);
    if (!wish.canBeFound) {
      const sent = received.filter((entry) => entry.mark === mark);
      const ambiguous = outcome === "ambiguous_write" ? 1 : 0;
      expect(sent.length - ambiguous, `${mark} was sent blindly`).toBeLessThanOrEqual(20);
    }
  }
}

test("whatever GitHub answers, no limit is exceeded, nothing is made twice, and no deadline is missed", {
  timeout: 600_000,
}, async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  await fc.assert(
    fc.asyncProperty(schedule, async ({ wishes, ...moods }) => {
      const sleeping: { sleep: VirtualClock["sleep"] } = { sleep: async () => undefined };
      let now = () => 0;
      const github = createMoodyGitHub(moods, { now: () => now(), sleep: (ms) => sleeping.sleep(ms) });
      const clock = createVirtualClock(undefined, github.fetch);
      now = clock.now;
      sleeping.sleep = clock.sleep;
      const fetch = createGitHubFetch({
        apiUrl: origin,
        auth: `ghp_${"a".repeat(36)}`,
        clock,
        fetch: github.fetch,
        cache: false,
        chance: () => 0.5,
      });
      const results = await run(wishes, clock, fetch);
      checkLimits(github);
      checkOutcomes(results, github);
      await fetch.close();
    }),
    { numRuns: Number(process.env["RUNS"] ?? 500), seed },
  );
});
