/**
 * @module Pull requests of the emulator: opened, listed, changed, and shown in the list of issues. Branches are made by
 * git itself.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "emulator-pulls-"));
  github = await startCheckedGitHub({
    stateDir: join(folder, "state"),
    seed: {
      users: { ada: {}, bob: {} },
      repositories: { "ada/data": { files: { "a.txt": "one\ntwo\n" } }, "ada/empty": {} },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(async () => {
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});

const git = (...parts: string[]): string =>
  execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...parts], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();

/** @returns the commit's id */
function pushBranch(branch: string, text: string): string {
  const bare = join(folder, "state", "git", `${github.state.repositories.all()[0]!.id}.git`);
  const clone = mkdtempSync(join(folder, "clone-"));
  git("clone", "-q", bare, clone);
  git("-C", clone, "checkout", "-q", "-B", branch);
  writeFileSync(join(clone, "a.txt"), text);
  git("-C", clone, "commit", "-qam", "Change");
  git("-C", clone, "push", "-qf", "origin", branch);
  return git("-C", clone, "rev-parse", "HEAD");
}

const open = (more: object = {}) =>
  ada("POST /repos/ada/data/pulls", { title: "Change", head: "feature", base: "main", ...more });

test("a list of pull requests of a state that there is not shows the open ones", async () => {
  pushBranch("topic", "three\n");
  await ada("POST /repos/ada/data/pulls", { title: "Change", head: "topic", base: "main" });
  const numbers = async (state: string) =>
    (await ada(`GET /repos/ada/data/pulls?state=${state}`)).body.map(
      ({ number }: { number: number }) => number,
    );
  expect([await numbers("bogus"), await numbers("OPEN"), await numbers("closed")]).toEqual([[1], [1], []]);
});

test("a pull request shows what git says of it", async () => {
  const sha = pushBranch("feature", "one\n2\nthree\n");
  const made = await open({ body: "Please", draft: true });
  expect(made).toMatchObject({
    status: 201,
    body: {
      number: 1,
      state: "open",
      draft: true,
      merged: false,
      mergeable: true,
      commits: 1,
      additions: 2,
      deletions: 1,
      changed_files: 1,
      head: { ref: "feature", sha, label: "ada:feature", repo: { full_name: "ada/data" } },
      base: { ref: "main" },
    },
  });
  expect((await bob("GET /repos/ada/data/pulls/1")).body).toEqual(made.body);
  expect((await bob("GET /repos/ada/data/pulls/1/merge")).status).toBe(404);
});

test("pull requests are items of the issue list, and issues are no pull requests", async () => {
  pushBranch("feature", "x\n");
  await open();
  await ada("POST /repos/ada/data/issues", { title: "Issue" });
  const { body: items } = await ada("GET /repos/ada/data/issues?direction=asc");
  expect(items).toMatchObject([
    { number: 1, pull_request: { url: `${github.url}/repos/ada/data/pulls/1`, merged_at: null } },
    { number: 2 },
  ]);
  expect(items[1]).not.toHaveProperty("pull_request");
  expect((await ada("GET /repos/ada/data/pulls/2")).status).toBe(404);
  expect((await ada("GET /repos/ada/data/pulls")).body).toMatchObject([{ number: 1 }]);
  expect((await ada("POST /repos/ada/data/issues/1/comments", { body: "hi" })).status).toBe(201);
  expect((await ada("POST /repos/ada/data/issues/1/labels", { labels: ["bug"] })).status).toBe(200);
  expect((await ada("GET /repos/ada/data/pulls/1")).body).toMatchObject({
    comments: 1,
    labels: [{ name: "bug" }],
  });
  expect((await ada("GET /search/issues?q=is:pr+repo:ada/data")).body.total_count).toBe(1);
});

test("a pull request is refused for what cannot be merged, in words that programs look for", async () => {
  expect((await open()).body.errors).toEqual([{ resource: "PullRequest", field: "head", code: "invalid" }]);
  pushBranch("feature", "x\n");
  const message = async (more: object) => {
    const reply = await open(more);
    expect(reply.status).toBe(422);
    return (reply.body.errors as { message?: string; field?: string }[])[0];
  };
  expect(await message({ base: "nope" })).toMatchObject({ field: "base" });
  expect(await message({ head: "main" })).toMatchObject({ message: "No commits between main and main" });
  expect(await message({ head: "bob:feature" })).toMatchObject({ field: "head" });
  for (const head of ["../../config", "", "HEAD", "refs/heads/feature", "a b", "\u0000"])
    expect(await message({ head })).toMatchObject({ field: "head" });
  expect((await ada("POST /repos/ada/empty/pulls", { title: "x", head: "a", base: "main" })).status).toBe(
    422,
  );
  expect((await ada("POST /repos/ada/data/pulls", { head: "feature", base: "main" })).status).toBe(422);
  expect((await open()).status).toBe(201);
  expect(await message({})).toMatchObject({ message: "A pull request already exists for ada:feature." });
  expect(await message({ head: "ada:feature" })).toMatchObject({
    message: "A pull request already exists for ada:feature.",
  });
  expect(
    (await bob("POST /repos/ada/data/pulls", { title: "x", head: "feature", base: "main" })).status,
  ).toBe(403);
});

test("an open pull request follows its branch, a closed one stays", async () => {
  const first = pushBranch("feature", "x\n");
  await open();
  const second = pushBranch("feature", "y\n");
  expect((await ada("GET /repos/ada/data/pulls/1")).body.head.sha).toBe(second);
  expect(second).not.toBe(first);
  expect((await ada("PATCH /repos/ada/data/pulls/1", { state: "closed" })).body.state).toBe("closed");
  pushBranch("feature", "z\n");
  expect((await ada("GET /repos/ada/data/pulls/1")).body.head.sha).toBe(second);
  expect((await ada("GET /repos/ada/data/issues/1")).body.state_reason).toBeNull();
  expect((await ada("GET /repos/ada/data/pulls?state=closed&head=ada:feature")).body).toHaveLength(1);
  expect((await ada("GET /repos/ada/data/pulls?head=ada:other&state=all")).body).toEqual([]);
  expect((await open()).status).toBe(201);
  expect((await ada("PATCH /repos/ada/data/pulls/1", { state: "open" })).status).toBe(422);
});

test("words and base are changed by those who may", async () => {
  pushBranch("feature", "x\n");
  pushBranch("next", "n\n");
  await open();
  expect((await ada("PATCH /repos/ada/data/pulls/1", { title: "New", base: "next" })).body).toMatchObject({
    title: "New",
    base: { ref: "next" },
    mergeable: false,
    mergeable_state: "dirty",
  });
  expect((await bob("PATCH /repos/ada/data/pulls/1", { title: "Mine" })).status).toBe(403);
  expect((await ada("PATCH /repos/ada/data/pulls/1", { base: "nope" })).status).toBe(422);
});

test("both versions of the API show a pull request", async () => {
  pushBranch("feature", "x\n");
  await open();
  const newer = await ada("GET /repos/ada/data/pulls/1", undefined, { "x-github-api-version": "2026-03-10" });
  expect(newer.body).not.toHaveProperty("merge_commit_sha");
  expect((await ada("GET /repos/ada/data/pulls/1")).body).toHaveProperty("merge_commit_sha");
});

test("a pull request is merged by a commit of its own, and closes what it says it closes", async () => {
  const sha = pushBranch("feature", "one\n2\n");
  await open({ body: "Fixes #2" });
  await ada("POST /repos/ada/data/issues", { title: "Broken" });
  const merge = "PUT /repos/ada/data/pulls/1/merge";
  expect((await bob(merge)).status).toBe(403);
  expect((await ada(merge, { sha: "0".repeat(40) })).status).toBe(409);
  const merged = await ada(merge, { sha });
  expect(merged).toMatchObject({ status: 200, body: { merged: true } });
  expect((await ada("GET /repos/ada/data/pulls/1")).body).toMatchObject({
    state: "closed",
    merged: true,
    merged_by: { login: "ada" },
    merge_commit_sha: merged.body.sha,
    head: { sha },
  });
  expect((await ada("GET /repos/ada/data/pulls/1/merge")).status).toBe(204);
  expect((await ada("GET /repos/ada/data/issues/2")).body.state).toBe("closed");
  const bare = join(folder, "state", "git", `${github.state.repositories.all()[0]!.id}.git`);
  expect(git("--git-dir", bare, "show", "main:a.txt")).toBe("one\n2");
  expect(git("--git-dir", bare, "log", "-1", "--format=%P|%s", "main")).toMatch(
    new RegExp(`^[0-9a-f]{40} ${sha}\\|Merge pull request #1 from ada/feature$`, "u"),
  );
  expect(git("--git-dir", bare, "fsck", "--strict")).toBe("");
  expect((await ada(merge)).status).toBe(405);
  expect((await ada("PATCH /repos/ada/data/pulls/1", { state: "open" })).status).toBe(422);
});

test("a pull request is squashed into one commit, in the ways that the repository allows", async () => {
  pushBranch("feature", "x\n");
  await open({ draft: true });
  const merge = "PUT /repos/ada/data/pulls/1/merge";
  expect((await ada(merge)).body.message).toBe("Pull Request is still a draft");
  await ada("PATCH /repos/ada/data/pulls/1", { state: "closed" });
  await open();
  await ada("PATCH /repos/ada/data", { allow_merge_commit: false, delete_branch_on_merge: true });
  const second = "PUT /repos/ada/data/pulls/2/merge";
  expect((await ada(second)).body.message).toBe("Merge commits are not allowed on this repository.");
  expect((await ada(second, { merge_method: "rebase" })).status).toBe(501);
  expect((await ada(second, { merge_method: "knit" })).status).toBe(422);
  expect((await ada(second, { merge_method: "squash" })).body.merged).toBe(true);
  const bare = join(folder, "state", "git", `${github.state.repositories.all()[0]!.id}.git`);
  expect(git("--git-dir", bare, "log", "-1", "--format=%s", "main")).toBe("Change (#2)");
  expect(git("--git-dir", bare, "branch", "--list", "feature")).toBe("");
});

test("what conflicts is not merged", async () => {
  pushBranch("feature", "x\n");
  await open();
  pushBranch("main", "y\n");
  expect((await ada("PUT /repos/ada/data/pulls/1/merge")).body.message).toBe("Pull Request is not mergeable");
});

test("through the issues' operations, too, only what can still be merged is reopened", async () => {
  pushBranch("feature", "one\n2\n");
  await open();
  await ada("PUT /repos/ada/data/pulls/1/merge");
  const refused = await ada("PATCH /repos/ada/data/issues/1", { state: "open", title: "Again" });
  expect(refused).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "PullRequest", field: "state", code: "invalid" }] },
  });
  expect((await ada("GET /repos/ada/data/pulls/1")).body).toMatchObject({
    state: "closed",
    merged: true,
    title: "Change",
  });
  pushBranch("other", "one\n3\n");
  await open({ head: "other" });
  await ada("PATCH /repos/ada/data/pulls/2", { state: "closed" });
  await ada("DELETE /repos/ada/data/git/refs/heads/other");
  expect((await ada("PATCH /repos/ada/data/issues/2", { state: "open" })).status).toBe(422);
});
