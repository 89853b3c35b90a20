/**
 * @module Comments on the lines of pull requests: `pulls/…-review-comment…` of the REST API.
 *
 * @see https://docs.github.com/rest/pulls/comments
 */
import type { JsonObject } from "../../base/json.ts";
import {
  editReviewComment,
  type NewReviewComment,
  placeComment,
  placeReply,
  removeReviewComment,
} from "../acts/review-comments.ts";
import { reviewAlone } from "../acts/reviews.ts";
import type { Side } from "../git/diff-place.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { reviewCommentToJson } from "../shapes/review-json.ts";
import type { ReviewCommentRow } from "../world/review-rows.ts";
import { sinceTest } from "./issue-list.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { pullOf } from "./pulls.ts";

const read = { permission: "pull_requests", level: "read", role: "read" } as const;
const write = { permission: "pull_requests", level: "write", role: "read" } as const;

export const reviewCommentOperations: readonly Operation[] = [
  forRepository("pulls/list-review-comments-for-repo", read, (call) =>
    commentsListed(call, call.world.reviewComments.by("repository", call.repository.id)),
  ),
  forRepository("pulls/list-review-comments", read, (call) =>
    commentsListed(call, call.world.reviewComments.by("issue", pullOf(call, call.world).id)),
  ),
  forRepository("pulls/get-review-comment", read, (call) =>
    ok(reviewCommentToJson(call, commentOf(call, call.world))),
  ),
  forRepository("pulls/create-review-comment", write, (call) => {
    const { commit_id, in_reply_to } = call.body;
    if (in_reply_to != null) return reply(call, Number(in_reply_to));
    const row = pullOf(call);
    const comment = reviewAlone(actOf(call), row, String(commit_id), () =>
      placeComment(actOf(call), row, String(commit_id), lineCommentFrom(call.body)),
    );
    const json = reviewCommentToJson(call, comment);
    return created(json, json.url);
  }),
  forRepository("pulls/create-reply-for-review-comment", write, (call) =>
    reply(call, Number(call.params["comment_id"])),
  ),
  forRepository("pulls/update-review-comment", write, (call) =>
    ok(reviewCommentToJson(call, editReviewComment(actOf(call), commentOf(call), String(call.body["body"])))),
  ),
  forRepository("pulls/delete-review-comment", write, (call) => {
    removeReviewComment(actOf(call), commentOf(call));
    return noContent;
  }),
];

/** @param to a comment's id @throws {Refusal} 404, 422 */
function reply(call: RepositoryCall, to: number): Answer {
  const row = pullOf(call);
  const first = call.services.world.reviewComments.get(to);
  if (first?.issueId !== row.id || isPending(call, first)) throw notFound();
  const comment = reviewAlone(actOf(call), row, first.commitOid, () =>
    placeReply(first, String(call.body["body"])),
  );
  const json = reviewCommentToJson(call, comment);
  return created(json, json.url);
}

/** A comment as bodies have it. */
export function lineCommentFrom(given: JsonObject): NewReviewComment {
  const { body, path, position, line, side, start_line, start_side, subject_type } = given;
  return {
    body: String(body),
    path: String(path),
    ...(position == null ? {} : { position: Number(position) }),
    ...(line == null ? {} : { line: Number(line) }),
    ...(side == null ? {} : { side: sideFrom(side) }),
    ...(start_line == null ? {} : { startLine: Number(start_line) }),
    // `side`: on the same one.
    ...(start_side == null || start_side === "side" ? {} : { startSide: sideFrom(start_side) }),
    isOfFile: subject_type === "file",
  };
}

function sideFrom(given: unknown): Side {
  return given === "LEFT" ? "LEFT" : "RIGHT";
}

function isPending({ services: { world } }: RepositoryCall, { reviewId }: ReviewCommentRow): boolean {
  return world.reviews.get(reviewId)?.state === "PENDING";
}

/** @throws {Refusal} 404 */
function commentOf(call: RepositoryCall, from = call.services.world): ReviewCommentRow {
  const comment = from.reviewComments.get(Number(call.params["comment_id"]));
  if (comment?.repositoryId !== call.repository.id || isPending(call, comment)) throw notFound();
  return comment;
}

/** The direction counts only with a field to sort by. */
function commentsListed(call: RepositoryCall, all: readonly ReviewCommentRow[]): Answer {
  const { since, sort, direction } = call.query;
  const found = all
    .filter((comment) => !isPending(call, comment))
    .filter(since === undefined ? () => true : sinceTest(since));
  const keyOf = ({ createdAt, updatedAt }: ReviewCommentRow) =>
    Math.floor((sort === "updated" ? updatedAt : createdAt) / 1_000);
  const sign = sort !== undefined && direction !== "asc" ? -1 : 1;
  const sorted = found.toSorted((a, b) => sign * (keyOf(a) - keyOf(b) || a.id - b.id));
  return listed(call, sorted, (comment) => reviewCommentToJson(call, comment));
}
