/**
 * @module Programming errors in what a user hands in surface as what they are: nobody looks for a network that is down.
 */
import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../../../test/github/virtual-clock.ts";
import { GitHubClient } from "../client/github-client.ts";
import { createMemoryLimiterStore } from "../limits/memory-limiter-store.ts";
import { createGitHubFetch, type GitHubFetchOptions } from "./create-github-fetch.ts";

const apiUrl = "https://api.github.com";
const token = `ghp_${"a".repeat(36)}`;
const mistake = () => (undefined as unknown as { call(): never }).call();
const answering = async () => Response.json({ id: 1, full_name: "a/b", owner: { login: "a" } });

const ports: readonly (readonly [string, () => GitHubFetchOptions])[] = [
  ["fetch", () => ({ fetch: async () => mistake(), auth: token })],
  [
    "fetch whose answer has no body to read",
    () => ({
      auth: token,
      fetch: async () => ({ status: 200, ok: true, headers: new Headers(), body: {} }) as Response,
    }),
  ],
  [
    "limiter store",
    () => ({
      fetch: answering,
      auth: token,
      store: { ...createMemoryLimiterStore({ clock: Date as never }), acquire: async () => mistake() },
    }),
  ],
  [
    "source of tokens",
    () => ({
      fetch: answering,
      auth: {
        label: "broken",
        credentialFor: async () => mistake(),
        renew: async () => undefined,
        secrets: () => [],
      },
    }),
  ],
];

describe.each(ports)("a TypeError in a %s", (_, options) => {
  test("is a TypeError for who uses the fetch, at once", async () => {
    const clock = createVirtualClock();
    const fetch = createGitHubFetch({ apiUrl, clock, ...options() });
    const since = clock.now();
    const error = await fetch(`${apiUrl}/user`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringMatching(/^Cannot read|is not a function/u) });
    expect((error as Error).stack).toMatch(/mistakes\.test\.ts|readWhole/u);
    expect(clock.now()).toBe(since);
  });

  test("is a TypeError for who uses the client", async () => {
    await using client = new GitHubClient({ apiUrl, clock: createVirtualClock(), ...options(), env: {} });
    await expect(client.getRepo("a/b")).rejects.toBeInstanceOf(TypeError);
  });
});

test("a TypeError in a fetch that may have sent a create leaves it open, with what was thrown", async () => {
  const sent: string[] = [];
  const fetch = createGitHubFetch({
    apiUrl,
    clock: createVirtualClock(),
    fetch: async (input) => {
      sent.push(String(input));
      return mistake();
    },
  });
  const post = fetch(`${apiUrl}/repos/a/b/issues`, { method: "POST", body: "{}" });
  await expect(post).rejects.toMatchObject({
    code: "ambiguous_write",
    cause: { message: expect.stringMatching(/^Cannot read/u), cause: { name: "TypeError" } },
  });
  expect(sent).toHaveLength(1);
});

test("a network that fails is no mistake, whoever tells it", async () => {
  const failures = [
    new TypeError("fetch failed", { cause: new Error("other side closed") }),
    Object.assign(new TypeError("request failed"), { code: "ECONNRESET" }),
    new Error("socket hang up"),
    new DOMException("timeout", "TimeoutError"),
  ];
  for (const failure of failures) {
    const fetch = createGitHubFetch({
      apiUrl,
      clock: createVirtualClock(),
      retry: { attempts: 1 },
      fetch: async () => {
        throw failure;
      },
    });
    await expect(fetch(`${apiUrl}/user`), failure.message).rejects.toMatchObject({
      code: "remote_unavailable",
    });
  }
});
