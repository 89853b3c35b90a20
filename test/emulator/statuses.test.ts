/**
 * @module Commit statuses: set, listed, combined, told of.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let sha: string;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      repositories: { "ada/data": { files: { a: "one\n" } }, "ada/empty": {} },
      apps: {
        robot: { permissions: { statuses: "write" }, installations: { ada: "all" } },
        reader: { permissions: { contents: "write" }, installations: { ada: "all" } },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  sha = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
});
afterEach(() => github.close());

const set = (state: string, more: object = {}, by = ada) =>
  by(`POST /repos/ada/data/statuses/${sha}`, { state, ...more });
const combined = async (ref = "main") => (await bob(`GET /repos/ada/data/commits/${ref}/status`)).body;

test("a status is set, and listed with the newest first", async () => {
  const made = await set("pending", {
    context: "ci/build",
    description: "Running",
    target_url: "https://example.org/1",
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      state: "pending",
      context: "ci/build",
      description: "Running",
      target_url: "https://example.org/1",
      creator: { login: "ada" },
      url: `${github.url}/repos/ada/data/statuses/${sha}`,
    },
  });
  await set("success");
  const { body } = await bob("GET /repos/ada/data/commits/main/statuses");
  expect(body).toMatchObject([{ context: "default", target_url: null }, { context: "ci/build" }]);
  expect((await bob(`GET /repos/ada/data/commits/${sha}/statuses?per_page=1`)).body).toHaveLength(1);
});

test("all contexts together have one state, of which the last one of each counts", async () => {
  expect(await combined()).toMatchObject({ state: "pending", total_count: 0, statuses: [], sha });
  await set("success", { context: "a" });
  expect(await combined()).toMatchObject({ state: "success", total_count: 1 });
  await set("pending", { context: "b" });
  expect((await combined(sha)).state).toBe("pending");
  await set("error", { context: "b" });
  expect((await combined("heads/main")).state).toBe("failure");
  await set("success", { context: "b" });
  expect(await combined()).toMatchObject({
    state: "success",
    total_count: 2,
    statuses: [{ context: "b" }, { context: "a" }],
    repository: { full_name: "ada/data" },
  });
});

test("those who may write set statuses, with the permission for them", async () => {
  expect((await set("success", {}, bob)).status).toBe(403);
  expect((await set("success", {}, callAs(github))).status).toBe(401);
  expect((await set("success", {}, callAs(github, github.tokenFor({ actions: "ada/data" })))).status).toBe(
    201,
  );
  const by = async (app: string) =>
    (await set("success", {}, callAs(github, github.tokenFor({ app, account: "ada" })))).status;
  expect([await by("robot"), await by("reader")]).toEqual([201, 403]);
  const scoped = callAs(github, github.tokenFor({ user: "ada", scopes: ["repo:status"] }));
  expect((await set("success", {}, scoped)).status).toBe(201);
});

test("what is no status of a commit is refused", async () => {
  expect((await set("done")).status).toBe(422);
  expect((await set("success", { description: "x".repeat(141) })).status).toBe(422);
  for (const target_url of ["javascript:alert(1)", "nowhere", "https://a b", "http://[", "https://ü.org"])
    expect((await set("success", { target_url })).status).toBe(422);
  for (const wrong of ["0".repeat(40), "main", sha.slice(0, 10), sha.toUpperCase()]) {
    const reply = await ada(`POST /repos/ada/data/statuses/${wrong}`, { state: "success" });
    expect(reply).toMatchObject({ status: 422, body: { message: `No commit found for SHA: ${wrong}` } });
  }
  expect((await ada("GET /repos/ada/data/commits/nope/status")).status).toBe(422);
  expect((await ada("GET /repos/ada/data/commits/nope/statuses")).status).toBe(422);
  expect((await ada("GET /repos/ada/empty/commits/main/status")).status).toBe(422);
});

test("of one context a commit has a thousand statuses at most", async () => {
  const { statuses } = github.state;
  await set("pending", { context: "full" });
  const [first] = statuses.all();
  for (let count = 1; count < 1_000; count++) statuses.put({ ...first!, id: statuses.nextId() });
  expect((await set("success", { context: "full" })).body.errors).toMatchObject([
    { message: "This SHA and context has reached the maximum number of statuses." },
  ]);
  expect((await set("success", { context: "other" })).status).toBe(201);
});

test("webhooks are told of a status, with the branches that have its commit", async () => {
  await using receiver = await startHookReceiver();
  await ada("POST /repos/ada/data/hooks", {
    config: { url: receiver.url, content_type: "json" },
    events: ["status"],
  });
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/topic", sha });
  await ada("PUT /repos/ada/data/contents/b", { message: "m", content: "", branch: "topic" });
  await set("failure", { context: "ci" });
  await github.webhooks.settled();
  const payload = receiver.received.find(({ event }) => event === "status")?.payload;
  expect(payload).toMatchObject({
    sha,
    name: "ada/data",
    context: "ci",
    state: "failure",
    branches: [{ name: "main" }, { name: "topic" }],
    commit: { sha },
  });
  expect(payloadProblems("status", payload)).toEqual([]);
});
