import { expect, test } from "vitest";
import { startWithWorkflow as start } from "../../../test/github/emulated-workflows.ts";
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
