/**
 * @module Comments on issues: of one issue, and of all issues of a repository.
 *
 * @see https://docs.github.com/rest/issues/comments
 */
import { addComment, editComment, removeComment } from "../acts/comments.ts";
import { checkHasIssues } from "../acts/issues.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { commentToJson } from "../shapes/issue-json.ts";
import type { CommentRow } from "../world/issue-rows.ts";
import { sinceTest } from "./issue-list.ts";
import { actOf, issueOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "issues", level: "read", role: "read" } as const;
/** Pull requests are issues, too: either permission will do for them. */
const readOne = { ...read, onPull: "pull_requests" } as const;
const write = { permission: "issues", onPull: "pull_requests", level: "write", role: "read" } as const;

/** The comment that the path names. @throws {Refusal} 404; 410 where it is on an issue and there are to be none */
export function commentOf(call: RepositoryCall, from = call.services.world): CommentRow {
  const comment = from.comments.get(Number(call.params["comment_id"]));
  if (comment?.repositoryId !== call.repository.id) throw notFound();
  if (from.issues.get(comment.issueId)?.pull == null) checkHasIssues(call);
  return comment;
}

export const issueCommentOperations: readonly Operation[] = [
  forRepository("issues/list-comments", readOne, (call) => {
    const comments = call.world.comments.by("issue", issueOf(call, call.world).id);
    const { since } = call.query;
    return listed(call, since === undefined ? comments : comments.filter(sinceTest(since)), (comment) =>
      commentToJson(call, comment),
    );
  }),
  forRepository("issues/list-comments-for-repo", read, (call) => {
    const { since, sort, direction } = call.query;
    const all = call.world.comments.by("repository", call.repository.id);
    const found = since === undefined ? [...all] : all.filter(sinceTest(since));
    return listed(call, sortComments(found, sort, direction), (comment) => commentToJson(call, comment));
  }),
  forRepository("issues/get-comment", readOne, (call) =>
    ok(commentToJson(call, commentOf(call, call.world))),
  ),
  forRepository("issues/create-comment", write, (call) => {
    const comment = addComment(actOf(call), issueOf(call), String(call.body["body"]));
    const json = commentToJson(call, comment);
    return created(json, json.url);
  }),
  forRepository("issues/update-comment", write, (call) =>
    ok(commentToJson(call, editComment(actOf(call), commentOf(call), String(call.body["body"])))),
  ),
  forRepository("issues/delete-comment", write, (call) => {
    removeComment(actOf(call), commentOf(call));
    return noContent;
  }),
];

/** The direction counts only with a field to sort by. */
function sortComments(
  comments: readonly CommentRow[],
  sort: string | undefined,
  direction: string | undefined,
): readonly CommentRow[] {
  if (sort === undefined) return comments;
  const keyOf = ({ createdAt, updatedAt }: CommentRow) =>
    Math.floor((sort === "updated" ? updatedAt : createdAt) / 1000);
  const sign = direction === "asc" ? 1 : -1;
  return comments.toSorted((a, b) => sign * (keyOf(a) - keyOf(b) || a.id - b.id));
}
