/**
 * @module Checks that protection and rulesets require before a pull request is merged, and commits are pushed.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { type Guarded, merge, openPull, startGuarded } from "./guarded.ts";

let guarded: Guarded;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  guarded = await startGuarded();
  ({ github, ada, bob } = guarded);
});
afterEach(() => github.close());

const protect = (settings: object) => guarded.protect(settings);
const rule = (...rules: readonly object[]) => guarded.rule(...rules);

const state = async (number: number): Promise<string> =>
  (await bob(`GET /repos/acme/data/pulls/${number}`)).body.mergeable_state;

const headOf = async (branch: string): Promise<string> =>
  (await ada(`GET /repos/acme/data/git/ref/heads/${branch}`)).body.object.sha;

const report = async (sha: string, context: string, result: string, by = bob) =>
  expect((await by(`POST /repos/acme/data/statuses/${sha}`, { state: result, context })).status).toBe(201);

const needs = (checks: readonly object[], strict = false) =>
  protect({ required_status_checks: { strict, checks }, enforce_admins: true });
const refusal = async (number: number) => {
  const { status, body } = await merge(bob, number);
  return status === 200 ? "merged" : body.message;
};

test("required checks are to have passed on the head, as statuses or as check runs", async () => {
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

test("required checks are those of a commit: a new one has none", async () => {
  const number = await openPull(guarded, "topic", "t");
  await needs([{ context: "ci" }]);
  await report(await headOf("topic"), "ci", "success");
  await ada("PUT /repos/acme/data/contents/more", { message: "m", content: "", branch: "topic" });
  expect(await refusal(number)).toBe('Required status check "ci" is expected.');
  await report(await headOf("topic"), "ci", "error");
  expect(await refusal(number)).toBe('Required status check "ci" is failing.');
});

test("a check may be required of one app alone", async () => {
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

test("required checks that are strict want a head that is up to date", async () => {
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

test("required checks let commits through that have passed elsewhere", async () => {
  await openPull(guarded, "topic", "t");
  const sha = await headOf("topic");
  await needs([{ context: "ci" }]);
  const push = () => bob("PATCH /repos/acme/data/git/refs/heads/main", { sha });
  expect((await push()).body.message).toContain('Required status check "ci" is expected.');
  await report(sha, "ci", "success");
  expect((await push()).status).toBe(200);
});

test("required checks of a ruleset are asked for like those of protection", async () => {
  const number = await openPull(guarded, "topic", "t");
  const required_status_checks = [{ context: "ci" }];
  const parameters = { required_status_checks, strict_required_status_checks_policy: false };
  await rule({ type: "required_status_checks", parameters });
  expect(await state(number)).toBe("blocked");
  expect(await refusal(number)).toBe('Required status check "ci" is expected.');
  await report(await headOf("topic"), "ci", "success");
  expect(await refusal(number)).toBe("merged");
});

test("checks that nobody requires make a pull request unstable while they have not passed", async () => {
  const number = await openPull(guarded, "topic", "t");
  expect(await state(number)).toBe("clean");
  await report(await headOf("topic"), "ci", "pending");
  expect(await state(number)).toBe("unstable");
  await report(await headOf("topic"), "ci", "success");
  expect(await state(number)).toBe("clean");
});

test("required checks are passed by a workflow's jobs of that name", async () => {
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
