/**
 * @module Repositories of the emulator: made, changed, renamed, given away, listed and removed over the REST API.
 */
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let nobody: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      organizations: {
        acme: { members: { ada: "admin", bob: "member" }, basePermission: "read", teams: { core: {} } },
        other: { members: { eve: "admin" } },
      },
      repositories: {
        "acme/data": { files: { "a.txt": "a" } },
        "acme/secret": { visibility: "private" },
        "bob/own": { visibility: "private" },
      },
      apps: {
        bot: {
          permissions: { administration: "write", metadata: "read" },
          installations: { acme: ["data"] },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  nobody = callAs(github);
});
afterEach(() => github.close());

const names = ({ body }: Reply): string[] => (body as { full_name: string }[]).map((row) => row.full_name);

test("a person makes a repository, with a README where that is asked for", async () => {
  const made = await bob("POST /user/repos", {
    name: "my new  thing!.git",
    description: "What it is",
    private: true,
    auto_init: true,
    has_wiki: false,
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      name: "my-new-thing-",
      full_name: "bob/my-new-thing-",
      private: true,
      visibility: "private",
      has_wiki: false,
      default_branch: "main",
      permissions: { admin: true },
      owner: { login: "bob" },
    },
  });
  expect(made.headers.get("location")).toBe(`${github.url}/repos/bob/my-new-thing-`);
  const repository = github.state.repositories.get(made.body.id);
  expect(repository).toBeDefined();
});

test("auto_init writes a README that git can show", async () => {
  const root = await import("node:fs/promises").then(({ mkdtemp }) => mkdtemp("/tmp/emulator-state-"));
  await using kept = await startCheckedGitHub({ stateDir: root, seed: { users: { ada: {} } } });
  const made = await callAs(kept, kept.tokenFor("ada"))("POST /user/repos", {
    name: "x",
    description: "Text",
    auto_init: true,
  });
  const shown = execFileSync("git", [
    "--git-dir",
    `${root}/git/${made.body.id}.git`,
    "show",
    "HEAD:README.md",
  ]);
  expect(shown.toString()).toBe("# x\nText");
});

test("a name that is taken, too long or none is refused", async () => {
  expect(await bob("POST /user/repos", { name: "OWN" })).toMatchObject({
    status: 422,
    body: {
      message: "Repository creation failed.",
      errors: [
        {
          resource: "Repository",
          code: "custom",
          field: "name",
          message: "name already exists on this account",
        },
      ],
    },
  });
  for (const name of ["x".repeat(101), ".", "..", ".git", ""])
    expect((await bob("POST /user/repos", { name })).status).toBe(422);
  expect((await bob("POST /user/repos", {})).body.errors).toEqual([
    { resource: "Repository", field: "name", code: "missing_field" },
  ]);
  expect((await bob("POST /user/repos", { name: 3 })).status).toBe(422);
});

test("members make repositories in their organisation, strangers do not", async () => {
  const made = await bob("POST /orgs/acme/repos", { name: "new", visibility: "private" });
  expect(made).toMatchObject({
    status: 201,
    body: { full_name: "acme/new", visibility: "private", organization: { login: "acme" } },
  });
  // Who makes it administers it.
  expect((await bob("PATCH /repos/acme/new", { description: "Mine" })).status).toBe(200);
  expect((await callAs(github, github.tokenFor("eve"))("POST /orgs/acme/repos", { name: "x" })).status).toBe(
    404,
  );
  expect((await nobody("POST /orgs/acme/repos", { name: "x" })).status).toBe(401);
  expect((await bob("POST /orgs/bob/repos", { name: "x" })).status).toBe(404);
});

test("an app that makes a repository may use it", async () => {
  const token = github.tokenFor({ app: "bot", account: "acme" });
  const bot = callAs(github, token);
  expect((await bot("POST /orgs/acme/repos", { name: "made", private: true })).status).toBe(201);
  expect((await bot("GET /repos/acme/made")).status).toBe(200);
  expect(await bot("POST /user/repos", { name: "x" })).toMatchObject({
    status: 403,
    body: { message: "Resource not accessible by integration" },
  });
});

test("an app that makes two repositories at once may use both", async () => {
  const own = await startCheckedGitHub({
    seed: {
      organizations: { acme: {} },
      repositories: { "acme/data": {} },
      apps: {
        bot: { owner: "acme", permissions: { administration: "write" }, installations: { acme: ["data"] } },
      },
    },
  });
  const repositories = ["acme/data"];
  const bot = callAs(own, own.tokenFor({ app: "bot", account: "acme", repositories }));
  own.faults.add({ operation: "repos/create-in-org", does: { kind: "latency", ms: 100 } });
  const made = await Promise.all(
    ["one", "two"].map((name) => bot("POST /orgs/acme/repos", { name, private: true })),
  );
  expect(made.map(({ status }) => status)).toEqual([201, 201]);
  const { body } = await bot("GET /installation/repositories");
  expect(body.repositories.map(({ name }: { name: string }) => name)).toEqual(["data", "one", "two"]);
  await own.close();
});

test("a token that may only see what is public makes nothing that is private", async () => {
  const publicOnly = callAs(github, github.tokenFor({ user: "bob", scopes: ["public_repo"] }));
  expect((await publicOnly("POST /user/repos", { name: "x", private: true })).status).toBe(404);
  expect((await publicOnly("POST /user/repos", { name: "x" })).status).toBe(201);
  const powerless = callAs(github, github.tokenFor({ user: "bob", scopes: ["gist"] }));
  expect((await powerless("POST /user/repos", { name: "y" })).status).toBe(404);
  const fine = (permissions: Record<string, string>) =>
    callAs(github, github.tokenFor({ user: "bob", permissions }));
  expect((await fine({ issues: "write" })("POST /user/repos", { name: "z" })).status).toBe(403);
  expect((await fine({ administration: "write" })("POST /user/repos", { name: "z" })).status).toBe(201);
});

test("a template that the emulator lacks is not passed over", async () => {
  expect((await bob("POST /user/repos", { name: "x", license_template: "mit" })).status).toBe(501);
  expect((await bob("GET /repos/bob/x")).status).toBe(404);
});

test("a renamed repository is found under its old name, by redirects", async () => {
  const { body: before } = await ada("GET /repos/acme/data");
  expect((await ada("PATCH /repos/acme/data", { name: "facts" })).body).toMatchObject({
    id: before.id,
    full_name: "acme/facts",
  });
  const read = await nobody("GET /repos/acme/data/issues?state=all");
  expect(read).toMatchObject({ status: 301, body: { message: "Moved Permanently" } });
  expect(read.headers.get("location")).toBe(`${github.url}/repositories/${before.id}/issues?state=all`);
  const write = await ada("PATCH /repos/acme/DATA", { name: "facts" });
  expect(write).toMatchObject({ status: 307, body: { message: "Moved Permanently" } });
  expect(write.headers.get("location")).toBe(`${github.url}/repositories/${before.id}`);
  expect((await nobody(`GET /repositories/${before.id}`)).body.full_name).toBe("acme/facts");
  // Back again, and the newer name leads on.
  expect((await ada("PATCH /repos/acme/facts", { name: "data" })).status).toBe(200);
  expect((await nobody("GET /repos/acme/data")).status).toBe(200);
  expect((await nobody("GET /repos/acme/facts")).status).toBe(301);
  // A new repository takes the name over.
  expect((await ada("POST /orgs/acme/repos", { name: "facts" })).status).toBe(201);
  expect((await nobody("GET /repos/acme/facts")).status).toBe(200);
});

test("a private repository's old name tells nothing to strangers", async () => {
  await ada("PATCH /repos/acme/secret", { name: "hidden" });
  expect((await nobody("GET /repos/acme/secret")).status).toBe(404);
  expect((await ada("GET /repos/acme/secret")).status).toBe(301);
});

test("a rename changes nothing but case, and takes no name that is in use", async () => {
  expect((await ada("PATCH /repos/acme/data", { name: "Data" })).body.name).toBe("Data");
  expect((await nobody("GET /repos/acme/data")).status).toBe(200);
  expect(await ada("PATCH /repos/acme/data", { name: "secret" })).toMatchObject({
    status: 422,
    body: { errors: [{ field: "name", message: "name already exists on this account" }] },
  });
});

test("settings are changed by administrators alone", async () => {
  expect(
    await ada("PATCH /repos/acme/data", {
      description: "New",
      homepage: "https://example.com",
      has_issues: false,
      allow_merge_commit: false,
      visibility: "private",
    }),
  ).toMatchObject({
    status: 200,
    body: {
      description: "New",
      homepage: "https://example.com",
      has_issues: false,
      allow_merge_commit: false,
      allow_squash_merge: true,
      private: true,
    },
  });
  expect((await nobody("GET /repos/acme/data")).status).toBe(404);
  expect((await bob("PATCH /repos/acme/data", { description: "x" })).status).toBe(403);
  expect((await ada("POST /repos/acme/data/issues", { title: "x" })).status).toBe(410);
  expect((await ada("PATCH /repos/acme/data", { description: null })).body.description).toBeNull();
  const none = { allow_merge_commit: false, allow_squash_merge: false, allow_rebase_merge: false };
  expect((await ada("PATCH /repos/acme/data", none)).status).toBe(422);
});

test("a default branch is one that exists", async () => {
  const missing = await ada("PATCH /repos/acme/data", { default_branch: "nope" });
  expect(missing.status).toBe(422);
  expect(missing.body.errors[0]).toContain("The branch nope was not found");
  expect((await ada("PATCH /repos/acme/data", { default_branch: "../../x" })).status).toBe(422);
  expect((await ada("PATCH /repos/acme/secret", { default_branch: "x" })).body.errors[0]).toContain(
    "empty repository",
  );
  expect((await ada("PATCH /repos/acme/data", { default_branch: "main" })).status).toBe(200);
});

test("an archived repository is read only until it is unarchived", async () => {
  expect((await ada("PATCH /repos/acme/data", { archived: true })).body.archived).toBe(true);
  expect((await ada("POST /repos/acme/data/issues", { title: "x" })).status).toBe(403);
  expect((await ada("PATCH /repos/acme/data", { description: "x" })).status).toBe(403);
  expect((await ada("GET /repos/acme/data/issues")).status).toBe(200);
  expect((await ada("PATCH /repos/acme/data", { archived: false })).body.archived).toBe(false);
  expect((await ada("POST /repos/acme/data/issues", { title: "x" })).status).toBe(201);
});

test("deleting wants an administrator and the scope for it, and leaves nothing", async () => {
  const { body: issue } = await ada("POST /repos/acme/data/issues", { title: "x" });
  await ada("POST /repos/acme/data/issues/1/comments", { body: "x" });
  await ada("POST /repos/acme/data/issues/1/reactions", { content: "+1" });
  const { body: repository } = await ada("GET /repos/acme/data");
  const withoutScope = callAs(github, github.tokenFor({ user: "ada", scopes: ["repo"] }));
  expect(await withoutScope("DELETE /repos/acme/data")).toMatchObject({
    status: 403,
    body: { message: "Must have admin rights to Repository." },
  });
  expect((await bob("DELETE /repos/acme/data")).status).toBe(403);
  expect((await ada("DELETE /repos/acme/data")).status).toBe(204);
  for (const path of ["/repos/acme/data", `/repositories/${repository.id}`, "/repos/acme/data/issues/1"])
    expect((await ada(`GET ${path}`)).status).toBe(404);
  expect(github.state.issues.get(issue.id)).toBeUndefined();
  const { comments, reactions, labels } = github.state;
  expect(comments.all()).toEqual([]);
  expect(reactions.all()).toEqual([]);
  expect(labels.by("repository", repository.id)).toEqual([]);
  expect((await ada("POST /orgs/acme/repos", { name: "data" })).body.id).not.toBe(repository.id);
});

test("topics are kept in lower case, once each", async () => {
  expect((await ada("PUT /repos/acme/data/topics", { names: ["Octocat", "api", "API"] })).body).toEqual({
    names: ["octocat", "api"],
  });
  expect((await nobody("GET /repos/acme/data/topics")).body).toEqual({ names: ["octocat", "api"] });
  expect((await ada("PUT /repos/acme/data/topics", { names: ["no spaces"] })).status).toBe(422);
  expect((await ada("PUT /repos/acme/data/topics", { names: [1] })).status).toBe(422);
  expect((await bob("PUT /repos/acme/data/topics", { names: [] })).status).toBe(403);
});

test("a transferred repository is found where it was", async () => {
  expect((await bob("POST /repos/bob/own/transfer", { new_owner: "other" })).status).toBe(422);
  expect((await bob("POST /repos/bob/own/transfer", { new_owner: "nobody-at-all" })).status).toBe(422);
  const sent = await bob("POST /repos/bob/own/transfer", { new_owner: "acme", new_name: "given" });
  expect(sent).toMatchObject({ status: 202, body: { full_name: "bob/own" } });
  expect((await ada("GET /repos/acme/given")).body.owner.login).toBe("acme");
  expect((await ada("GET /repos/bob/own")).status).toBe(301);
});

test("lists show what one may see, in the order that is asked for", async () => {
  expect(names(await nobody("GET /orgs/acme/repos"))).toEqual(["acme/data"]);
  expect(names(await bob("GET /orgs/acme/repos?sort=full_name"))).toEqual(["acme/data", "acme/secret"]);
  expect(names(await bob("GET /orgs/acme/repos?type=private"))).toEqual(["acme/secret"]);
  expect(names(await bob("GET /user/repos"))).toEqual(["acme/data", "acme/secret", "bob/own"]);
  expect(names(await bob("GET /user/repos?affiliation=owner"))).toEqual(["bob/own"]);
  expect(names(await bob("GET /user/repos?visibility=public&direction=desc"))).toEqual(["acme/data"]);
  expect((await bob("GET /user/repos?type=owner&visibility=all")).status).toBe(422);
  expect((await bob("GET /user/repos?sort=size")).status).toBe(422);
  expect(names(await ada("GET /users/bob/repos"))).toEqual([]);
  // Private ones stand in lists of one's own only.
  expect(names(await bob("GET /users/bob/repos?type=all"))).toEqual([]);
  await bob("POST /user/repos", { name: "open" });
  expect(names(await bob("GET /users/bob/repos"))).toEqual(["bob/open"]);
  expect((await nobody("GET /user/repos")).status).toBe(401);
  expect((await nobody("GET /users/nobody-at-all/repos")).status).toBe(404);
});

test("the teams of a repository are shown to those who may write there", async () => {
  const { teams, teamRepositories, repositories } = github.state;
  teamRepositories.put({
    id: teamRepositories.nextId(),
    teamId: teams.all()[0]!.id,
    repositoryId: repositories.all()[0]!.id,
    role: "write",
  });
  expect((await ada("GET /repos/acme/data/teams")).body).toMatchObject([
    { slug: "core", permission: "push" },
  ]);
  expect((await bob("GET /repos/acme/data/teams")).status).toBe(403);
});

test("both versions of the API show a repository", async () => {
  const newer = await ada("GET /repos/acme/data", undefined, { "x-github-api-version": "2026-03-10" });
  expect(newer.body).not.toHaveProperty("has_downloads");
  expect((await ada("GET /repos/acme/data")).body).toHaveProperty("has_downloads");
});

test("an app transfers only to where it is installed, too", async () => {
  const bot = callAs(github, github.tokenFor({ app: "bot", account: "acme" }));
  for (const new_owner of ["other", "eve"]) {
    expect(await bot("POST /repos/acme/data/transfer", { new_owner })).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
  }
  expect((await ada("GET /repos/acme/data")).status).toBe(200);
  const { installations, accounts } = github.state;
  const other = accounts.find("login", "other")!;
  installations.put({ ...installations.all()[0]!, id: installations.nextId(), accountId: other.id });
  expect((await bot("POST /repos/acme/data/transfer", { new_owner: "other" })).status).toBe(202);
});

test("by its id, a repository that one may not see answers like one that is not there", async () => {
  const { id } = (await ada("GET /repos/acme/secret")).body;
  for (const rest of ["", "/issues", "/issues/1/comments", "/nothing-at-all"]) {
    const [known, unknown] = [
      await nobody(`GET /repositories/${id}${rest}`),
      await nobody(`GET /repositories/999999999${rest}`),
    ];
    expect(known).toMatchObject({ status: 404, body: unknown!.body });
  }
});
