/**
 * @module Actions of the emulator: workflows, what starts them, their runs, and the logs.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";
import { readZip } from "./read-zip.ts";

const deploy = `
name: Deploy
run-name: Deploy to \${{ inputs.stage || 'nowhere' }}
on:
  workflow_dispatch:
    inputs:
      stage: { type: choice, options: [test, live], required: true }
      force: { type: boolean }
      note: { default: none }
jobs:
  build:
    steps:
      - run: npm ci
      - name: Build all
        run: npm run build
  deploy:
    steps: [{ uses: actions/checkout@v4 }]
`;

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          files: {
            ".github/workflows/deploy.yml": deploy,
            ".github/workflows/issues.yml":
              "name: Triage\non:\n  issues:\n    types: [opened]\n  issue_comment:\njobs: { triage: { steps: [] } }",
            ".github/workflows/broken.yml": "name: [",
            ".github/workflows/event.yml":
              "name: Event\non: { repository_dispatch: { types: [rebuild] } }\njobs: { one: {} }",
            ".github/workflows/README.md": "no workflow",
            ".github/workflows/after.yml":
              "name: After\non: { workflow_run: { workflows: [Triage, After], types: [completed] } }\njobs: { one: {} }",
          },
        },
        "acme/empty": {},
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const actions = "/repos/acme/data/actions";
const dispatches = `POST ${actions}/workflows/deploy.yml/dispatches`;
const newest = () => github.actions.runs("acme/data").at(-1)!;

async function dispatch(inputs: Record<string, unknown> = { stage: "test" }) {
  expect((await ada(dispatches, { ref: "main", inputs })).status).toBe(204);
  return newest();
}

test("workflows are the files of the default branch; what is none is named by its path", async () => {
  const { body } = await ada(`GET ${actions}/workflows`);
  expect(body.workflows.map(({ name, path }: { name: string; path: string }) => [path, name])).toEqual([
    [".github/workflows/after.yml", "After"],
    [".github/workflows/broken.yml", ".github/workflows/broken.yml"],
    [".github/workflows/deploy.yml", "Deploy"],
    [".github/workflows/event.yml", "Event"],
    [".github/workflows/issues.yml", "Triage"],
  ]);
  const byName = await ada(`GET ${actions}/workflows/deploy.yml`);
  expect((await ada(`GET ${actions}/workflows/${byName.body.id}`)).body).toEqual(byName.body);
  expect((await ada(`GET ${actions}/workflows/other.yml`)).status).toBe(404);
  expect((await ada("GET /repos/acme/empty/actions/workflows")).body).toEqual({
    total_count: 0,
    workflows: [],
  });
});

test("a dispatch answers nothing, or the run where that is asked for, or in the newer version", async () => {
  expect(await ada(dispatches, { ref: "main", inputs: { stage: "live" } })).toMatchObject({
    status: 204,
    body: undefined,
  });
  expect(newest()).toMatchObject({
    event: "workflow_dispatch",
    title: "Deploy to live",
    inputs: { stage: "live", force: false, note: "none" },
  });
  const asked = await ada(dispatches, {
    ref: "refs/heads/main",
    inputs: { stage: "test" },
    return_run_details: true,
  });
  expect(asked).toMatchObject({ status: 200, body: { workflow_run_id: newest().id } });
  const newer = { "x-github-api-version": "2026-03-10" };
  const body = { ref: "main", inputs: { stage: "test" } };
  expect(await ada(dispatches, body, newer)).toMatchObject({
    status: 200,
    body: { workflow_run_id: newest().id },
  });
});

test("a dispatch needs a branch or a tag, the trigger, and right inputs", async () => {
  const message = async (body: unknown, file = "deploy") =>
    (await ada(`POST ${actions}/workflows/${file}.yml/dispatches`, body)).body?.message;
  const { headSha: sha } = await dispatch();
  expect(await message({ ref: "gone", inputs: { stage: "test" } })).toBe("No ref found for: gone");
  expect(await message({ ref: sha })).toBe(`No ref found for: ${sha}`);
  expect(await message({ ref: "main" }, "issues")).toBe("Workflow does not have 'workflow_dispatch' trigger");
  expect(await message({ ref: "main" })).toBe("Required input 'stage' not provided");
  expect(await message({ ref: "main", inputs: { stage: "prod" } })).toMatch(
    /not in the list of allowed values/u,
  );
  expect(await message({ ref: "main", inputs: { stage: "test", force: "maybe" } })).toMatch(/boolean/u);
  expect(await message({ ref: "main", inputs: { stage: "test", x: 1 } })).toBe(
    'Unexpected inputs provided: ["x"]',
  );
  const many = Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`i${at}`, "x"]));
  expect((await ada(dispatches, { ref: "main", inputs: many })).status).toBe(422);
  expect((await bob(dispatches, { ref: "main" })).status).toBe(403);
  expect((await ada(`PUT ${actions}/workflows/deploy.yml/disable`)).status).toBe(204);
  expect(await message({ ref: "main", inputs: { stage: "test" } })).toMatch(/disabled/u);
  expect((await ada(`PUT ${actions}/workflows/deploy.yml/enable`)).status).toBe(204);
  await dispatch();
});

test("events start the workflows that name them, but never what a job did", async () => {
  await bob("POST /repos/acme/data/issues", { title: "Hello" });
  await ada("PATCH /repos/acme/data/issues/1", { state: "closed" });
  await ada("POST /repos/acme/data/issues/1/comments", { body: "hi" });
  const runs = github.actions.runs("acme/data");
  expect(runs.map(({ event, title }) => [event, title])).toEqual([
    ["issues", "Hello"],
    ["issue_comment", "Hello"],
  ]);
  const job = callAs(github, github.tokenFor({ actions: "acme/data" }));
  expect((await job("POST /repos/acme/data/issues", { title: "By a job" })).status).toBe(201);
  expect(github.actions.runs("acme/data")).toHaveLength(2);
  expect((await job("POST /repos/acme/data/dispatches", { event_type: "rebuild" })).status).toBe(204);
  expect(newest()).toMatchObject({ event: "repository_dispatch", name: "Event" });
  expect((await job(dispatches, { ref: "main", inputs: { stage: "test" } })).status).toBe(204);
  expect(newest()).toMatchObject({ event: "workflow_dispatch", name: "Deploy" });
});

test("a pull request runs the workflows of its head, on every push to it", async () => {
  const text = `name: Check\nrun-name: \${{ github.ref_name }}\non: pull_request\njobs: { one: {} }`;
  const { body: ref } = await ada("GET /repos/acme/data/git/ref/heads/main");
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/topic", sha: ref.object.sha });
  const put = async (path: string, content: string) =>
    (
      await ada(`PUT /repos/acme/data/contents/${path}`, {
        message: "m",
        content: Buffer.from(content).toString("base64"),
        branch: "topic",
      })
    ).body.commit.sha;
  const first = await put(".github/workflows/check.yml", text);
  await ada("POST /repos/acme/data/pulls", { title: "Try", head: "topic", base: "main" });
  const second = await put("a", "1");
  const run = { event: "pull_request", name: "Check", ref: "refs/pull/1/merge", headBranch: "topic" };
  expect(github.actions.runs("acme/data").filter(({ event }) => event !== "push")).toMatchObject([
    { ...run, headSha: first, title: "1/merge" },
    { ...run, headSha: second, payload: { action: "synchronize" } },
  ]);
  expect((await ada(`GET ${actions}/runs?branch=topic&event=pull_request`)).body.total_count).toBe(2);
});

test("a run follows on another one, three times at most", async () => {
  await bob("POST /repos/acme/data/issues", { title: "Hello" });
  const names = () => github.actions.runs().map(({ name }) => name);
  for (let at = 0; at < 6; at++) {
    if (newest().status !== "completed") github.actions.advance(newest().id, { status: "completed" });
  }
  expect(names()).toEqual(["Triage", "After", "After", "After"]);
});

test("the newer version of the API shows the same", async () => {
  const { id } = await dispatch();
  github.actions.advance(id, { status: "completed" });
  const { body } = await ada("POST /repos/acme/data/hooks", { config: { url: "http://127.0.0.1:1" } });
  await github.webhooks.settled();
  const job = github.state.jobs.by("run", id)[0]!;
  for (const path of [
    `${actions}/workflows`,
    `${actions}/runs`,
    `${actions}/runs/${id}`,
    `${actions}/runs/${id}/jobs`,
    `${actions}/jobs/${job.id}`,
    `${actions}/secrets`,
    `${actions}/secrets/public-key`,
    `${actions}/variables`,
    "/repos/acme/data/hooks",
    `/repos/acme/data/hooks/${body.id}/deliveries`,
    `/repos/acme/data/hooks/${body.id}/deliveries/${github.state.deliveries.all()[0]!.id}`,
  ]) {
    const newer = await ada(`GET ${path}`, undefined, { "x-github-api-version": "2026-03-10" });
    expect([path, newer.status]).toEqual([path, 200]);
  }
});

test("a file that is no workflow fails with each push, under its path, and cannot be dispatched", async () => {
  const path = ".github/workflows/broken.yml";
  const put = async (content: string) => {
    const { body } = await ada(`GET /repos/acme/data/contents/${path}`);
    const file = { message: "Try again", content: Buffer.from(content).toString("base64"), sha: body.sha };
    await ada(`PUT /repos/acme/data/contents/${path}`, file);
  };
  const dispatched = async () =>
    (await ada(`POST ${actions}/workflows/broken.yml/dispatches`, { ref: "main" })).body?.message;
  await put("name: Broken\non: workflow_dispatch\njobs:\n  one:\n    runs_on: ubuntu-latest\n");
  const run = newest();
  expect((await ada(`GET ${actions}/runs/${run.id}`)).body).toMatchObject({
    name: path,
    event: "push",
    status: "completed",
    conclusion: "failure",
    display_title: "Try again",
  });
  expect((await ada(`GET ${actions}/runs/${run.id}/jobs`)).body).toEqual({ total_count: 0, jobs: [] });
  expect((await ada(`GET ${actions}/runs/${run.id}/logs`)).status).toBe(404);
  const parsing = "Invalid Argument - failed to parse workflow: ";
  expect(await dispatched()).toBe(`${parsing}(Line: 5, Col: 5): Unexpected value 'runs_on'`);
  for (const [content, problem] of [
    ["on: push", "(Line: 1, Col: 1): Required property is missing: jobs"],
    ["jobs: { a: {} }", "(Line: 1, Col: 1): Required property is missing: on"],
    ["on: pushed\njobs: { a: {} }", "(Line: 1, Col: 5): Unexpected value 'pushed'"],
    ["on: [push]\njobs: []", "(Line: 2, Col: 7): A sequence was not expected"],
    ["on: push\njobs: { 1a: {} }", "(Line: 2, Col: 9): The identifier '1a' is invalid."],
    ["on: push\njobs: { a: { needs: b } }", "(Line: 2, Col: 21): Job 'a' depends on unknown job 'b'."],
    [
      "on: push\njobs: { a: { steps: [{ name: x }] } }",
      "(Line: 2, Col: 22): Required property is missing: run",
    ],
    ["on: push\non: push\njobs: {}", "(Line: 2, Col: 1): Map keys must be unique"],
  ] as const) {
    await put(content);
    expect((await dispatched()).startsWith(parsing + problem) ? "" : await dispatched()).toBe("");
  }
  const count = github.actions.runs().length;
  await put("on: workflow_dispatch\njobs: { a: {} }");
  expect(github.actions.runs()).toHaveLength(count);
  expect(await dispatched()).toBeUndefined();
});

test("a repository dispatch takes ten keys and 64 KB", async () => {
  const send = (client_payload: unknown, event_type = "rebuild") =>
    ada("POST /repos/acme/data/dispatches", { event_type, client_payload });
  expect((await send({ a: { b: 1 } })).status).toBe(204);
  expect(newest().payload).toMatchObject({ action: "rebuild", client_payload: { a: { b: 1 } } });
  expect((await send({}, "other")).status).toBe(204);
  expect(github.actions.runs()).toHaveLength(1);
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`k${at}`, at]));
  expect((await send(eleven)).status).toBe(422);
  expect((await send({ a: "x".repeat(65_536) })).status).toBe(422);
});

test("a run goes through its life as it is told to, and no other way", async () => {
  const { id } = await dispatch();
  const { advance } = github.actions;
  expect((await ada(`GET ${actions}/runs/${id}`)).body).toMatchObject({ status: "queued", conclusion: null });
  advance(id, { status: "in_progress" });
  expect(() => advance(id, { status: "queued" })).toThrow("cannot become queued");
  expect((await ada(`GET ${actions}/runs/${id}/jobs`)).body.jobs).toMatchObject([
    {
      name: "build",
      status: "in_progress",
      steps: [{ name: "Set up job", status: "in_progress" }, {}, {}, {}],
    },
    { name: "deploy", status: "in_progress" },
  ]);
  advance(id, {
    status: "completed",
    conclusion: "failure",
    jobs: [{ name: "build", conclusion: "success" }],
  });
  expect((await ada(`GET ${actions}/runs/${id}`)).body).toMatchObject({
    status: "completed",
    conclusion: "failure",
  });
  const { body } = await ada(`GET ${actions}/runs/${id}/jobs`);
  expect(body.jobs.map((job: { conclusion: string }) => job.conclusion)).toEqual(["success", "failure"]);
  expect((await ada(`GET ${actions}/jobs/${body.jobs[0].id}`)).body).toEqual(body.jobs[0]);
  expect(() => advance(id, { status: "in_progress" })).toThrow("cannot become in_progress");
});

test("a run is cancelled until it is completed, and started again after", async () => {
  const { id } = await dispatch();
  expect((await ada(`POST ${actions}/runs/${id}/rerun`)).status).toBe(403);
  expect((await ada(`POST ${actions}/runs/${id}/cancel`)).status).toBe(202);
  expect((await ada(`POST ${actions}/runs/${id}/cancel`)).status).toBe(409);
  expect((await ada(`POST ${actions}/runs/${id}/force-cancel`)).status).toBe(409);
  expect((await ada(`POST ${actions}/runs/${id}/rerun`)).status).toBe(201);
  expect((await ada(`GET ${actions}/runs/${id}`)).body).toMatchObject({ run_attempt: 2, status: "queued" });
  github.actions.advance(id, {
    status: "completed",
    conclusion: "failure",
    jobs: [{ name: "build", conclusion: "success" }],
  });
  expect((await ada(`POST ${actions}/runs/${id}/rerun-failed-jobs`)).status).toBe(201);
  const { body } = await ada(`GET ${actions}/runs/${id}/jobs`);
  expect(body.jobs.map(({ name, status }: Record<string, string>) => `${name} ${status}`).sort()).toEqual([
    "build completed",
    "deploy queued",
  ]);
  expect((await ada(`GET ${actions}/runs/${id}/jobs?filter=all`)).body.total_count).toBe(6);
  expect((await ada(`GET ${actions}/runs/${id}/attempts/1/jobs`)).body.total_count).toBe(2);
  github.actions.advance(id, { status: "completed" });
  github.clock.advance(31 * 86_400_000);
  expect((await ada(`POST ${actions}/runs/${id}/rerun`)).status).toBe(403);
});

test("runs are found by branch, event, status, actor, commit and time", async () => {
  const first = await dispatch();
  github.actions.advance(first.id, { status: "completed", conclusion: "failure" });
  github.clock.advance(86_400_000);
  await bob("POST /repos/acme/data/issues", { title: "Hello" });
  const count = async (query: string) => (await ada(`GET ${actions}/runs?${query}`)).body.total_count;
  expect(await count("")).toBe(2);
  expect(await count("branch=main")).toBe(2);
  expect(await count("branch=other")).toBe(0);
  expect(await count("event=issues")).toBe(1);
  expect(await count("status=failure")).toBe(1);
  expect(await count("status=queued")).toBe(1);
  expect(await count("actor=bob")).toBe(1);
  expect(await count(`head_sha=${first.headSha}`)).toBe(2);
  const suite = (await ada(`GET ${actions}/runs/${first.id}`)).body.check_suite_id;
  expect(await count(`check_suite_id=${suite}`)).toBe(1);
  const day = new Date(github.clock.now()).toISOString().slice(0, 10);
  expect(await count(`created=${encodeURIComponent(`>=${day}`)}`)).toBe(1);
  expect(await count(`created=*..${day}`)).toBe(2);
  expect(await count(`created=%3C${day}`)).toBe(1);
  expect((await ada(`GET ${actions}/runs?created=soon`)).status).toBe(422);
  expect((await ada(`GET ${actions}/workflows/deploy.yml/runs`)).body.workflow_runs).toMatchObject([
    { id: first.id },
  ]);
});

test("at most 1,000 runs are found by a filter", async () => {
  const { id: _, ...run } = await dispatch();
  for (let at = 0; at < 1_000; at++) github.state.runs.put({ ...run, id: github.state.runs.nextId() });
  expect((await ada(`GET ${actions}/runs?branch=main`)).body.total_count).toBe(1_000);
  expect((await ada(`GET ${actions}/runs`)).body.total_count).toBe(1_001);
});

test("logs are a zip on another origin, for a minute, and without a token", async () => {
  const { id } = await dispatch();
  expect((await ada(`GET ${actions}/runs/${id}/logs`)).status).toBe(404);
  github.actions.advance(id, {
    status: "completed",
    jobs: [{ name: "build", steps: [{ name: "../Tests", log: "grün\nall good" }], log: "hello" }],
  });
  const { status, headers } = await ada(`GET ${actions}/runs/${id}/logs`);
  expect(status).toBe(302);
  const url = headers.get("location")!;
  expect((await fetch(`${new URL(url).origin}//`)).status).toBe(400);
  expect(new URL(url).origin).not.toBe(github.url);
  const files = readZip(Buffer.from(await (await fetch(url)).arrayBuffer()));
  expect(Object.keys(files)).toEqual([
    "0_build.txt",
    "build/1_Set up job.txt",
    "build/2_..Tests.txt",
    "build/3_Complete job.txt",
    "1_deploy.txt",
    "deploy/1_Set up job.txt",
    "deploy/2_Run actionscheckout@v4.txt",
    "deploy/3_Complete job.txt",
  ]);
  expect(files["build/2_..Tests.txt"]).toMatch(/^\S+Z grün\n\S+Z all good\n$/u);
  expect((await fetch(url, { headers: { authorization: "Bearer x" } })).status).toBe(400);
  expect((await fetch(url.replace(String(id), String(id + 1)))).status).toBe(403);
  const { body } = await ada(`GET ${actions}/runs/${id}/jobs`);
  const text = await ada(`GET ${actions}/jobs/${body.jobs[0].id}/logs`);
  expect(await (await fetch(text.headers.get("location")!)).text()).toMatch(/Z hello\n/u);
  github.clock.advance(60_000);
  expect((await fetch(url)).status).toBe(403);
  expect((await bob(`GET ${actions}/runs/${id}/logs`)).status).toBe(403);
  expect((await ada(`DELETE ${actions}/runs/${id}/logs`)).status).toBe(204);
  expect((await ada(`GET ${actions}/runs/${id}/logs`)).status).toBe(404);
  expect((await ada(`DELETE ${actions}/runs/${id}`)).status).toBe(204);
  expect((await ada(`GET ${actions}/runs/${id}`)).status).toBe(404);
});

test("webhooks are told of runs and jobs, as the published schemas say", async () => {
  await using receiver = await startHookReceiver();
  const config = { url: receiver.url, content_type: "json" };
  const events = ["workflow_run", "workflow_job", "workflow_dispatch"];
  await ada("POST /repos/acme/data/hooks", { config, events });
  const { id } = await dispatch();
  github.actions.advance(id, { status: "in_progress" });
  github.actions.advance(id, { status: "completed" });
  await github.webhooks.settled();
  const told = receiver.received.slice(1).map(({ event, payload }) => `${event}.${payload.action}`);
  expect(told.filter((name) => name.startsWith("workflow_run"))).toEqual([
    "workflow_run.requested",
    "workflow_run.in_progress",
    "workflow_run.completed",
  ]);
  expect(told.filter((name) => name === "workflow_job.completed")).toHaveLength(2);
  expect(receiver.received.slice(1).flatMap(({ event, payload }) => payloadProblems(event, payload))).toEqual(
    [],
  );
});
