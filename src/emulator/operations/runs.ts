/**
 * @module Runs of workflows, their jobs and logs: `actions/…-workflow-run` of the REST API.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs
 */
import { jobsOf } from "../acts/jobs.ts";
import { rerun, rerunFailed, rerunJob } from "../acts/reruns.ts";
import { cancelRun } from "../acts/run-life.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import { counted } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { type ActionPlace, jobToJson, runToJson } from "../shapes/action-json.ts";
import type { JobRow, RunRow } from "../world/action-rows.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { selectRuns } from "./run-list.ts";
import { workflowOf } from "./workflows.ts";

const read = { permission: "actions", level: "read", role: "read" } as const;
const write = { permission: "actions", level: "write", role: "write" } as const;

/** @throws {Refusal} 404 */
export function runOf(call: RepositoryCall, from = call.services.world): RunRow {
  const run = from.runs.get(Number(call.params["run_id"]));
  if (run?.repositoryId !== call.repository.id) throw notFound();
  return run;
}

/** @throws {Refusal} 404 */
function jobOf({ services: { world }, params, repository }: RepositoryCall): JobRow {
  const job = world.jobs.get(Number(params["job_id"]));
  if (job === undefined || world.runs.get(job.runId)?.repositoryId !== repository.id) throw notFound();
  return job;
}

function placeOf(call: RepositoryCall): ActionPlace {
  return { ...call, git: call.services.git, hidesPulls: call.query["exclude_pull_requests"] === "true" };
}

function runsListed(call: RepositoryCall, runs: readonly RunRow[]): Answer {
  const place = placeOf(call);
  return counted(call, "workflow_runs", selectRuns(call.world, runs, call.query), (run) =>
    runToJson(place, run),
  );
}

/** A run as it was at an attempt of the path. @throws {Refusal} 404 */
function attemptOf(call: RepositoryCall, from = call.services.world): RunRow {
  const run = runOf(call, from);
  const wanted = Number(call.params["attempt_number"]);
  if (wanted === run.attempt) return run;
  const earlier = run.earlier.find(({ attempt }) => attempt === wanted);
  if (earlier === undefined) throw notFound();
  return { ...run, ...earlier, status: "completed" };
}

/** @throws {Refusal} 404 */
function logsOf(call: RepositoryCall, { id, attempt, status, hasLogs }: RunRow): Promise<Answer> {
  if (status !== "completed" || !hasLogs) throw notFound();
  return redirectTo(call, `/runs/${id}/${attempt}`);
}

export async function redirectTo({ services }: RepositoryCall, path: string): Promise<Answer> {
  return { status: 302, headers: { location: await services.logs.urlFor(path) } };
}

export const runOperations: readonly Operation[] = [
  forRepository("actions/list-workflow-runs-for-repo", read, (call) =>
    runsListed(call, call.world.runs.by("repository", call.repository.id)),
  ),
  forRepository("actions/list-workflow-runs", read, (call) =>
    runsListed(call, call.world.runs.by("workflow", workflowOf(call).workflow.id)),
  ),
  forRepository("actions/get-workflow-run", read, (call) =>
    ok(runToJson(placeOf(call), runOf(call, call.world))),
  ),
  forRepository("actions/get-workflow-run-attempt", read, (call) =>
    ok(runToJson(placeOf(call), attemptOf(call, call.world))),
  ),
  forRepository("actions/delete-workflow-run", write, (call) => {
    const run = runOf(call);
    const { jobs, runs, artifacts } = call.services.world;
    if (run.status !== "completed") throw new Refusal(403, "Could not delete the workflow run");
    for (const { id } of artifacts.by("run", run.id)) artifacts.remove(id);
    for (const { id } of jobs.by("run", run.id)) jobs.remove(id);
    runs.remove(run.id);
    return noContent;
  }),
  forRepository("actions/list-jobs-for-workflow-run", read, (call) => {
    const run = runOf(call, call.world);
    const jobs = call.query["filter"] === "all" ? call.world.jobs.by("run", run.id) : jobsOf(call, run);
    return counted(call, "jobs", jobs, (job) => jobToJson(call, job));
  }),
  forRepository("actions/list-jobs-for-workflow-run-attempt", read, (call) => {
    const { id, attempt } = attemptOf(call, call.world);
    const jobs = call.world.jobs.by("run", id).filter((job) => job.attempt === attempt);
    return counted(call, "jobs", jobs, (job) => jobToJson(call, job));
  }),
  forRepository("actions/get-job-for-workflow-run", read, (call) => ok(jobToJson(call, jobOf(call)))),
  forRepository("actions/cancel-workflow-run", write, (call) => {
    cancelRun(actOf(call), runOf(call));
    return { status: 202, body: {} };
  }),
  forRepository("actions/force-cancel-workflow-run", write, (call) => {
    cancelRun(actOf(call), runOf(call));
    return { status: 202, body: {} };
  }),
  forRepository("actions/re-run-workflow", write, (call) => {
    rerun(actOf(call), runOf(call));
    return created({});
  }),
  forRepository("actions/re-run-workflow-failed-jobs", write, (call) => {
    rerunFailed(actOf(call), runOf(call));
    return created({});
  }),
  forRepository("actions/re-run-job-for-workflow-run", write, (call) => {
    const job = jobOf(call);
    rerunJob(actOf(call), call.services.world.runs.get(job.runId)!, job);
    return created({});
  }),
  forRepository("actions/download-workflow-run-logs", { ...read, role: "write" }, (call) =>
    logsOf(call, runOf(call)),
  ),
  forRepository("actions/download-workflow-run-attempt-logs", { ...read, role: "write" }, (call) =>
    logsOf(call, attemptOf(call)),
  ),
  forRepository("actions/download-job-logs-for-workflow-run", { ...read, role: "write" }, (call) => {
    const job = jobOf(call);
    const run = call.services.world.runs.get(job.runId)!;
    const { hasLogs } = [...run.earlier, run].find(({ attempt }) => attempt === job.attempt) ?? run;
    if (job.status !== "completed" || !hasLogs) throw notFound();
    return redirectTo(call, `/jobs/${job.id}`);
  }),
  forRepository("actions/delete-workflow-run-logs", write, (call) => {
    const run = runOf(call);
    if (run.status !== "completed")
      throw new Refusal(403, "Logs cannot be deleted while the run is in progress");
    call.services.world.runs.put({
      ...run,
      hasLogs: false,
      earlier: run.earlier.map((attempt) => ({ ...attempt, hasLogs: false })),
    });
    return noContent;
  }),
];
