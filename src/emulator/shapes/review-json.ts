/**
 * @module Reviews of pull requests, and comments on their lines, as the REST API shows them.
 */
import { wholeSeconds } from "../clock.ts";
import type { ReviewCommentRow, ReviewRow } from "../world/review-rows.ts";
import { authorToJson } from "./account-json.ts";
import { associationOf, type Place, rollUp } from "./issue-json.ts";
import { nodeId } from "./node-id.ts";
import { fullNameOf } from "./repository-json.ts";

function urlsOf({ world, repository, urls }: Place, issueId: number) {
  const full = fullNameOf(world, repository);
  const { number } = world.issues.get(issueId)!;
  return { api: urls.api(`/repos/${full}/pulls/${number}`), html: urls.html(`/${full}/pull/${number}`) };
}

/** `pull-request-review`. */
export function reviewToJson(place: Place, review: ReviewRow) {
  const { world, repository, urls } = place;
  const { id, userId, submittedAt } = review;
  const { api, html } = urlsOf(place, review.issueId);
  const page = `${html}#pullrequestreview-${id}`;
  return {
    id,
    node_id: nodeId("review", repository.id, id),
    user: authorToJson(world, userId, urls),
    body: review.body,
    state: review.state as string,
    html_url: page,
    pull_request_url: api,
    author_association: associationOf(world, userId, repository),
    _links: { html: { href: page }, pull_request: { href: api } },
    ...(submittedAt === null ? {} : { submitted_at: wholeSeconds(submittedAt) }),
    commit_id: review.commitOid,
  };
}

/** `pull-request-review-comment`. Where it stands is told as it was when it was written. */
export function reviewCommentToJson(place: Place, comment: ReviewCommentRow) {
  const { world, repository, urls } = place;
  const { id, authorId, position, commitOid, line, startLine, startSide, inReplyToId } = comment;
  const { api, html } = urlsOf(place, comment.issueId);
  const url = urls.api(`/repos/${fullNameOf(world, repository)}/pulls/comments/${id}`);
  const page = `${html}#discussion_r${id}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id,
    node_id: nodeId("reviewComment", repository.id, id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: commitOid,
    original_commit_id: commitOid,
    user: authorToJson(world, authorId, urls),
    body: comment.body,
    created_at: wholeSeconds(comment.createdAt),
    updated_at: wholeSeconds(comment.updatedAt),
    html_url: page,
    pull_request_url: api,
    author_association: associationOf(world, authorId, repository),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: api } },
    reactions: rollUp(world, `reviewComment/${id}`, `${url}/reactions`),
    start_line: startLine,
    original_start_line: startLine,
    start_side: startSide,
    ...(line === null ? {} : { line, original_line: line }),
    side: comment.side,
    position,
    original_position: position,
    subject_type: line === null ? "file" : "line",
    ...(inReplyToId === null ? {} : { in_reply_to_id: inReplyToId }),
  };
}
