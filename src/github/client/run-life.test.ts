import { expect, test } from "vitest";
import { startWithWorkflow as start } from "../../../test/github/emulated-workflows.ts";
import { createVirtualClock } from "../../../test/github/virtual-clock.ts";
import { createTokenSource } from "../auth/static-token.ts";
import { createGitHubFetch } from "../fetch/create-github-fetch.ts";
import { createSession } from "./session.ts";
import { workflowMethods } from "./workflows.ts";

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

test("a run that was started a moment ago is not missing, though GitHub does not show it yet", async () => {
  await using emulated = await start();
  const { triggerWorkflow, waitForRun, cancelRun, getFailure, getWorkflowLogs, getWorkflowRun } =
    workflowMethods(emulated.session);
  const { actions, lag, state } = emulated.github;
  lag.readsMs = 600;
  const trigger = async () => {
    const id = await triggerWorkflow("app", "deploy.yml");
    await expect(getWorkflowRun("app", id)).rejects.toMatchObject({ code: "not_found" });
    return id;
  };
  const waited = await trigger();
  actions.advance(waited, { status: "completed", conclusion: "failure" });
  expect(await waitForRun("app", waited)).toMatchObject({ id: waited, conclusion: "failure" });
  expect(await cancelRun("app", await trigger())).toMatchObject({ conclusion: "cancelled" });
  const failed = await trigger();
  actions.advance(failed, { status: "completed", conclusion: "failure" });
  expect(await getFailure("app", failed)).toMatchObject({ run: { id: failed } });
  expect(await getFailure("app", await trigger())).toMatchObject({ run: { status: "queued" } });
  await expect(getWorkflowLogs("app", await trigger())).rejects.toMatchObject({
    code: "not_found",
    data: { runStatus: "queued" },
  });
  // It never shows, or somebody else has started it.
  const gone = await trigger();
  state.runs.remove(gone);
  for (const id of [gone, 999_999])
    await expect(waitForRun("app", id)).rejects.toMatchObject({ code: "not_found" });
});

test("a cancellation that hangs ends when the time is over", async () => {
  const hanging: typeof globalThis.fetch = (_, init) =>
    init?.method === "POST"
      ? new Promise((_resolve, reject) => {
          init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        })
      : Promise.resolve(Response.json({ message: "Not Found" }, { status: 404 }));
  const clock = createVirtualClock(undefined, hanging);
  const apiUrl = "https://github.test/api/v3";
  const source = createTokenSource({ token: "ghp_0123456789abcdef0123456789abcdef0123" });
  await using fetch = createGitHubFetch({ clock, apiUrl, auth: source, fetch: clock.fetch });
  const { cancelRun } = workflowMethods(createSession({ apiUrl, fetch, source, clock, org: "acme" }));
  const before = clock.now();
  await expect(cancelRun("app", 1, { timeoutMs: 1_000 })).rejects.toMatchObject({
    code: expect.stringMatching(/^(?:remote_unavailable|busy)$/u),
  });
  expect(clock.now() - before).toBe(1_000);
});

test("whether to go on is asked before each look, also while the wanted attempt is not there", async () => {
  await using emulated = await start();
  const { triggerWorkflow, waitForRun } = workflowMethods(emulated.session);
  const { requests, faults } = emulated.github;
  const id = await triggerWorkflow("app", "deploy.yml");
  requests.clear();
  let asked = 0;
  const isCancelled = async () => ++asked === 3;
  expect(await waitForRun("app", id, { attempt: 2, isCancelled })).toMatchObject({ attempt: 1 });
  expect([asked, requests.count("actions/get-workflow-run")]).toEqual([3, 2]);
  // What there is, is told also to who stops at once.
  expect(await waitForRun("app", id, { attempt: 2, isCancelled: () => true })).toMatchObject({ attempt: 1 });
  faults.add({ operation: "actions/get-workflow-run", does: { kind: "status", status: 503 } });
  await expect(waitForRun("app", id, { isCancelled: () => true })).rejects.toMatchObject({
    code: "busy",
    data: { runId: id },
  });
});

test("a wait goes on below a fifth of the allowance, seldom, and who names the lane keeps to it", async () => {
  await using emulated = await start({ limits: { core: { user: 100 } }, fetch: { limits: { reserve: 0 } } });
  const { triggerWorkflow, waitForRun } = workflowMethods(emulated.session);
  const { actions, requests } = emulated.github;
  const id = await triggerWorkflow("app", "deploy.yml");
  const api = await emulated.session.api("acme/app");
  const use = async (down: number) => {
    for (let left = 100; left > down; ) {
      const { headers } = await api.request("GET /repos/{owner}/{repo}/labels/{name}", {
        owner: "acme",
        repo: "app",
        name: "bug",
        headers: { "if-none-match": "" },
      });
      left = Number(headers["x-ratelimit-remaining"]);
    }
  };
  await use(15);
  requests.clear();
  await expect(waitForRun("app", id, { timeoutMs: 100_000 })).rejects.toMatchObject({
    code: "busy",
    data: { status: "queued" },
  });
  expect(requests.count("actions/get-workflow-run")).toBeLessThanOrEqual(4);
  const onRun = ({ status }: { status: string }) => {
    if (status === "queued") actions.advance(id, { status: "completed" });
  };
  expect(await waitForRun("app", id, { onRun, timeoutMs: 120_000 })).toMatchObject({ status: "completed" });
  await expect(waitForRun("app", id, { lane: "poll", timeoutMs: 60_000 })).rejects.toMatchObject({
    code: "rate_limited",
  });
});
