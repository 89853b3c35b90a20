/**
 * @module What is done to comments on the lines of pull requests. Each belongs to a review; one that is written alone
 * makes a review of its own.
 *
 * @see https://docs.github.com/rest/pulls/comments
 */

import { type DiffPlace, findLine, findPosition, type Side } from "../git/diff-place.ts";
import { linesOf } from "../git/diff-text.ts";
import { filesOfPull } from "../git/pull-changes.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import { pullOids } from "../shapes/pull-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { ReviewCommentRow, ReviewRow } from "../world/review-rows.ts";
import type { Act } from "./act.ts";
import { blankComment, checkBody } from "./bodies.ts";
import type { PullRow } from "./pulls.ts";
import { tellOfReviewComment } from "./review-events.ts";

export interface NewReviewComment {
  readonly body: string;
  readonly path: string;
  /** In the diff; stands in for line and side. */
  readonly position?: number;
  readonly line?: number;
  readonly side?: Side;
  readonly startLine?: number;
  readonly startSide?: Side;
  /** On the whole file. */
  readonly isOfFile?: boolean;
}

/** A comment that is known to have its place, and is not yet there. */
export type PlacedComment = Pick<
  ReviewCommentRow,
  "body" | "path" | "line" | "side" | "startLine" | "startSide" | "position" | "diffHunk" | "inReplyToId"
>;

/** @param commitOid what is commented on @throws {Refusal} 422 for what is not in the diff */
export function placeComment(
  act: Act,
  row: PullRow,
  commitOid: string,
  comment: NewReviewComment,
): PlacedComment {
  const { body, path } = comment;
  checkText(body);
  const { place, start } = placesIn(act, row, commitOid, comment);
  return {
    body,
    path,
    line: place?.line ?? null,
    side: place?.side ?? "RIGHT",
    startLine: start?.line ?? null,
    startSide: start?.side ?? null,
    position: place?.position ?? 1,
    diffHunk: place?.hunk ?? "",
    inReplyToId: null,
  };
}

/** Where the first comment is. @throws {Refusal} 422 */
export function placeReply(to: ReviewCommentRow, body: string): PlacedComment {
  checkText(body);
  const { path, line, side, startLine, startSide, position, diffHunk } = to;
  const inReplyToId = to.inReplyToId ?? to.id;
  return { body, path, line, side, startLine, startSide, position, diffHunk, inReplyToId };
}

/** Tells nobody yet. */
export function addComment(act: Act, review: ReviewRow, placed: PlacedComment): ReviewCommentRow {
  const { reviewComments } = act.services.world;
  return reviewComments.put({
    ...placed,
    id: reviewComments.nextId(),
    repositoryId: act.repository.id,
    issueId: review.issueId,
    reviewId: review.id,
    authorId: act.actor.id,
    commitOid: review.commitOid,
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  });
}

/** @throws {Refusal} 403 for who neither wrote it nor may write, 422 */
export function editReviewComment(act: Act, comment: ReviewCommentRow, body: string): ReviewCommentRow {
  checkMayChange(act, comment);
  checkText(body);
  if (body === comment.body) return comment;
  const edited = act.services.world.reviewComments.put({ ...comment, body, updatedAt: act.nowMs });
  tellOfReviewComment(act, "edited", edited, { changes: { body: { from: comment.body } } });
  return edited;
}

/** @throws {Refusal} 403 */
export function removeReviewComment(act: Act, comment: ReviewCommentRow): void {
  checkMayChange(act, comment);
  act.services.world.reviewComments.remove(comment.id);
  tellOfReviewComment(act, "deleted", comment);
}

function checkMayChange({ actor, role }: Act, { authorId }: ReviewCommentRow): void {
  if (authorId === actor.id || hasRole(role, "write")) return;
  throw new Refusal(403, "Must have admin rights to Repository.");
}

function checkText(body: string): void {
  if (body.trim() === "") throw blankComment();
  checkBody("IssueComment", body);
}

interface Places {
  /** `undefined` for the whole file. */
  readonly place: DiffPlace | undefined;
  readonly start: DiffPlace | undefined;
}

/** @throws {Refusal} 422 for what is not in the diff */
function placesIn(act: Act, row: PullRow, commitOid: string, comment: NewReviewComment): Places {
  const git = act.services.git.repository(act.repository.id);
  const { baseOid } = pullOids(git, row);
  const file = filesOfPull(git, baseOid, commitOid).find(({ path }) => path === comment.path);
  if (file === undefined) throw outside("Pull request review thread path is invalid");
  if (comment.isOfFile === true) return { place: undefined, start: undefined };
  const { patch = "" } = linesOf(git, file) ?? {};
  const { position, line, side = "RIGHT", startLine, startSide = side } = comment;
  const place =
    position !== undefined
      ? findPosition(patch, position)
      : line === undefined
        ? undefined
        : findLine(patch, line, side);
  if (place === undefined) {
    const problem = position === undefined ? "line must be part of the diff" : "position is invalid";
    throw outside(
      `Pull request review thread ${problem} and Pull request review thread diff hunk can't be blank`,
    );
  }
  if (startLine === undefined) return { place, start: undefined };
  const start = findLine(patch, startLine, startSide);
  if (start?.hunkIndex !== place.hunkIndex)
    throw outside("Pull request review thread start line must be part of the same hunk as the line.");
  if (start.position >= place.position)
    throw outside("Pull request review thread start line must precede the end line.");
  return { place, start };
}

function outside(message: string): Refusal {
  return validationFailed({
    resource: "PullRequestReviewComment",
    field: "pull_request_review_thread",
    code: "custom",
    message,
  });
}
