/**
 * @module Reviews of pull requests: `pulls/…-review…` of the REST API.
 *
 * @see https://docs.github.com/rest/pulls/reviews
 */
import type { JsonObject } from "../../base/json.ts";
import { actorIdOf } from "../access/principal.ts";
import {
  createReview,
  dismissReview,
  editReview,
  type ReviewVerdict,
  removePendingReview,
  submitReview,
} from "../acts/reviews.ts";
import { ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, validationFailed } from "../http/refusal.ts";
import { reviewCommentToJson, reviewToJson } from "../shapes/review-json.ts";
import type { ReviewRow } from "../world/review-rows.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { pullOf } from "./pulls.ts";
import { lineCommentFrom } from "./review-comments.ts";

const read = { permission: "pull_requests", level: "read", role: "read" } as const;
const write = { permission: "pull_requests", level: "write", role: "read" } as const;

export const reviewOperations: readonly Operation[] = [
  forRepository("pulls/list-reviews", read, (call) => {
    const all = call.world.reviews.by("issue", pullOf(call, call.world).id);
    return listed(
      call,
      all.filter((review) => sees(call, review)),
      (review) => reviewToJson(call, review),
    );
  }),
  forRepository("pulls/get-review", read, (call) => ok(reviewToJson(call, reviewOf(call, call.world)))),
  forRepository("pulls/create-review", write, (call) => {
    const { body, event, commit_id, comments } = call.body;
    const review = createReview(actOf(call), pullOf(call), {
      body: body == null ? "" : String(body),
      verdict: event == null ? undefined : (event as ReviewVerdict),
      ...(commit_id == null ? {} : { commitOid: String(commit_id) }),
      comments: ((comments ?? []) as JsonObject[]).map(lineCommentFrom),
    });
    return ok(reviewToJson(call, review));
  }),
  forRepository("pulls/submit-review", write, (call) => {
    const { body, event } = call.body;
    const review = ownPending(call);
    const text = body == null ? review.body : String(body);
    return ok(
      reviewToJson(call, submitReview(actOf(call), pullOf(call), review, event as ReviewVerdict, text)),
    );
  }),
  forRepository("pulls/update-review", write, (call) =>
    ok(reviewToJson(call, editReview(actOf(call), reviewOf(call), String(call.body["body"])))),
  ),
  forRepository("pulls/delete-pending-review", write, (call) => {
    const review = ownPending(call);
    const json = reviewToJson(call, review);
    removePendingReview(actOf(call), review);
    return ok(json);
  }),
  forRepository("pulls/dismiss-review", { ...write, role: "write" }, (call) => {
    if (String(call.body["message"]).trim() === "")
      throw validationFailed({ resource: "PullRequestReview", field: "message", code: "missing_field" });
    return ok(reviewToJson(call, dismissReview(actOf(call), pullOf(call), reviewOf(call))));
  }),
  forRepository("pulls/list-comments-for-review", read, (call) => {
    const comments = call.world.reviewComments.by("review", reviewOf(call, call.world).id);
    return listed(call, comments, (comment) => reviewCommentToJson(call, comment));
  }),
];

/** What is pending only its author sees. */
function sees({ principal }: RepositoryCall, { state, userId }: ReviewRow): boolean {
  return state !== "PENDING" || actorIdOf(principal) === userId;
}

/** @throws {Refusal} 404 */
function reviewOf(call: RepositoryCall, from = call.services.world): ReviewRow {
  const review = from.reviews.get(Number(call.params["review_id"]));
  if (review?.issueId !== pullOf(call, from).id || !sees(call, review)) throw notFound();
  return review;
}

/** Others' reviews are as if they were not there. @throws {Refusal} 404 */
function ownPending(call: RepositoryCall): ReviewRow {
  const review = reviewOf(call);
  if (review.userId !== actorIdOf(call.principal)) throw notFound();
  return review;
}
