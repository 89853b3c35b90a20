/**
 * @module What is done to the jobs of a run: they are queued, taken, and end.
 */
import type { JobFile } from "../actions/workflow-file.ts";
import type { JobRow, RunConclusion, RunRow, StepRow } from "../world/action-rows.ts";
import type { Act } from "./act.ts";

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

export function addJob(
  { services: { world }, nowMs }: Act,
  run: RunRow,
  { name, steps, needs, environment }: Omit<JobFile, "id">,
): JobRow {
  return world.jobs.put({
    id: world.jobs.nextId(),
    runId: run.id,
    attempt: run.attempt,
    name,
    needs,
    environment,
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

/** A runner has it, and is at its first step. */
export function takeJob({ services: { world }, nowMs }: Act, job: JobRow): JobRow {
  return world.jobs.put({
    ...job,
    status: "in_progress",
    startedAt: nowMs,
    steps: job.steps.map((step, at) =>
      at === 0 ? { ...step, status: "in_progress", startedAt: nowMs } : step,
    ),
  });
}

export function endJob(
  { services: { world }, nowMs }: Act,
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
  return world.jobs.put({
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
  });
}
