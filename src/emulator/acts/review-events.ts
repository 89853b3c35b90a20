/**
 * @module What webhooks and workflows are told of reviews and of comments on lines.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request_review
 */
import { isPull, simplePullToJson } from "../shapes/pull-json.ts";
import { reviewCommentToJson, reviewToJson } from "../shapes/review-json.ts";
import type { ReviewCommentRow, ReviewRow } from "../world/review-rows.ts";
import { type Act, placeOf, tell } from "./act.ts";
import { endAsTold } from "./issue-events.ts";
import { updatePullRefs } from "./pull-refs.ts";

type More = Readonly<Record<string, unknown>>;

export function tellOfReview(act: Act, action: string, review: ReviewRow, more: More = {}): void {
  const json = reviewToJson(placeOf(act), review);
  tell(act, "pull_request_review", action, {
    review: { submitted_at: null, ...json, state: json.state.toLowerCase() },
    pull_request: pullAsTold(act, review.issueId),
    ...more,
  });
}

/** With the review that they came with. */
export function tellOfComments(act: Act, { id }: ReviewRow): void {
  for (const comment of act.services.world.reviewComments.by("review", id))
    tellOfReviewComment(act, "created", comment);
}

export function tellOfReviewComment(
  act: Act,
  action: string,
  comment: ReviewCommentRow,
  more: More = {},
): void {
  tell(act, "pull_request_review_comment", action, {
    comment: { line: null, original_line: comment.position, ...reviewCommentToJson(placeOf(act), comment) },
    pull_request: pullAsTold(act, comment.issueId),
    ...more,
  });
}

function pullAsTold(act: Act, issueId: number) {
  const { world, git } = act.services;
  const row = world.issues.get(issueId)!;
  if (!isPull(row)) throw new Error(`${row.number} is no pull request`);
  updatePullRefs(act, row);
  const pull = simplePullToJson({ ...placeOf(act), git: git.repository(act.repository.id) }, row);
  return { ...pull, head: endAsTold(pull.head), base: endAsTold(pull.base) };
}
