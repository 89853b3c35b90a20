/**
 * @module Whose credential a request gets whose path is a number: GitHub's links to the next page are such.
 */
import { Octokit } from "@octokit/rest";
import { expect, test } from "vitest";
import type { TokenScope, TokenSource } from "../../src/github/auth/token-source.ts";
import { createGitHubFetch } from "../../src/github/fetch/create-github-fetch.ts";

const api = "https://api.github.com";

function remembering(scopes: TokenScope[]): TokenSource {
  return {
    label: "a source",
    async credentialFor(scope) {
      scopes.push(scope);
      return { authorization: "Bearer x", principal: "installation:1" };
    },
    renew: async () => undefined,
    secrets: () => [],
  };
}

test.for([
  ["/repos/Acme/app/issues", `${api}/repositories/7/issues?page=2`, { owner: "Acme", repo: "app" }],
  ["/orgs/Acme/repos", `${api}/organizations/9/repos?page=2`, { owner: "Acme" }],
  ["/users/ada/repos", `${api}/user/3/repos?page=2`, { owner: "ada" }],
] as const)("of the pages after %s", async ([path, link, place]) => {
  const scopes: TokenScope[] = [];
  const fetch = createGitHubFetch({
    apiUrl: api,
    auth: remembering(scopes),
    fetch: async (url) =>
      Response.json([{ id: 1 }], {
        headers: String(url).includes("page=2") ? {} : { link: `<${link}>; rel="next"` },
      }),
  });
  const octokit = new Octokit({ request: { fetch } });
  expect(await octokit.paginate(`GET ${path}`)).toHaveLength(2);
  expect(scopes).toMatchObject([place, place]);
});

test("of a repository by its number, once it was read", async () => {
  const scopes: TokenScope[] = [];
  const fetch = createGitHubFetch({
    apiUrl: api,
    auth: remembering(scopes),
    fetch: async () => Response.json({ id: 42, name: "app" }),
  });
  await fetch(`${api}/repos/acme/app`);
  await fetch(`${api}/repositories/42`);
  await fetch(`${api}/repositories/43`);
  expect(scopes.map(({ owner, repo }) => `${owner}/${repo}`)).toEqual([
    "acme/app",
    "acme/app",
    "undefined/undefined",
  ]);
});
