/**
 * @module Moves issues to another repository of the same owner, with their comments and reactions.
 *
 * @see https://docs.github.com/issues/tracking-your-work-with-issues/administering-issues/transferring-an-issue-to-another-repository
 */
import { Refusal } from "../http/refusal.ts";
import { issueToJson } from "../shapes/issue-json.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import type { IssueRow, ReactionRow } from "../world/issue-rows.ts";
import { type Act, placeOf } from "./act.ts";
import { note, tellOfIssue } from "./issue-events.ts";
import { checkHasIssues, isAssignable, labelNamesOf, takeNumber } from "./issues.ts";
import { findLabel, labelsNamed } from "./labels.ts";

/**
 * Labels are kept where the other repository has them, or gets them; milestones are not.
 *
 * @param to in the repository that takes it
 * @returns the issue as it is there @throws {Refusal} 403, 410, 422
 */
export function transferIssue(from: Act, issue: IssueRow, to: Act, createLabels: boolean): IssueRow {
  checkTransfer(from, to);
  const { world } = from.services;
  const names = labelNamesOf(from, issue);
  const labels = labelsNamed(
    to,
    createLabels ? names : names.filter((name) => findLabel(to, name) !== undefined),
  );
  const moved: IssueRow = {
    ...issue,
    id: world.issues.nextId(),
    repositoryId: to.repository.id,
    number: takeNumber(to),
    labelIds: labels.map(({ id }) => id),
    assigneeIds: issue.assigneeIds.filter((id) => isAssignable(to, id)),
    milestoneId: null,
    updatedAt: to.nowMs,
  };
  const before = issueToJson(placeOf(from), issue);
  world.issues.put(moved);
  moveWhatHangsOn(from, issue, moved);
  world.issues.remove(issue.id);
  leaveTrace(from, issue, moved);
  note(to, moved, "transferred");
  tellOfIssue({ ...from }, "transferred", issue, {
    changes: { new_issue: issueToJson(placeOf(to), moved), new_repository: shown(to) },
  });
  tellOfIssue(to, "opened", moved, { changes: { old_issue: before, old_repository: shown(from) } });
  return moved;
}

/** @throws {Refusal} 410, 422 */
function checkTransfer(from: Act, to: Act): void {
  checkHasIssues(to);
  const refuse = (message: string) => new Refusal(422, message);
  if (from.repository.id === to.repository.id) throw refuse("Issue is already in this repository");
  if (from.repository.ownerId !== to.repository.ownerId)
    throw refuse("Issues can only be transferred to repositories of the same owner");
  if (from.repository.visibility !== "public" && to.repository.visibility === "public")
    throw refuse("Issues of a private repository cannot be transferred to a public one");
}

function moveWhatHangsOn({ services: { world } }: Act, from: IssueRow, to: IssueRow): void {
  const { comments, reactions, events, issueFieldValues } = world;
  const ids = { issueId: to.id, repositoryId: to.repositoryId };
  const subject: ReactionRow["subject"] = `issue/${to.id}`;
  for (const row of reactions.by("subject", `issue/${from.id}`)) reactions.put({ ...row, subject });
  for (const row of comments.by("issue", from.id)) comments.put({ ...row, ...ids });
  for (const row of events.by("issue", from.id)) events.put({ ...row, ...ids });
  for (const row of issueFieldValues.by("issue", from.id)) issueFieldValues.put({ ...row, ...ids });
}

/** Where it was leads to where it is, also when it moves on. */
function leaveTrace({ services: { world } }: Act, from: IssueRow, to: IssueRow): void {
  const { movedIssues } = world;
  for (const row of movedIssues.by("issue", from.id)) movedIssues.put({ ...row, issueId: to.id });
  movedIssues.put({
    id: movedIssues.nextId(),
    repositoryId: from.repositoryId,
    number: from.number,
    issueId: to.id,
  });
}

function shown({ services: { world }, repository, urls, role, version }: Act) {
  return repositoryToJson(world, repository, { urls, role, version });
}
