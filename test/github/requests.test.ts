/**
 * @module What a request says about how it wants to be sent and kept, and what is said back.
 */
import { describe, expect, test } from "vitest";
import {
  createGitHubFetch,
  type GitHubFetchOptions,
  type RequestTerms,
} from "../../src/github/fetch/create-github-fetch.ts";
import type { GitHubEvent } from "../../src/github/fetch/telemetry.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const repo = "https://api.github.com/repos/a/b";

interface Sent {
  readonly url: string;
  readonly headers: Headers;
}

function startFetch(answer: (at: number) => Response, options: GitHubFetchOptions = {}) {
  const sent: Sent[] = [];
  const clock = createVirtualClock();
  const fetch = createGitHubFetch({
    apiUrl: "https://api.github.com",
    clock,
    fetch: async (url, init) => {
      sent.push({ url: String(url), headers: new Headers(init?.headers) });
      return answer(sent.length);
    },
    ...options,
  });
  return { fetch, sent, clock };
}

describe("an answer is asked for anew", () => {
  const named = (headers: Record<string, string>) => () =>
    Response.json({}, { headers: { etag: '"1"', ...headers } });
  test.for<readonly [string, Record<string, string>, RequestInit]>([
    ["where GitHub forbids to keep it", { "cache-control": "private, no-store" }, {}],
    ["where it varies by everything", { vary: "*" }, {}],
    ["where it varies by what the request has", { vary: "Accept, X-Kind" }, { headers: { "x-kind": "a" } }],
    ["where the caller forbids to keep it", {}, { cache: "no-store" }],
  ])("%s", async ([, headers, init]) => {
    const { fetch, sent } = startFetch(named(headers));
    for (let time = 0; time < 2; time++) await fetch(repo, init);
    expect(sent.map((request) => request.headers.get("if-none-match"))).toEqual([null, null]);
  });

  test("where it has a time and no ETag: that does not say what another token may see", async () => {
    const times = { "last-modified": "Mon, 05 Jan 2026 10:00:00 GMT" };
    const { fetch, sent } = startFetch(() => Response.json({}, { headers: times }));
    for (let time = 0; time < 2; time++) await fetch(repo);
    expect(sent.map((request) => request.headers.get("if-modified-since"))).toEqual([null, null]);
  });

  test("but not where it varies by what all requests have in common", async () => {
    const { fetch, sent } = startFetch(named({ vary: "Accept, Authorization, Cookie, X-GitHub-OTP" }));
    for (let time = 0; time < 2; time++) await fetch(repo);
    expect(sent.map((request) => request.headers.get("if-none-match"))).toEqual([null, '"1"']);
  });
});

test("a pause that GitHub names by a date is kept", async () => {
  const headers = { date: "Mon, 05 Jan 2026 10:00:00 GMT", "retry-after": "Mon, 05 Jan 2026 10:00:40 GMT" };
  const { fetch, clock } = startFetch((at) => new Response("{}", at === 1 ? { status: 503, headers } : {}));
  const since = clock.now();
  expect((await fetch(repo)).status).toBe(200);
  expect(clock.now() - since).toBe(40_000);
});

test("an answer has the text of its status", async () => {
  const { fetch } = startFetch(() => Response.json({}, { status: 404 }));
  expect((await fetch(repo)).statusText).toBe("Not Found");
});

test.for<readonly [string, RequestInit]>([
  ["a GET with a body", { body: "{}" }],
  ["a method that there is none of", { method: "TRACE" }],
])("%s is a mistake, and not sent", async ([, init]) => {
  const { fetch, sent } = startFetch(() => Response.json({}));
  await expect(fetch(repo, init)).rejects.toMatchObject({ code: "invalid_input" });
  expect(sent).toEqual([]);
});

test("a lane that there is none of is a mistake", () => {
  const { fetch } = startFetch(() => Response.json({}));
  const terms = { lane: "backfil" } as unknown as RequestTerms;
  expect(() => fetch.with(terms)).toThrow(
    expect.objectContaining({ code: "invalid_input", hint: expect.stringContaining("backfill") }),
  );
});

test("the facts about an asset are no download, its bytes are", async () => {
  let bodies = 0;
  const { fetch } = startFetch(() =>
    ++bodies === 1
      ? new Response('{"id": 1', { headers: { "content-type": "application/json" } })
      : Response.json({ id: 1 }),
  );
  expect(await (await fetch(`${repo}/releases/assets/1`)).json()).toEqual({ id: 1 });
  expect(bodies).toBe(2);
});

test("who gets no turn in time is told of", async () => {
  const reset = String(Math.ceil(createVirtualClock().now() / 1_000) + 3_000);
  const { fetch } = startFetch(() =>
    Response.json(
      {},
      {
        headers: {
          "x-ratelimit-limit": "60",
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": reset,
          "x-ratelimit-resource": "core",
        },
      },
    ),
  );
  const events: GitHubEvent[] = [];
  fetch.listen((event) => events.push(event));
  await fetch(repo);
  await expect(fetch(repo)).rejects.toMatchObject({ code: "rate_limited" });
  expect(events.filter(({ kind }) => kind === "gave-up")).toMatchObject([
    { principal: "anonymous", route: "/repos/{owner}/{repo}", lane: "interactive-read" },
  ]);
});
