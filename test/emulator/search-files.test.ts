/**
 * @module Searches of the emulator for files and for commits.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    limits: false,
    clock: () => Date.parse("2026-01-15T12:00:00Z"),
    seed: {
      users: { ada: { email: "ada@example.com" }, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          files: {
            "README.md": "# Records\nAll our records.\n",
            "src/main.ts": "export const answer = findAnswer(42);\n",
            "src/deep/other.ts": "const answer = 1;\n",
            "logo.bin": "answer\0answer",
          },
        },
        "acme/secret": { visibility: "private", files: { "secret.ts": "const answer = 43;\n" } },
        "acme/empty": {},
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const paths = async (caller: Caller, q: string): Promise<string[]> =>
  ((await caller(`GET /search/code?q=${encodeURIComponent(q)}`)).body.items as { path: string }[])
    .map(({ path }) => path)
    .sort();
const messages = async (caller: Caller, q: string): Promise<string[]> =>
  (
    (await caller(`GET /search/commits?q=${encodeURIComponent(q)}`)).body.items as {
      commit: { message: string };
    }[]
  ).map(({ commit }) => commit.message);

test.each([
  ["answer", ["src/deep/other.ts", "src/main.ts"]],
  ["answer repo:acme/data path:src/deep", ["src/deep/other.ts"]],
  ["answer -path:src/deep", ["src/main.ts"]],
  ['"findAnswer(42)"', ["src/main.ts"]],
  ["records in:file", ["README.md"]],
  ["main in:path", ["src/main.ts"]],
  ["filename:other", ["src/deep/other.ts"]],
  ["const extension:ts size:<20", ["src/deep/other.ts"]],
  ["records path:/", ["README.md"]],
  ["answer user:ada", []],
  ["answer fork:only", []],
])("code: %s finds what it means", async (q, expected) => {
  expect(await paths(bob, q)).toEqual(expected);
});

test("a found file is named with its repository and its commit", async () => {
  const { sha } = (await bob("GET /repos/acme/data/commits/main")).body;
  const { body } = await bob("GET /search/code?q=findAnswer");
  expect(body).toMatchObject({
    total_count: 1,
    incomplete_results: false,
    items: [
      {
        name: "main.ts",
        path: "src/main.ts",
        html_url: `${github.url}/acme/data/blob/${sha}/src/main.ts`,
        repository: { full_name: "acme/data" },
      },
    ],
  });
  const [{ url, git_url: gitUrl }] = body.items;
  for (const link of [url, gitUrl])
    expect((await bob(`GET ${link.slice(github.url.length)}`)).status).toBe(200);
});

test("code that is private is found by those who may read it, and by nobody who is not signed in", async () => {
  expect(await paths(ada, "answer org:acme extension:ts")).toContain("secret.ts");
  const issuesOnly = github.tokenFor({ user: "ada", permissions: { issues: "read" } });
  expect(await paths(callAs(github, issuesOnly), "answer")).not.toContain("secret.ts");
  expect((await bob("GET /search/code?q=answer+repo:acme/secret")).status).toBe(422);
  expect((await callAs(github)("GET /search/code?q=answer")).status).toBe(401);
  expect((await bob("GET /search/code?q=extension:ts")).status).toBe(422);
  expect((await bob("GET /search/code?q=answer+language:ts")).status).toBe(501);
});

test("commits are found by their words, their people and their time", async () => {
  for (const [path, message] of [
    ["a.txt", "Fix the crash"],
    ["b.txt", "Add a button"],
  ])
    await ada(`PUT /repos/acme/data/contents/${path}`, { message, content: "YQ==" });
  const { sha, commit } = (await ada("GET /repos/acme/data/commits/main")).body;
  expect(await messages(bob, "crash")).toEqual(["Fix the crash"]);
  expect(await messages(bob, "button author:ada")).toEqual(["Add a button"]);
  expect(await messages(bob, "button author:bob")).toEqual([]);
  expect(await messages(bob, "author-email:ada@example.com -crash")).toEqual([
    "Add a button",
    "Initial commit",
  ]);
  expect(await messages(bob, `hash:${sha.slice(0, 7)}`)).toEqual(["Add a button"]);
  expect(await messages(bob, `tree:${commit.tree.sha}`)).toEqual(["Add a button"]);
  expect(await messages(bob, "crash committer-date:>2026-01-16")).toEqual([]);
  expect(await messages(bob, "merge:true")).toEqual([]);
  const secret = await ada("GET /search/commits?q=is:private");
  expect(secret.body.items).toMatchObject([{ repository: { full_name: "acme/secret" } }]);
  expect(await messages(bob, "is:private")).toEqual([]);
  expect((await bob("GET /search/commits?q=crash+author-date:soon")).status).toBe(422);
});

test("who asks for it is shown where the words stand", async () => {
  const accept = { accept: "application/vnd.github.text-match+json" };
  const { body } = await bob(
    `GET /search/code?q=${encodeURIComponent("findanswer(42) -path:docs")}`,
    undefined,
    accept,
  );
  expect(body.items[0].text_matches).toEqual([
    {
      object_url: body.items[0].url,
      object_type: "FileContent",
      property: "content",
      fragment: "export const answer = findAnswer(42);\n",
      matches: [{ text: "findAnswer(42", indices: [22, 35] }],
    },
  ]);
  const issue = await ada("POST /repos/acme/data/issues", { title: "A crash", body: "It did CRASH twice" });
  expect(issue.status).toBe(201);
  const found = await bob("GET /search/issues?q=crash+is:open", undefined, accept);
  expect(found.body.items[0].text_matches).toMatchObject([
    { property: "title", matches: [{ text: "crash", indices: [2, 7] }] },
    { property: "body", matches: [{ text: "CRASH", indices: [7, 12] }] },
  ]);
  for (const path of ["commits?q=initial", "repositories?q=data", "users?q=bob"])
    expect((await bob(`GET /search/${path}`, undefined, accept)).body.items[0].text_matches).toHaveLength(1);
  expect((await bob("GET /search/issues?q=crash")).body.items[0].text_matches).toBeUndefined();
});

test.each([
  ["per_page=abc", "per_page"],
  ["per_page=-1", "per_page"],
  ["per_page=1.5", "per_page"],
  ["page=abc", "page"],
  ["page=-1", "page"],
])("code: %s is refused, in plain text, and nowhere else", async (wrong, name) => {
  const refused = await bob(`GET /search/code?q=answer&${wrong}`);
  expect([refused.status, refused.headers.get("content-type"), refused.body]).toEqual([
    400,
    "text/plain; charset=utf-8",
    `Failed to deserialize query string: ${name}: invalid digit found in string`,
  ]);
  expect((await bob(`GET /search/commits?q=initial&${wrong}`)).status).toBe(200);
});

test("code: no entries to a page, and the page before the first, are taken", async () => {
  expect((await bob("GET /search/code?q=answer&per_page=0&page=0")).status).toBe(200);
});
