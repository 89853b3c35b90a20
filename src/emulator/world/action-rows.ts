/**
 * @module What is kept of GitHub Actions: workflows, runs, jobs, secrets, variables. Workflow files lie in git.
 */
import type { Row } from "./collection.ts";

export interface WorkflowRow extends Row {
  readonly repositoryId: number;
  readonly path: string;
  readonly name: string;
  readonly state: "active" | "disabled_manually" | "deleted";
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type RunStatus = "requested" | "queued" | "waiting" | "pending" | "in_progress" | "completed";
export type RunConclusion =
  | "success"
  | "failure"
  | "neutral"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "action_required"
  | "startup_failure"
  | "stale";

export interface RunRow extends Row {
  readonly repositoryId: number;
  readonly workflowId: number;
  readonly name: string;
  readonly title: string;
  readonly number: number;
  readonly attempt: number;
  readonly event: string;
  readonly status: RunStatus;
  readonly conclusion: RunConclusion | null;
  /** `refs/heads/main`. */
  readonly ref: string;
  readonly headBranch: string | null;
  readonly headSha: string;
  readonly actorId: number;
  /** Who started this attempt. */
  readonly triggeringActorId: number;
  readonly concurrency: Concurrency | null;
  readonly hasLogs: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The payload that started it. */
  readonly payload: unknown;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt: number;
}

/** Of the runs of a group one is in progress, and one at most waits. */
export interface Concurrency {
  readonly group: string;
  readonly cancelsInProgress: boolean;
}

export interface JobRow extends Row {
  readonly runId: number;
  readonly attempt: number;
  readonly name: string;
  readonly status: RunStatus;
  readonly conclusion: RunConclusion | null;
  readonly steps: readonly StepRow[];
  readonly log: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
}

export interface StepRow {
  readonly name: string;
  readonly number: number;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: RunConclusion | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly log: string;
}

/** Who has a secret or a variable. */
export type Scope = `repository/${number}` | `organization/${number}` | `environment/${number}/${string}`;

export interface VariableRow extends Row {
  readonly scope: Scope;
  readonly name: string;
  readonly value: string;
  readonly visibility: "all" | "private" | "selected" | null;
  readonly selectedRepositoryIds: readonly number[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Its value is what was sealed, opened for assertions. */
export type SecretRow = VariableRow;

/** The key pair to which the secrets of a scope are sealed. Base64. */
export interface SealingKeyRow extends Row {
  readonly scope: Scope;
  readonly keyId: string;
  readonly publicKey: string;
  readonly privateKey: string;
}
