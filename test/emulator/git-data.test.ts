/**
 * @module Git's objects and refs over the REST API, held against the installed git.
 */
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let head: string;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      repositories: { "ada/data": { files: { "a.txt": "one\n", "b/c.txt": "two\n" } }, "ada/empty": {} },
    },
    sizes: { treeEntries: 3 },
  });
  ada = callAs(github, github.tokenFor("ada"));
  head = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
});
afterEach(() => github.close());

/** What the installed git makes of it. */
function hashObject(kind: string, content: string | Buffer): string {
  const args = ["hash-object", "-t", kind, "--stdin", "--literally"];
  return execFileSync("git", args, { input: content }).toString().trim();
}

test("blobs have git's own ids, whatever bytes they hold", async () => {
  for (const bytes of [Buffer.from("hello\n"), Buffer.from([0, 255, 10, 13, 128]), Buffer.alloc(0)]) {
    const made = await ada("POST /repos/ada/data/git/blobs", {
      content: bytes.toString("base64"),
      encoding: "base64",
    });
    expect(made).toMatchObject({ status: 201, body: { sha: hashObject("blob", bytes) } });
    const { body } = await ada(`GET /repos/ada/data/git/blobs/${made.body.sha}`);
    expect(body).toMatchObject({ size: bytes.length, encoding: "base64" });
    expect(Buffer.from(body.content, "base64")).toEqual(bytes);
  }
});

test("a tree takes content and ids on top of a base, and null takes away", async () => {
  const { body: tree } = await ada("POST /repos/ada/data/git/trees", {
    base_tree: head,
    tree: [
      { path: "run.sh", mode: "100755", type: "blob", content: "#!/bin/sh\n" },
      { path: "b/c.txt", mode: "100644", type: "blob", sha: null },
      { path: "d/e/f.txt", mode: "100644", type: "blob", sha: hashObject("blob", "one\n") },
    ],
  });
  expect(tree.tree.map(({ path, mode }: { path: string; mode: string }) => [path, mode])).toEqual([
    ["a.txt", "100644"],
    ["d", "040000"],
    ["run.sh", "100755"],
  ]);
  const raw = tree.tree.map((entry: { mode: string; path: string; sha: string }) =>
    Buffer.concat([
      Buffer.from(`${entry.mode.replace(/^0/u, "")} ${entry.path}\0`),
      Buffer.from(entry.sha, "hex"),
    ]),
  );
  expect(tree.sha).toBe(hashObject("tree", Buffer.concat(raw)));
});

test.each([
  [{ path: "../x", mode: "100644", content: "" }, "tree.path contains a malformed path component"],
  [{ path: ".git/config", mode: "100644", content: "" }, "tree.path contains a malformed path component"],
  [{ path: "x", content: "" }, "Must supply a valid tree.mode"],
  [{ path: "x", mode: "100644" }, "Must supply either tree.sha or tree.content"],
  [{ path: "nowhere", sha: null }, "GitRPC::BadObjectState"],
  [{ path: "x", mode: "100644", sha: "c".repeat(40) }, `tree.sha ${"c".repeat(40)} is not a valid blob`],
])("a tree with %j is refused", async (entry, message) => {
  const answer = await ada("POST /repos/ada/data/git/trees", { base_tree: head, tree: [entry] });
  expect(answer).toMatchObject({ status: 422, body: { message } });
});

test("a recursive tree says when it was cut", async () => {
  const paths = (body: { tree: { path: string }[] }) => body.tree.map(({ path }) => path);
  const whole = await ada(`GET /repos/ada/data/git/trees/${head}?recursive=1`);
  expect(whole.body.truncated).toBe(false);
  expect(paths(whole.body)).toEqual(["a.txt", "b", "b/c.txt"]);
  await ada("PUT /repos/ada/data/contents/d", { message: "m", content: "" });
  const cut = await ada("GET /repos/ada/data/git/trees/main?recursive=0");
  expect(cut.body.truncated).toBe(true);
  expect(paths(cut.body)).toEqual(["a.txt", "b", "b/c.txt"]);
  expect(paths((await ada("GET /repos/ada/data/git/trees/main")).body)).toEqual(["a.txt", "b", "d"]);
});

test("commits and tags have git's own ids", async () => {
  const { body: tree } = await ada(`GET /repos/ada/data/git/trees/${head}`);
  const by = { name: "Grace Hopper", email: "grace@example.org", date: "2026-01-02T03:04:05+02:00" };
  const { status, body: commit } = await ada("POST /repos/ada/data/git/commits", {
    message: "Zweite Änderung",
    tree: tree.sha,
    parents: [head],
    author: by,
  });
  expect(status).toBe(201);
  const time = Date.parse(by.date) / 1_000;
  const signature = `Grace Hopper <grace@example.org> ${time} +0200`;
  expect(commit.sha).toBe(
    hashObject(
      "commit",
      `tree ${tree.sha}\nparent ${head}\nauthor ${signature}\ncommitter ${signature}\n\nZweite Änderung`,
    ),
  );
  expect((await ada(`GET /repos/ada/data/git/commits/${commit.sha}`)).body).toEqual(commit);
  const { body: tag } = await ada("POST /repos/ada/data/git/tags", {
    tag: "v1",
    message: "First",
    object: commit.sha,
    type: "commit",
    tagger: by,
  });
  expect(tag.sha).toBe(
    hashObject("tag", `object ${commit.sha}\ntype commit\ntag v1\ntagger ${signature}\n\nFirst`),
  );
  expect((await ada(`GET /repos/ada/data/git/tags/${tag.sha}`)).body).toEqual(tag);
});

test("a commit of what is not there is refused", async () => {
  const none = "d".repeat(40);
  expect(await ada("POST /repos/ada/data/git/commits", { message: "m", tree: none })).toMatchObject({
    status: 422,
    body: { message: "Tree SHA does not exist" },
  });
  expect((await ada(`GET /repos/ada/data/git/commits/${none}`)).status).toBe(404);
  expect((await ada("GET /repos/ada/data/git/blobs/short")).status).toBe(422);
});

test("refs are created, listed by their beginning, moved and deleted", async () => {
  const made = await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/feature/one", sha: head });
  expect(made).toMatchObject({ status: 201, body: { object: { type: "commit", sha: head } } });
  expect(
    await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/feature/one", sha: head }),
  ).toMatchObject({ status: 422, body: { message: "Reference already exists" } });
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/features", sha: head });
  const names = async (route: string) => (await ada(route)).body.map(({ ref }: { ref: string }) => ref);
  expect(await names("GET /repos/ada/data/git/matching-refs/heads/feature")).toEqual([
    "refs/heads/feature/one",
    "refs/heads/features",
  ]);
  expect(await names("GET /repos/ada/data/git/matching-refs/")).toHaveLength(3);
  expect((await ada("GET /repos/ada/data/git/ref/heads/feature")).status).toBe(404);
  expect((await ada("DELETE /repos/ada/data/git/refs/heads/feature/one")).status).toBe(204);
  expect((await ada("DELETE /repos/ada/data/git/refs/heads/feature/one")).status).toBe(422);
  expect((await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/feature", sha: head })).status).toBe(
    201,
  );
});

test.each([
  ["heads/x", "Reference name must begin with 'refs/'."],
  ["refs/heads/../../config", "refs/heads/../../config is not a valid ref name."],
  ["refs/heads/a b", "refs/heads/a b is not a valid ref name."],
  ["refs/heads/main/below", "Reference update failed"],
  ["refs/pull/1/head", "Reference update failed"],
])("%s is no name for a new ref", async (ref, message) => {
  const answer = await ada("POST /repos/ada/data/git/refs", { ref, sha: head });
  expect(answer).toMatchObject({ status: 422, body: { message } });
});

test("what no file system takes is no name for a ref", async () => {
  for (const name of ["a".repeat(251), "ü".repeat(126), "abc/".repeat(400).slice(0, -1)]) {
    const ref = `refs/heads/${name}`;
    expect(await ada("POST /repos/ada/data/git/refs", { ref, sha: head })).toMatchObject({
      status: 422,
      body: { message: `${ref} is not a valid ref name.` },
    });
  }
});

test("a name as long as a file system takes it is one for a ref", async () => {
  const ref = `refs/heads/${"a".repeat(250)}/${"b".repeat(250)}`;
  expect((await ada("POST /repos/ada/data/git/refs", { ref, sha: head })).status).toBe(201);
  expect((await ada(`DELETE /repos/ada/data/git/${ref}`)).status).toBe(204);
});

test("a workflow file is seen behind ten thousand other files", async () => {
  const make = async (tree: readonly object[]) =>
    (await ada("POST /repos/ada/data/git/trees", { tree })).body.sha;
  let many = await make([{ path: "a", mode: "100644", content: "" }]);
  for (let level = 0; level < 4; level++) {
    const names = Array.from({ length: 10 }, (_, at) => `${at}`);
    many = await make(names.map((path) => ({ path, mode: "040000", type: "tree", sha: many })));
  }
  const workflow = { path: ".github/workflows/ci.yml", mode: "100644", content: "on: push" };
  const tree = await make([{ path: "!", mode: "040000", type: "tree", sha: many }, workflow]);
  const commit = { message: "m", tree, parents: [head] };
  const { sha } = (await ada("POST /repos/ada/data/git/commits", commit)).body;
  const scoped = callAs(github, github.tokenFor({ user: "ada", scopes: ["repo"] }));
  const create = (by: Caller) => by("POST /repos/ada/data/git/refs", { ref: "refs/heads/new", sha });
  expect((await create(scoped)).status).toBe(404);
  expect((await create(ada)).status).toBe(201);
});

test("a ref moves forward, and elsewhere only by force", async () => {
  const { body: next } = await ada("PUT /repos/ada/data/contents/n", { message: "m", content: "" });
  const back = await ada("PATCH /repos/ada/data/git/refs/heads/main", { sha: head });
  expect(back).toMatchObject({ status: 422, body: { message: "Update is not a fast forward" } });
  const forced = await ada("PATCH /repos/ada/data/git/refs/heads/main", { sha: head, force: true });
  expect(forced).toMatchObject({ status: 200, body: { object: { sha: head } } });
  const forward = await ada("PATCH /repos/ada/data/git/refs/heads/main", { sha: next.commit.sha });
  expect(forward.status).toBe(200);
});

test("an empty repository has no git data", async () => {
  for (const route of ["GET /repos/ada/empty/git/matching-refs/", "GET /repos/ada/empty/commits"]) {
    expect(await ada(route)).toMatchObject({ status: 409, body: { message: "Git Repository is empty." } });
  }
  expect((await ada("POST /repos/ada/empty/git/blobs", { content: "" })).status).toBe(409);
});

test("a tree in which one name is a file and a folder is refused", async () => {
  const entry = (path: string) => ({ path, mode: "100644", type: "blob", content: "x" });
  const { status } = await ada("POST /repos/ada/data/git/trees", { tree: [entry("x"), entry("x/y")] });
  expect(status).toBe(422);
});
