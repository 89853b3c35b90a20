/**
 * @module Files and folders of the emulator, as the contents API shows them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { objectId } from "../../src/emulator/git/objects.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

const newest = { "x-github-api-version": "2026-03-10" };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const blob = (text: string) => objectId("blob", Buffer.from(text));

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      repositories: {
        "ada/data": { files: { "README.md": "# Data\n", "src/a.txt": "one\n", "src/b/c.txt": "two\n" } },
        "ada/empty": {},
        "ada/secret": { visibility: "private", files: { "a.txt": "hidden" } },
      },
      apps: {
        robot: { owner: "ada", permissions: { contents: "write" }, installations: { ada: "all" } },
      },
    },
    sizes: { inlineBytes: 1_000, blobBytes: 2_000, listedEntries: 3 },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

test("a file comes with its content in base64, lines of 60 characters", async () => {
  const text = "x".repeat(100);
  await ada("PUT /repos/ada/data/contents/long.txt", { message: "m", content: base64(text) });
  const { status, body } = await bob("GET /repos/ada/data/contents/long.txt");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    type: "file",
    name: "long.txt",
    size: 100,
    sha: blob(text),
    encoding: "base64",
  });
  expect(body.content.split("\n").map((line: string) => line.length)).toEqual([60, 60, 16, 0]);
  expect(Buffer.from(body.content, "base64").toString()).toBe(text);
});

test("a repository named raw has an API as all others have", async () => {
  await ada("POST /user/repos", { name: "raw", auto_init: true });
  await ada("POST /repos/ada/raw/issues", { title: "First" });
  expect((await ada("GET /repos/ada/raw/issues/1")).body.title).toBe("First");
  expect((await ada("GET /repos/ada/raw/contents/README.md")).body.path).toBe("README.md");
  expect((await ada("GET /ada/raw/raw/main/README.md")).body).toBe("# raw");
});

test("the raw media type gives the bytes as they are", async () => {
  const { body, headers } = await bob("GET /repos/ada/data/contents/src/a.txt", undefined, {
    accept: "application/vnd.github.raw+json",
  });
  expect(body).toBe("one\n");
  expect(headers.get("content-type")).toBe("application/vnd.github.raw+json; charset=utf-8");
});

test("a file is downloaded from where its download_url leads", async () => {
  const sha = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/topic/x", sha });
  const { body } = await ada("GET /repos/ada/data/contents/src/a.txt?ref=topic/x");
  expect(await (await fetch(body.download_url)).text()).toBe("one\n");
  const { download_url: hidden } = (await ada("GET /repos/ada/secret/contents/a.txt")).body;
  expect((await fetch(hidden)).status).toBe(404);
  const authorization = `Bearer ${github.tokenFor("ada")}`;
  expect(await (await fetch(hidden, { headers: { authorization } })).text()).toBe("hidden");
});

test("a folder lists its entries, and is an object where that is asked for", async () => {
  const { body } = await bob("GET /repos/ada/data/contents/src");
  expect(body).toMatchObject([
    { type: "file", path: "src/a.txt", size: 4 },
    { type: "dir", path: "src/b", size: 0 },
  ]);
  const names = async (route: string) => (await bob(route)).body.map(({ name }: { name: string }) => name);
  expect(await names("GET /repos/ada/data/contents")).toEqual(["README.md", "src"]);
  expect(await names("GET /repos/ada/data/contents/")).toEqual(["README.md", "src"]);
  const object = await bob("GET /repos/ada/data/contents/src", undefined, {
    accept: "application/vnd.github.object",
  });
  expect(object.body).toMatchObject({ type: "dir", entries: [{ name: "a.txt" }, { name: "b" }] });
});

test("a listing ends after as many entries as GitHub shows", async () => {
  for (const name of ["1", "2", "3", "4"])
    await ada(`PUT /repos/ada/data/contents/many/${name}`, { message: "m", content: "" });
  expect((await ada("GET /repos/ada/data/contents/many")).body).toHaveLength(3);
});

test("a large file comes without its content, and a huge one not at all", async () => {
  await ada("PUT /repos/ada/data/contents/large", { message: "m", content: base64("y".repeat(1_500)) });
  expect((await ada("GET /repos/ada/data/contents/large")).body).toMatchObject({
    content: "",
    encoding: "none",
    size: 1_500,
  });
  const raw = await ada("GET /repos/ada/data/contents/large", undefined, {
    accept: "application/vnd.github.v3.raw",
  });
  expect(raw.body).toHaveLength(1_500);
  await ada("PUT /repos/ada/data/contents/huge", { message: "m", content: base64("z".repeat(2_500)) });
  expect(await ada("GET /repos/ada/data/contents/huge")).toMatchObject({
    status: 403,
    body: { errors: [{ code: "too_large" }] },
  });
});

test("what is not there is 404, and a private repository is not there for strangers", async () => {
  expect((await ada("GET /repos/ada/data/contents/nothing")).status).toBe(404);
  expect((await ada("GET /repos/ada/data/contents/README.md/deeper")).status).toBe(404);
  expect(await ada("GET /repos/ada/data/contents/README.md?ref=nowhere")).toMatchObject({
    status: 404,
    body: { message: "No commit found for the ref nowhere" },
  });
  expect(await ada("GET /repos/ada/empty/contents")).toMatchObject({
    status: 404,
    body: { message: "This repository is empty." },
  });
  expect((await bob("GET /repos/ada/secret/contents/a.txt")).status).toBe(404);
  expect((await bob("PUT /repos/ada/data/contents/x", { message: "m", content: "" })).status).toBe(403);
});

test("links lead to their files, and submodules are told by version", async () => {
  const { body: head } = await ada("GET /repos/ada/data/git/ref/heads/main");
  const { body: tree } = await ada("POST /repos/ada/data/git/trees", {
    base_tree: head.object.sha,
    tree: [
      { path: "src/link", mode: "120000", type: "blob", content: "../README.md" },
      { path: "src/astray", mode: "120000", type: "blob", content: "../../etc/passwd" },
      { path: "vendor/lib", mode: "160000", type: "commit", sha: "a".repeat(40) },
      {
        path: ".gitmodules",
        mode: "100644",
        type: "blob",
        content: '[submodule "lib"]\n\tpath = vendor/lib\n\turl = https://example.org/lib.git\n',
      },
    ],
  });
  const { body: commit } = await ada("POST /repos/ada/data/git/commits", {
    message: "links",
    tree: tree.sha,
    parents: [head.object.sha],
  });
  await ada("PATCH /repos/ada/data/git/refs/heads/main", { sha: commit.sha });
  expect((await ada("GET /repos/ada/data/contents/src/link")).body).toMatchObject({
    type: "file",
    sha: blob("# Data\n"),
  });
  expect((await ada("GET /repos/ada/data/contents/src/astray")).body).toMatchObject({
    type: "symlink",
    target: "../../etc/passwd",
  });
  expect((await ada("GET /repos/ada/data/contents/vendor/lib")).body).toMatchObject({
    type: "submodule",
    submodule_git_url: "https://example.org/lib.git",
  });
  expect((await ada("GET /repos/ada/data/contents/vendor")).body[0].type).toBe("file");
  expect((await ada("GET /repos/ada/data/contents/vendor", undefined, newest)).body[0].type).toBe(
    "submodule",
  );
});

test("the README is found", async () => {
  expect((await ada("GET /repos/ada/data/readme")).body).toMatchObject({ path: "README.md" });
  expect((await ada("GET /repos/ada/secret/readme")).status).toBe(404);
});

test("a file is created, updated with its sha, and deleted", async () => {
  const made = await ada("PUT /repos/ada/data/contents/new/file.txt", {
    message: "create",
    content: base64("first"),
    author: { name: "Grace", email: "grace@example.org", date: "2026-01-02T03:04:05+02:00" },
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      content: { path: "new/file.txt", sha: blob("first") },
      commit: { message: "create", author: { name: "Grace", date: "2026-01-02T01:04:05Z" } },
    },
  });
  const update = { message: "update", content: base64("second") };
  expect(await ada("PUT /repos/ada/data/contents/new/file.txt", update)).toMatchObject({
    status: 422,
    body: { message: `Invalid request.\n\n"sha" wasn't supplied.` },
  });
  expect(
    await ada("PUT /repos/ada/data/contents/new/file.txt", { ...update, sha: "b".repeat(40) }),
  ).toMatchObject({ status: 409, body: { message: `new/file.txt does not match ${"b".repeat(40)}` } });
  expect(
    (await ada("PUT /repos/ada/data/contents/new/file.txt", { ...update, sha: blob("first") })).status,
  ).toBe(200);
  const gone = await ada("DELETE /repos/ada/data/contents/new/file.txt", {
    message: "d",
    sha: blob("second"),
  });
  expect(gone).toMatchObject({ status: 200, body: { content: null } });
  expect((await ada("GET /repos/ada/data/contents/new")).status).toBe(404);
});

test("the first file of an empty repository makes its branch", async () => {
  const made = await ada("PUT /repos/ada/empty/contents/a", { message: "m", content: "", branch: "trunk" });
  expect(made).toMatchObject({ status: 201, body: { commit: { parents: [] } } });
  expect((await ada("GET /repos/ada/empty/branches")).body).toMatchObject([{ name: "trunk" }]);
  const later = await ada("PUT /repos/ada/empty/contents/b", { message: "m", content: "", branch: "other" });
  expect(later).toMatchObject({ status: 404, body: { message: "Branch other not found" } });
});

test.each(["a//b", "a/%2e%2e%2fb", ".git/config", "a/.GIT/hooks", "%2fetc", "a%00b"])(
  "%s is no path for a file",
  async (path) => {
    const answer = await ada(`PUT /repos/ada/data/contents/${path}`, { message: "m", content: "" });
    expect(answer.status).toBe(422);
  },
);

test("content that is not base64 is refused, and so is a file where a folder is", async () => {
  expect(await ada("PUT /repos/ada/data/contents/x", { message: "m", content: "not base64!" })).toMatchObject(
    { status: 422, body: { message: "content is not valid Base64" } },
  );
  expect((await ada("PUT /repos/ada/data/contents/src", { message: "m", content: "" })).status).toBe(422);
  expect((await ada("PUT /repos/ada/data/contents/README.md/x", { message: "m", content: "" })).status).toBe(
    422,
  );
});

test("workflow files need a permission or a scope of their own", async () => {
  const route = "PUT /repos/ada/data/contents/.github/workflows/ci.yml";
  const body = { message: "m", content: base64("on: push\n") };
  const robot = callAs(github, github.tokenFor({ app: "robot", account: "ada" }));
  const scoped = callAs(github, github.tokenFor({ user: "ada", scopes: ["repo"] }));
  expect(await robot(route, body)).toMatchObject({
    status: 403,
    body: { message: "Resource not accessible by integration" },
  });
  expect((await scoped(route, body)).status).toBe(404);
  expect((await robot("PUT /repos/ada/data/contents/plain.yml", body)).status).toBe(201);
  expect((await ada(route, body)).status).toBe(201);
  const head = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
  const { body: tree } = await robot("POST /repos/ada/data/git/trees", {
    base_tree: head,
    tree: [{ path: ".github/workflows/ci.yml", mode: "100644", content: "on: issues\n" }],
  });
  const commit = { message: "m", tree: tree.sha, parents: [head] };
  const { sha } = (await robot("POST /repos/ada/data/git/commits", commit)).body;
  expect((await robot("PATCH /repos/ada/data/git/refs/heads/main", { sha })).status).toBe(403);
  expect((await robot("POST /repos/ada/data/git/refs", { ref: "refs/heads/x", sha })).status).toBe(403);
  expect((await robot("POST /repos/ada/data/git/refs", { ref: "refs/heads/x", sha: head })).status).toBe(201);
});

test.each([
  "git~1",
  "GIT~1 .",
  ".git ",
  ".Git...",
  ".git::$INDEX_ALLOCATION",
  ".g\u200cit",
  "src\\.git\\hooks",
])("a path that some computer would take for .git is refused, as git refuses it: %j", async (path) => {
  const reply = await ada(`PUT /repos/ada/data/contents/${encodeURIComponent(path)}`, {
    message: "m",
    content: "",
  });
  expect(reply).toMatchObject({ status: 422, body: { message: "path contains a malformed path component" } });
});

test.each(["git~2", "a.git", ".gitmodules", "a\\b"])(
  "a path that only looks odd is none: %j",
  async (path) => {
    const reply = await ada(`PUT /repos/ada/data/contents/${encodeURIComponent(path)}`, {
      message: "m",
      content: "",
    });
    expect(reply.body.content?.path).toBe(path);
  },
);

test("what is to be deleted can be said in the query", async () => {
  const { sha } = (await ada("GET /repos/ada/data/contents/src/a.txt")).body;
  expect((await ada(`DELETE /repos/ada/data/contents/src/a.txt?message=Gone&sha=${sha}`)).status).toBe(200);
  expect((await ada("GET /repos/ada/data/contents/src/a.txt")).status).toBe(404);
});
