/**
 * @module Runs a run again: all of it, what failed, or one job. Each time is an attempt, and the earlier ones are kept.
 *
 * @see https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
 */
import { Refusal } from "../http/refusal.ts";
import type { JobRow, RunRow } from "../world/action-rows.ts";
import type { Act } from "./act.ts";
import { makeRoom } from "./concurrency.ts";
import { addJob, jobsOf } from "./jobs.ts";
import { tellOfJob, tellOfRun } from "./run-events.ts";

const rerunnableMs = 30 * 86_400_000;

/** @throws {Refusal} 403 while it runs, and a month later */
export function rerun(act: Act, run: RunRow): RunRow {
  checkMayRerun(act, run);
  return attemptAgain(act, run, jobsOf(act, run));
}

/** And the jobs that need those. @throws {Refusal} 403, also where nothing failed */
export function rerunFailed(act: Act, run: RunRow): RunRow {
  checkMayRerun(act, run);
  const jobs = jobsOf(act, run);
  const failed = jobs.filter(({ conclusion }) => conclusion !== "success" && conclusion !== "skipped");
  if (failed.length === 0) {
    throw new Refusal(403, "This workflow run cannot be retried: it has no failed jobs");
  }
  return attemptAgain(act, run, withDependents(jobs, failed));
}

/** And the jobs that need it. @throws {Refusal} 403 */
export function rerunJob(act: Act, run: RunRow, job: JobRow): RunRow {
  checkMayRerun(act, run);
  const jobs = jobsOf(act, run);
  const current = jobs.find(({ name }) => name === job.name);
  if (current === undefined) throw new Refusal(403, "The job is not part of the latest attempt");
  return attemptAgain(act, run, withDependents(jobs, [current]));
}

function checkMayRerun({ nowMs }: Act, run: RunRow): void {
  if (run.status !== "completed") throw new Refusal(403, "This workflow run is already running");
  if (run.createdAt < nowMs - rerunnableMs) {
    throw new Refusal(403, "Unable to retry this workflow run because it was created over a month ago");
  }
}

function withDependents(jobs: readonly JobRow[], chosen: readonly JobRow[]): readonly JobRow[] {
  const names = new Set(chosen.map(({ name }) => name));
  // What needs a job that is added on the way is found the next time.
  for (let before = 0; before !== names.size; ) {
    before = names.size;
    for (const { name, needs } of jobs) if (needs.some((needed) => names.has(needed))) names.add(name);
  }
  return jobs.filter(({ name }) => names.has(name));
}

/** @param chosen those that run again; the others stay as they ended */
function attemptAgain(act: Act, run: RunRow, chosen: readonly JobRow[]): RunRow {
  const { world } = act.services;
  const before = jobsOf(act, run);
  const { attempt, conclusion, triggeringActorId, hasLogs, updatedAt, startedAt } = run;
  const again = world.runs.put({
    ...run,
    attempt: run.attempt + 1,
    status: makeRoom(act, run.concurrency, run.id),
    conclusion: null,
    triggeringActorId: act.actor.id,
    hasLogs: true,
    earlier: [...run.earlier, { attempt, conclusion, triggeringActorId, hasLogs, updatedAt, startedAt }],
    startedAt: act.nowMs,
    updatedAt: act.nowMs,
  });
  const queued: JobRow[] = [];
  for (const job of before) {
    if (chosen.includes(job)) {
      const steps = job.steps.slice(1, -1).map(({ name }) => name);
      queued.push(addJob(act, again, { ...job, steps }));
    } else world.jobs.put({ ...job, id: world.jobs.nextId(), attempt: again.attempt });
  }
  tellOfRun(act, "requested", again);
  for (const job of queued) tellOfJob(act, "queued", job);
  return again;
}
