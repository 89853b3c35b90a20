/**
 * @module What is told of issues: events in their history, and webhooks.
 */
import { accountToJson } from "../shapes/account-json.ts";
import { issueToJson, labelToJson, milestoneToJson } from "../shapes/issue-json.ts";
import { issueTypeToJson } from "../shapes/planning-json.ts";
import { isPull, pullToJson } from "../shapes/pull-json.ts";
import type { EventDetails, EventRow, IssueRow, MilestoneRow, ToldIssueType } from "../world/issue-rows.ts";
import type { IssueTypeRow } from "../world/planning-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";
import { updatePullRefs } from "./pull-refs.ts";

/** Adds an event to an issue's history. */
export function note(act: Act, issue: IssueRow, event: EventRow["event"], details: EventDetails = {}): void {
  const { events } = act.services.world;
  events.put({
    id: events.nextId(),
    repositoryId: act.repository.id,
    issueId: issue.id,
    actorId: act.actor.id,
    event,
    details,
    createdAt: act.nowMs,
  });
}

export function noteLabel(act: Act, issue: IssueRow, event: "labeled" | "unlabeled", id: number): void {
  const label = act.services.world.labels.get(id);
  if (label === undefined) return;
  note(act, issue, event, { label: { name: label.name, color: label.color } });
  tellOfIssue(act, event, issue, { label: labelToJson(placeOf(act), label) });
}

export function noteAssignee(act: Act, issue: IssueRow, event: "assigned" | "unassigned", id: number): void {
  note(act, issue, event, { assigneeId: id });
  const account = act.services.world.accounts.get(id);
  tellOfIssue(act, event, issue, account === undefined ? {} : { assignee: accountToJson(account, act.urls) });
}

export function noteMilestone(
  act: Act,
  issue: IssueRow,
  event: "milestoned" | "demilestoned",
  milestone: MilestoneRow,
): void {
  note(act, issue, event, { milestone: milestone.title });
  tellOfIssue(act, event, issue, { milestone: milestoneToJson(placeOf(act), milestone) });
}

/** Another type in the place of one is an event of its own; webhooks are told of both. */
export function noteType(
  act: Act,
  issue: IssueRow,
  before: IssueTypeRow | undefined,
  after: IssueTypeRow | undefined,
): void {
  const event = after === undefined ? "removed" : before === undefined ? "added" : "changed";
  note(act, issue, `issue_type_${event}`, {
    ...(after === undefined ? {} : { issueType: typeAsTold(after) }),
    ...(before === undefined ? {} : { previousIssueType: typeAsTold(before) }),
  });
  if (before !== undefined) tellOfIssue(act, "untyped", issue, { type: issueTypeToJson(before) });
  if (after !== undefined) tellOfIssue(act, "typed", issue, { type: issueTypeToJson(after) });
}

function typeAsTold({ id, name, color }: IssueTypeRow): ToldIssueType {
  return { id, name, color };
}

export function tellOfIssue(
  act: Act,
  action: string,
  issue: IssueRow,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const place = placeOf(act);
  if (isPull(issue)) {
    updatePullRefs(act, issue);
    const pull = pullToJson({ ...place, git: gitOf(act) }, issue);
    const told = { ...pull, head: endAsTold(pull.head), base: endAsTold(pull.base) };
    tell(act, "pull_request", action, { number: issue.number, pull_request: told, ...more });
  } else tell(act, "issues", action, { issue: issueToJson(place, issue), ...more });
}

/** Webhooks show of a repository what the REST API shows elsewhere. */
export function endAsTold<E extends { readonly repo: object }>(end: E) {
  return { ...end, repo: { ...end.repo, custom_properties: {} } };
}

function gitOf({ services: { git }, repository }: Act) {
  return git.repository(repository.id);
}
