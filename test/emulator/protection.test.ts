/**
 * @module What protection of branches and rulesets refuse: over the REST API, and to stock git.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { createStockGit, type StockGit } from "./stock-git.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let git: StockGit;
let first: string;
let second: string;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, cyd: {} },
      organizations: {
        acme: { members: { ada: "admin", bob: "member" }, teams: { core: { members: ["bob"] } } },
      },
      repositories: {
        "acme/data": { files: { a: "one\n" }, collaborators: { bob: "write", cyd: "write" } },
        "ada/own": { files: { a: "one\n" } },
      },
      apps: { robot: { permissions: { contents: "write" }, installations: { acme: "all" } } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  git = createStockGit();
  first = (await ada("GET /repos/acme/data/git/ref/heads/main")).body.object.sha;
  second = (await ada("PUT /repos/acme/data/contents/b", { message: "m", content: "" })).body.commit.sha;
});
afterEach(async () => {
  git.remove();
  await github.close();
});

const open = {
  required_status_checks: null,
  enforce_admins: false,
  required_pull_request_reviews: null,
  restrictions: null,
};

async function protect(settings: object): Promise<void> {
  const { status } = await ada("PUT /repos/acme/data/branches/main/protection", { ...open, ...settings });
  expect(status).toBe(200);
}

async function rule(...rules: readonly object[]): Promise<number> {
  const { status, body } = await ada("POST /repos/acme/data/rulesets", {
    name: `Rules ${rules.length}`,
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH", "refs/heads/release/*"], exclude: [] } },
    rules,
  });
  expect(status).toBe(201);
  return body.id;
}

/** A clone of one commit, whose remote one may push to. */
async function cloneAs(user: string, ...more: readonly string[]): Promise<void> {
  const url = github.url.replace("//", `//x:${github.tokenFor(user)}@`);
  await git.run(".", "clone", "-q", ...more, `${url}/acme/data.git`, "work");
}

async function commit(name: string): Promise<void> {
  writeFileSync(join(git.folder, "work", name), name);
  await git.run("work", "add", ".");
  await git.run("work", "commit", "-q", "-m", name);
}

const update = (by: Caller) => by("PUT /repos/acme/data/contents/new", { message: "m", content: "" });
const force = (by: Caller) => by("PATCH /repos/acme/data/git/refs/heads/main", { sha: first, force: true });

test("protection is put, shown and taken away, by administrators alone", async () => {
  const route = "/repos/acme/data/branches/main/protection";
  expect(await ada(`GET ${route}`)).toMatchObject({ status: 404, body: { message: "Branch not protected" } });
  await protect({
    required_status_checks: { strict: true, contexts: ["build"] },
    required_pull_request_reviews: {
      required_approving_review_count: 2,
      require_last_push_approval: true,
      dismissal_restrictions: { users: ["bob"], teams: [] },
      bypass_pull_request_allowances: { teams: ["core"] },
    },
    restrictions: { users: ["bob"], teams: ["core"], apps: ["robot"] },
  });
  expect((await ada(`GET ${route}`)).body).toMatchObject({
    required_status_checks: { strict: true, checks: [{ context: "build" }] },
    required_pull_request_reviews: {
      required_approving_review_count: 2,
      require_last_push_approval: true,
      dismissal_restrictions: { users: [{ login: "bob" }] },
      bypass_pull_request_allowances: { users: [], teams: [{ slug: "core" }] },
    },
    restrictions: { users: [{ login: "bob" }], teams: [{ slug: "core" }], apps: [{ slug: "robot" }] },
    enforce_admins: { enabled: false },
  });
  expect((await bob("GET /repos/acme/data/branches/main")).body.protected).toBe(true);
  expect((await bob("GET /repos/acme/data/branches?protected=true")).body).toHaveLength(1);
  expect((await bob(`GET ${route}`)).status).toBe(403);
  expect((await ada(`DELETE ${route}`)).status).toBe(204);
  expect((await ada(`GET ${route}`)).status).toBe(404);
});

test("a person's repository takes no restrictions", async () => {
  const body = { ...open, restrictions: { users: ["ada"], teams: [] } };
  expect((await ada("PUT /repos/ada/own/branches/main/protection", body)).status).toBe(422);
});

test("a protected branch is neither forced nor deleted, not even by administrators", async () => {
  await protect({});
  expect((await update(bob)).status).toBe(201);
  expect(await force(ada)).toMatchObject({
    status: 422,
    body: {
      message:
        "Protected branch update failed for refs/heads/main\n\nCannot force-push to this protected branch",
    },
  });
  await protect({ allow_force_pushes: true });
  expect((await force(ada)).status).toBe(200);
});

test("where pull requests are required, only administrators who are not bound write directly", async () => {
  await protect({ required_pull_request_reviews: {} });
  expect(await update(bob)).toMatchObject({
    status: 409,
    body: { message: "Could not update file: Changes must be made through a pull request." },
  });
  const robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  expect((await update(robot)).status).toBe(409);
  expect((await update(ada)).status).toBe(201);
  await protect({ required_pull_request_reviews: {}, enforce_admins: true });
  expect((await ada("PUT /repos/acme/data/contents/more", { message: "m", content: "" })).status).toBe(409);
});

test("those who may bypass pull requests write directly", async () => {
  await protect({ required_pull_request_reviews: { bypass_pull_request_allowances: { apps: ["robot"] } } });
  const robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  expect((await update(bob)).status).toBe(409);
  expect((await update(robot)).status).toBe(201);
});

test("restrictions let in those whom they name", async () => {
  await protect({ restrictions: { users: [], teams: ["core"], apps: [] }, enforce_admins: true });
  const cyd = callAs(github, github.tokenFor("cyd"));
  expect((await update(cyd)).status).toBe(409);
  expect((await update(ada)).status).toBe(409);
  expect((await update(bob)).status).toBe(201);
});

test("a linear history takes no merge commits", async () => {
  await protect({ required_linear_history: true, enforce_admins: true });
  const { body: tree } = await ada(`GET /repos/acme/data/git/trees/${second}`);
  const make = async (parents: readonly string[]) =>
    (await ada("POST /repos/acme/data/git/commits", { message: "m", tree: tree.sha, parents })).body.sha;
  const merge = await make([second, await make([first])]);
  const refused = await ada("PATCH /repos/acme/data/git/refs/heads/main", { sha: merge });
  expect(refused.body.message).toContain("This branch must not contain merge commits.");
  const plain = await make([second]);
  expect((await ada("PATCH /repos/acme/data/git/refs/heads/main", { sha: plain })).status).toBe(200);
});

test("rulesets are created, shown, updated and deleted", async () => {
  const id = await rule({ type: "deletion" }, { type: "non_fast_forward" });
  const route = `/repos/acme/data/rulesets/${id}`;
  expect((await ada("GET /repos/acme/data/rulesets")).body).toMatchObject([{ id, enforcement: "active" }]);
  expect((await bob(`GET ${route}`)).body.bypass_actors).toBeUndefined();
  expect((await bob("GET /repos/acme/data/rules/branches/main")).body).toMatchObject([
    { type: "deletion", ruleset_id: id },
    { type: "non_fast_forward" },
  ]);
  expect((await bob("GET /repos/acme/data/rules/branches/release/1")).body).toHaveLength(2);
  expect((await bob("GET /repos/acme/data/rules/branches/release/1/x")).body).toEqual([]);
  expect((await force(ada)).body.message).toContain("Cannot force-push to this branch");
  const off = await ada(`PUT ${route}`, { enforcement: "disabled" });
  expect(off.body).toMatchObject({ enforcement: "disabled", rules: [{ type: "deletion" }, {}] });
  expect((await force(ada)).status).toBe(200);
  expect((await ada(`DELETE ${route}`)).status).toBe(204);
  expect((await ada(`GET ${route}`)).status).toBe(404);
});

test("a ruleset holds for administrators, too, unless they may bypass it", async () => {
  const id = await rule({ type: "update" });
  expect((await update(ada)).status).toBe(409);
  const role = { actor_id: 5, actor_type: "RepositoryRole" };
  await ada(`PUT /repos/acme/data/rulesets/${id}`, {
    bypass_actors: [{ ...role, bypass_mode: "pull_request" }],
  });
  expect((await update(ada)).status).toBe(409);
  await ada(`PUT /repos/acme/data/rulesets/${id}`, { bypass_actors: [{ ...role, bypass_mode: "always" }] });
  expect((await update(ada)).status).toBe(201);
  expect((await bob("PUT /repos/acme/data/contents/x", { message: "m", content: "" })).status).toBe(409);
});

test("rulesets match names as Ruby does, however many stars there are", async () => {
  const include = [`refs/heads/${"**/".repeat(40)}z`, "refs/heads/v?.*", "refs/heads/a**/b"];
  await ada("POST /repos/acme/data/rulesets", {
    name: "Stars",
    enforcement: "active",
    conditions: { ref_name: { include, exclude: ["refs/heads/no/**/z"] } },
    rules: [{ type: "deletion" }],
  });
  const matched = async (branch: string) =>
    (await bob(`GET /repos/acme/data/rules/branches/${branch}`)).body.length === 1;
  for (const branch of ["z", "a/z", "a/b/c/z", "v1.2", "ax/b"]) {
    expect([branch, await matched(branch)]).toEqual([branch, true]);
  }
  for (const branch of [`${"a/".repeat(40)}y`, "az", "a/zz", "v10.2", "v1.2/x", "ax/y/b", "no/a/z"]) {
    expect([branch, await matched(branch)]).toEqual([branch, false]);
  }
});

test("creations are refused by name", async () => {
  await rule({ type: "creation" });
  const create = (name: string) =>
    ada("POST /repos/acme/data/git/refs", { ref: `refs/heads/${name}`, sha: first });
  expect((await create("release/1")).body.message).toContain(
    "Cannot create ref due to creations being restricted.",
  );
  expect((await create("topic")).status).toBe(201);
});

test("rules for tags leave branches alone", async () => {
  await ada("POST /repos/acme/data/rulesets", {
    name: "Tags",
    target: "tag",
    enforcement: "active",
    conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/tags/nightly"] } },
    rules: [{ type: "deletion" }],
  });
  for (const ref of ["refs/tags/v1", "refs/tags/nightly", "refs/heads/v1"])
    await ada("POST /repos/acme/data/git/refs", { ref, sha: first });
  const refused = await ada("DELETE /repos/acme/data/git/refs/tags/v1");
  expect(refused.body.message).toContain("Cannot delete this tag");
  expect((await ada("DELETE /repos/acme/data/git/refs/tags/nightly")).status).toBe(204);
  expect((await ada("DELETE /repos/acme/data/git/refs/heads/v1")).status).toBe(204);
});

test("a rule that nobody enforces is not taken", async () => {
  const body = { name: "x", enforcement: "active", rules: [{ type: "required_signatures" }] };
  expect((await ada("POST /repos/acme/data/rulesets", body)).status).toBe(501);
});

test("a push against the rules is declined, and the others of the same push are not", async () => {
  await protect({ required_pull_request_reviews: {} });
  await cloneAs("bob");
  await commit("c");
  const push = git.run("work", "push", "origin", "main", "HEAD:refs/heads/topic");
  await expect(push).rejects.toThrow(/remote rejected\] main -> main \(protected branch hook declined\)/u);
  await expect(push).rejects.toThrow(/GH006: Protected branch update failed for refs\/heads\/main/u);
  await expect(push).rejects.toThrow(/Changes must be made through a pull request/u);
  expect((await ada("GET /repos/acme/data/git/ref/heads/main")).body.object.sha).toBe(second);
  expect((await ada("GET /repos/acme/data/git/ref/heads/topic")).status).toBe(200);
});

test("a forced push is declined where a plain one goes through", async () => {
  await protect({});
  await cloneAs("ada");
  await git.run("work", "commit", "-q", "--amend", "-m", "Other");
  await expect(git.run("work", "push", "-f")).rejects.toThrow(/Cannot force-push to this protected branch/u);
  await git.run("work", "reset", "-q", "--hard", "origin/main");
  await commit("c");
  await git.run("work", "push", "-q");
  await expect(git.run("work", "push", "origin", ":main")).rejects.toThrow(/Cannot delete/u);
});

test("a pushed merge is declined where the history is linear", async () => {
  await rule({ type: "required_linear_history" });
  await cloneAs("ada");
  await git.run("work", "checkout", "-q", "-b", "side", first);
  await commit("c");
  await git.run("work", "checkout", "-q", "main");
  await git.run("work", "merge", "-q", "--no-edit", "side");
  await expect(git.run("work", "push")).rejects.toThrow(/must not contain merge commits/u);
  await git.run("work", "reset", "-q", "--hard", "origin/main");
  await commit("d");
  await git.run("work", "push", "-q");
});

test("ids in capitals are ids to the rules, too", async () => {
  await rule({ type: "update" });
  const { sha: tree } = (await ada(`GET /repos/acme/data/git/trees/${second}`)).body;
  const commit = { message: "m", tree, parents: [second] };
  const next = (await ada("POST /repos/acme/data/git/commits", commit)).body.sha;
  const command = `${second.toUpperCase()} ${next.toUpperCase()} refs/heads/main\0report-status`;
  const emptyPack = Buffer.from("5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e", "hex");
  const head = `${(command.length + 4).toString(16).padStart(4, "0")}${command}0000`;
  const response = await fetch(`${github.url}/acme/data/git-receive-pack`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${github.tokenFor("ada")}`,
      "content-type": "application/x-git-receive-pack-request",
    },
    body: Buffer.concat([Buffer.from(head), emptyPack]),
  });
  expect(await response.text()).toContain("ng refs/heads/main protected branch hook declined");
  expect((await ada("GET /repos/acme/data/git/ref/heads/main")).body.object.sha).toBe(second);
});

test("a linear history takes no merge that another branch has already", async () => {
  await rule({ type: "required_linear_history" });
  await cloneAs("ada");
  await git.run("work", "checkout", "-q", "-b", "side", first);
  await commit("c");
  await git.run("work", "checkout", "-q", "main");
  await git.run("work", "merge", "-q", "--no-edit", "side");
  await git.run("work", "push", "-q", "origin", "HEAD:refs/heads/tmp");
  await expect(git.run("work", "push", "origin", "main")).rejects.toThrow(/must not contain merge commits/u);
  await expect(git.run("work", "push", "origin", "HEAD:refs/heads/release/1")).rejects.toThrow(
    /must not contain merge commits/u,
  );
  await git.run("work", "push", "-q", "origin", `${first}:refs/heads/release/2`);
});

/** @returns how many the pull request is */
async function openPull(head: string, name: string): Promise<number> {
  await ada("POST /repos/acme/data/git/refs", { ref: `refs/heads/${head}`, sha: second });
  await ada(`PUT /repos/acme/data/contents/${name}`, { message: "m", content: "", branch: head });
  return (await bob("POST /repos/acme/data/pulls", { title: "x", head, base: "main" })).body.number;
}

const merge = (by: Caller, number: number, method = "merge") =>
  by(`PUT /repos/acme/data/pulls/${number}/merge`, { merge_method: method });

test("a pull request is merged against no protection", async () => {
  const number = await openPull("topic", "t");
  const refused = async (settings: object, by = bob) => {
    await protect(settings);
    const { status, body } = await merge(by, number);
    return [status, body.message];
  };
  const oneReview = { required_pull_request_reviews: { required_approving_review_count: 1 } };
  const review = [405, "At least 1 approving review is required by reviewers with write access."];
  expect(await refused(oneReview)).toEqual(review);
  expect(await refused({ ...oneReview, enforce_admins: true }, ada)).toEqual(review);
  expect(await refused({ required_status_checks: { strict: false, contexts: ["build"] } })).toEqual([
    405,
    'Required status check "build" is expected.',
  ]);
  expect(await refused({ lock_branch: true })).toEqual([405, "Cannot change this locked branch"]);
  expect(await refused({ restrictions: { users: [], teams: [], apps: [] } })).toEqual([
    405,
    "You're not authorized to push to this branch.",
  ]);
  expect(await refused({ required_linear_history: true })).toEqual([
    405,
    "This branch must not contain merge commits.",
  ]);
  expect((await ada("GET /repos/acme/data/git/ref/heads/main")).body.object.sha).toBe(second);
  await protect({
    required_linear_history: true,
    required_pull_request_reviews: { required_approving_review_count: 0 },
  });
  expect((await merge(bob, number, "squash")).status).toBe(200);
});

test("a pull request is merged against no ruleset, unless one may bypass it for pull requests", async () => {
  const number = await openPull("topic", "t");
  const pull = { type: "pull_request", parameters: pullParameters };
  const id = await rule(pull, { type: "update" });
  expect(await merge(ada, number)).toMatchObject({
    status: 405,
    body: {
      message:
        "At least 2 approving reviews are required by reviewers with write access. Cannot update this protected ref.",
    },
  });
  await ada(`PUT /repos/acme/data/rulesets/${id}`, {
    bypass_actors: [{ actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "pull_request" }],
  });
  expect((await merge(bob, number)).status).toBe(405);
  expect((await merge(ada, number)).status).toBe(200);
});

const pullParameters = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 2,
  required_review_thread_resolution: false,
};

test("a head that is the default branch, or kept by rules, outlives its merge", async () => {
  await ada("PATCH /repos/acme/data", { delete_branch_on_merge: true });
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/old", sha: first });
  const back = await bob("POST /repos/acme/data/pulls", { title: "x", head: "main", base: "old" });
  expect((await merge(bob, back.body.number)).status).toBe(200);
  expect((await ada("GET /repos/acme/data/git/ref/heads/main")).status).toBe(200);
  await rule({ type: "deletion" });
  const number = await openPull("release/1", "t");
  expect((await merge(bob, number)).status).toBe(200);
  expect((await ada("GET /repos/acme/data/git/ref/heads/release/1")).status).toBe(200);
});

test("a branch is not renamed past the rulesets for its old name and its new one", async () => {
  const id = await rule({ type: "creation" }, { type: "deletion" });
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/topic", sha: first });
  const rename = (branch: string, name: string) =>
    ada(`POST /repos/acme/data/branches/${branch}/rename`, { new_name: name });
  expect(await rename("main", "trunk")).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining("Cannot delete this branch") },
  });
  expect(await rename("topic", "release/1")).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining("Cannot create ref due to creations being restricted.") },
  });
  await ada(`PUT /repos/acme/data/rulesets/${id}`, { enforcement: "disabled" });
  expect((await rename("topic", "release/1")).status).toBe(201);
});

test("a pull request whose base is gone is not merged", async () => {
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/old", sha: first });
  const { body } = await bob("POST /repos/acme/data/pulls", { title: "x", head: "main", base: "old" });
  await ada("DELETE /repos/acme/data/git/refs/heads/old");
  expect((await merge(bob, body.number)).status).toBe(405);
  expect((await ada("GET /repos/acme/data/git/ref/heads/old")).status).toBe(404);
});
