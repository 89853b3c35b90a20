/**
 * @module What is done to runs of workflows: their life, from being queued to being completed, and again.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs
 */
import type { JsonObject } from "../../base/json.ts";
import { fillIn } from "../actions/expression.ts";
import type { KnownWorkflow } from "../actions/workflows.ts";
import { nameOfRef } from "../git/revisions.ts";
import { Refusal } from "../http/refusal.ts";
import { jobToJson, runToJson, workflowToJson } from "../shapes/action-json.ts";
import type { Concurrency, JobRow, RunConclusion, RunRow, RunStatus, StepRow } from "../world/action-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";
import { actionsApp } from "./apps.ts";
import { tellOfJobCheck, tellOfRunSuite } from "./checks.ts";

export interface RunStart {
  readonly event: string;
  /** `refs/heads/main`. */
  readonly ref: string;
  /** Where the ref is none of a branch or a tag. */
  readonly headBranch?: string;
  readonly headSha: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What the run is called where the workflow has no `run-name`. */
  readonly title?: string | undefined;
}

const rerunnableMs = 30 * 86_400_000;

export function startRun(act: Act, { workflow, file }: KnownWorkflow, start: RunStart): RunRow {
  const { world } = act.services;
  // Its jobs are check runs of this app.
  actionsApp(world, act.repository.ownerId, act.nowMs);
  const contexts = contextsOf(act, workflow.name, start);
  const concurrency: Concurrency | null =
    file.concurrency === undefined
      ? null
      : { ...file.concurrency, group: fillIn(file.concurrency.group, contexts) };
  const id = world.runs.nextId();
  const status = makeRoom(act, concurrency, id);
  const earlier = world.runs.by("workflow", workflow.id);
  const run = world.runs.put({
    id,
    repositoryId: act.repository.id,
    workflowId: workflow.id,
    name: workflow.name,
    title: file.runName === undefined ? (start.title ?? workflow.name) : fillIn(file.runName, contexts),
    number: (earlier.at(-1)?.number ?? 0) + 1,
    attempt: 1,
    event: start.event,
    status,
    conclusion: null,
    ref: start.ref,
    headBranch: start.headBranch ?? nameOfRef(start.ref),
    headSha: start.headSha,
    actorId: act.actor.id,
    triggeringActorId: act.actor.id,
    concurrency,
    hasLogs: true,
    inputs: start.inputs ?? {},
    payload: start.payload,
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
    startedAt: act.nowMs,
  });
  for (const { name, steps } of file.jobs) addJob(act, run, name, steps);
  tellOfRun(act, "requested", run);
  for (const job of jobsOf(act, run)) tellOfJob(act, "queued", job);
  return run;
}

function contextsOf({ repository, actor }: Act, workflow: string, start: RunStart): JsonObject {
  return {
    github: {
      workflow,
      ref: start.ref,
      ref_name: nameOfRef(start.ref),
      sha: start.headSha,
      actor: actor.login,
      event_name: start.event,
      repository: repository.name,
      event: start.payload as JsonObject,
    },
    inputs: (start.inputs ?? {}) as JsonObject,
  };
}

/** A newer run that waits takes the place of an older one; those in progress end only where that is wanted. */
function makeRoom(act: Act, concurrency: Concurrency | null, newId: number): RunStatus {
  if (concurrency === null) return "queued";
  const others = act.services.world.runs
    .by("repository", act.repository.id)
    .filter(
      (run) => run.id !== newId && run.status !== "completed" && run.concurrency?.group === concurrency.group,
    );
  for (const run of others) {
    if (run.status === "pending" || concurrency.cancelsInProgress) {
      completeRun(act, run, "cancelled", { isReplaced: true });
    }
  }
  return concurrency.cancelsInProgress || others.every(({ status }) => status === "pending")
    ? "queued"
    : "pending";
}

function addJob(
  { services: { world }, nowMs }: Act,
  run: RunRow,
  name: string,
  steps: readonly string[],
): JobRow {
  return world.jobs.put({
    id: world.jobs.nextId(),
    runId: run.id,
    attempt: run.attempt,
    name,
    status: "queued",
    conclusion: null,
    steps: ["Set up job", ...steps, "Complete job"].map(
      (step, at): StepRow => ({
        name: step,
        number: at + 1,
        status: "queued",
        conclusion: null,
        startedAt: null,
        completedAt: null,
        log: "",
      }),
    ),
    log: "",
    createdAt: nowMs,
    startedAt: null,
    completedAt: null,
  });
}

/** Of the current attempt. */
export function jobsOf({ services: { world } }: Pick<Act, "services">, run: RunRow): readonly JobRow[] {
  return world.jobs.by("run", run.id).filter(({ attempt }) => attempt === run.attempt);
}

/** What is known of a job that ended. */
export interface JobResult {
  readonly name: string;
  readonly conclusion?: RunConclusion;
  readonly log?: string;
  readonly steps?: readonly {
    readonly name: string;
    readonly conclusion?: RunConclusion;
    readonly log?: string;
  }[];
}

export interface RunResult {
  /** Where absent, the run's conclusion is every job's. */
  readonly jobs?: readonly JobResult[];
  /** Of the first job. */
  readonly log?: string;
}

/** Lets a run that waits, or is taken, begin or wait on. */
export function setRunStatus(act: Act, run: RunRow, status: Exclude<RunStatus, "completed">): RunRow {
  const { world } = act.services;
  const changed = world.runs.put({ ...run, status, updatedAt: act.nowMs });
  if (status !== "in_progress") return changed;
  tellOfRun(act, "in_progress", changed);
  for (const job of jobsOf(act, run)) {
    if (job.status === "completed") continue;
    const taken = world.jobs.put({
      ...job,
      status: "in_progress",
      startedAt: act.nowMs,
      steps: job.steps.map((step, at) =>
        at === 0 ? { ...step, status: "in_progress", startedAt: act.nowMs } : step,
      ),
    });
    tellOfJob(act, "in_progress", taken);
  }
  return changed;
}

export function completeRun(
  act: Act,
  run: RunRow,
  conclusion: RunConclusion,
  { jobs, log, isReplaced = false }: RunResult & { readonly isReplaced?: boolean } = {},
): RunRow {
  const { world } = act.services;
  for (const result of jobs ?? []) {
    // A job that the file does not name, as those of a matrix.
    if (!jobsOf(act, run).some(({ name }) => name === result.name)) addJob(act, run, result.name, []);
  }
  for (const [at, job] of jobsOf(act, run).entries()) {
    if (job.status === "completed") continue;
    const result = jobs?.find(({ name }) => name === job.name) ?? { name: job.name };
    const ended = world.jobs.put(
      endJob(act, job, { conclusion, ...(at === 0 && log !== undefined ? { log } : {}), ...result }),
    );
    tellOfJob(act, "completed", ended);
  }
  const changed = world.runs.put({ ...run, status: "completed", conclusion, updatedAt: act.nowMs });
  tellOfRun(act, "completed", changed);
  tellOfRunSuite(act, changed);
  if (!isReplaced) releaseGroup(act, changed);
  return changed;
}

function endJob(
  { nowMs }: Act,
  job: JobRow,
  { conclusion = "success", log = "", steps }: Omit<JobResult, "name">,
): JobRow {
  const named =
    steps === undefined
      ? job.steps
      : [job.steps[0]!, ...steps, job.steps.at(-1)!].map((step, at) => ({
          log: "",
          ...step,
          number: at + 1,
        }));
  const failedAt = conclusion === "success" ? -1 : named.length - 2;
  return {
    ...job,
    status: "completed",
    conclusion,
    log,
    startedAt: job.startedAt ?? nowMs,
    completedAt: nowMs,
    steps: named.map((step, at) => ({
      name: step.name,
      number: step.number,
      log: step.log,
      status: "completed",
      conclusion: step.conclusion ?? (at === failedAt ? conclusion : "success"),
      startedAt: job.startedAt ?? nowMs,
      completedAt: nowMs,
    })),
  };
}

/** The one that waited for this run begins. */
function releaseGroup(act: Act, { concurrency, repositoryId }: RunRow): void {
  if (concurrency === null) return;
  const next = act.services.world.runs
    .by("repository", repositoryId)
    .find(({ status, concurrency: other }) => status === "pending" && other?.group === concurrency.group);
  if (next !== undefined) setRunStatus(act, next, "queued");
}

/** @throws {Refusal} 409 once it is completed */
export function cancelRun(act: Act, run: RunRow): void {
  if (run.status === "completed") throw new Refusal(409, "Cannot cancel a workflow run that is completed.");
  completeRun(act, run, "cancelled");
}

/** @throws {Refusal} 403 while it runs, and a month later */
export function rerun(act: Act, run: RunRow, onlyFailed: boolean): RunRow {
  if (run.status !== "completed") throw new Refusal(403, "This workflow run is already running");
  if (run.createdAt < act.nowMs - rerunnableMs) {
    throw new Refusal(403, "Unable to retry this workflow run because it was created over a month ago");
  }
  const before = jobsOf(act, run);
  const isKept = ({ conclusion }: JobRow) =>
    onlyFailed && (conclusion === "success" || conclusion === "skipped");
  if (onlyFailed && before.every(isKept)) {
    throw new Refusal(403, "This workflow run cannot be retried: it has no failed jobs");
  }
  const { world } = act.services;
  const again = world.runs.put({
    ...run,
    attempt: run.attempt + 1,
    status: makeRoom(act, run.concurrency, run.id),
    conclusion: null,
    triggeringActorId: act.actor.id,
    hasLogs: true,
    startedAt: act.nowMs,
    updatedAt: act.nowMs,
  });
  for (const job of before) {
    if (isKept(job)) world.jobs.put({ ...job, id: world.jobs.nextId(), attempt: again.attempt });
    else
      addJob(
        act,
        again,
        job.name,
        job.steps.slice(1, -1).map(({ name }) => name),
      );
  }
  tellOfRun(act, "requested", again);
  return again;
}

function tellOfRun(act: Act, action: string, run: RunRow): void {
  const place = { ...placeOf(act), git: act.services.git };
  const workflow = act.services.world.workflows.get(run.workflowId)!;
  tell(act, "workflow_run", action, {
    workflow_run: runToJson(place, run),
    workflow: workflowToJson(place, workflow),
  });
}

function tellOfJob(act: Act, action: string, job: JobRow): void {
  tell(act, "workflow_job", action, { workflow_job: jobToJson(placeOf(act), job) });
  const run = act.services.world.runs.get(job.runId)!;
  if (action === "queued") tellOfJobCheck(act, "created", run, job);
  if (action === "completed") tellOfJobCheck(act, "completed", run, job);
}
