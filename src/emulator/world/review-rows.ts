/**
 * @module What is kept of reviews of pull requests, and of comments on their lines.
 */
import type { Row } from "./collection.ts";

export interface ReviewRow extends Row {
  readonly repositoryId: number;
  /** The pull request. */
  readonly issueId: number;
  readonly userId: number;
  readonly state: "PENDING" | "COMMENTED" | "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED";
  readonly body: string;
  /** What was looked at. */
  readonly commitOid: string;
  /** `null` while it is pending. */
  readonly submittedAt: number | null;
}

export interface ReviewCommentRow extends Row {
  readonly repositoryId: number;
  /** The pull request. */
  readonly issueId: number;
  readonly reviewId: number;
  readonly authorId: number;
  readonly body: string;
  readonly path: string;
  readonly commitOid: string;
  /** `null` for a comment on the whole file. */
  readonly line: number | null;
  readonly side: "LEFT" | "RIGHT";
  readonly startLine: number | null;
  readonly startSide: "LEFT" | "RIGHT" | null;
  /** How many lines below the first `@@` of the file. */
  readonly position: number;
  readonly diffHunk: string;
  readonly inReplyToId: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}
