/**
 * @module GitHub's hourly allowances: what its headers and refusals teach, and what they must not.
 */
import { expect, test } from "vitest";
import { createGitHubFetch, type GitHubFetchOptions } from "../../src/github/fetch/create-github-fetch.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const origin = "https://api.github.com";

interface Allowance {
  readonly resource?: string;
  readonly limit?: number;
  readonly remaining: number;
  /** From now. */
  readonly resetSeconds: number;
}

/** @param reply what GitHub answers to the path, the n-th time that anything is asked */
function startScene(
  reply: (path: string, count: number) => { status: number; body?: unknown; allowance?: Allowance },
  options: GitHubFetchOptions = {},
) {
  const sent: { readonly path: string; readonly at: number }[] = [];
  const clock = createVirtualClock(undefined, async (input) => {
    const { pathname } = new URL(String(input));
    sent.push({ path: pathname, at: clock.now() });
    const { status, body = {}, allowance } = reply(pathname, sent.length);
    const headers = new Headers({
      "content-type": "application/json",
      date: new Date(clock.now()).toUTCString(),
    });
    if (allowance !== undefined) {
      const { resource = "core", limit = 5_000, remaining, resetSeconds } = allowance;
      headers.set("x-ratelimit-resource", resource);
      headers.set("x-ratelimit-limit", String(limit));
      headers.set("x-ratelimit-remaining", String(remaining));
      headers.set("x-ratelimit-reset", String(Math.ceil(clock.now() / 1_000) + resetSeconds));
    }
    return new Response(JSON.stringify(body), { status, headers });
  });
  const fetch = createGitHubFetch({
    apiUrl: origin,
    auth: `ghp_${"a".repeat(36)}`,
    cache: false,
    clock,
    fetch: clock.fetch,
    ...options,
  });
  const get = (path: string, maxWaitMs = 86_400_000) =>
    fetch.with({ maxWaitMs, timeoutMs: 86_400_000 })(`${origin}${path}`);
  return { clock, sent, get, fetch };
}

const exceeded = { message: "API rate limit exceeded for user ID 1." };

test("a refusal whose reset has passed is waited for like one that names no time, longer each time", async () => {
  const { sent, get } = startScene((_, count) =>
    count < 4
      ? { status: 403, body: exceeded, allowance: { remaining: 0, resetSeconds: -100 } }
      : { status: 200, allowance: { remaining: 4_999, resetSeconds: 3_600 } },
  );
  expect((await get("/user")).status).toBe(200);
  const waits = sent.slice(1).map(({ at }, index) => Math.round((at - sent[index]!.at) / 60_000));
  expect(waits).toEqual([1, 2, 4]);
});

test("an allowance that is used up holds up nothing that GitHub counts elsewhere", async () => {
  const { clock, get } = startScene((path) =>
    path.startsWith("/search")
      ? {
          status: 403,
          body: exceeded,
          allowance: { resource: "search", limit: 30, remaining: 0, resetSeconds: 50 },
        }
      : { status: 200, allowance: { remaining: 4_999, resetSeconds: 3_600 } },
  );
  await expect(get("/search/issues?q=a", 10_000)).rejects.toMatchObject({
    code: "rate_limited",
    data: { because: { kind: "budget", name: "search" } },
  });
  const since = clock.now();
  expect((await get("/user")).status).toBe(200);
  expect(clock.now()).toBe(since);
});

test("what GitHub counts a route against is learnt from its answers", async () => {
  const { sent, get } = startScene(() => ({
    status: 200,
    allowance: { resource: "odd", limit: 10, remaining: 1, resetSeconds: 1_000 },
  }));
  await get("/repos/a/b/stats/contributors");
  await expect(get("/repos/a/b/stats/contributors", 1_000)).rejects.toMatchObject({
    data: { because: { kind: "budget", name: "odd" } },
  });
  expect(sent.length).toBe(1);
});

test("a breakdown without headers does not take the limits away", async () => {
  const { sent, clock, get } = startScene(
    (_, count) => {
      if (count === 1) return { status: 200, allowance: { limit: 60, remaining: 59, resetSeconds: 1_800 } };
      return { status: 502 };
    },
    { retry: { attempts: 1 } },
  );
  await get("/user");
  await clock.sleep(1_900_000);
  await get("/user");
  await Promise.all(Array.from({ length: 100 }, () => get("/user/repos", 2_000).catch(() => undefined)));
  expect(sent.length).toBeLessThanOrEqual(60);
});

test("a reserve that is named leaves half of a small allowance", async () => {
  const { sent, get } = startScene(
    (_, count) => ({ status: 200, allowance: { limit: 60, remaining: 60 - count, resetSeconds: 1_800 } }),
    { limits: { reserve: 500 } },
  );
  for (let turn = 0; turn < 30; turn++) await get("/user", 1_000);
  await expect(get("/user", 1_000)).rejects.toMatchObject({ code: "rate_limited" });
  expect(sent.length).toBe(30);
});

test("a limit that GitHub cuts, with an earlier reset, is kept to at once", async () => {
  const { clock, sent, get } = startScene((_, count) => ({
    status: 200,
    allowance:
      count === 1
        ? { remaining: 4_999, resetSeconds: 3_600 }
        : { limit: 500, remaining: Math.max(0, 53 - count), resetSeconds: 600 },
  }));
  await get("/user");
  for (let turn = 0; turn < 20; turn++) {
    await clock.sleep(10);
    await get(`/user?page=${turn}`, 90_000).catch(() => undefined);
  }
  expect(sent.length).toBeLessThanOrEqual(4);
});

test("a request that makes more at once than a minute allows is not sent", async () => {
  const { sent, fetch } = startScene(() => ({ status: 200 }));
  const aliases = Array.from(
    { length: 16 },
    (_, index) => `a${index}: createIssue(input: {}) { issue { id } }`,
  );
  const body = JSON.stringify({ query: `mutation { ${aliases.join(" ")} }` });
  await expect(fetch(`${origin}/graphql`, { method: "POST", body })).rejects.toMatchObject({
    code: "invalid_input",
    hint: "Split it into requests of at most 15.",
  });
  expect(sent).toEqual([]);
});

test("reads leave room for a write", async () => {
  const { clock, get, fetch } = startScene(() => ({ status: 200 }), { limits: { pointsPerMinute: 100 } });
  await Promise.all(Array.from({ length: 90 }, (_, page) => get(`/user?page=${page}`)));
  await expect(get("/user/repos", 1_000)).rejects.toMatchObject({ code: "rate_limited" });
  const since = clock.now();
  await fetch(`${origin}/user`, { method: "PATCH", body: "{}" });
  expect(clock.now() - since).toBeLessThanOrEqual(1_000);
});

test("two fetches of one process keep to the limits together", async () => {
  const { clock, fetch, sent } = startScene(() => ({ status: 200 }));
  const other = createGitHubFetch({
    apiUrl: origin,
    auth: `ghp_${"a".repeat(36)}`,
    cache: false,
    clock,
    fetch: clock.fetch,
  });
  await Promise.all([fetch, other].map((each) => each(`${origin}/user`, { method: "PATCH", body: "{}" })));
  expect(sent[1]!.at - sent[0]!.at).toBeGreaterThanOrEqual(1_000);
});

test("queries of GraphQL that cost much are sent only as far as their cost is left", async () => {
  const [limit, cost] = [5_000, 51];
  let left = 4 * cost + 2;
  let refused = 0;
  const clock = createVirtualClock(undefined, async (_, init) => {
    const points = String(init?.body).includes("first: 50") ? cost : 1;
    const isRefused = left < points;
    if (isRefused) refused++;
    else left -= points;
    return Response.json(isRefused ? { errors: [{ type: "RATE_LIMITED", message: "exceeded" }] } : {}, {
      headers: {
        date: new Date(clock.now()).toUTCString(),
        "x-ratelimit-resource": "graphql",
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(left),
        "x-ratelimit-reset": String(clock.now() / 1_000 + 1_000),
      },
    });
  });
  const fetch = createGitHubFetch({
    apiUrl: origin,
    auth: `ghp_${"a".repeat(36)}`,
    cache: false,
    clock,
    fetch: clock.fetch,
    limits: { reserve: 0 },
  });
  const ask = (query: string) =>
    fetch(`${origin}/graphql`, { method: "POST", body: JSON.stringify({ query }) });
  await ask("{ viewer { login } }");
  const dear = `{ viewer { repositories(first: 100) { nodes {
    issues(first: 50) { nodes { labels(first: 60) { nodes { name } } } } } } } }`;
  const answers = await Promise.allSettled(Array.from({ length: 9 }, () => ask(dear)));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  expect(answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []))).toEqual(
    Array(5).fill(expect.objectContaining({ code: "rate_limited" })),
  );
  expect([refused, left]).toEqual([0, 1]);
});
