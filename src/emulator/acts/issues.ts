/**
 * @module What is done to issues, with everything that GitHub does beside it: events, times, webhooks.
 */
import { roleOf } from "../access/permissions.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import { isPull, pullOids } from "../shapes/pull-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { IssueRow, MilestoneRow } from "../world/issue-rows.ts";
import type { Act } from "./act.ts";
import { checkBody, checkTitle, isBodyTooLong, withEdit } from "./bodies.ts";
import { note, noteAssignee, noteLabel, noteMilestone, noteType, tellOfIssue } from "./issue-events.ts";
import {
  checkFieldValues,
  type FieldValueInput,
  readFieldValues,
  setFieldValues,
} from "./issue-field-values.ts";
import { checkIssueType, mustFindIssueType, setIssueType } from "./issue-types.ts";
import { checkLabelsNamed, labelsNamed } from "./labels.ts";

const mostAssignees = 10;

export interface NewIssue {
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  /** Its number. */
  readonly milestone?: number | null;
  /** Its name. */
  readonly type?: string | null;
  /** Of an edit, all that there shall be. */
  readonly fieldValues?: readonly FieldValueInput[];
}

export interface IssueEdit extends Partial<NewIssue> {
  readonly state?: "open" | "closed";
  readonly stateReason?: IssueRow["stateReason"];
}

/** @throws {Refusal} 410 where there are none */
export function checkHasIssues({ repository }: Pick<Act, "repository">): void {
  if (!repository.hasIssues) throw new Refusal(410, "Issues has been disabled in this repository.");
}

/** What only some may set is dropped in silence for the others. @throws {Refusal} 422 */
export function openIssue(act: Act, input: NewIssue): IssueRow {
  const { world } = act.services;
  checkTitle(input.title);
  checkBody("Issue", input.body ?? "");
  const mayTriage = hasRole(act.role, "triage");
  const assigneeIds = mayTriage ? assigneesNamed(act, input.assignees ?? []) : [];
  const milestone =
    mayTriage && input.milestone != null ? mustFindMilestone(act, input.milestone) : undefined;
  const type = mayTriage && input.type != null ? mustFindIssueType(act, input.type, false) : undefined;
  const values = hasFields(act) ? readFieldValues(act, input.fieldValues ?? []) : undefined;
  // The last of all that can be refused: new labels are made here.
  const labels = mayTriage ? labelsNamed(act, input.labels ?? []) : [];
  const number = takeNumber(act);
  const issue = world.issues.put({
    id: world.issues.nextId(),
    repositoryId: act.repository.id,
    number,
    title: input.title.trim(),
    body: input.body ?? null,
    authorId: act.actor.id,
    ...(act.principal.kind === "installation" ? { appId: act.principal.app.id } : {}),
    state: "open",
    stateReason: null,
    labelIds: labels.map(({ id }) => id),
    assigneeIds,
    milestoneId: milestone?.id ?? null,
    typeId: type?.id ?? null,
    isLocked: false,
    lockReason: null,
    commentsEver: 0,
    pull: null,
    closedAt: null,
    closedById: null,
    edits: [],
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  });
  tellOfIssue(act, "opened", issue);
  for (const label of labels) noteLabel(act, issue, "labeled", label.id);
  for (const id of assigneeIds) noteAssignee(act, issue, "assigned", id);
  if (milestone !== undefined) noteMilestone(act, issue, "milestoned", milestone);
  if (type !== undefined) noteType(act, issue, undefined, type);
  return values === undefined ? issue : setFieldValues(act, issue, values, false);
}

/** Whether somebody may say what is in an organisation's fields; others have none, and it is dropped in silence. */
function hasFields({ services: { world }, repository, role }: Act): boolean {
  return hasRole(role, "write") && world.accounts.get(repository.ownerId)?.kind === "Organization";
}

/** Issues and pull requests of a repository share one row of numbers. */
export function takeNumber(act: Pick<Act, "services" | "repository">): number {
  const { repositories } = act.services.world;
  const repository = repositories.get(act.repository.id)!;
  const lastNumber = repository.lastNumber + 1;
  repositories.put({ ...repository, lastNumber });
  return lastNumber;
}

/**
 * Who wrote an issue may change its words and its state, but reopens only what they have closed themselves; the rest wants
 * triage, and is dropped in silence for the author.
 * All of an edit takes place, or nothing of it.
 *
 * @throws {Refusal} 403, 422
 */
export function editIssue(act: Act, issue: IssueRow, edit: IssueEdit): IssueRow {
  checkEdit(act, issue, edit);
  let changed = setState(act, editWords(act, issue, edit), edit);
  if (!hasRole(act.role, "triage")) return changed;
  if (edit.labels !== undefined) changed = setLabels(act, changed, edit.labels);
  if (edit.assignees !== undefined) changed = setAssignees(act, changed, assigneesNamed(act, edit.assignees));
  if (edit.milestone !== undefined) changed = setMilestone(act, changed, edit.milestone);
  if (edit.type !== undefined) changed = setIssueType(act, changed, edit.type);
  if (edit.fieldValues !== undefined && hasFields(act))
    changed = setFieldValues(act, changed, readFieldValues(act, edit.fieldValues), true);
  return changed;
}

/** @throws {Refusal} 403, 422 */
function checkEdit(act: Act, issue: IssueRow, edit: IssueEdit): void {
  const mayTriage = hasRole(act.role, "triage");
  const isOwn = issue.authorId === act.actor.id;
  if (!mayTriage && !isOwn) throw mustBeAdmin();
  const isReopened = edit.state === "open" && issue.state === "closed";
  if (isReopened && !mayTriage && issue.closedById !== act.actor.id) throw validationFailed();
  if (edit.title !== undefined) checkTitle(edit.title);
  const { title, body } = wordsAfter(issue, edit);
  const isReworded = title !== issue.title || body !== issue.body;
  if (isReworded && !isOwn && !hasRole(act.role, "write")) throw mustBeAdmin();
  if (!mayTriage) return;
  if (edit.assignees !== undefined) assigneesNamed(act, edit.assignees);
  if (edit.milestone != null) mustFindMilestone(act, edit.milestone);
  if (edit.type != null) checkIssueType(act, issue, edit.type);
  if (edit.fieldValues !== undefined && hasFields(act)) checkFieldValues(act, issue, edit.fieldValues);
  if (edit.labels !== undefined) checkLabelsNamed(act, edit.labels);
}

function mustBeAdmin(): Refusal {
  return new Refusal(403, "Must have admin rights to Repository.");
}

function wordsAfter(issue: IssueRow, edit: IssueEdit): Pick<IssueRow, "title" | "body"> {
  // GitHub answers 200 to a body that is too long, and keeps the old one.
  const isBodyKept = edit.body === undefined || isBodyTooLong(edit.body ?? "");
  return {
    title: edit.title?.trim() ?? issue.title,
    body: isBodyKept ? issue.body : (edit.body ?? null),
  };
}

function editWords(act: Act, issue: IssueRow, edit: IssueEdit): IssueRow {
  const { title, body } = wordsAfter(issue, edit);
  if (title === issue.title && body === issue.body) return issue;
  const edits =
    body === issue.body
      ? issue.edits
      : withEdit(issue, { editorId: act.actor.id, at: act.nowMs, body: body ?? "" });
  const changed = touch(act, { ...issue, title, body, edits });
  if (title !== issue.title) note(act, changed, "renamed", { rename: { from: issue.title, to: title } });
  tellOfIssue(act, "edited", changed, {
    changes: {
      ...(title === issue.title ? {} : { title: { from: issue.title } }),
      ...(body === issue.body ? {} : { body: { from: issue.body ?? "" } }),
    },
  });
  return changed;
}

function setState(act: Act, issue: IssueRow, { state = issue.state, stateReason }: IssueEdit): IssueRow {
  const { nowMs, actor } = act;
  if (state === "open" && issue.state === "closed") {
    const reopened = touch(act, {
      ...issue,
      state,
      stateReason: issue.pull === null ? "reopened" : null,
      closedAt: null,
      closedById: null,
    });
    note(act, reopened, "reopened", { stateReason: "reopened" });
    tellOfIssue(act, "reopened", reopened);
    return reopened;
  }
  if (state === "closed" && issue.state === "open") {
    const reason = stateReason == null || stateReason === "reopened" ? "completed" : stateReason;
    const closed = touch(act, {
      ...issue,
      state,
      stateReason: issue.pull === null ? reason : null,
      pull: isPull(issue)
        ? { ...issue.pull, ...pullOids(act.services.git.repository(act.repository.id), issue) }
        : null,
      closedAt: nowMs,
      closedById: actor.id,
    });
    note(act, closed, "closed", { stateReason: reason });
    tellOfIssue(act, "closed", closed);
    return closed;
  }
  const isNewReason =
    state === "closed" &&
    issue.pull === null &&
    stateReason != null &&
    stateReason !== "reopened" &&
    stateReason !== issue.stateReason;
  return isNewReason ? touch(act, { ...issue, stateReason }) : issue;
}

/** @throws {Refusal} 422 */
export function setLabels(act: Act, issue: IssueRow, names: readonly string[]): IssueRow {
  const labelIds = labelsNamed(act, names).map(({ id }) => id);
  const added = labelIds.filter((id) => !issue.labelIds.includes(id));
  const removed = issue.labelIds.filter((id) => !labelIds.includes(id));
  if (added.length + removed.length === 0) return issue;
  const kept = issue.labelIds.filter((id) => labelIds.includes(id));
  const changed = touch(act, { ...issue, labelIds: [...kept, ...added] });
  for (const id of added) noteLabel(act, changed, "labeled", id);
  for (const id of removed) noteLabel(act, changed, "unlabeled", id);
  return changed;
}

export function labelNamesOf({ services: { world } }: Act, issue: IssueRow): string[] {
  return issue.labelIds.flatMap((id) => world.labels.get(id)?.name ?? []);
}

export function setAssignees(act: Act, issue: IssueRow, assigneeIds: readonly number[]): IssueRow {
  const wanted = assigneeIds.slice(0, mostAssignees);
  const added = wanted.filter((id) => !issue.assigneeIds.includes(id));
  const removed = issue.assigneeIds.filter((id) => !wanted.includes(id));
  if (added.length + removed.length === 0) return issue;
  const changed = touch(act, { ...issue, assigneeIds: wanted });
  for (const id of added) noteAssignee(act, changed, "assigned", id);
  for (const id of removed) noteAssignee(act, changed, "unassigned", id);
  return changed;
}

export function setMilestone(act: Act, issue: IssueRow, number: number | null): IssueRow {
  const milestone = number === null ? undefined : mustFindMilestone(act, number);
  if ((milestone?.id ?? null) === issue.milestoneId) return issue;
  const before =
    issue.milestoneId === null ? undefined : act.services.world.milestones.get(issue.milestoneId);
  const changed = touch(act, { ...issue, milestoneId: milestone?.id ?? null });
  if (before !== undefined) noteMilestone(act, changed, "demilestoned", before);
  if (milestone !== undefined) noteMilestone(act, changed, "milestoned", milestone);
  return changed;
}

/** @param reason `null` to unlock without one */
export function setLocked(
  act: Act,
  issue: IssueRow,
  isLocked: boolean,
  reason: IssueRow["lockReason"],
): IssueRow {
  const changed = touch(act, { ...issue, isLocked, lockReason: isLocked ? reason : null });
  note(act, changed, isLocked ? "locked" : "unlocked", isLocked ? { lockReason: reason } : {});
  tellOfIssue(act, isLocked ? "locked" : "unlocked", changed);
  return changed;
}

/** People who can be assigned: those who can see the repository as more than the public does. */
export function isAssignable(
  { services: { world }, repository }: Pick<Act, "services" | "repository">,
  userId: number,
): boolean {
  const account = world.accounts.get(userId);
  if (account?.kind !== "User") return false;
  return hasRole(roleOf(world, userId, { ...repository, visibility: "private" }), "read");
}

function assigneesNamed(act: Act, logins: readonly string[]): number[] {
  const ids = logins.map((login) => {
    const account = act.services.world.accounts.find("login", login.toLowerCase());
    if (account === undefined || !isAssignable(act, account.id)) {
      throw validationFailed({ resource: "Issue", field: "assignees", code: "invalid", value: login });
    }
    return account.id;
  });
  return [...new Set(ids)];
}

export function findMilestone(
  act: Pick<Act, "services" | "repository">,
  number: number,
): MilestoneRow | undefined {
  return act.services.world.milestones
    .by("repository", act.repository.id)
    .find((milestone) => milestone.number === number);
}

function mustFindMilestone(act: Act, number: number): MilestoneRow {
  const milestone = findMilestone(act, number);
  if (milestone === undefined) {
    const value = Number.isInteger(number) ? { value: number } : {};
    throw validationFailed({ resource: "Issue", field: "milestone", code: "invalid", ...value });
  }
  return milestone;
}

/** Writes a changed issue, updated now. */
function touch(act: Act, issue: IssueRow): IssueRow {
  return act.services.world.issues.put({ ...issue, updatedAt: act.nowMs });
}
