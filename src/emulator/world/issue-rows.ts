/**
 * @module What is kept of issues, pull requests as items of the issue list, and all that hangs on them.
 */
import type { Row } from "./collection.ts";
import type { PlanningColor } from "./planning-rows.ts";

export interface IssueRow extends Row {
  readonly repositoryId: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly authorId: number;
  /** The app through which it was opened. */
  readonly appId?: number;
  readonly state: "open" | "closed";
  readonly stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  readonly labelIds: readonly number[];
  readonly assigneeIds: readonly number[];
  readonly milestoneId: number | null;
  readonly typeId?: number | null;
  readonly isLocked: boolean;
  readonly lockReason: "off-topic" | "too heated" | "resolved" | "spam" | null;
  /** All comments that there ever were: GitHub counts them against the limit of 2,500. */
  readonly commentsEver: number;
  /** Of a pull request: what it merges. */
  readonly pull: PullPart | null;
  readonly closedAt: number | null;
  readonly closedById: number | null;
  readonly edits: readonly EditRow[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface PullPart {
  /** Branches of the repository, without `refs/heads/`. */
  readonly head: string;
  readonly base: string;
  /** Where they were when it was opened, or closed: branches go. */
  readonly headOid: string;
  readonly baseOid: string;
  readonly isDraft: boolean;
  readonly mergedAt: number | null;
  /** Of a merged one: the commit, and who merged it. */
  readonly mergeOid?: string;
  readonly mergedById?: number;
  /** Who is asked for a review, people and teams. */
  readonly reviewerIds?: readonly number[];
  readonly reviewerTeamIds?: readonly number[];
  /** Who changed the head last; absent: whoever opened it. */
  readonly lastPusherId?: number;
}

/** Where an issue was before it was transferred. */
export interface MovedIssueRow extends Row {
  readonly repositoryId: number;
  readonly number: number;
  /** What it is now. */
  readonly issueId: number;
}

/** One edit of a body; none for a body that is as it was written. The first of them is the writing itself. */
export interface EditRow {
  readonly editorId: number;
  readonly at: number;
  readonly body: string;
}

export interface CommentRow extends Row {
  readonly repositoryId: number;
  readonly issueId: number;
  readonly authorId: number;
  readonly body: string;
  /** The app through which it was written. */
  readonly appId: number | null;
  /** Why it is hidden, where it is. */
  readonly minimizedFor?: MinimizedReason;
  readonly edits: readonly EditRow[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type MinimizedReason = "abuse" | "duplicate" | "off-topic" | "outdated" | "resolved" | "spam";

export const reactionContents = [
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
  "eyes",
] as const;
export type ReactionContent = (typeof reactionContents)[number];

export interface ReactionRow extends Row {
  /** `issue/1`, `comment/1`, `release/1`, or `reviewComment/1` for one on a line. */
  readonly subject: `${"issue" | "comment" | "release" | "reviewComment"}/${number}`;
  readonly userId: number;
  readonly content: ReactionContent;
  readonly createdAt: number;
}

export interface LabelRow extends Row {
  readonly repositoryId: number;
  readonly name: string;
  /** Six hex digits. */
  readonly color: string;
  readonly description: string | null;
  readonly isDefault: boolean;
}

export interface MilestoneRow extends Row {
  readonly repositoryId: number;
  readonly number: number;
  readonly title: string;
  readonly description: string | null;
  readonly state: "open" | "closed";
  readonly creatorId: number;
  readonly dueOn: number | null;
  readonly closedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What happened to an issue, as its events and its timeline tell. */
export interface EventRow extends Row {
  readonly repositoryId: number;
  readonly issueId: number;
  readonly actorId: number;
  readonly event:
    | "closed"
    | "reopened"
    | "merged"
    | "labeled"
    | "unlabeled"
    | "assigned"
    | "unassigned"
    | "milestoned"
    | "demilestoned"
    | "renamed"
    | "locked"
    | "unlocked"
    | "transferred"
    | "issue_type_added"
    | "issue_type_removed"
    | "issue_type_changed";
  readonly details: EventDetails;
  readonly createdAt: number;
}

export interface EventDetails {
  readonly label?: { readonly name: string; readonly color: string };
  readonly assigneeId?: number;
  readonly milestone?: string;
  readonly issueType?: ToldIssueType;
  readonly previousIssueType?: ToldIssueType;
  readonly rename?: { readonly from: string; readonly to: string };
  readonly lockReason?: IssueRow["lockReason"];
  readonly stateReason?: IssueRow["stateReason"];
  readonly commitOid?: string;
}

/** As it was then. */
export interface ToldIssueType {
  readonly id: number;
  readonly name: string;
  readonly color: PlanningColor | null;
}
