/**
 * @module The life of a run once it was started: it waits, is in progress, is completed or cancelled.
 *
 * @see https://docs.github.com/actions/how-tos/monitor-workflows
 */
import { Refusal } from "../http/refusal.ts";
import type { RunConclusion, RunRow, RunStatus } from "../world/action-rows.ts";
import type { Act } from "./act.ts";
import { type NewArtifact, putArtifacts } from "./artifacts.ts";
import { addJob, endJob, type JobResult, jobsOf, takeJob } from "./jobs.ts";
import { tellOfJob, tellOfRun } from "./run-events.ts";

export interface RunResult {
  /** How each job ended; as the run where absent. */
  readonly jobs?: readonly JobResult[];
  /** Of the first job. */
  readonly log?: string;
  readonly artifacts?: readonly NewArtifact[];
}

/** Lets a run that waits, or is taken, begin or wait on. */
export function setRunStatus(act: Act, run: RunRow, status: Exclude<RunStatus, "completed">): RunRow {
  const { world } = act.services;
  const changed = world.runs.put({ ...run, status, updatedAt: act.nowMs });
  if (status !== "in_progress") return changed;
  tellOfRun(act, "in_progress", changed);
  for (const job of jobsOf(act, run)) {
    if (job.status === "completed") continue;
    const taken = takeJob(act, job);
    tellOfJob(act, "in_progress", taken);
  }
  return changed;
}

export function completeRun(
  act: Act,
  run: RunRow,
  conclusion: RunConclusion,
  { jobs, log, artifacts = [], isReplaced = false }: RunResult & { readonly isReplaced?: boolean } = {},
): RunRow {
  const { world } = act.services;
  // What is wrong with them is said before anything has happened.
  putArtifacts(act, run, artifacts);
  for (const result of jobs ?? []) {
    // A job that the file does not name, as those of a matrix.
    if (!jobsOf(act, run).some(({ name }) => name === result.name))
      addJob(act, run, { name: result.name, steps: [], needs: [], environment: null });
  }
  for (const [at, job] of jobsOf(act, run).entries()) {
    if (job.status === "completed") continue;
    const result = jobs?.find(({ name }) => name === job.name) ?? { name: job.name };
    const ended = { conclusion, ...(at === 0 && log !== undefined ? { log } : {}), ...result };
    tellOfJob(act, "completed", endJob(act, job, ended));
  }
  const changed = world.runs.put({ ...run, status: "completed", conclusion, updatedAt: act.nowMs });
  tellOfRun(act, "completed", changed);
  if (!isReplaced) releaseGroup(act, changed);
  return changed;
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
