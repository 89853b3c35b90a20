/**
 * @module Issues: `issues/…` of the REST API.
 *
 * @see https://docs.github.com/rest/issues/issues
 */

import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { roleOfPrincipal } from "../access/permissions.ts";
import type { FieldValueInput } from "../acts/issue-field-values.ts";
import {
  checkHasIssues,
  editIssue,
  type IssueEdit,
  isAssignable,
  openIssue,
  setAssignees,
  setLocked,
} from "../acts/issues.ts";
import { checkReopening } from "../acts/pulls.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed, pageOfLongList } from "../http/pages.ts";
import { moved, notFound, notServed, Refusal } from "../http/refusal.ts";
import { accountToJson } from "../shapes/account-json.ts";
import { commentToJson, eventToJson, issueToJson } from "../shapes/issue-json.ts";
import { isPull } from "../shapes/pull-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { CommentRow, EventRow, IssueRow } from "../world/issue-rows.ts";
import { withFieldValues } from "./issue-field-filter.ts";
import { selectIssues } from "./issue-list.ts";
import { actorOf, forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "issues", level: "read", role: "read" } as const;
/** People who can read may open issues and comment; apps need the permission to write. */
const write = { permission: "issues", level: "write", role: "read" } as const;
/** Pull requests are issues, too: either permission will do for them. */
const onPull = { onPull: "pull_requests" } as const;
const readOne = { ...read, ...onPull };
const writeOne = { ...write, ...onPull };
const lockOne = { ...writeOne, role: "write" } as const;

/** The issue that the path names; pull requests are there even where issues are disabled. @throws {Refusal} 404 where there is none, 410 where it was deleted or there are none at all */
export function issueOf(call: RepositoryCall, from = call.services.world): IssueRow {
  const number = Number(call.params["issue_number"]);
  const key = `${call.repository.id}/${number}`;
  const issue = from.issues.find("number", key);
  if (issue?.pull == null) checkHasIssues(call);
  if (issue !== undefined) return issue;
  const trace = call.services.world.movedIssues.find("number", key);
  if (trace !== undefined) throw movedTo(call, trace.issueId);
  // Numbers are given out once only, so one that was given out and is free is of an issue that was deleted.
  const isGone = number >= 1 && number <= call.repository.lastNumber;
  if (isGone && call.services.world.issues.find("number", key) === undefined)
    throw new Refusal(410, "This issue was deleted");
  throw notFound();
}

/** To where an issue was transferred; who may not look there is told of nothing. */
function movedTo(
  { services: { world }, principal, target, method, urls }: RepositoryCall,
  id: number,
): Refusal {
  const issue = world.issues.get(id);
  const repository = issue && world.repositories.get(issue.repositoryId);
  if (repository === undefined || roleOfPrincipal(world, principal, repository) === "none") return notFound();
  const rest = target.replace(/^\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)\/issues\/\d+/u, "");
  return moved(method, urls.api(`/repositories/${repository.id}/issues/${issue!.number}${rest}`));
}

export const issueOperations: readonly Operation[] = [
  forRepository("issues/list-for-repo", read, (call) => {
    const rows = call.world.issues.by("repository", call.repository.id);
    // Pull requests are there even where issues are disabled.
    const shown = call.repository.hasIssues ? rows : rows.filter(isPull);
    if (shown.length === 0) checkHasIssues(call);
    const issues = withFieldValues(call, shown);
    const all = selectIssues(call.world, issues, call.query);
    const { items, headers } = pageOfLongList(call, all);
    return ok(
      items.map((issue) => issueToJson(call, issue)),
      headers,
    );
  }),
  forRepository("issues/create", write, (call) => {
    checkHasIssues(call);
    const { title, body, labels, assignees, assignee, milestone, type } = call.body;
    const issue = openIssue(actOf(call), {
      title: String(title),
      body: (body ?? null) as string | null,
      labels: labelNamesIn(labels),
      assignees: loginsIn(assignees ?? (assignee ? [assignee] : [])),
      milestone: milestone == null ? null : Number(milestone),
      type: (type ?? null) as string | null,
      fieldValues: fieldValuesIn(call.body["issue_field_values"]),
    });
    const json = issueToJson(call, issue);
    return created(json, json.url);
  }),
  forRepository("issues/get", readOne, (call) => ok(issueToJson(call, issueOf(call, call.world)))),
  forRepository("issues/update", writeOne, (call) => {
    checkNoSuggestions(call);
    const { title, body, state, state_reason, labels, assignees, assignee, milestone } = call.body;
    const type = typeNameIn(call.body["type"]);
    const values = call.body["issue_field_values"];
    // An empty text takes away what was there, as null does: PyGithub sends it.
    const people = assignees ?? (assignee === undefined ? undefined : assignee ? [assignee] : []);
    const edit: IssueEdit = {
      ...(title == null ? {} : { title: String(title) }),
      ...(body === undefined ? {} : { body: body as string | null }),
      ...(state === undefined ? {} : { state: state as "open" | "closed" }),
      ...(state_reason === undefined ? {} : { stateReason: state_reason as IssueRow["stateReason"] }),
      ...(labels === undefined ? {} : { labels: labelNamesIn(labels) }),
      ...(people === undefined ? {} : { assignees: loginsIn(people) }),
      ...(milestone === undefined ? {} : { milestone: isNone(milestone) ? null : Number(milestone) }),
      ...(type === undefined ? {} : { type }),
      ...(values == null ? {} : { fieldValues: fieldValuesIn(values) }),
    };
    const act = actOf(call);
    const issue = issueOf(call);
    if (isPull(issue) && state === "open" && issue.state === "closed") checkReopening(act, issue);
    return ok(issueToJson(call, editIssue(act, issue, edit)));
  }),
  forRepository("issues/lock", lockOne, (call) => {
    const reason = (call.body["lock_reason"] ?? null) as IssueRow["lockReason"];
    setLocked(actOf(call), issueOf(call), true, reason);
    return noContent;
  }),
  forRepository("issues/unlock", lockOne, (call) => {
    setLocked(actOf(call), issueOf(call), false, null);
    return noContent;
  }),
  forRepository("issues/list-assignees", read, (call) =>
    listed(
      call,
      call.world.accounts.all().filter(({ id }) => isAssignable({ ...call, services: call.services }, id)),
      (account) => accountToJson(account, call.urls),
    ),
  ),
  forRepository("issues/check-user-can-be-assigned", read, (call) => {
    const account = call.world.accounts.find("login", call.params["assignee"]!.toLowerCase());
    if (account === undefined || !isAssignable(call, account.id)) throw notFound();
    return noContent;
  }),
  forRepository("issues/add-assignees", writeOne, (call) => {
    const issue = issueOf(call);
    const ids = [...issue.assigneeIds, ...idsNamed(call)].filter((id, at, all) => all.indexOf(id) === at);
    const changed = mayAssign(call) ? setAssignees(actOf(call), issue, ids) : issue;
    return created(issueToJson(call, changed));
  }),
  forRepository("issues/remove-assignees", writeOne, (call) => {
    const issue = issueOf(call);
    const gone = idsNamed(call);
    const left = issue.assigneeIds.filter((id) => !gone.includes(id));
    const changed = mayAssign(call) ? setAssignees(actOf(call), issue, left) : issue;
    return ok(issueToJson(call, changed));
  }),
  forRepository("issues/list-events", readOne, (call) =>
    listed(call, call.world.events.by("issue", issueOf(call, call.world).id), (event) =>
      eventToJson(call, event),
    ),
  ),
  forRepository("issues/list-events-for-repo", read, (call) =>
    listed(call, call.world.events.by("repository", call.repository.id).toReversed(), (event) => ({
      ...eventToJson(call, event),
      issue: issueToJson(call, call.world.issues.get(event.issueId)!),
    })),
  ),
  forRepository("issues/get-event", read, (call) => {
    const event = call.world.events.get(Number(call.params["event_id"]));
    if (event?.repositoryId !== call.repository.id) throw notFound();
    return ok({
      ...eventToJson(call, event),
      issue: issueToJson(call, call.world.issues.get(event.issueId)!),
    });
  }),
  forRepository("issues/list-events-for-timeline", readOne, (call) => {
    const issue = issueOf(call, call.world);
    const items: readonly TimelineItem[] = [
      ...call.world.events.by("issue", issue.id).map((event) => ({ at: event.createdAt, event })),
      ...call.world.comments.by("issue", issue.id).map((comment) => ({ at: comment.createdAt, comment })),
    ];
    return listed(
      call,
      items.toSorted((a, b) => a.at - b.at),
      (item) => timelineItemToJson(call, item),
    );
  }),
];

interface TimelineItem {
  readonly at: number;
  readonly event?: EventRow;
  readonly comment?: CommentRow;
}

function timelineItemToJson(call: RepositoryCall, { event, comment }: TimelineItem) {
  if (event !== undefined) return eventToJson(call, event);
  const json = commentToJson(call, comment!);
  return { ...json, event: "commented", actor: json.user };
}

/** What REST's calls are for {@link acts}. @throws {Refusal} 401 for nobody */
export function actOf(call: RepositoryCall) {
  return { ...call, actor: actorOf(call) };
}

function mayAssign(call: RepositoryCall): boolean {
  return hasRole(call.role, "triage");
}

function idsNamed(call: RepositoryCall): number[] {
  return loginsIn(call.body["assignees"]).flatMap((login) => {
    const account = call.services.world.accounts.find("login", login.toLowerCase());
    return account !== undefined && isAssignable(call, account.id) ? [account.id] : [];
  });
}

/** A name, or an object with one; `null` for none. */
function typeNameIn(type: Json | undefined): string | null | undefined {
  return (isJsonObject(type) ? type["value"] : type) as string | null | undefined;
}

/** What is to be in which fields. */
export function fieldValuesIn(values: Json | undefined): FieldValueInput[] {
  if (!Array.isArray(values)) return [];
  return (values as readonly JsonObject[]).map((entry) => ({
    fieldId: Number(entry["field_id"]),
    value: entry["value"] as FieldValueInput["value"],
  }));
}

/** To do what was only to be proposed would be wrong. @throws {Refusal} 501 */
function checkNoSuggestions({ body }: RepositoryCall): void {
  for (const name of ["labels", "assignees", "type", "issue_field_values"]) {
    const value = body[name];
    const entries = Array.isArray(value) ? value : [value];
    if (entries.some((entry) => isJsonObject(entry) && entry["suggest"] === true))
      throw notServed(`issues/update with ${name} to suggest`);
  }
}

function isNone(value: Json): boolean {
  return value === null || value === "";
}

/** Logins, or objects with a login. */
function loginsIn(people: unknown): string[] {
  return namesIn(people, "login");
}

/** Names, or objects with a name. */
export function labelNamesIn(labels: unknown): string[] {
  return namesIn(labels, "name");
}

function namesIn(list: unknown, key: "login" | "name"): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const name = typeof item === "string" ? item : (item as Readonly<Record<string, unknown>> | null)?.[key];
    return typeof name === "string" ? [name] : [];
  });
}
