/**
 * @module What is kept of commit statuses, and of check runs and suites of apps. The checks of Actions are its jobs.
 */
import type { Row } from "./collection.ts";

export interface StatusRow extends Row {
  readonly repositoryId: number;
  readonly sha: string;
  readonly context: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly targetUrl: string | null;
  readonly description: string | null;
  readonly creatorId: number;
  /** The app that set it. */
  readonly appId: number | null;
  readonly createdAt: number;
}

export type CheckStatus = "queued" | "in_progress" | "completed";
export type CheckConclusion =
  | "success"
  | "failure"
  | "neutral"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "action_required";

export interface CheckRunRow extends Row {
  readonly repositoryId: number;
  readonly suiteId: number;
  readonly appId: number;
  readonly name: string;
  readonly headSha: string;
  readonly status: CheckStatus;
  readonly conclusion: CheckConclusion | null;
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly annotations: readonly AnnotationRow[];
  readonly startedAt: number;
  readonly completedAt: number | null;
}

export interface AnnotationRow {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  readonly endColumn: number | null;
  readonly level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title: string | null;
  readonly rawDetails: string | null;
}

/** All check runs of one app on one commit. */
export interface CheckSuiteRow extends Row {
  readonly repositoryId: number;
  readonly appId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  /** What the branch pointed to before. */
  readonly before: string | null;
  /** Whether it was asked for again, and nothing has been reported since. */
  readonly isRerequested: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}
