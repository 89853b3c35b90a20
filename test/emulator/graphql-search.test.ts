/**
 * @module Searches in GraphQL, and what stands at an address.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Asker, askAs } from "./ask.ts";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Asker;
let bob: Asker;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          files: { "a.txt": "A" },
          issues: [
            { title: "Broken table", labels: ["bug"] },
            { title: "Broken chair", author: "bob", state: "closed" },
            { title: "Lamp" },
          ],
        },
        "acme/secret": { visibility: "private", issues: [{ title: "Broken safe" }] },
      },
    },
  });
  ada = askAs(github, github.tokenFor("ada"));
  bob = askAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

async function titles(query: string, asker = ada): Promise<string[]> {
  const { data, errors } = await asker(
    "query($query: String!) { search(query: $query, type: ISSUE, first: 10) { issueCount nodes { __typename ... on Issue { title } ... on PullRequest { title } } } }",
    { query },
  );
  expect(errors).toBeUndefined();
  const { issueCount, nodes } = data.search;
  expect(issueCount).toBe(nodes.length);
  return nodes.map(({ title }: { title: string }) => title);
}

test("issues are found by words and qualifiers, sorted as the query says", async () => {
  expect(await titles("broken repo:acme/data sort:created-asc")).toEqual(["Broken table", "Broken chair"]);
  expect(await titles("broken repo:acme/data sort:created-desc")).toEqual(["Broken chair", "Broken table"]);
  expect(await titles("is:open repo:acme/data label:bug")).toEqual(["Broken table"]);
  expect(await titles("author:@me is:issue repo:acme/data broken")).toEqual(["Broken table"]);
  expect(await titles("author:@me broken repo:acme/data", bob)).toEqual(["Broken chair"]);
  expect(await titles("review-requested:@me is:pr")).toEqual([]);
});

test("what one may not see is not found", async () => {
  expect(await titles("safe")).toEqual(["Broken safe"]);
  expect(await titles("safe", bob)).toEqual([]);
});

test("pull requests are found by their branches and as drafts", async () => {
  const rest = callAs(github, github.tokenFor("ada"));
  const { body: main } = await rest("GET /repos/acme/data/git/ref/heads/main");
  await rest("POST /repos/acme/data/git/refs", { ref: "refs/heads/work", sha: main.object.sha });
  await rest("PUT /repos/acme/data/contents/b.txt", { message: "b", branch: "work", content: "Yg==" });
  await rest("POST /repos/acme/data/pulls", { title: "Work", head: "work", base: "main", draft: true });
  expect(await titles("is:pr head:work base:main draft:true")).toEqual(["Work"]);
  expect(await titles("is:pr draft:false")).toEqual([]);
  expect(await titles("is:pr -head:work")).toEqual([]);
});

test("repositories and accounts are found, and only what was searched for is counted", async () => {
  const query =
    '{ r: search(query: "data", type: REPOSITORY, first: 5) { repositoryCount issueCount nodes { ... on Repository { nameWithOwner } } } u: search(query: "acme", type: USER, first: 5) { userCount nodes { __typename ... on Organization { login } } } }';
  expect((await ada(query)).data).toEqual({
    r: { repositoryCount: 1, issueCount: 0, nodes: [{ nameWithOwner: "acme/data" }] },
    u: { userCount: 1, nodes: [{ __typename: "Organization", login: "acme" }] },
  });
});

test("pages of what was found follow each other", async () => {
  const page = async (after: string | null) => {
    const { data } = await ada(
      'query($after: String) { search(query: "repo:acme/data sort:created-asc", type: ISSUE, first: 2, after: $after) { issueCount edges { node { ... on Issue { number } } } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    return data.search;
  };
  const first = await page(null);
  expect(first).toMatchObject({ issueCount: 3, pageInfo: { hasNextPage: true } });
  const second = await page(first.pageInfo.endCursor);
  expect([...first.edges, ...second.edges].map(({ node }) => node.number)).toEqual([1, 2, 3]);
  const { errors } = await ada('{ search(query: "x", type: ISSUE) { nodes { __typename } } }');
  expect(errors?.[0]).toMatchObject({ type: "MISSING_PAGINATION_BOUNDARIES" });
});

test("a qualifier that the emulator does not serve is told so for its field, beside what else was asked", async () => {
  const { data, errors } = await ada(
    '{ viewer { login } search(query: "language:rust", type: ISSUE, first: 1) { issueCount } }',
  );
  // A field that cannot be null takes all with it.
  expect(data).toBeNull();
  expect(errors).toEqual([
    expect.objectContaining({
      type: "NOT_SERVED",
      path: ["search"],
      extensions: { code: "notServed" },
      message: "The emulator does not serve language: in searches",
    }),
  ]);
});

test("an address of this host leads to what stands there", async () => {
  const at = async (path: string, asker = ada) => {
    const url = path.startsWith("http") ? path : github.url + path;
    const { data, errors } = await asker(
      "query($url: URI!) { resource(url: $url) { __typename resourcePath } }",
      { url },
    );
    expect(errors).toBeUndefined();
    return data.resource?.__typename ?? null;
  };
  const { data } = await ada(
    '{ repository(owner: "acme", name: "data") { object(expression: "main") { oid } } }',
  );
  expect(await at("/acme")).toBe("Organization");
  expect(await at("/ADA/")).toBe("User");
  expect(await at("/acme/data")).toBe("Repository");
  expect(await at("/acme/data/issues/1")).toBe("Issue");
  expect(await at(`/acme/data/commit/${data.repository.object.oid}`)).toBe("Commit");
  for (const path of [
    "/acme/data/issues/99",
    "/nobody",
    "/acme/data/wiki",
    "/acme/data/commit/x",
    "/%ff",
    "//",
  ])
    expect(await at(path)).toBeNull();
  expect(await at("https://elsewhere.example/acme/data")).toBeNull();
  expect(await at("/acme/secret/issues/1")).toBe("Issue");
  expect(await at("/acme/secret/issues/1", bob)).toBeNull();
});
