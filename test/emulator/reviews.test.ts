/**
 * @module Reviews of pull requests, and who is asked for them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { type Guarded, openPull, startGuarded } from "./guarded.ts";
import { type HookReceiver, startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

let guarded: Guarded;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let eve: Caller;
let receiver: HookReceiver;

beforeEach(async () => {
  receiver = await startHookReceiver();
  guarded = await startGuarded();
  ({ github, ada, bob } = guarded);
  eve = callAs(github, github.tokenFor("eve"));
  await openPull(guarded, "topic", "t");
});
afterEach(async () => {
  await github.close();
  await receiver[Symbol.asyncDispose]();
});

const at = "/repos/acme/data/pulls/1";
const review = (by: Caller, body: object) => by(`POST ${at}/reviews`, body);
const submit = (by: Caller, id: number, body: object) => by(`POST ${at}/reviews/${id}/events`, body);

async function told(event: string) {
  await github.webhooks.settled();
  return receiver.received.filter((delivery) => delivery.event === event).map(({ payload }) => payload);
}

const addHook = (events: readonly string[]) =>
  ada("POST /repos/acme/data/hooks", { config: { url: receiver.url, content_type: "json" }, events });

test("a review is made, shown and listed", async () => {
  const head = (await bob(`GET ${at}`)).body.head.sha;
  const made = await review(ada, { event: "APPROVE", body: "Fine" });
  expect(made).toMatchObject({
    status: 200,
    body: {
      state: "APPROVED",
      body: "Fine",
      user: { login: "ada" },
      commit_id: head,
      author_association: "CONTRIBUTOR",
      pull_request_url: `${github.url}${at}`,
    },
  });
  expect((await review(eve, { event: "COMMENT", body: "Hm" })).body.state).toBe("COMMENTED");
  expect((await eve(`GET ${at}/reviews/${made.body.id}`)).body).toEqual(made.body);
  expect((await eve(`GET ${at}/reviews`)).body).toMatchObject([
    { state: "APPROVED" },
    { state: "COMMENTED" },
  ]);
  expect((await ada(`PUT ${at}/reviews/${made.body.id}`, { body: "Very fine" })).body.body).toBe("Very fine");
  expect((await bob(`PUT ${at}/reviews/${made.body.id}`, { body: "Bad" })).status).toBe(403);
});

test("a pending review only its author sees, and has only one of", async () => {
  const { body } = await review(ada, { body: "Later" });
  expect(body.state).toBe("PENDING");
  expect(body).not.toHaveProperty("submitted_at");
  expect((await bob(`GET ${at}/reviews`)).body).toEqual([]);
  expect((await ada(`GET ${at}/reviews`)).body).toHaveLength(1);
  expect((await bob(`GET ${at}/reviews/${body.id}`)).status).toBe(404);
  expect((await review(ada, { event: "APPROVE" })).body).toMatchObject({
    message: "Unprocessable Entity",
    errors: ["User can only have one pending review per pull request"],
  });
  expect((await submit(bob, body.id, { event: "APPROVE" })).status).toBe(404);
  expect((await submit(ada, body.id, { event: "COMMENT" })).body).toMatchObject({
    state: "COMMENTED",
    body: "Later",
    submitted_at: expect.any(String),
  });
  expect((await submit(ada, body.id, { event: "APPROVE" })).status).toBe(422);
  expect((await ada(`DELETE ${at}/reviews/${body.id}`)).status).toBe(422);
  const again = (await review(ada, {})).body;
  expect((await ada(`DELETE ${at}/reviews/${again.id}`)).body).toEqual(again);
  expect((await ada(`GET ${at}/reviews/${again.id}`)).status).toBe(404);
});

test("nobody approves what is their own, and no job approves anything", async () => {
  const errors = async (by: Caller, body: object) => {
    const { status, body: answer } = await review(by, body);
    return [status, answer.errors];
  };
  expect(await errors(bob, { event: "APPROVE" })).toEqual([422, ["Can not approve your own pull request"]]);
  expect(await errors(bob, { event: "REQUEST_CHANGES", body: "x" })).toEqual([
    422,
    ["Can not request changes on your own pull request"],
  ]);
  const job = callAs(github, github.tokenFor({ actions: "acme/data" }));
  expect(await errors(job, { event: "APPROVE" })).toEqual([
    422,
    ["GitHub Actions is not permitted to approve pull requests."],
  ]);
  expect((await review(job, { event: "COMMENT", body: "ok" })).status).toBe(200);
  expect((await review(bob, { event: "COMMENT", body: "mine" })).status).toBe(200);
});

test("what says nothing, or is about something else, is no review", async () => {
  expect((await review(ada, { event: "REQUEST_CHANGES" })).status).toBe(422);
  expect((await review(ada, { event: "COMMENT", body: " " })).status).toBe(422);
  expect((await review(ada, { event: "NOD", body: "x" })).status).toBe(422);
  expect((await review(ada, { event: "COMMENT", body: "x".repeat(262_145) })).status).toBe(422);
  for (const commit_id of [guarded.first, "0".repeat(40), "topic"])
    expect((await review(ada, { event: "APPROVE", commit_id })).status).toBe(422);
  expect((await callAs(github)(`POST ${at}/reviews`, { event: "APPROVE" })).status).toBe(401);
  const reader = github.tokenFor({ app: "robot", account: "acme", permissions: { contents: "write" } });
  expect((await review(callAs(github, reader), { event: "APPROVE" })).status).toBe(403);
  await ada("PUT /repos/acme/data/issues/1/lock");
  expect((await review(eve, { event: "APPROVE" })).status).toBe(403);
  expect((await review(ada, { event: "APPROVE" })).status).toBe(200);
});

test("only opinions are dismissed", async () => {
  const dismiss = (id: number, body: object = { message: "Old" }) =>
    ada(`PUT ${at}/reviews/${id}/dismissals`, body);
  const { id } = (await review(eve, { event: "REQUEST_CHANGES", body: "No" })).body;
  expect((await dismiss(id, {})).status).toBe(422);
  expect((await dismiss(id)).body).toMatchObject({ id, state: "DISMISSED" });
  expect((await dismiss(id)).status).toBe(422);
  const comment = (await review(eve, { event: "COMMENT", body: "Hm" })).body;
  expect((await dismiss(comment.id)).body.errors).toEqual([
    "Can not dismiss a commented pull request review",
  ]);
  expect((await dismiss(1)).status).toBe(404);
});

test("a review starts the workflows that name it, where the pull request would be merged", async () => {
  const text =
    "name: Heard\non: { pull_request_review: { types: [submitted] } }\njobs: { a: { steps: [] } }\n";
  await ada("PUT /repos/acme/data/contents/.github/workflows/heard.yml", {
    message: "m",
    content: btoa(text),
    branch: "topic",
  });
  await ada("PUT /repos/acme/data/contents/new.txt", { message: "The base goes on", content: "Qgo=" });
  await review(ada, { event: "APPROVE" });
  const runs = github.actions.runs();
  expect(runs).toMatchObject([
    { event: "pull_request_review", ref: "refs/pull/1/merge", headBranch: "topic", title: "x" },
  ]);
  const { body: pull } = await ada(`GET ${at}`);
  const { body: run } = await ada(`GET /repos/acme/data/git/commits/${runs[0]!.sha}`);
  expect(run.parents.map(({ sha }: { sha: string }) => sha)).toEqual([pull.base.sha, pull.head.sha]);
  expect(run.verification.reason).toBe("valid");
});

test("reviews are told of", async () => {
  await addHook(["pull_request_review"]);
  const { id } = (await review(ada, { event: "APPROVE" })).body;
  await ada(`PUT ${at}/reviews/${id}`, { body: "Fine" });
  await ada(`PUT ${at}/reviews/${id}/dismissals`, { message: "Old" });
  const payloads = await told("pull_request_review");
  expect(payloads.map(({ action }) => action).sort()).toEqual(["dismissed", "edited", "submitted"]);
  expect(payloads.find(({ action }) => action === "submitted")).toMatchObject({
    review: { id, state: "approved" },
    pull_request: { number: 1 },
  });
  for (const payload of payloads) expect(payloadProblems("pull_request_review", payload)).toEqual([]);
});

test("collaborators and teams are asked for reviews, until they have reviewed", async () => {
  await addHook(["pull_request"]);
  await ada("PUT /orgs/acme/teams/core/repos/acme/data", { permission: "push" });
  const ask = (body: object) => bob(`POST ${at}/requested_reviewers`, body);
  const asked = await ask({ reviewers: ["ada", "CYD"], team_reviewers: ["core"] });
  expect(asked).toMatchObject({
    status: 201,
    body: { requested_reviewers: [{ login: "ada" }, { login: "cyd" }], requested_teams: [{ slug: "core" }] },
  });
  await ask({ reviewers: ["ada"] });
  await review(ada, { event: "APPROVE" });
  const list = async () => (await eve(`GET ${at}/requested_reviewers`)).body;
  expect(await list()).toMatchObject({ users: [{ login: "cyd" }], teams: [{ slug: "core" }] });
  const remove = await bob(`DELETE ${at}/requested_reviewers`, {
    reviewers: ["cyd", "nobody"],
    team_reviewers: ["core"],
  });
  expect(remove.status).toBe(200);
  expect(await list()).toEqual({ users: [], teams: [] });
  const payloads = await told("pull_request");
  expect(payloads.map(({ action }) => action).sort()).toEqual([
    ...Array(2).fill("review_request_removed"),
    ...Array(3).fill("review_requested"),
  ]);
  for (const payload of payloads) expect(payloadProblems("pull_request", payload)).toEqual([]);
});

test("who may not review, or wrote it, is not asked", async () => {
  const ask = async (body: object, by = ada) =>
    (await by(`POST ${at}/requested_reviewers`, body)).body.message;
  expect(await ask({ reviewers: ["bob"] })).toBe("Review cannot be requested from pull request author.");
  const stranger = expect.stringMatching(
    /^Reviews may only be requested from collaborators\. .* acme\/data /u,
  );
  expect(await ask({ reviewers: ["eve"] })).toEqual(stranger);
  expect(await ask({ reviewers: ["nobody"] })).toEqual(stranger);
  expect(await ask({ team_reviewers: ["core"] })).toEqual(stranger);
  expect((await eve(`POST ${at}/requested_reviewers`, { reviewers: ["ada"] })).status).toBe(403);
  expect((await ada(`GET ${at}`)).body.requested_reviewers).toEqual([]);
});
