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
  /** `GITHUB_SHA`: what is run. Of a pull request its test merge, while the head is that of its branch. */
  readonly sha: string;
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
  /** The attempts before this one, the first one first. */
  readonly earlier: readonly RunAttempt[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt: number;
}

/** What differs between the attempts of a run. */
type RunAttempt = Pick<
  RunRow,
  "attempt" | "conclusion" | "triggeringActorId" | "hasLogs" | "updatedAt" | "startedAt"
>;

/** Of the runs of a group one is in progress, and one at most waits. */
export interface Concurrency {
  readonly group: string;
  readonly cancelsInProgress: boolean;
}

export interface JobRow extends Row {
  readonly runId: number;
  readonly attempt: number;
  readonly name: string;
  /** Names of the jobs that go before it. */
  readonly needs: readonly string[];
  /** Whose secrets and variables it gets besides. */
  readonly environment: string | null;
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

export interface ArtifactRow extends Row {
  readonly repositoryId: number;
  readonly runId: number;
  readonly name: string;
  /** Base64. */
  readonly zip: string;
  readonly sizeBytes: number;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface EnvironmentRow extends Row {
  readonly repositoryId: number;
  readonly name: string;
  readonly waitMinutes: number;
  readonly preventsSelfReview: boolean;
  readonly reviewers: readonly { readonly kind: "User" | "Team"; readonly id: number }[];
  readonly branchPolicy: { readonly isProtected: boolean; readonly isCustom: boolean } | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Who has a secret or a variable. An environment is named in lower case. */
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
