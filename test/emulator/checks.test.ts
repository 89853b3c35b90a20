/**
 * @module Check runs and suites: reported by apps, made by jobs of workflows, asked for again, told of.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { type HookReceiver, startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

let receiver: HookReceiver;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let robot: Caller;
let sha: string;

beforeEach(async () => {
  receiver = await startHookReceiver();
  const installed = {
    permissions: { checks: "write", contents: "write" },
    installations: { acme: "all" },
  } as const;
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          files: {
            a: "one\n",
            ".github/workflows/ci.yml":
              "name: CI\non: workflow_dispatch\njobs: { build: { steps: [] }, lint: { steps: [] } }\n",
          },
        },
      },
      apps: {
        robot: { ...installed, events: ["check_run"], webhook: { url: receiver.url } },
        other: { ...installed },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  sha = await headOf("main");
});
afterEach(async () => {
  await github.close();
  await receiver[Symbol.asyncDispose]();
});

const at = "/repos/acme/data";

async function headOf(branch: string): Promise<string> {
  return (await ada(`GET ${at}/git/ref/heads/${branch}`)).body.object.sha;
}

const create = (more: object = {}, by = robot) =>
  by(`POST ${at}/check-runs`, { name: "test", head_sha: sha, ...more });

async function told(event: string) {
  await github.webhooks.settled();
  return receiver.received.filter((delivery) => delivery.event === event).map(({ payload }) => payload);
}

test("an app reports a check run, and brings it to its end", async () => {
  const made = await create({ external_id: "42", details_url: "https://example.org/42" });
  expect(made).toMatchObject({
    status: 201,
    body: {
      name: "test",
      head_sha: sha,
      status: "queued",
      conclusion: null,
      completed_at: null,
      external_id: "42",
      details_url: "https://example.org/42",
      app: { slug: "robot" },
      output: { title: null, annotations_count: 0 },
      pull_requests: [],
    },
  });
  const route = `PATCH ${at}/check-runs/${made.body.id}`;
  expect((await robot(route, { status: "in_progress" })).body.status).toBe("in_progress");
  const done = await robot(route, {
    conclusion: "success",
    output: { title: "Fine", summary: "*All* is well" },
  });
  expect(done.body).toMatchObject({ status: "completed", conclusion: "success", output: { title: "Fine" } });
  expect(done.body.completed_at).not.toBeNull();
  expect((await bob(`GET ${at}/check-runs/${made.body.id}`)).body).toEqual(done.body);
  expect((await robot(route, { status: "in_progress" })).body).toMatchObject({
    conclusion: null,
    completed_at: null,
  });
});

test("only apps report check runs, each its own", async () => {
  expect(await create({}, ada)).toMatchObject({
    status: 403,
    body: { message: "You must authenticate via a GitHub App." },
  });
  expect((await create({}, bob)).status).toBe(403);
  expect((await create({}, callAs(github, github.tokenFor({ actions: "acme/data" })))).status).toBe(201);
  const poor = github.tokenFor({ app: "robot", account: "acme", permissions: { checks: "read" } });
  expect((await create({}, callAs(github, poor))).status).toBe(403);
  const { id } = (await create()).body;
  const other = callAs(github, github.tokenFor({ app: "other", account: "acme" }));
  expect(await other(`PATCH ${at}/check-runs/${id}`, { status: "in_progress" })).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("can only be modified by the GitHub App that created it") },
  });
});

test("a check run is refused for what is no commit, or no report", async () => {
  for (const head_sha of ["main", "0".repeat(40), sha.slice(0, 8)])
    expect((await create({ head_sha })).status).toBe(422);
  for (const wrong of [
    { status: "completed" },
    { completed_at: "2026-01-01T00:00:00Z" },
    { conclusion: "stale" },
    { status: "waiting" },
    { status: "pending" },
    { name: " " },
    { details_url: "javascript:alert(1)" },
    { started_at: "yesterday" },
    { output: { title: "x", summary: "x".repeat(65_536) } },
    { actions: [1, 2, 3, 4].map((n) => ({ label: `${n}`, description: "d", identifier: `${n}` })) },
  ])
    expect([wrong, (await create(wrong)).status]).toEqual([wrong, 422]);
  expect((await ada(`GET ${at}/check-runs/1`)).status).toBe(404);
  expect((await ada(`GET ${at}/check-suites/1`)).status).toBe(404);
  expect((await ada(`GET ${at}/commits/nope/check-runs`)).status).toBe(422);
});

test("annotations are added with each update, fifty at most", async () => {
  const line = (start_line: number, more: object = {}) => ({
    path: "a b.txt",
    start_line,
    end_line: start_line,
    annotation_level: "warning",
    message: "Hm",
    ...more,
  });
  const output = (annotations: readonly object[]) => ({ output: { title: "T", summary: "S", annotations } });
  const fifty = Array.from({ length: 50 }, (_, index) => line(index + 1));
  const { id } = (await create(output(fifty))).body;
  const route = `${at}/check-runs/${id}`;
  expect(
    (await robot(`PATCH ${route}`, output([line(51, { start_column: 2, end_column: 3 })]))).body.output,
  ).toMatchObject({ annotations_count: 51 });
  const { body } = await bob(`GET ${route}/annotations?per_page=100`);
  expect(body).toHaveLength(51);
  expect(body[50]).toMatchObject({
    start_line: 51,
    start_column: 2,
    blob_href: `${github.url}/acme/data/blob/${sha}/a%20b.txt`,
  });
  for (const wrong of [
    [...fifty, line(51)],
    [line(0)],
    [line(3, { end_line: 2 })],
    [line(3, { end_line: 4, start_column: 1 })],
    [line(1, { message: "x".repeat(65_537) })],
  ])
    expect((await robot(`PATCH ${route}`, output(wrong))).status).toBe(422);
});

test("check runs are listed by commit and by suite, the latest of each name", async () => {
  const first = (await create()).body;
  await create({ name: "lint" });
  const again = (await create({ conclusion: "failure" })).body;
  const { body } = await bob(`GET ${at}/commits/main/check-runs`);
  expect(body).toMatchObject({ total_count: 2, check_runs: [{ id: again.id }, { name: "lint" }] });
  const list = async (query: string, place = "commits/main") =>
    (await bob(`GET ${at}/${place}/check-runs?${query}`)).body.total_count;
  expect(await list("filter=all")).toBe(3);
  expect(await list("check_name=lint")).toBe(1);
  expect(await list("status=completed")).toBe(1);
  expect(await list(`app_id=${again.app.id}`)).toBe(2);
  expect(await list("app_id=1")).toBe(0);
  expect(again.check_suite.id).toBe(first.check_suite.id);
  expect(await list("", `check-suites/${first.check_suite.id}`)).toBe(2);
  expect((await bob(`GET ${at}/check-suites/${first.check_suite.id}`)).body).toMatchObject({
    status: "in_progress",
    conclusion: null,
    head_branch: "main",
    head_sha: sha,
    latest_check_runs_count: 2,
    app: { slug: "robot" },
  });
  const lint = body.check_runs[1].id;
  await robot(`PATCH ${at}/check-runs/${lint}`, { conclusion: "neutral" });
  const { body: suites } = await bob(`GET ${at}/commits/main/check-suites?app_id=${again.app.id}`);
  expect(suites).toMatchObject({
    total_count: 1,
    check_suites: [{ status: "completed", conclusion: "failure" }],
  });
});

test("a push asks apps that may report checks for a suite, and they alone hear of it", async () => {
  await ada(`POST ${at}/hooks`, {
    config: { url: receiver.url, content_type: "json" },
    events: ["check_suite"],
  });
  await ada(`PUT ${at}/contents/b`, { message: "m", content: "", branch: "main" });
  const after = await headOf("main");
  const suites = (await ada(`GET ${at}/commits/main/check-suites`)).body.check_suites;
  expect(suites.map((suite: { app: { slug: string } }) => suite.app.slug).sort()).toEqual(["other", "robot"]);
  const [payload, ...more] = await told("check_suite");
  expect(more).toEqual([]);
  expect(payload).toMatchObject({
    action: "requested",
    check_suite: {
      head_branch: "main",
      head_sha: after,
      before: sha,
      status: "queued",
      app: { slug: "robot" },
    },
    installation: { id: expect.any(Number) },
  });
  expect(payloadProblems("check_suite", payload)).toEqual([]);
  expect((await robot(`POST ${at}/check-suites`, { head_sha: after })).status).toBe(200);
  expect((await robot(`POST ${at}/check-suites`, { head_sha: sha })).status).toBe(201);
  expect((await ada(`POST ${at}/check-suites`, { head_sha: sha })).status).toBe(403);
});

test("check runs and suites are told of when they are created, completed, and asked for again", async () => {
  await ada(`POST ${at}/hooks`, {
    config: { url: `${receiver.url}?own`, content_type: "json" },
    events: ["check_suite"],
  });
  const { id, check_suite } = (await create()).body;
  await robot(`PATCH ${at}/check-runs/${id}`, { conclusion: "success" });
  expect((await ada(`POST ${at}/check-runs/${id}/rerequest`)).status).toBe(201);
  expect((await ada(`GET ${at}/check-suites/${check_suite.id}`)).body).toMatchObject({
    status: "queued",
    conclusion: null,
  });
  expect((await ada(`GET ${at}/check-runs/${id}`)).body.status).toBe("completed");
  expect((await ada(`POST ${at}/check-suites/${check_suite.id}/rerequest`)).status).toBe(201);
  const runs = await told("check_run");
  expect(runs.map(({ action }) => action)).toEqual(["created", "completed", "rerequested"]);
  expect(runs[1]).toMatchObject({
    check_run: { id, conclusion: "success", check_suite: { id: check_suite.id, conclusion: "success" } },
  });
  const suites = await told("check_suite");
  expect(suites.map(({ action }) => action).sort()).toEqual(["completed", "rerequested"]);
  for (const payload of runs.slice(0, 2)) expect(payloadProblems("check_run", payload)).toEqual([]);
  for (const payload of suites) expect(payloadProblems("check_suite", payload)).toEqual([]);
  expect((await bob(`POST ${at}/check-runs/${id}/rerequest`)).status).toBe(403);
});

test("jobs of workflows are check runs of Actions, each run a suite", async () => {
  await ada(`POST ${at}/actions/workflows/ci.yml/dispatches`, { ref: "main" });
  const [run] = github.actions.runs();
  const list = async () => (await bob(`GET ${at}/commits/main/check-runs`)).body.check_runs;
  expect(await list()).toMatchObject([
    { name: "lint", status: "queued", app: { slug: "github-actions", id: 15_368 } },
    { name: "build", status: "queued" },
  ]);
  github.actions.advance(run!.id, { status: "in_progress" });
  github.actions.advance(run!.id, { status: "completed", jobs: [{ name: "build", conclusion: "failure" }] });
  const checks = await list();
  expect(checks).toMatchObject([
    { name: "lint", conclusion: "success" },
    { name: "build", conclusion: "failure" },
  ]);
  const shown = (await bob(`GET ${at}/actions/runs/${run!.id}`)).body;
  const { jobs } = (await bob(`GET ${at}/actions/runs/${run!.id}/jobs`)).body;
  expect(jobs[0].check_run_url).toBe(checks[1].url);
  expect((await bob(`GET ${at}/check-runs/${jobs[0].id}`)).body).toEqual(checks[1]);
  expect((await bob(`GET ${at}/check-suites/${shown.check_suite_id}`)).body).toMatchObject({
    status: "completed",
    conclusion: "success",
    node_id: shown.check_suite_node_id,
    latest_check_runs_count: 2,
  });
  const told = (await robot(`POST ${at}/check-runs/${checks[0].id}/rerequest`)).body.message;
  expect(told).toBe("This check run is not rerequestable");
  const job = callAs(github, github.tokenFor({ actions: "acme/data" }));
  expect((await job(`PATCH ${at}/check-runs/${checks[0].id}`, { conclusion: "success" })).status).toBe(403);
});

test("what apps report starts workflows, and what workflows report starts none", async () => {
  const text = "name: Heard\non: [check_run, check_suite, status]\njobs: { a: { steps: [] } }\n";
  await ada(`PUT ${at}/contents/.github/workflows/heard.yml`, { message: "m", content: btoa(text) });
  sha = await headOf("main");
  const { id } = (await create()).body;
  await robot(`PATCH ${at}/check-runs/${id}`, { conclusion: "success" });
  await ada(`POST ${at}/statuses/${sha}`, { state: "success" });
  const events = () => github.actions.runs().map(({ event }) => event);
  expect(events()).toEqual(["check_run", "check_run", "check_suite", "status"]);
  await callAs(github, github.tokenFor({ actions: "acme/data" }))(`POST ${at}/statuses/${sha}`, {
    state: "success",
  });
  for (const run of github.actions.runs()) github.actions.advance(run.id, { status: "completed" });
  expect(events()).toHaveLength(4);
});

test("webhooks hear of jobs as check runs", async () => {
  const events = ["check_run", "check_suite"];
  await ada(`POST ${at}/hooks`, { config: { url: `${receiver.url}?own`, content_type: "json" }, events });
  await ada(`POST ${at}/actions/workflows/ci.yml/dispatches`, { ref: "main" });
  github.actions.advance(github.actions.runs()[0]!.id, { status: "completed" });
  const runs = await told("check_run");
  const byHook = runs.filter(({ installation }) => installation === undefined);
  expect(byHook.map(({ action }) => action).sort()).toEqual(["completed", "completed", "created", "created"]);
  const [suite] = await told("check_suite");
  expect(suite).toMatchObject({ action: "completed", check_suite: { conclusion: "success" } });
  for (const payload of runs) expect(payloadProblems("check_run", payload)).toEqual([]);
  expect(payloadProblems("check_suite", suite)).toEqual([]);
});
