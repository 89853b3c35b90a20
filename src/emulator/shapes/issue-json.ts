/**
 * @module Issues, comments, labels, milestones, reactions and events as the REST API shows them.
 */
import { seesField } from "../access/field-visibility.ts";
import { roleOf } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import { wholeSeconds } from "../clock.ts";
import { hasRole } from "../world/account-rows.ts";
import type {
  CommentRow,
  EventRow,
  IssueRow,
  LabelRow,
  MilestoneRow,
  ReactionContent,
  ReactionRow,
} from "../world/issue-rows.ts";
import { reactionContents } from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { authorToJson } from "./account-json.ts";
import { appToJson } from "./app-json.ts";
import { nodeId } from "./node-id.ts";
import { fieldValueToJson, issueTypeToJson } from "./planning-json.ts";
import { fullNameOf } from "./repository-json.ts";
import type { Urls } from "./urls.ts";

/** Where the shapes of one repository are made. */
export interface Place {
  readonly world: World;
  readonly repository: RepositoryRow;
  readonly urls: Urls;
  readonly version: string;
  /** Who looks; absent in webhooks. */
  readonly principal?: Principal;
}

export function issueNodeId({ repositoryId, id, pull }: IssueRow): string {
  return nodeId(pull === null ? "issue" : "pullRequest", repositoryId, id);
}

export function commentNodeId({ repositoryId, id }: CommentRow): string {
  return nodeId("comment", repositoryId, id);
}

/** `issue`. */
export function issueToJson(place: Place, issue: IssueRow) {
  const { world, repository, urls, version } = place;
  const fullName = fullNameOf(world, repository);
  const url = urls.api(`/repos/${fullName}/issues/${issue.number}`);
  const kind = issue.pull === null ? "issues" : "pull";
  const assignees = issue.assigneeIds.map((id) => authorToJson(world, id, urls));
  const milestone = issue.milestoneId === null ? undefined : world.milestones.get(issue.milestoneId);
  const type = issue.typeId == null ? undefined : world.issueTypes.get(issue.typeId);
  return {
    url,
    repository_url: urls.api(`/repos/${fullName}`),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: urls.html(`/${fullName}/${kind}/${issue.number}`),
    id: issue.id,
    node_id: issueNodeId(issue),
    number: issue.number,
    title: issue.title,
    user: authorToJson(world, issue.authorId, urls),
    labels: issue.labelIds.flatMap((id) => {
      const label = world.labels.get(id);
      return label === undefined ? [] : [labelToJson(place, label)];
    }),
    state: issue.state,
    locked: issue.isLocked,
    ...(version < "2026" ? { assignee: assignees[0] ?? null } : {}),
    assignees,
    milestone: milestone === undefined ? null : milestoneToJson(place, milestone),
    comments: world.comments.by("issue", issue.id).length,
    created_at: wholeSeconds(issue.createdAt),
    updated_at: wholeSeconds(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : wholeSeconds(issue.closedAt),
    author_association: associationOf(world, issue.authorId, repository),
    type: type === undefined ? null : issueTypeToJson(type),
    active_lock_reason: issue.lockReason,
    ...(issue.pull === null
      ? {
          sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
          issue_dependencies_summary: { blocked_by: 0, total_blocked_by: 0, blocking: 0, total_blocking: 0 },
        }
      : { draft: issue.pull.isDraft, pull_request: pullLinks(issue, fullName, urls) }),
    body: issue.body,
    closed_by: issue.closedById === null ? null : authorToJson(world, issue.closedById, urls),
    reactions: rollUp(world, `issue/${issue.id}`, `${url}/reactions`),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: appOf(world, issue.appId ?? null, urls),
    state_reason: issue.stateReason,
    ...(issue.pull === null && world.accounts.get(repository.ownerId)?.kind === "Organization"
      ? { issue_field_values: fieldValuesOf(place, issue).map((row) => fieldValueToJson(world, row)) }
      : {}),
  };
}

/** What one may see of an issue's fields. */
export function fieldValuesOf(place: Pick<Place, "world" | "repository" | "principal">, { id }: IssueRow) {
  const { issueFields, issueFieldValues } = place.world;
  return issueFieldValues.by("issue", id).filter(({ fieldId }) => {
    const field = issueFields.get(fieldId);
    return field !== undefined && seesField(place, field);
  });
}

/** The app through which something was written. */
function appOf(world: World, id: number | null, urls: Urls) {
  const app = id === null ? undefined : world.apps.get(id);
  return app === undefined ? null : appToJson(world, app, urls, false);
}

function pullLinks({ number, pull }: IssueRow, fullName: string, urls: Urls) {
  const html = urls.html(`/${fullName}/pull/${number}`);
  return {
    url: urls.api(`/repos/${fullName}/pulls/${number}`),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: pull!.mergedAt === null ? null : wholeSeconds(pull!.mergedAt),
  };
}

/** `issue-comment`. */
export function commentToJson({ world, repository, urls }: Place, comment: CommentRow) {
  const fullName = fullNameOf(world, repository);
  const issue = world.issues.get(comment.issueId)!;
  const url = urls.api(`/repos/${fullName}/issues/comments/${comment.id}`);
  const kind = issue.pull === null ? "issues" : "pull";
  return {
    url,
    html_url: urls.html(`/${fullName}/${kind}/${issue.number}#issuecomment-${comment.id}`),
    issue_url: urls.api(`/repos/${fullName}/issues/${issue.number}`),
    id: comment.id,
    node_id: commentNodeId(comment),
    user: authorToJson(world, comment.authorId, urls),
    created_at: wholeSeconds(comment.createdAt),
    updated_at: wholeSeconds(comment.updatedAt),
    body: comment.body,
    author_association: associationOf(world, comment.authorId, repository),
    reactions: rollUp(world, `comment/${comment.id}`, `${url}/reactions`),
    performed_via_github_app: appOf(world, comment.appId, urls),
    ...(comment.minimizedFor === undefined ? {} : { minimized: { reason: comment.minimizedFor } }),
  };
}

/** `label`. */
export function labelToJson({ world, repository, urls }: Place, label: LabelRow) {
  return {
    id: label.id,
    node_id: nodeId("label", repository.id, label.id),
    url: urls.api(`/repos/${fullNameOf(world, repository)}/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description,
  };
}

/** `milestone`. */
export function milestoneToJson({ world, repository, urls }: Place, milestone: MilestoneRow) {
  const fullName = fullNameOf(world, repository);
  const url = urls.api(`/repos/${fullName}/milestones/${milestone.number}`);
  const issues = world.issues
    .by("repository", repository.id)
    .filter(({ milestoneId }) => milestoneId === milestone.id);
  const open = issues.filter(({ state }) => state === "open").length;
  return {
    url,
    html_url: urls.html(`/${fullName}/milestone/${milestone.number}`),
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId("milestone", repository.id, milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: authorToJson(world, milestone.creatorId, urls),
    open_issues: open,
    closed_issues: issues.length - open,
    state: milestone.state,
    created_at: wholeSeconds(milestone.createdAt),
    updated_at: wholeSeconds(milestone.updatedAt),
    due_on: milestone.dueOn === null ? null : wholeSeconds(milestone.dueOn),
    closed_at: milestone.closedAt === null ? null : wholeSeconds(milestone.closedAt),
  };
}

/** `reaction`. */
export function reactionToJson({ world, repository, urls }: Place, reaction: ReactionRow) {
  return {
    id: reaction.id,
    node_id: nodeId("reaction", repository.id, reaction.id),
    user: authorToJson(world, reaction.userId, urls),
    content: reaction.content,
    created_at: wholeSeconds(reaction.createdAt),
  };
}

/** `reaction-rollup`. */
export function rollUp(world: World, subject: ReactionRow["subject"], url: string) {
  const reactions = world.reactions.by("subject", subject);
  const count = (content: ReactionContent) =>
    reactions.reduce((sum, reaction) => (reaction.content === content ? sum + 1 : sum), 0);
  return {
    url,
    total_count: reactions.length,
    ...(Object.fromEntries(reactionContents.map((content) => [content, count(content)])) as Record<
      ReactionContent,
      number
    >),
  };
}

/** `issue-event`, as the events of an issue tell it. */
export function eventToJson(place: Place, event: EventRow) {
  const { world, repository, urls } = place;
  const { label, assigneeId, milestone, rename, lockReason, commitOid } = event.details;
  const { issueType, previousIssueType } = event.details;
  const api = urls.api(`/repos/${fullNameOf(world, repository)}`);
  const actor = authorToJson(world, event.actorId, urls);
  return {
    id: event.id,
    node_id: nodeId("event", repository.id, event.id),
    url: `${api}/issues/events/${event.id}`,
    actor,
    event: event.event,
    commit_id: commitOid ?? null,
    commit_url: commitOid === undefined ? null : `${api}/commits/${commitOid}`,
    created_at: wholeSeconds(event.createdAt),
    ...(label === undefined ? {} : { label }),
    ...(assigneeId === undefined ? {} : { assignee: authorToJson(world, assigneeId, urls), assigner: actor }),
    ...(milestone === undefined ? {} : { milestone: { title: milestone } }),
    ...(issueType === undefined ? {} : { issue_type: issueType }),
    ...(previousIssueType === undefined ? {} : { prev_issue_type: previousIssueType }),
    ...(rename === undefined ? {} : { rename }),
    ...(lockReason === undefined ? {} : { lock_reason: lockReason }),
    performed_via_github_app: null,
  };
}

/**
 * What somebody is to a repository, as far as GitHub tells it. It is no permission: private members of an organisation
 * show as contributors, at best.
 */
export function associationOf(world: World, userId: number, repository: RepositoryRow): string {
  if (repository.ownerId === userId) return "OWNER";
  const membership = world.memberships
    .by("user", userId)
    .find(({ organizationId }) => organizationId === repository.ownerId);
  if (membership?.isPublic) return "MEMBER";
  if (world.collaborators.by("user", userId).some(({ repositoryId }) => repositoryId === repository.id))
    return "COLLABORATOR";
  return membership !== undefined && hasRole(roleOf(world, userId, repository), "write")
    ? "CONTRIBUTOR"
    : "NONE";
}
