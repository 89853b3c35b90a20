/**
 * @module Runs on pull requests: which workflows they start, what those run on, and the refs that stock git fetches.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { createStockGit } from "./stock-git.ts";

const workflow = (name: string, on: string) => `name: ${name}\non: ${on}\njobs: { one: {} }\n`;

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      repositories: {
        "ada/data": {
          files: {
            "a.txt": "one\ntwo\nthree\n",
            ".github/workflows/check.yml": workflow("Check", "pull_request"),
            ".github/workflows/closed.yml": workflow("Closed", "{ pull_request: { types: [closed] } }"),
            ".github/workflows/docs.yml": workflow("Docs", "{ pull_request: { paths: ['docs/**'] } }"),
            ".github/workflows/old.yml": workflow("Old", "{ pull_request: { branches: ['release/**'] } }"),
            ".github/workflows/target.yml": workflow("Target", "pull_request_target"),
          },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

const at = "/repos/ada/data";
const shaOf = async (ref: string) => (await ada(`GET ${at}/git/ref/${ref}`)).body.object?.sha as string;
const branch = async (name: string, from = "main") =>
  ada(`POST ${at}/git/refs`, { ref: `refs/heads/${name}`, sha: await shaOf(`heads/${from}`) });
async function put(path: string, content: string, to: string, message = "Change"): Promise<string> {
  const { body } = await ada(`GET ${at}/contents/${path}?ref=${to}`);
  const file = { message, content: Buffer.from(content).toString("base64"), branch: to };
  const { body: done } = await ada(`PUT ${at}/contents/${path}`, { ...file, sha: body.sha });
  return done.commit.sha;
}
const open = async (head: string, base = "main") => {
  expect((await ada(`POST ${at}/pulls`, { title: "Try", head, base })).status).toBe(201);
};
const runs = () => github.actions.runs();
const names = () =>
  runs()
    .map(({ name }) => name)
    .sort();

test("a run is about the head, and runs what both branches are together", async () => {
  await branch("topic");
  const head = await put("b.txt", "new\n", "topic");
  const base = await put("c.txt", "meanwhile\n", "main");
  await open("topic");
  const merge = await shaOf("pull/1/merge");
  expect(await shaOf("pull/1/head")).toBe(head);
  const check = runs().find(({ name }) => name === "Check")!;
  expect(check).toMatchObject({ event: "pull_request", ref: "refs/pull/1/merge", headBranch: "topic" });
  expect([check.sha, check.headSha]).toEqual([merge, head]);
  expect((await ada(`GET ${at}/actions/runs/${check.id}`)).body.head_sha).toBe(head);
  const { body } = await ada(`GET ${at}/commits/${merge}`);
  expect(body.parents.map(({ sha }: { sha: string }) => sha)).toEqual([base, head]);
  expect(body.commit.message).toBe(`Merge ${head} into ${base}`);
  expect((await ada(`GET ${at}/pulls/1`)).body.merge_commit_sha).toBe(merge);
});

test("a run shows the open pull requests of its branch, unless they are not wanted", async () => {
  await branch("topic");
  const head = await put("b.txt", "new\n", "topic");
  await open("topic");
  const { id } = runs().find(({ name }) => name === "Check")!;
  const pulls = async (query = "") => (await ada(`GET ${at}/actions/runs/${id}${query}`)).body.pull_requests;
  expect(await pulls()).toMatchObject([
    { number: 1, head: { ref: "topic", sha: head }, base: { ref: "main" } },
  ]);
  expect(await pulls("?exclude_pull_requests=true")).toEqual([]);
  await ada(`PATCH ${at}/pulls/1`, { state: "closed" });
  expect(await pulls()).toEqual([]);
});

test("a new branch or tag runs what there is of it", async () => {
  await put(".github/workflows/create.yml", workflow("Create", "create"), "main");
  const head = await shaOf("heads/main");
  await branch("topic");
  await ada(`POST ${at}/git/refs`, { ref: "refs/tags/v1", sha: head });
  expect(runs().filter(({ name }) => name === "Create")).toMatchObject([
    { ref: "refs/heads/topic", headBranch: "topic", headSha: head },
    { ref: "refs/tags/v1", headBranch: "v1", headSha: head },
  ]);
});

test("`pull_request_target` runs the default branch, whatever the pull request brings", async () => {
  await branch("topic");
  const head = await put(".github/workflows/target.yml", workflow("Mine", "pull_request_target"), "topic");
  await open("topic");
  const run = runs().find(({ event }) => event === "pull_request_target")!;
  expect(run).toMatchObject({ name: "Target", ref: "refs/heads/main", headBranch: "topic", headSha: head });
  expect(run.sha).toBe(await shaOf("heads/main"));
});

test("branches are those that it goes to, paths those that it changes", async () => {
  await branch("release/1");
  await branch("topic");
  await put("docs/a.md", "words\n", "topic");
  await open("topic", "release/1");
  expect(names()).toEqual(["Check", "Docs", "Old", "Target"]);
  await put("docs/b.md", "words\n", "main");
  await branch("code");
  await put("b.txt", "code\n", "code");
  // What the base has in the meantime is no change of this one.
  await open("code");
  expect(names()).toEqual(["Check", "Check", "Docs", "Old", "Target", "Target"]);
});

test("nothing runs on a pull request that conflicts, but for `pull_request_target`", async () => {
  await branch("topic");
  await put("a.txt", "ours\n", "topic");
  await put("a.txt", "theirs\n", "main");
  await open("topic");
  expect(names()).toEqual(["Target"]);
  expect(await shaOf("pull/1/merge")).toBeUndefined();
  await put("a.txt", "theirs\n", "topic");
  await put("b.txt", "more\n", "topic");
  expect(names()).toContain("Check");
});

test("the test merge follows the base once somebody looks", async () => {
  await branch("topic");
  await put("b.txt", "new\n", "topic");
  await open("topic");
  const before = await shaOf("pull/1/merge");
  await put("c.txt", "meanwhile\n", "main");
  expect(await shaOf("pull/1/merge")).toBe(before);
  await ada(`GET ${at}/pulls/1`);
  const after = await shaOf("pull/1/merge");
  expect(after).not.toBe(before);
  await ada(`GET ${at}/pulls/1`);
  expect(await shaOf("pull/1/merge")).toBe(after);
});

test("the run on a merged pull request is one of its base", async () => {
  await branch("topic");
  const head = await put("b.txt", "new\n", "topic");
  await open("topic");
  const { body } = await ada(`PUT ${at}/pulls/1/merge`, {});
  expect(runs().find(({ name }) => name === "Closed")).toMatchObject({
    ref: "refs/heads/main",
    sha: body.sha,
    headSha: head,
  });
});

test.each([
  "Words [skip ci]",
  "[ci skip] words",
  "[no ci]",
  "[skip actions]",
  "[actions skip]",
  "Words\n\nMore\n\nskip-checks: true",
])("a message skips what a push and a pull request start: %j", async (message) => {
  await put(".github/workflows/push.yml", workflow("Push", "push"), "main");
  const before = runs().length;
  await branch("topic");
  await put("b.txt", "new\n", "topic", message);
  await open("topic");
  // The branch itself came without a new commit.
  expect(
    runs()
      .slice(before)
      .map(({ name }) => name),
  ).toEqual(["Push", "Target"]);
  await put("c.txt", "new\n", "topic", "Words about skip-checks: true and skip ci");
  expect(names()).toContain("Check");
});

test("stock git fetches the head and the merge of a pull request, and cannot write them", async () => {
  await branch("topic");
  await put("b.txt", "new\n", "topic");
  await open("topic");
  const git = createStockGit();
  try {
    const url = github.url.replace("//", `//x-access-token:${github.tokenFor("ada")}@`);
    await git.run(".", "clone", "-q", `${url}/ada/data`, "work");
    await git.run("work", "fetch", "-q", "origin", "refs/pull/1/merge:merge", "refs/pull/1/head:head");
    expect(await git.run("work", "rev-parse", "head")).toBe(await shaOf("heads/topic"));
    expect(await git.run("work", "rev-parse", "merge^1", "merge^2")).toBe(
      `${await shaOf("heads/main")}\n${await shaOf("heads/topic")}`,
    );
    expect(await git.run("work", "show", "merge:b.txt")).toBe("new");
    await expect(git.run("work", "push", "origin", "main:refs/pull/1/merge")).rejects.toThrow("hidden ref");
  } finally {
    git.remove();
  }
  for (const [method, body] of [
    ["PATCH", { sha: await shaOf("heads/main") }],
    ["DELETE", undefined],
  ] as const) {
    expect((await ada(`${method} ${at}/git/refs/pull/1/head`, body)).status).toBe(422);
  }
  expect(await shaOf("pull/1/head")).toBe(await shaOf("heads/topic"));
});

test("a push counts with all its files, whichever commit they came with", async () => {
  await put(".github/workflows/push.yml", workflow("Push", "{ push: { paths: ['docs/**'] } }"), "main");
  await put("docs/a.md", "words\n", "main");
  const before = runs().length;
  expect(runs().at(-1)).toMatchObject({ name: "Push", event: "push" });
  await put("b.txt", "code\n", "main");
  expect(runs()).toHaveLength(before);
  // Both commits of the branch together leave the folder as it was.
  const base = await shaOf("heads/main");
  await branch("work");
  await put("docs/a.md", "other\n", "work");
  const tree = (await ada(`GET ${at}/git/commits/${base}`)).body.tree.sha;
  const work = await shaOf("heads/work");
  const { body } = await ada(`POST ${at}/git/commits`, { message: "Back", tree, parents: [work] });
  const started = runs().length;
  await ada(`PATCH ${at}/git/refs/heads/main`, { sha: body.sha });
  expect(runs()).toHaveLength(started);
});
