/**
 * @module What protection and rulesets ask of a pull request before it is merged: reviews, checks, being up to date.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { type Guarded, merge, openPull, startGuarded } from "./guarded.ts";

let guarded: Guarded;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let first: string;
let second: string;

beforeEach(async () => {
  guarded = await startGuarded();
  ({ github, ada, bob, first, second } = guarded);
});
afterEach(() => github.close());

const protect = (settings: object) => guarded.protect(settings);
const rule = (...rules: readonly object[]) => guarded.rule(...rules);

const pullParameters = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 2,
  required_review_thread_resolution: false,
};

test("a pull request is merged against no protection", async () => {
  const number = await openPull(guarded, "topic", "t");
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
  const number = await openPull(guarded, "topic", "t");
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

test("a head that is the default branch, or kept by rules, outlives its merge", async () => {
  await ada("PATCH /repos/acme/data", { delete_branch_on_merge: true });
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/old", sha: first });
  const back = await bob("POST /repos/acme/data/pulls", { title: "x", head: "main", base: "old" });
  expect((await merge(bob, back.body.number)).status).toBe(200);
  expect((await ada("GET /repos/acme/data/git/ref/heads/main")).status).toBe(200);
  await rule({ type: "deletion" });
  const number = await openPull(guarded, "release/1", "t");
  expect((await merge(bob, number)).status).toBe(200);
  expect((await ada("GET /repos/acme/data/git/ref/heads/release/1")).status).toBe(200);
});

test("a pull request whose base is gone is not merged", async () => {
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/old", sha: first });
  const { body } = await bob("POST /repos/acme/data/pulls", { title: "x", head: "main", base: "old" });
  await ada("DELETE /repos/acme/data/git/refs/heads/old");
  expect((await merge(bob, body.number)).status).toBe(405);
  expect((await ada("GET /repos/acme/data/git/ref/heads/old")).status).toBe(404);
});

const state = async (number: number): Promise<string> =>
  (await bob(`GET /repos/acme/data/pulls/${number}`)).body.mergeable_state;

const headOf = async (branch: string): Promise<string> =>
  (await ada(`GET /repos/acme/data/git/ref/heads/${branch}`)).body.object.sha;

const report = async (sha: string, context: string, result: string, by = bob) =>
  expect((await by(`POST /repos/acme/data/statuses/${sha}`, { state: result, context })).status).toBe(201);

const review = (by: Caller, number: number, event: string, more: object = {}) =>
  by(`POST /repos/acme/data/pulls/${number}/reviews`, { event, body: "words", ...more });

const as = (login: string) => callAs(github, github.tokenFor(login));

describe("required checks", () => {
  const needs = (checks: readonly object[], strict = false) =>
    protect({ required_status_checks: { strict, checks }, enforce_admins: true });
  const refusal = async (number: number) => {
    const { status, body } = await merge(bob, number);
    return status === 200 ? "merged" : body.message;
  };

  test("are to have passed on the head, as statuses or as check runs", async () => {
    const number = await openPull(guarded, "topic", "t");
    const sha = await headOf("topic");
    await needs([{ context: "ci" }, { context: "lint" }]);
    expect(await state(number)).toBe("blocked");
    expect(await refusal(number)).toBe("2 of 2 required status checks are expected.");
    await report(sha, "ci", "pending");
    expect(await refusal(number)).toBe(
      "2 of 2 required status checks have not succeeded: 1 pending, 1 expected.",
    );
    await report(sha, "ci", "success");
    const robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
    const check = { name: "lint", head_sha: sha };
    await robot("POST /repos/acme/data/check-runs", { ...check, conclusion: "failure" });
    expect(await refusal(number)).toBe("1 of 2 required status checks are failing.");
    await robot("POST /repos/acme/data/check-runs", { ...check, conclusion: "skipped" });
    expect(await state(number)).toBe("clean");
    expect(await refusal(number)).toBe("merged");
  });

  test("are those of a commit: a new one has none", async () => {
    const number = await openPull(guarded, "topic", "t");
    await needs([{ context: "ci" }]);
    await report(await headOf("topic"), "ci", "success");
    await ada("PUT /repos/acme/data/contents/more", { message: "m", content: "", branch: "topic" });
    expect(await refusal(number)).toBe('Required status check "ci" is expected.');
    await report(await headOf("topic"), "ci", "error");
    expect(await refusal(number)).toBe('Required status check "ci" is failing.');
  });

  test("may be required of one app alone", async () => {
    const number = await openPull(guarded, "topic", "t");
    const sha = await headOf("topic");
    const { id } = github.state.apps.find("slug", "robot")!;
    await needs([{ context: "ci", app_id: id }]);
    const { body } = await ada("GET /repos/acme/data/branches/main/protection");
    expect(body.required_status_checks).toMatchObject({
      contexts: ["ci"],
      checks: [{ context: "ci", app_id: id }],
    });
    await report(sha, "ci", "success");
    expect(await refusal(number)).toBe('Required status check "ci" is expected.');
    await report(sha, "ci", "success", callAs(github, github.tokenFor({ app: "robot", account: "acme" })));
    expect(await refusal(number)).toBe("merged");
  });

  test("that are strict want a head that is up to date", async () => {
    const number = await openPull(guarded, "topic", "t");
    await needs([{ context: "ci" }], true);
    await report(await headOf("topic"), "ci", "success");
    expect(await state(number)).toBe("clean");
    await needs([]);
    await ada("PUT /repos/acme/data/contents/late", { message: "m", content: "" });
    await needs([{ context: "ci" }], true);
    expect(await state(number)).toBe("behind");
    expect(await refusal(number)).toBe("Head branch is out of date. Review and try the merge again.");
    expect((await bob(`PUT /repos/acme/data/pulls/${number}/update-branch`)).status).toBe(202);
    await report(await headOf("topic"), "ci", "success");
    expect(await refusal(number)).toBe("merged");
  });

  test("let commits through that have passed elsewhere", async () => {
    await openPull(guarded, "topic", "t");
    const sha = await headOf("topic");
    await needs([{ context: "ci" }]);
    const push = () => bob("PATCH /repos/acme/data/git/refs/heads/main", { sha });
    expect((await push()).body.message).toContain('Required status check "ci" is expected.');
    await report(sha, "ci", "success");
    expect((await push()).status).toBe(200);
  });

  test("of a ruleset are asked for like those of protection", async () => {
    const number = await openPull(guarded, "topic", "t");
    const required_status_checks = [{ context: "ci" }];
    const parameters = { required_status_checks, strict_required_status_checks_policy: false };
    await rule({ type: "required_status_checks", parameters });
    expect(await state(number)).toBe("blocked");
    expect(await refusal(number)).toBe('Required status check "ci" is expected.');
    await report(await headOf("topic"), "ci", "success");
    expect(await refusal(number)).toBe("merged");
  });

  test("that nobody requires make a pull request unstable while they have not passed", async () => {
    const number = await openPull(guarded, "topic", "t");
    expect(await state(number)).toBe("clean");
    await report(await headOf("topic"), "ci", "pending");
    expect(await state(number)).toBe("unstable");
    await report(await headOf("topic"), "ci", "success");
    expect(await state(number)).toBe("clean");
  });

  test("are passed by a workflow's jobs of that name", async () => {
    const text = "name: CI\non: pull_request\njobs: { build: { steps: [] } }\n";
    await ada("PUT /repos/acme/data/contents/.github/workflows/ci.yml", {
      message: "m",
      content: Buffer.from(text).toString("base64"),
    });
    guarded = { ...guarded, second: await headOf("main") };
    const number = await openPull(guarded, "topic", "t");
    await needs([{ context: "build" }]);
    expect(await refusal(number)).toBe('Required status check "build" is pending.');
    github.actions.advance(github.actions.runs().at(-1)!.id, { status: "completed" });
    expect(await refusal(number)).toBe("merged");
  });
});

describe("required reviews", () => {
  const needs = (more: object = {}) =>
    protect({
      required_pull_request_reviews: { required_approving_review_count: 1, ...more },
      enforce_admins: true,
    });
  const refusal = async (number: number, by = ada) => {
    const { status, body } = await merge(by, number);
    return status === 200 ? "merged" : body.message;
  };
  const missing = "At least 1 approving review is required by reviewers with write access.";

  test("are approvals by those who may write", async () => {
    const number = await openPull(guarded, "topic", "t");
    await needs();
    expect((await review(as("eve"), number, "APPROVE")).status).toBe(200);
    expect([await state(number), await refusal(number)]).toEqual(["blocked", missing]);
    await review(as("cyd"), number, "COMMENT");
    expect(await refusal(number)).toBe(missing);
    await review(as("cyd"), number, "APPROVE");
    expect([await state(number), await refusal(number)]).toEqual(["clean", "merged"]);
  });

  test("are no use while somebody wants changes, until that is dismissed", async () => {
    const number = await openPull(guarded, "topic", "t");
    await needs();
    await review(ada, number, "APPROVE");
    const { id } = (await review(as("cyd"), number, "REQUEST_CHANGES")).body;
    expect(await refusal(number)).toBe("1 review requesting changes by reviewers with write access.");
    const route = `PUT /repos/acme/data/pulls/${number}/reviews/${id}/dismissals`;
    expect((await as("eve")(route, { message: "Old" })).status).toBe(403);
    expect((await bob(route, { message: "Old" })).body.state).toBe("DISMISSED");
    expect(await refusal(number)).toBe("merged");
  });

  test("are lost with new commits where stale ones are dismissed", async () => {
    const number = await openPull(guarded, "topic", "t");
    await needs({ dismiss_stale_reviews: true });
    await review(ada, number, "APPROVE");
    await ada("PUT /repos/acme/data/contents/more", { message: "m", content: "", branch: "topic" });
    expect(await refusal(number)).toBe(missing);
    const { body } = await bob(`GET /repos/acme/data/pulls/${number}/reviews`);
    expect(body).toMatchObject([{ state: "DISMISSED" }]);
  });

  test("are to come from another one than who pushed last where that is wanted", async () => {
    const number = await openPull(guarded, "topic", "t");
    await needs({ require_last_push_approval: true });
    await as("cyd")("PUT /repos/acme/data/contents/more", { message: "m", content: "", branch: "topic" });
    await review(as("cyd"), number, "APPROVE");
    expect(await refusal(number)).toBe(
      "New changes require approval from someone other than the last pusher.",
    );
    await review(ada, number, "APPROVE");
    expect(await refusal(number)).toBe("merged");
  });

  test("may be dismissed by those alone whom protection names", async () => {
    const number = await openPull(guarded, "topic", "t");
    await needs({ dismissal_restrictions: { users: [], teams: ["core"] } });
    const { id } = (await review(ada, number, "APPROVE")).body;
    const route = `PUT /repos/acme/data/pulls/${number}/reviews/${id}/dismissals`;
    expect((await as("cyd")(route, { message: "No" })).status).toBe(403);
    expect((await bob(route, { message: "No" })).status).toBe(200);
  });

  test("of a ruleset count like those of protection", async () => {
    const number = await openPull(guarded, "topic", "t");
    await rule({
      type: "pull_request",
      parameters: { ...pullParameters, dismiss_stale_reviews_on_push: true },
    });
    await review(ada, number, "APPROVE");
    await ada("PUT /repos/acme/data/contents/more", { message: "m", content: "", branch: "topic" });
    await review(ada, number, "APPROVE");
    expect(await refusal(number, bob)).toBe(
      "At least 2 approving reviews are required by reviewers with write access.",
    );
    await review(as("cyd"), number, "APPROVE");
    expect(await refusal(number, bob)).toBe("merged");
  });
});

test("a draft is no pull request to merge, and one that conflicts is dirty", async () => {
  await openPull(guarded, "topic", "t");
  await ada("PATCH /repos/acme/data/pulls/1", { state: "closed" });
  const open = { title: "x", head: "topic", base: "main", draft: true };
  expect(await state((await bob("POST /repos/acme/data/pulls", open)).body.number)).toBe("draft");
  for (const branch of ["main", "topic"])
    await ada("PUT /repos/acme/data/contents/both", { message: "m", content: btoa(branch), branch });
  expect(await state(2)).toBe("dirty");
});

test("what was to be merged into a branch that is merged and goes, is to be merged where that one went", async () => {
  await ada("PATCH /repos/acme/data", { delete_branch_on_merge: true });
  const number = await openPull(guarded, "topic", "t");
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/above", sha: await headOf("topic") });
  await ada("PUT /repos/acme/data/contents/u", { message: "m", content: "", branch: "above" });
  const stacked = (await bob("POST /repos/acme/data/pulls", { title: "x", head: "above", base: "topic" }))
    .body;
  expect((await merge(bob, number)).status).toBe(200);
  expect((await bob(`GET /repos/acme/data/pulls/${stacked.number}`)).body).toMatchObject({
    state: "open",
    base: { ref: "main" },
    commits: 1,
  });
});

test("a pull request is closed with its base, and opened again only once that is back", async () => {
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/old", sha: first });
  const { body } = await bob("POST /repos/acme/data/pulls", { title: "x", head: "main", base: "old" });
  await ada("DELETE /repos/acme/data/git/refs/heads/old");
  const route = `/repos/acme/data/pulls/${body.number}`;
  expect((await bob(`GET ${route}`)).body).toMatchObject({
    state: "closed",
    merged: false,
    base: { ref: "old", sha: first },
  });
  const reopen = () => bob(`PATCH ${route}`, { state: "open" });
  expect((await reopen()).body.errors).toMatchObject([
    { message: "state cannot be changed. The old branch has been deleted." },
  ]);
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/old", sha: first });
  expect((await reopen()).status).toBe(200);
});
