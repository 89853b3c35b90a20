/**
 * @module What pull requests bring, as lists of commits and files; heads that are brought up to date.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import type { Caller } from "./call.ts";
import { callAs } from "./call.ts";
import { type Guarded, openPull, startGuarded } from "./guarded.ts";

let guarded: Guarded;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  guarded = await startGuarded();
  ({ github, ada, bob } = guarded);
  await openPull(guarded, "topic", "t");
});
afterEach(() => github.close());

const at = "/repos/acme/data/pulls/1";
const write = (path: string, branch: string, text = path) =>
  ada(`PUT /repos/acme/data/contents/${path}`, { message: `Write ${path}`, content: btoa(text), branch });

test("commits are listed with the oldest first, files by their paths, neither with what the base has gained", async () => {
  await write("dir/u", "topic");
  await write("late", "main");
  const { body: commits } = await bob(`GET ${at}/commits`);
  expect(commits.map(({ commit }: { commit: { message: string } }) => commit.message)).toEqual([
    "m",
    "Write dir/u",
  ]);
  expect((await bob(`GET ${at}/commits?per_page=1&page=2`)).body).toMatchObject([{ sha: commits[1].sha }]);
  const { body: files } = await bob(`GET ${at}/files`);
  expect(files).toMatchObject([
    { filename: "dir/u", status: "added", additions: 1, patch: expect.stringContaining("+dir/u") },
    { filename: "t", status: "added" },
  ]);
  expect((await bob("GET /repos/acme/data/pulls/9/files")).status).toBe(404);
  await ada("PUT /repos/acme/data/pulls/1/merge", {});
  expect((await bob(`GET ${at}/commits`)).body).toEqual(commits);
  expect((await bob(`GET ${at}/files`)).body).toEqual(files);
});

test("a head is brought up to date by a merge of its base, which GitHub signs", async () => {
  const update = (body: object = {}, by = bob) => by(`PUT ${at}/update-branch`, body);
  expect((await update()).body.message).toBe("There are no new commits on the base branch.");
  await write("late", "main");
  const head = (await bob(`GET ${at}`)).body.head.sha;
  expect((await update({ expected_head_sha: guarded.first })).status).toBe(422);
  expect((await update({}, callAs(github, github.tokenFor("eve")))).status).toBe(403);
  expect(await update({ expected_head_sha: head })).toMatchObject({
    status: 202,
    body: { message: "Updating pull request branch.", url: `${github.url}${at}` },
  });
  const { body: commit } = await bob("GET /repos/acme/data/commits/topic");
  expect(commit).toMatchObject({
    parents: [{ sha: head }, {}],
    author: { login: "bob" },
    committer: { login: "web-flow" },
    commit: { message: "Merge branch 'main' into topic", verification: { verified: true } },
  });
  expect((await bob(`GET ${at}`)).body).toMatchObject({ head: { sha: commit.sha }, changed_files: 1 });
});

test("what conflicts with its base is not brought up to date", async () => {
  await write("both", "main", "one");
  await write("both", "topic", "two");
  expect(await bob(`PUT ${at}/update-branch`)).toMatchObject({
    status: 422,
    body: { message: "merge conflict between base and head" },
  });
});

test("an old name of a branch leads to the new one, until another branch takes it", async () => {
  const rename = (from: string, to: string) =>
    ada(`POST /repos/acme/data/branches/${from}/rename`, { new_name: to });
  const branch = async (name: string) => {
    const { status, headers } = await bob(`GET /repos/acme/data/branches/${name}`);
    return [status, headers.get("location")];
  };
  await rename("topic", "b/1");
  await rename("b/1", "c");
  const moved = [301, `${github.url}/repos/acme/data/branches/c`];
  expect([await branch("topic"), await branch("b/1")]).toEqual([moved, moved]);
  const statuses = await bob("GET /repos/acme/data/commits/topic/statuses");
  expect([statuses.status, statuses.headers.get("location")]).toEqual([
    301,
    `${github.url}/repos/acme/data/commits/c/statuses`,
  ]);
  await rename("c", "topic");
  expect([await branch("topic"), await branch("c")]).toEqual([
    [200, null],
    [301, `${github.url}/repos/acme/data/branches/topic`],
  ]);
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/c", sha: guarded.first });
  await ada("DELETE /repos/acme/data/git/refs/heads/c");
  expect(await branch("c")).toEqual([404, null]);
});
