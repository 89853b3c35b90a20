/**
 * @module A run of a workflow as the client shows it, with everything that GitHub says it can be.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs
 */

/** What a run does. Only `completed` is the end. */
export const runStatuses = ["requested", "waiting", "pending", "queued", "in_progress", "completed"] as const;
export type RunStatus = (typeof runStatuses)[number];

/** How a run, a job or a step ended. */
export const runConclusions = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "skipped",
  "timed_out",
  "action_required",
  "stale",
  "startup_failure",
] as const;
export type RunConclusion = (typeof runConclusions)[number];

export interface WorkflowRun {
  readonly id: number;
  readonly workflowId: number;
  /** Of the workflow. */
  readonly name: string;
  /** What the run is called: by the workflow's `run-name`, or after what started it. */
  readonly displayTitle: string;
  /** Of the workflow's file: `.github/workflows/deploy.yml`. */
  readonly path: string;
  readonly runNumber: number;
  /** From 1; a run that is started again is the next attempt. */
  readonly attempt: number;
  /** `push`, `workflow_dispatch` … */
  readonly event: string;
  readonly status: RunStatus;
  /** Of a completed run. */
  readonly conclusion: RunConclusion | undefined;
  readonly headBranch: string | undefined;
  readonly headSha: string;
  /** Who started it. */
  readonly actor: string | undefined;
  readonly actorId: number | undefined;
  readonly htmlUrl: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Of this attempt. */
  readonly startedAt: string;
}

export interface RunJson {
  readonly id: number | bigint;
  readonly workflow_id: number | bigint;
  readonly name?: string | null;
  readonly display_title: string;
  readonly path: string;
  readonly run_number: number;
  readonly run_attempt?: number;
  readonly event: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly actor?: { readonly login: string; readonly id: number | bigint; readonly type?: string } | null;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly run_started_at?: string;
}

export function toWorkflowRun(json: RunJson): WorkflowRun {
  return {
    id: Number(json.id),
    workflowId: Number(json.workflow_id),
    name: json.name ?? "",
    displayTitle: json.display_title,
    path: json.path,
    runNumber: json.run_number,
    attempt: json.run_attempt ?? 1,
    event: json.event,
    status: toRunStatus(json.status),
    conclusion: toRunConclusion(json.conclusion),
    headBranch: json.head_branch ?? undefined,
    headSha: json.head_sha,
    actor: json.actor?.login,
    actorId: json.actor == null ? undefined : Number(json.actor.id),
    htmlUrl: json.html_url,
    createdAt: json.created_at,
    updatedAt: json.updated_at,
    startedAt: json.run_started_at ?? json.created_at,
  };
}

/** A status that nobody knows yet is not the end: whoever waits goes on waiting. */
function toRunStatus(status: string | null): RunStatus {
  return runStatuses.find((known) => known === status) ?? "queued";
}

/** A conclusion that nobody knows yet is no success. */
export function toRunConclusion(conclusion: string | null): RunConclusion | undefined {
  if (conclusion === null) return undefined;
  return runConclusions.find((known) => known === conclusion) ?? "neutral";
}
