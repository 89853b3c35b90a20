/**
 * @module What becomes of pull requests when they are merged against rules, or their branches go.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import type { Caller } from "./call.ts";
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
