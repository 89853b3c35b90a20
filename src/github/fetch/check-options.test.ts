import { expect, test } from "vitest";
import { GitHubClient } from "../client/github-client.ts";
import { openLimiterStore } from "../limits/open-limiter-store.ts";
import { createGitHubFetch } from "./create-github-fetch.ts";

test.for<readonly [string, object, string]>([
  ["a limit that there is not", { limits: { maxRequestPerHour: 1 } }, "limits.maxRequestPerHour"],
  ["a limit below nothing", { limits: { reserve: -5 } }, "limits.reserve"],
  ["a lane that there is not", { lane: "backfil" }, "lane"],
  ["a store that is none", { store: "limits.db" }, "store"],
])("%s is refused when the fetch is made", ([, options, path]) => {
  expect(() => createGitHubFetch(options as never)).toThrow(
    expect.objectContaining({ code: "invalid_input", data: expect.objectContaining({ path }) }),
  );
});

test("a limiter store that nobody shares is not opened by mistake", async () => {
  await expect(openLimiterStore("limits.db" as never)).rejects.toMatchObject({ code: "invalid_input" });
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
