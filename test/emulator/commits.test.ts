/**
 * @module Branches, commits and comparisons of the emulator.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let stateDir: string;

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "hubstead-commits-"));
  github = await startCheckedGitHub({
    stateDir,
    seed: {
      users: { ada: {}, bob: {} },
      repositories: {
        "ada/data": { files: { "a.txt": "one\ntwo\nthree\n" }, collaborators: { bob: "write" } },
      },
    },
    clock: () => Date.parse("2026-05-01T12:00:00Z"),
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(async () => {
  await github.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** @returns the commit's id */
async function put(path: string, text: string, branch = "main", by = ada): Promise<string> {
  github.clock.advance(1_000);
  const known = await ada(`GET /repos/ada/data/contents/${path}?ref=${branch}`);
  const { body } = await by(`PUT /repos/ada/data/contents/${path}`, {
    message: `put ${path}`,
    content: base64(text),
    branch,
    ...(known.status === 200 ? { sha: known.body.sha } : {}),
  });
  return body.commit.sha;
}

const shas = (body: { sha: string }[]) => body.map(({ sha }) => sha);

test("a commit tells which lines it has changed", async () => {
  const oid = await put("a.txt", "one\n2\nthree\nfour\n");
  const { body } = await ada("GET /repos/ada/data/commits/main");
  expect(body).toMatchObject({
    sha: oid,
    author: { login: "ada" },
    stats: { total: 3, additions: 2, deletions: 1 },
    files: [
      {
        filename: "a.txt",
        status: "modified",
        additions: 2,
        deletions: 1,
        patch: "@@ -1,3 +1,4 @@\n one\n-two\n+2\n three\n+four",
      },
    ],
  });
  expect((await ada("GET /repos/ada/data/commits/nothing")).body.message).toBe(
    "No commit found for SHA: nothing",
  );
  const sha = await ada("GET /repos/ada/data/commits/main", undefined, {
    accept: "application/vnd.github.sha",
  });
  expect(sha.body).toBe(oid);
});

test("commits are listed by branch, path, author and time", async () => {
  const first = (await ada("GET /repos/ada/data/commits")).body[0].sha;
  const second = await put("b.txt", "b", "main", callAs(github, github.tokenFor("bob")));
  const third = await put("a.txt", "changed");
  const list = async (query: string) => shas((await ada(`GET /repos/ada/data/commits${query}`)).body);
  expect(await list("")).toEqual([third, second, first]);
  expect(await list("?path=a.txt")).toEqual([third, first]);
  expect(await list("?author=bob")).toEqual([second]);
  expect(await list(`?sha=${second}`)).toEqual([second, first]);
  const { date } = (await ada(`GET /repos/ada/data/git/commits/${second}`)).body.committer;
  expect(await list(`?since=${date}`)).toEqual([third, second]);
  expect(await list(`?until=${date}`)).toEqual([second, first]);
});

test("a comparison tells who is ahead, by which commits, and what differs", async () => {
  const base = (await ada("GET /repos/ada/data/commits")).body[0].sha;
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/topic/x", sha: base });
  const compare = async (basehead: string) => (await ada(`GET /repos/ada/data/compare/${basehead}`)).body;
  expect(await compare("main...topic/x")).toMatchObject({ status: "identical", ahead_by: 0, files: [] });
  const ours = await put("b.txt", "b\n", "topic/x");
  const more = await put("c.txt", "c\n", "topic/x");
  const ahead = await compare("main...topic/x");
  expect(ahead).toMatchObject({ status: "ahead", ahead_by: 2, behind_by: 0, total_commits: 2 });
  expect(shas(ahead.commits)).toEqual([ours, more]);
  expect(ahead.files).toMatchObject([
    { filename: "b.txt", status: "added", additions: 1 },
    { filename: "c.txt", status: "added" },
  ]);
  expect(await compare("ada:topic%2Fx...main")).toMatchObject({ status: "behind", behind_by: 2 });
  await put("a.txt", "one\n");
  const diverged = await compare("main...topic/x");
  expect(diverged).toMatchObject({
    status: "diverged",
    ahead_by: 2,
    behind_by: 1,
    merge_base_commit: { sha: base },
  });
  expect(diverged.files).toHaveLength(2);
  expect((await ada("GET /repos/ada/data/compare/main...nowhere")).status).toBe(404);
});

test("branches and tags are listed", async () => {
  const { sha } = (await ada("GET /repos/ada/data/commits")).body[0];
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/topic/x", sha });
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/tags/v1", sha });
  expect((await ada("GET /repos/ada/data/branches")).body).toMatchObject([
    { name: "main", protected: false, commit: { sha } },
    { name: "topic/x" },
  ]);
  expect((await ada("GET /repos/ada/data/branches/topic/x")).body).toMatchObject({
    name: "topic/x",
    commit: { sha, author: { login: "ada" } },
  });
  expect((await ada("GET /repos/ada/data/branches/topic%2Fx")).status).toBe(200);
  expect((await ada("GET /repos/ada/data/branches/none")).body.message).toBe("Branch not found");
  expect((await ada("GET /repos/ada/data/tags")).body).toMatchObject([{ name: "v1", commit: { sha } }]);
});

test("a renamed branch stays the default and keeps its protection", async () => {
  await ada("PUT /repos/ada/data/branches/main/protection", {
    required_status_checks: null,
    enforce_admins: false,
    required_pull_request_reviews: null,
    restrictions: null,
  });
  const bob = callAs(github, github.tokenFor("bob"));
  expect((await bob("POST /repos/ada/data/branches/main/rename", { new_name: "bobs" })).status).toBe(403);
  const renamed = await ada("POST /repos/ada/data/branches/main/rename", { new_name: "trunk" });
  expect(renamed).toMatchObject({ status: 201, body: { name: "trunk", protected: true } });
  expect((await ada("GET /repos/ada/data/contents/a.txt")).status).toBe(200);
  const old = await ada("GET /repos/ada/data/branches/main");
  expect([old.status, old.headers.get("location")]).toEqual([301, renamed.body._links.self]);
});

test("HEAD is the newest commit of the default branch, wherever a revision is named", async () => {
  await ada("PATCH /repos/ada/data/git/refs/heads/main", { sha: await put("a.txt", "2\n") });
  await ada("POST /repos/ada/data/branches/main/rename", { new_name: "trunk" });
  const head = (await ada("GET /repos/ada/data/branches/trunk")).body.commit.sha;
  expect((await ada("GET /repos/ada/data/commits/HEAD")).body.sha).toBe(head);
  expect((await ada("GET /repos/ada/data/commits?sha=HEAD")).body[0].sha).toBe(head);
  expect((await ada("GET /repos/ada/data/git/trees/HEAD")).body.tree).toMatchObject([{ path: "a.txt" }]);
  expect((await ada("GET /repos/ada/data/contents/a.txt?ref=HEAD")).body.content).toBe("Mgo=\n");
  expect((await ada("GET /repos/ada/data/compare/trunk...HEAD")).body.status).toBe("identical");
  expect((await ada("GET /ada/data/raw/HEAD/a.txt")).body).toBe("2\n");
});

test("what is below a commit or a branch and not served is named as such", async () => {
  expect((await ada("GET /repos/ada/data/commits/main/comments")).status).toBe(501);
  expect((await ada("GET /repos/ada/data/branches/main/protection/enforce_admins")).status).toBe(501);
});

test("a commit and a comparison come as git's own diff where that is asked for", async () => {
  const base = (await ada("GET /repos/ada/data/commits")).body[0].sha;
  await put("a.txt", "one\n2\nthree\n");
  await put("a/deep.txt", "deep");
  await put("b.bin", "\0\x01");
  const { body: ref } = await ada("GET /repos/ada/data/git/ref/heads/main");
  const { body: tree } = await ada("POST /repos/ada/data/git/trees", {
    base_tree: ref.object.sha,
    tree: [
      { path: "empty", mode: "100755", content: "" },
      { path: "a/deep.txt", sha: null },
    ],
  });
  const commit = { message: "m", tree: tree.sha, parents: [ref.object.sha] };
  const { sha } = (await ada("POST /repos/ada/data/git/commits", commit)).body;
  const folder = join(stateDir, "git", readdirSync(join(stateDir, "git"))[0]!);
  const diff = async (route: string) =>
    (await ada(route, undefined, { accept: "application/vnd.github.diff" })).body;
  const said = (...args: string[]) => execFileSync("git", ["-C", folder, "diff", ...args]).toString();
  expect(await diff(`GET /repos/ada/data/commits/${sha}`)).toBe(said("--no-renames", ref.object.sha, sha));
  expect(await diff(`GET /repos/ada/data/compare/${base}...main`)).toBe(said(base, ref.object.sha));
});

test("a commit of many files shows them by pages of 300", async () => {
  const { body: head } = await ada("GET /repos/ada/data/git/ref/heads/main");
  const tree = Array.from({ length: 301 }, (_, at) => ({ path: `f${at}`, mode: "100644", content: `${at}` }));
  const { body } = await ada("POST /repos/ada/data/git/trees", { base_tree: head.object.sha, tree });
  const commit = { message: "m", tree: body.sha, parents: [head.object.sha] };
  const { sha } = (await ada("POST /repos/ada/data/git/commits", commit)).body;
  const first = await ada(`GET /repos/ada/data/commits/${sha}`);
  expect(first.body.files).toHaveLength(300);
  expect(first.body.stats.additions).toBe(301);
  expect(first.headers.get("link")).toContain('page=2>; rel="next"');
  expect((await ada(`GET /repos/ada/data/commits/${sha}?page=2`)).body.files).toHaveLength(1);
});

test("both versions of the API are GitHub's", async () => {
  const { body: head } = await ada("GET /repos/ada/data/git/ref/heads/main");
  const { sha } = head.object;
  await ada("PUT /repos/ada/data/branches/main/protection", {
    required_status_checks: { strict: true, contexts: ["ci"] },
    enforce_admins: true,
    required_pull_request_reviews: {},
    restrictions: null,
  });
  const ruleset = { name: "r", enforcement: "disabled", rules: [{ type: "deletion" }] };
  const { id } = (await ada("POST /repos/ada/data/rulesets", ruleset)).body;
  for (const path of [
    "contents",
    "contents/a.txt",
    "readme",
    "git/trees/main?recursive=1",
    `git/commits/${sha}`,
    "git/matching-refs/heads/",
    "commits",
    "commits/main",
    `compare/${sha}...main`,
    "branches",
    "branches/main",
    "branches/main/protection",
    "tags",
    "rulesets",
    `rulesets/${id}`,
    "rules/branches/main",
  ]) {
    const old = await ada(`GET /repos/ada/data/${path}`);
    const version = { "x-github-api-version": "2026-03-10" };
    expect(await ada(`GET /repos/ada/data/${path}`, undefined, version)).toMatchObject({
      status: old.status,
      body: old.body,
    });
  }
});
