import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { EmulatedSession } from "../../../test/github/emulated-session.ts";
import { apiVersions, startSession } from "../../../test/github/emulated-session.ts";
import { workflowMethods } from "./workflows.ts";

const deploy = `
name: Deploy
run-name: Deploy to \${{ inputs.stage || 'nowhere' }}
on:
  push: { branches: [never] }
  workflow_dispatch:
    inputs:
      stage: { type: choice, options: [test, live] }
      note: { default: none }
jobs:
  build: { steps: [{ name: Build all, run: npm run build }] }
  publish: { steps: [{ run: npm publish }] }
`;

const seed = {
  users: { ada: {}, bob: {} },
  organizations: { acme: { members: { ada: "admin", bob: "admin" } } },
  repositories: { "acme/app": { files: { ".github/workflows/deploy.yml": deploy } } },
} as const;

const dispatching = "actions/create-workflow-dispatch";
const start = (options: Parameters<typeof startSession>[0] = {}) => startSession({ seed, ...options });
const runsOf = ({ github }: EmulatedSession) => github.actions.runs("acme/app");

/** An Enterprise Server that does not know `return_run_details`. */
function olderServer(refusal: 400 | 422 | undefined): typeof globalThis.fetch {
  return (input, init) => {
    const body = typeof init?.body === "string" && init.body.includes("return_run_details") ? init.body : "";
    if (body === "") return fetch(input, init);
    if (refusal !== undefined) {
      const message = `Invalid request.\n\n"return_run_details" is not a permitted key.`;
      return Promise.resolve(Response.json({ message }, { status: refusal }));
    }
    const { return_run_details: _, ...known } = JSON.parse(body) as Record<string, unknown>;
    return fetch(input, { ...init, body: JSON.stringify(known) });
  };
}

describe.each(apiVersions)("in version %s", (apiVersion) => {
  test("a workflow is started on the default branch, and the run's id is told", async () => {
    await using emulated = await start({ fetch: { apiVersion } });
    const { triggerWorkflow, getWorkflowRun } = workflowMethods(emulated.session);
    const id = await triggerWorkflow("app", "deploy.yml", { inputs: { stage: "live", note: 1 } });
    expect(runsOf(emulated)).toMatchObject([{ id, inputs: { stage: "live", note: "1" } }]);
    expect(await getWorkflowRun("app", id)).toMatchObject({
      id,
      displayTitle: "Deploy to live",
      event: "workflow_dispatch",
      status: "queued",
      conclusion: undefined,
      attempt: 1,
      headBranch: "main",
      actor: "ada",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u),
    });
    expect(emulated.github.requests.count(dispatching)).toBe(1);
    const other = await triggerWorkflow("app", ".github/workflows/deploy.yml", { ref: "refs/heads/main" });
    expect(other).not.toBe(id);
  });

  test("an answer that was lost is looked up: a run that began is returned, and one that did not is started once", async () => {
    for (const effect of ["done", "none"] as const) {
      await using emulated = await start({ fetch: { apiVersion } });
      const { triggerWorkflow } = workflowMethods(emulated.session);
      emulated.github.faults.add({ operation: dispatching, effect, times: 1, does: { kind: "reset" } });
      const id = await triggerWorkflow("app", "deploy.yml");
      expect(runsOf(emulated).map((run) => run.id)).toEqual([id]);
    }
  });
});

test.for([400, 422, undefined] as const)(
  "where the server answers %s to the wish for the run's id, the run is found among the new ones",
  async (refusal) => {
    await using emulated = await start({ fetch: { fetch: olderServer(refusal) } });
    const { triggerWorkflow } = workflowMethods(emulated.session);
    const first = await triggerWorkflow("app", "deploy.yml");
    const second = await triggerWorkflow("app", "deploy.yml");
    expect(runsOf(emulated).map(({ id }) => id)).toEqual([first, second]);
  },
);

test("of two new runs none is taken for one's own, unless it can be told apart", async () => {
  await using emulated = await start({ fetch: { fetch: olderServer(undefined) } });
  const { triggerWorkflow } = workflowMethods(emulated.session);
  const pairs = async (isOurs: (stage: string) => boolean) =>
    Promise.allSettled(
      (["test", "live"] as const).map((stage) =>
        triggerWorkflow("app", "deploy.yml", {
          inputs: { stage },
          isOurs: ({ displayTitle }) => isOurs(stage) && displayTitle === `Deploy to ${stage}`,
        }),
      ),
    );
  const told = await pairs(() => true);
  expect(told.map((result) => result.status === "fulfilled" && result.value)).toEqual(
    runsOf(emulated)
      .toSorted((a, b) => b.title.localeCompare(a.title))
      .map(({ id }) => id),
  );
  const both = await Promise.allSettled([1, 2].map(() => triggerWorkflow("app", "deploy.yml")));
  for (const result of both) {
    expect(result).toMatchObject({
      status: "rejected",
      reason: {
        code: "ambiguous_write",
        data: {
          marker: expect.stringContaining("a run of deploy.yml of acme/app on main"),
          runIds: [expect.any(Number), expect.any(Number)],
        },
      },
    });
  }
  expect(runsOf(emulated)).toHaveLength(4);
});

test("a run that somebody else starts is not taken for one's own", async () => {
  await using emulated = await start({ fetch: { fetch: olderServer(undefined) } });
  const mine = workflowMethods(emulated.session).triggerWorkflow("app", "deploy.yml");
  const theirs = workflowMethods(
    emulated.sessionFor("bob", { fetch: olderServer(undefined) }),
  ).triggerWorkflow("app", "deploy.yml");
  const ids = await Promise.all([mine, theirs]);
  const actors = ids.map((id) => emulated.github.state.runs.get(id)?.actorId);
  const idOf = (login: string) => emulated.github.state.accounts.find("login", login)?.id;
  expect(actors).toEqual([idOf("ada"), idOf("bob")]);
});

test("an App takes only runs that an App has started", async () => {
  await using emulated = await start({
    seed: {
      ...seed,
      apps: {
        keeper: { permissions: { actions: "write", contents: "read" }, installations: { acme: "all" } },
      },
    },
    fetch: { fetch: olderServer(undefined) },
  });
  const app = emulated.sessionFor({ app: "keeper", account: "acme" }, { fetch: olderServer(undefined) });
  const [byApp, byAda] = await Promise.all(
    [app, emulated.session].map((session) => workflowMethods(session).triggerWorkflow("app", "deploy.yml")),
  );
  const actorOf = (id: number | undefined) => {
    const { runs, accounts } = emulated.github.state;
    return accounts.get(runs.get(id!)!.actorId)?.login;
  };
  expect([actorOf(byApp), actorOf(byAda)]).toEqual(["keeper[bot]", "ada"]);
});

test("a run that does not show before the deadline is not made up, and not started again", async () => {
  await using emulated = await start({ fetch: { fetch: olderServer(undefined) } });
  const { triggerWorkflow } = workflowMethods(emulated.session);
  await triggerWorkflow("app", "deploy.yml");
  emulated.github.lag.listsMs = 60_000;
  await expect(triggerWorkflow("app", "deploy.yml", { timeoutMs: 120_000 })).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { marker: expect.stringContaining("a run of deploy.yml"), runIds: [] },
  });
  expect(emulated.github.requests.count(dispatching)).toBe(2);
});

test("a commit is no ref to start on, and what is wrong with a call is told before it is sent", async () => {
  await using emulated = await start();
  const { triggerWorkflow } = workflowMethods(emulated.session);
  await expect(triggerWorkflow("app", "deploy.yml", { ref: "a".repeat(40) })).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.stringContaining("temporary tag"),
    data: { status: 422, path: "ref" },
  });
  await expect(triggerWorkflow("app", "other.yml")).rejects.toMatchObject({ code: "not_found" });
  await expect(triggerWorkflow("app", "deploy.yml", { inputs: { stage: "nowhere" } })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("nowhere"),
  });
  emulated.github.requests.clear();
  const inputs = Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`i${at}`, "x"]));
  for (const [workflow, options] of [
    ["deploy.yml", { inputs }],
    ["..", {}],
    ["../../actions/runs", {}],
    ["deploy.yml", { ref: "../x" }],
  ] as const) {
    await expect(triggerWorkflow("app", workflow, options)).rejects.toMatchObject({ code: "invalid_input" });
  }
  expect(emulated.github.requests.list()).toEqual([]);
});

test("the end of a run is waited for, whatever it is, and an unchanged look costs nothing", async () => {
  await using emulated = await start();
  const { triggerWorkflow, waitForRun } = workflowMethods(emulated.session);
  const id = await triggerWorkflow("app", "deploy.yml");
  const { actions, requests } = emulated.github;
  const seen: string[] = [];
  const onRun = ({ status }: { status: string }) => {
    seen.push(status);
    if (seen.length === 5) actions.advance(id, { status: "in_progress" });
    if (seen.length === 8) actions.advance(id, { status: "completed", conclusion: "cancelled" });
  };
  requests.clear();
  expect(await waitForRun("app", id, { onRun })).toMatchObject({
    status: "completed",
    conclusion: "cancelled",
  });
  expect(seen).toEqual([
    ...Array<string>(5).fill("queued"),
    ...Array<string>(3).fill("in_progress"),
    "completed",
  ]);
  const statuses = requests.list("actions/get-workflow-run").map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(statuses.filter((status) => status === 304)).toHaveLength(6);
});

test("a wait ends with its time, with the caller's word, and with the signal; GitHub's trouble does not end it", async () => {
  await using emulated = await start();
  const { triggerWorkflow, waitForRun } = workflowMethods(emulated.session);
  const id = await triggerWorkflow("app", "deploy.yml");
  await expect(waitForRun("app", id, { timeoutMs: 120_000 })).rejects.toMatchObject({
    code: "busy",
    data: { runId: id, status: "queued" },
  });
  let looks = 0;
  expect(await waitForRun("app", id, { isCancelled: () => ++looks === 3 })).toMatchObject({
    status: "queued",
  });
  expect(looks).toBe(3);
  const stop = new AbortController();
  const stopped = waitForRun("app", id, {
    signal: stop.signal,
    onRun: () => stop.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
  await expect(waitForRun("app", 999_999)).rejects.toMatchObject({ code: "not_found" });
  const away = emulated.github.faults.add({
    operation: "actions/get-workflow-run",
    times: 12,
    does: { kind: "status", status: 503 },
  });
  const later = waitForRun("app", id, {
    onRun: ({ status }) => {
      if (status === "queued") emulated.github.actions.advance(id, { status: "completed" });
    },
  });
  expect(await later).toMatchObject({ conclusion: "success" });
  away();
});

test("a run is cancelled until it has ended, and what has ended by itself stays as it is", async () => {
  await using emulated = await start();
  const { triggerWorkflow, cancelRun } = workflowMethods(emulated.session);
  const { actions, faults, requests } = emulated.github;
  const id = await triggerWorkflow("app", "deploy.yml");
  expect(await cancelRun("app", id)).toMatchObject({ status: "completed", conclusion: "cancelled" });
  expect(await cancelRun("app", id)).toMatchObject({ conclusion: "cancelled" });
  const done = await triggerWorkflow("app", "deploy.yml");
  actions.advance(done, { status: "completed" });
  expect(await cancelRun("app", done, { force: true })).toMatchObject({ conclusion: "success" });
  const lost = await triggerWorkflow("app", "deploy.yml");
  faults.add({
    operation: "actions/cancel-workflow-run",
    times: 1,
    effect: "done",
    does: { kind: "status", status: 502 },
  });
  expect(await cancelRun("app", lost)).toMatchObject({ conclusion: "cancelled" });
  // Asked for is not done.
  const stubborn = await triggerWorkflow("app", "deploy.yml");
  faults.add({
    operation: "actions/cancel-workflow-run",
    does: { kind: "status", status: 202, body: {} },
  });
  await expect(cancelRun("app", stubborn, { timeoutMs: 100_000 })).rejects.toMatchObject({
    code: "busy",
    data: { runId: stubborn, status: "queued" },
  });
  expect(requests.count("actions/force-cancel-workflow-run")).toBe(1);
});

test("failed jobs are started again, once, and the new attempt is waited for", async () => {
  await using emulated = await start();
  const { triggerWorkflow, rerunFailed, waitForRun } = workflowMethods(emulated.session);
  const { actions, faults, state } = emulated.github;
  const id = await triggerWorkflow("app", "deploy.yml");
  await expect(rerunFailed("app", id)).rejects.toMatchObject({ code: "forbidden" });
  actions.advance(id, { status: "completed", conclusion: "failure" });
  faults.add({
    operation: "actions/re-run-workflow-failed-jobs",
    times: 1,
    effect: "done",
    does: { kind: "reset" },
  });
  const attempt = await rerunFailed("app", id);
  expect(attempt).toBe(2);
  expect(state.runs.get(id)?.attempt).toBe(2);
  const onRun = () => {
    if (state.runs.get(id)?.status === "queued") actions.advance(id, { status: "completed" });
  };
  expect(await waitForRun("app", id, { attempt, onRun })).toMatchObject({
    attempt: 2,
    conclusion: "success",
  });
});

test("logs come as texts from another origin, without the token, and their names lead nowhere", async () => {
  await using emulated = await start();
  const { triggerWorkflow, getWorkflowLogs } = workflowMethods(emulated.session);
  const id = await triggerWorkflow("app", "deploy.yml");
  await expect(getWorkflowLogs("app", id)).rejects.toMatchObject({ code: "not_found" });
  emulated.github.actions.advance(id, {
    status: "completed",
    jobs: [{ name: "build", steps: [{ name: "../Tests", log: "grün\nall good" }], log: "hello" }],
  });
  const { files, isTruncated } = await getWorkflowLogs("app", id);
  expect(isTruncated).toBe(false);
  expect(files.map(({ path }) => path)).toEqual([
    "0_build.txt",
    "build/1_Set up job.txt",
    "build/2_..Tests.txt",
    "build/3_Complete job.txt",
    "1_publish.txt",
    "publish/1_Set up job.txt",
    "publish/2_Run npm publish.txt",
    "publish/3_Complete job.txt",
  ]);
  expect(files[2]).toMatchObject({ text: expect.stringMatching(/Z grün\n\S+Z all good\n$/u) });
  const short = await getWorkflowLogs("app", id, { maxBytes: 30 });
  expect(short.isTruncated).toBe(true);
  expect(Buffer.byteLength(short.files.map(({ text }) => text).join(""))).toBe(30);
  await expect(getWorkflowLogs("app", id, { maxEntries: 3 })).rejects.toMatchObject({ code: "corrupt" });
});

test("of a failed run the failed jobs and steps are told, with the lines about their last error", async () => {
  await using emulated = await start();
  const { triggerWorkflow, getFailure } = workflowMethods(emulated.session);
  const { actions, github } = { actions: emulated.github.actions, github: emulated.github };
  const id = await triggerWorkflow("app", "deploy.yml");
  const log = ["much before", "npm run build", "##[error]Exit code 1", "cleaning up", "bye"].join("\n");
  actions.advance(id, {
    status: "completed",
    conclusion: "failure",
    jobs: [
      { name: "build", conclusion: "failure", steps: [{ name: "Build all", conclusion: "failure", log }] },
      { name: "publish", conclusion: "skipped" },
    ],
  });
  const { run, jobs } = await getFailure("app", id);
  expect(run.conclusion).toBe("failure");
  expect(jobs).toMatchObject([
    {
      name: "build",
      conclusion: "failure",
      failedSteps: [{ number: 2, name: "Build all", conclusion: "failure" }],
      excerpt: expect.stringMatching(/much before[\s\S]*##\[error\]Exit code 1$/u),
      unavailable: undefined,
    },
  ]);
  const [short] = (await getFailure("app", id, { excerptBytes: 40 })).jobs;
  expect(short?.excerpt).toMatch(/##\[error\]Exit code 1$/u);
  expect(Buffer.byteLength(short?.excerpt ?? "")).toBeLessThanOrEqual(40);
  expect((await getFailure("app", id, { maxLogs: 0 })).jobs).toMatchObject([
    { name: "build", excerpt: undefined, unavailable: expect.stringContaining("maxLogs") },
  ]);
  github.state.runs.put({ ...github.state.runs.get(id)!, hasLogs: false });
  expect((await getFailure("app", id)).jobs).toMatchObject([
    { excerpt: undefined, unavailable: expect.stringContaining("the log of job") },
  ]);
});

test("an answer that is no archive is told as such", async () => {
  const other: typeof globalThis.fetch = async (input, init) =>
    String(input).endsWith("/logs") ? new Response(gzipSync("not a zip")) : fetch(input, init);
  await using emulated = await start({ fetch: { fetch: other } });
  const { getWorkflowLogs } = workflowMethods(emulated.session);
  await expect(getWorkflowLogs("app", 1)).rejects.toMatchObject({ code: "corrupt" });
});
