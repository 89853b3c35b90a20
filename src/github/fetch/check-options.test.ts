import { expect, test } from "vitest";
import { GitHubClient } from "../client/github-client.ts";
import { openLimiterStore } from "../limits/open-limiter-store.ts";
import { createGitHubFetch } from "./create-github-fetch.ts";

test.for<readonly [string, object, string]>([
  ["a limit that there is not", { limits: { maxRequestPerHour: 1 } }, "limits.maxRequestPerHour"],
  ["a limit below nothing", { limits: { reserve: -5 } }, "limits.reserve"],
  ["a lane that there is not", { lane: "backfil" }, "lane"],
  ["a store that is none", { store: "limits.db" }, "store"],
  ["a limit in the wrong place", { maxRequestsPerHour: 1 }, "maxRequestsPerHour"],
  ["an option that there is not", { timeout: 5 }, "timeout"],
  ["a time that is none", { timeoutMs: Number.NaN }, "timeoutMs"],
  ["a time as text", { maxWaitMs: "5" }, "maxWaitMs"],
  ["a time before now", { attemptTimeoutMs: -1 }, "attemptTimeoutMs"],
])("%s is refused when the fetch is made", ([, options, path]) => {
  expect(() => createGitHubFetch(options as never)).toThrow(
    expect.objectContaining({ code: "invalid_input", data: expect.objectContaining({ path }) }),
  );
});

test.for<readonly [string, object, string]>([
  ["a term that there is not", { timeout: 5 }, "timeout"],
  ["a time that is none", { timeoutMs: Number.NaN }, "timeoutMs"],
  ["a lane that there is not", { lane: "backfil" }, "lane"],
])("%s is refused when the terms are changed", ([, terms, path]) => {
  expect(() => createGitHubFetch().with(terms as never)).toThrow(
    expect.objectContaining({ code: "invalid_input", data: expect.objectContaining({ path }) }),
  );
});

test("the client takes all that the fetch takes, and a call all of its terms", async () => {
  const principals: string[] = [];
  const again: string[] = [];
  const client = new GitHubClient({
    token: `ghp_${"a".repeat(36)}`,
    principal: "installation:1",
    again: false,
    env: {},
    fetch: async (_, init) => {
      again.push(String(init?.method));
      if (again.length === 1) throw new Error("socket hang up");
      return Response.json({ id: 1 }, { status: 201 });
    },
  });
  client.fetch.listen((event) => {
    if (event.kind === "request") principals.push(event.principal);
  });
  const create = async (options: object) =>
    (await client.api("a/b", options)).request("POST /repos/{owner}/{repo}/labels", {
      owner: "a",
      repo: "b",
      name: "c",
    });
  await expect(create({})).rejects.toMatchObject({ code: "ambiguous_write" });
  await expect(create({})).rejects.toMatchObject({ code: "ambiguous_write" });
  expect((await create({ again: true })).status).toBe(201);
  expect(again).toHaveLength(2);
  await client.fetch("https://api.github.com/user", { headers: { authorization: "Bearer x" } });
  expect(principals.at(-1)).toBe("installation:1");
  await client.close();
});

test("a limiter store that nobody shares is not opened by mistake", async () => {
  await expect(openLimiterStore("limits.db" as never)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(openLimiterStore(undefined as never)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(openLimiterStore(null as never)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(openLimiterStore({ kind: "file" } as never)).rejects.toMatchObject({ code: "invalid_input" });
});

test("an option that the client has not is named", () => {
  expect(() => new GitHubClient({ organisation: "acme" } as never)).toThrow(
    expect.objectContaining({ code: "invalid_input", data: { path: "organisation" } }),
  );
});

test("an option that a call has not is named, and so is text where options belong", async () => {
  const client = new GitHubClient({ token: `ghp_${"a".repeat(36)}`, apiUrl: "http://127.0.0.1:9" });
  await expect(client.getRepo("a/b", { timeout: 5 } as never)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining('no option "timeout"'),
  });
  await expect(client.getRepo("a/b", "main" as never)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(client.getRepo({ name: "b" } as never)).rejects.toMatchObject({ code: "invalid_input" });
});

test("null instead of what a request is sent with is nothing, as for the platform's fetch", async () => {
  const apiUrl = "https://api.github.com";
  await using fetch = createGitHubFetch({ apiUrl, fetch: async () => Response.json({}) });
  expect((await fetch(`${apiUrl}/user`, null as never)).status).toBe(200);
});
