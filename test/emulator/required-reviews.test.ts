/**
 * @module Reviews that protection and rulesets require before a pull request is merged.
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

const pullParameters = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 2,
  required_review_thread_resolution: false,
};

const state = async (number: number): Promise<string> =>
  (await bob(`GET /repos/acme/data/pulls/${number}`)).body.mergeable_state;

const review = (by: Caller, number: number, event: string, more: object = {}) =>
  by(`POST /repos/acme/data/pulls/${number}/reviews`, { event, body: "words", ...more });

const as = (login: string) => callAs(github, github.tokenFor(login));

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

test("required reviews are approvals by those who may write", async () => {
  const number = await openPull(guarded, "topic", "t");
  await needs();
  expect((await review(as("eve"), number, "APPROVE")).status).toBe(200);
  expect([await state(number), await refusal(number)]).toEqual(["blocked", missing]);
  await review(as("cyd"), number, "COMMENT");
  expect(await refusal(number)).toBe(missing);
  await review(as("cyd"), number, "APPROVE");
  expect([await state(number), await refusal(number)]).toEqual(["clean", "merged"]);
});

test("required reviews are no use while somebody wants changes, until that is dismissed", async () => {
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

test("required reviews are lost with new commits where stale ones are dismissed", async () => {
  const number = await openPull(guarded, "topic", "t");
  await needs({ dismiss_stale_reviews: true });
  await review(ada, number, "APPROVE");
  await ada("PUT /repos/acme/data/contents/more", { message: "m", content: "", branch: "topic" });
  expect(await refusal(number)).toBe(missing);
  const { body } = await bob(`GET /repos/acme/data/pulls/${number}/reviews`);
  expect(body).toMatchObject([{ state: "DISMISSED" }]);
});

test("required reviews are to come from another one than who pushed last where that is wanted", async () => {
  const number = await openPull(guarded, "topic", "t");
  await needs({ require_last_push_approval: true });
  await as("cyd")("PUT /repos/acme/data/contents/more", { message: "m", content: "", branch: "topic" });
  await review(as("cyd"), number, "APPROVE");
  expect(await refusal(number)).toBe("New changes require approval from someone other than the last pusher.");
  await review(ada, number, "APPROVE");
  expect(await refusal(number)).toBe("merged");
});

test("required reviews may be dismissed by those alone whom protection names", async () => {
  const number = await openPull(guarded, "topic", "t");
  await needs({ dismissal_restrictions: { users: [], teams: ["core"] } });
  const { id } = (await review(ada, number, "APPROVE")).body;
  const route = `PUT /repos/acme/data/pulls/${number}/reviews/${id}/dismissals`;
  expect((await as("cyd")(route, { message: "No" })).status).toBe(403);
  expect((await bob(route, { message: "No" })).status).toBe(200);
});

test("required reviews of a ruleset count like those of protection", async () => {
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
