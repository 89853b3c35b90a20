/**
 * @module What is done to comments of issues.
 */
import { Refusal } from "../http/refusal.ts";
import { commentToJson, issueToJson } from "../shapes/issue-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { CommentRow, IssueRow, MinimizedReason } from "../world/issue-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";
import { blankComment, checkBody, withEdit } from "./bodies.ts";

const mostComments = 2_500;

/** @throws {Refusal} 403, 422 */
export function addComment(act: Act, issue: IssueRow, body: string): CommentRow {
  const { world } = act.services;
  if (issue.isLocked && !hasRole(act.role, "write")) {
    throw new Refusal(403, "Unable to create comment because issue is locked.");
  }
  if (body.trim() === "") throw blankComment();
  checkBody("IssueComment", body);
  if (issue.commentsEver >= mostComments) {
    throw new Refusal(403, `Commenting is disabled on issues with more than ${mostComments} comments`);
  }
  const comment = world.comments.put({
    id: world.comments.nextId(),
    repositoryId: act.repository.id,
    issueId: issue.id,
    authorId: act.actor.id,
    body,
    appId: act.principal.kind === "installation" ? act.principal.app.id : null,
    edits: [],
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  });
  world.issues.put({ ...issue, commentsEver: issue.commentsEver + 1, updatedAt: act.nowMs });
  tellOfComment(act, "created", comment);
  return comment;
}

/** @throws {Refusal} 403 unless it is one's own, or one may write in the repository; 422 */
export function editComment(act: Act, comment: CommentRow, body: string): CommentRow {
  checkMayChange(act, comment);
  if (body.trim() === "") throw blankComment();
  checkBody("IssueComment", body);
  if (body === comment.body) return comment;
  const changed = act.services.world.comments.put({
    ...comment,
    body,
    edits: withEdit(comment, { editorId: act.actor.id, at: act.nowMs, body }),
    updatedAt: act.nowMs,
  });
  tellOfComment(act, "edited", changed, { changes: { body: { from: comment.body } } });
  return changed;
}

/** The issue does not count as updated. @throws {Refusal} 403 */
export function removeComment(act: Act, comment: CommentRow): void {
  checkMayChange(act, comment);
  const { comments, reactions } = act.services.world;
  comments.remove(comment.id);
  for (const { id } of reactions.by("subject", `comment/${comment.id}`)) reactions.remove(id);
  tellOfComment(act, "deleted", comment);
}

/** Hides a comment, or shows it again. Neither counts as an edit of it. @param reason `undefined` to show it */
export function setMinimized(act: Act, comment: CommentRow, reason: MinimizedReason | undefined): CommentRow {
  const { minimizedFor: _, ...shown } = comment;
  return act.services.world.comments.put(reason === undefined ? shown : { ...shown, minimizedFor: reason });
}

function checkMayChange({ actor, role }: Act, comment: CommentRow): void {
  if (comment.authorId === actor.id || hasRole(role, "write")) return;
  throw new Refusal(403, "Must have admin rights to Repository.");
}

function tellOfComment(
  act: Act,
  action: string,
  comment: CommentRow,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const place = placeOf(act);
  const issue = act.services.world.issues.get(comment.issueId)!;
  tell(act, "issue_comment", action, {
    issue: issueToJson(place, issue),
    comment: commentToJson(place, comment),
    ...more,
  });
}
