/**
 * @module Mutations of issues: opened, edited, closed, reopened, locked, deleted.
 */
import type { Act } from "../../acts/act.ts";
import { deleteIssue } from "../../acts/issue-removal.ts";
import { transferIssue } from "../../acts/issue-transfer.ts";
import { checkHasIssues, editIssue, type IssueEdit, openIssue, setLocked } from "../../acts/issues.ts";
import type { IssueRow } from "../../world/issue-rows.ts";
import { mustFind } from "../find-node.ts";
import { nodeNotFound } from "../problem.ts";
import type { View } from "../view.ts";
import { actIn, actOn, type Mutation, triageIssues, writeIssues } from "./mutation.ts";

export interface IssueInput {
  readonly title?: string | null;
  readonly body?: string | null;
  readonly state?: "OPEN" | "CLOSED" | null;
  readonly labelIds?: readonly string[] | null;
  readonly assigneeIds?: readonly string[] | null;
  readonly milestoneId?: string | null;
  readonly projectIds?: readonly string[] | null;
}

export const issueMutations: Readonly<Record<string, Mutation>> = {
  createIssue: {
    notifies: true,
    opensIssue: true,
    run(view, input) {
      const { title, body } = input as IssueInput;
      const repository = mustFind(view, String(input["repositoryId"]), "repository").row;
      const act = actIn(view, repository, writeIssues);
      checkHasIssues(act);
      const given = editOf(view, input as IssueInput);
      const issue = openIssue(act, { ...given, title: title ?? "", body: body ?? null });
      return { issue: view.nodes.issue(issue) };
    },
  },
  updateIssue: {
    run(view, input) {
      const { act, issue } = issueToChange(view, String(input["id"]));
      const changed = editIssue(act, issue, editOf(view, input as IssueInput));
      return { issue: view.nodes.issue(changed), actor: view.nodes.account(view.actor) };
    },
  },
  closeIssue: {
    run(view, input) {
      const { issueId, stateReason } = input as { issueId: string; stateReason?: string | null };
      const { act, issue } = issueToChange(view, issueId);
      const reason = (stateReason ?? "COMPLETED").toLowerCase() as "completed" | "not_planned" | "duplicate";
      return {
        issue: view.nodes.issue(editIssue(act, issue, { state: "closed", stateReason: reason })),
      };
    },
  },
  reopenIssue: {
    run(view, { issueId }) {
      const { act, issue } = issueToChange(view, String(issueId));
      return { issue: view.nodes.issue(editIssue(act, issue, { state: "open" })) };
    },
  },
  deleteIssue: {
    run(view, { issueId }) {
      const { row: issue } = issueOnly(view, String(issueId));
      const act = actOn(view, issue, { ...writeIssues, role: "admin" });
      deleteIssue(act, issue);
      return { repository: view.nodes.repository(act.repository) };
    },
  },
  transferIssue: {
    notifies: true,
    run(view, { issueId, repositoryId, createLabelsIfMissing }) {
      const { row: issue } = issueOnly(view, String(issueId));
      const target = mustFind(view, String(repositoryId), "repository").row;
      const need = { ...writeIssues, role: "write" } as const;
      const from = actOn(view, issue, need);
      const moved = transferIssue(from, issue, actIn(view, target, need), createLabelsIfMissing === true);
      return { issue: view.nodes.issue(moved) };
    },
  },
  lockLockable: {
    run(view, { lockableId, lockReason }) {
      const { act, issue } = lockable(view, String(lockableId));
      const reason = lockReason == null ? null : readLockReason(String(lockReason));
      const locked = setLocked(act, issue, true, reason);
      return { lockedRecord: view.nodes.issue(locked), actor: view.nodes.account(view.actor) };
    },
  },
  unlockLockable: {
    run(view, { lockableId }) {
      const { act, issue } = lockable(view, String(lockableId));
      const unlocked = setLocked(act, issue, false, null);
      return { unlockedRecord: view.nodes.issue(unlocked), actor: view.nodes.account(view.actor) };
    },
  },
};

function readLockReason(reason: string): IssueRow["lockReason"] {
  const words = reason.toLowerCase();
  return words === "off_topic"
    ? "off-topic"
    : words === "too_heated"
      ? "too heated"
      : (words as "spam" | "resolved");
}

function lockable(view: View, id: string): { readonly act: Act; readonly issue: IssueRow } {
  const { row: issue } = mustFind(view, id, "issue");
  const need = { ...triageIssues, role: "write" } as const;
  return { act: actOn(view, issue, need), issue };
}

function issueToChange(view: View, id: string): { readonly act: Act; readonly issue: IssueRow } {
  const { row: issue } = issueOnly(view, id);
  return { act: actOn(view, issue, writeIssues), issue };
}

function issueOnly(view: View, id: string) {
  const found = mustFind(view, id, "issue");
  if (found.row.pull !== null) throw nodeNotFound(id);
  return found;
}

/** Ids as the names and numbers by which the acts know things. */
export function editOf(
  view: View,
  { title, body, state, labelIds, assigneeIds, milestoneId, projectIds }: IssueInput,
): IssueEdit {
  // There are no projects; programs name none of them.
  for (const id of projectIds ?? []) throw nodeNotFound(id);
  return {
    ...(title == null ? {} : { title }),
    ...(body == null ? {} : { body }),
    ...(state == null ? {} : { state: state === "OPEN" ? "open" : "closed" }),
    ...(labelIds == null ? {} : { labels: labelIds.map((id) => mustFind(view, id, "label").row.name) }),
    ...(assigneeIds == null
      ? {}
      : { assignees: assigneeIds.map((id) => mustFind(view, id, "account").row.login) }),
    ...(milestoneId === undefined
      ? {}
      : { milestone: milestoneId === null ? null : mustFind(view, milestoneId, "milestone").row.number }),
  };
}
