/**
 * @module What is done to reviews of pull requests.
 *
 * @see https://docs.github.com/rest/pulls/reviews
 */

import { commitsOfPull } from "../git/pull-changes.ts";
import { Refusal } from "../http/refusal.ts";
import { pullOids } from "../shapes/pull-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { ReviewCommentRow, ReviewRow } from "../world/review-rows.ts";
import type { Act } from "./act.ts";
import { checkBody } from "./bodies.ts";
import { isAmong } from "./chosen.ts";
import type { PullRow } from "./pulls.ts";
import { addComment, type NewReviewComment, type PlacedComment, placeComment } from "./review-comments.ts";
import { tellOfComments, tellOfReview, tellOfReviewComment } from "./review-events.ts";

export type ReviewVerdict = "APPROVE" | "REQUEST_CHANGES" | "COMMENT";

export interface NewReview {
  readonly body: string;
  /** `undefined`: it stays pending. */
  readonly verdict: ReviewVerdict | undefined;
  /** The head's where absent. */
  readonly commitOid?: string;
  readonly comments: readonly NewReviewComment[];
}

const states = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

/** @throws {Refusal} 403, 422 */
export function createReview(
  act: Act,
  row: PullRow,
  { body, verdict, commitOid, comments }: NewReview,
): ReviewRow {
  const { world, git } = act.services;
  checkMayTalk(act, row);
  checkBody("IssueComment", body);
  if (pendingOf(act, row) !== undefined)
    throw unprocessable("User can only have one pending review per pull request");
  if (verdict !== undefined) checkVerdict(act, row, verdict, body, comments.length);
  const review: ReviewRow = {
    id: world.reviews.nextId(),
    repositoryId: act.repository.id,
    issueId: row.id,
    userId: act.actor.id,
    state: "PENDING",
    body,
    commitOid: commitOid ?? pullOids(git.repository(act.repository.id), row).headOid,
    submittedAt: null,
  };
  checkIsOfPull(act, row, review.commitOid);
  const placed = comments.map((comment) => placeComment(act, row, review.commitOid, comment));
  world.reviews.put(review);
  for (const comment of placed) addComment(act, review, comment);
  return verdict === undefined ? review : submit(act, row, review, verdict);
}

/** A comment that is written alone: with a review that says nothing else. @throws {Refusal} 403, 422 */
export function reviewAlone(
  act: Act,
  row: PullRow,
  commitOid: string,
  place: () => PlacedComment,
): ReviewCommentRow {
  const { world } = act.services;
  checkMayTalk(act, row);
  checkIsOfPull(act, row, commitOid);
  const review: ReviewRow = {
    id: world.reviews.nextId(),
    repositoryId: act.repository.id,
    issueId: row.id,
    userId: act.actor.id,
    state: "COMMENTED",
    body: "",
    commitOid,
    submittedAt: act.nowMs,
  };
  const placed = place();
  world.reviews.put(review);
  const comment = addComment(act, review, placed);
  world.issues.put({ ...row, updatedAt: act.nowMs });
  tellOfReview(act, "submitted", review);
  tellOfReviewComment(act, "created", comment);
  return comment;
}

/** @throws {Refusal} 422 */
export function submitReview(
  act: Act,
  row: PullRow,
  review: ReviewRow,
  verdict: ReviewVerdict,
  body: string,
): ReviewRow {
  if (review.state !== "PENDING") throw unprocessable("Can not submit a review that was submitted already");
  checkBody("IssueComment", body);
  const { length } = act.services.world.reviewComments.by("review", review.id);
  checkVerdict(act, row, verdict, body, length);
  return submit(act, row, { ...review, body }, verdict);
}

function submit(act: Act, row: PullRow, review: ReviewRow, verdict: ReviewVerdict): ReviewRow {
  const { world } = act.services;
  const submitted = world.reviews.put({ ...review, state: states[verdict], submittedAt: act.nowMs });
  const { reviewerIds = [] } = row.pull;
  // Who has reviewed is no longer asked to.
  const pull = { ...row.pull, reviewerIds: reviewerIds.filter((id) => id !== act.actor.id) };
  world.issues.put({ ...row, pull, updatedAt: act.nowMs });
  tellOfReview(act, "submitted", submitted);
  tellOfComments(act, submitted);
  return submitted;
}

/** @throws {Refusal} 403 for who may not, 422 for what is no opinion */
export function dismissReview(act: Act, row: PullRow, review: ReviewRow): ReviewRow {
  const { world } = act.services;
  checkMayDismiss(act, row);
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    const state = review.state.toLowerCase();
    throw unprocessable(`Can not dismiss a ${state} pull request review`);
  }
  const dismissed = world.reviews.put({ ...review, state: "DISMISSED" });
  tellOfReview(act, "dismissed", dismissed);
  return dismissed;
}

/** Its author's alone. @throws {Refusal} 403, 422 */
export function editReview(act: Act, review: ReviewRow, body: string): ReviewRow {
  if (review.userId !== act.actor.id) throw new Refusal(403, "Must have admin rights to Repository.");
  if (body.trim() === "") throw unprocessable("Body can't be blank");
  checkBody("IssueComment", body);
  const edited = act.services.world.reviews.put({ ...review, body });
  if (review.state !== "PENDING")
    tellOfReview(act, "edited", edited, { changes: { body: { from: review.body } } });
  return edited;
}

/** @throws {Refusal} 422 for one that was submitted */
export function removePendingReview({ services: { world } }: Act, review: ReviewRow): void {
  if (review.state !== "PENDING") throw unprocessable("Can not delete a non-pending pull request review");
  for (const { id } of world.reviewComments.by("review", review.id)) world.reviewComments.remove(id);
  world.reviews.remove(review.id);
}

/** What protection says of approvals when the head goes on. */
export function dismissStaleReviews(act: Act, row: PullRow): void {
  const { world } = act.services;
  for (const review of world.reviews.by("issue", row.id)) {
    if (review.state !== "APPROVED") continue;
    tellOfReview(act, "dismissed", world.reviews.put({ ...review, state: "DISMISSED" }));
  }
}

/** A review that nobody else sees yet. */
function pendingOf({ services: { world }, actor }: Act, { id }: PullRow): ReviewRow | undefined {
  return world.reviews
    .by("issue", id)
    .find(({ state, userId }) => state === "PENDING" && userId === actor.id);
}

function checkVerdict(act: Act, row: PullRow, verdict: ReviewVerdict, body: string, comments: number): void {
  const isOwn = row.authorId === act.actor.id;
  if (isOwn && verdict === "APPROVE") throw unprocessable("Can not approve your own pull request");
  if (isOwn && verdict === "REQUEST_CHANGES")
    throw unprocessable("Can not request changes on your own pull request");
  // Unless the repository's settings allow it, which they do not at first.
  const isJob = act.principal.kind === "installation" && act.principal.isActionsJob;
  if (isJob && verdict === "APPROVE")
    throw unprocessable("GitHub Actions is not permitted to approve pull requests.");
  if (verdict !== "APPROVE" && body.trim() === "" && comments === 0)
    throw unprocessable("Pull request review body can't be blank");
}

/** @throws {Refusal} 403 */
function checkMayTalk({ role }: Act, { isLocked }: PullRow): void {
  if (isLocked && !hasRole(role, "write"))
    throw new Refusal(403, "Unable to create comment because issue is locked.");
}

function checkMayDismiss(act: Act, row: PullRow): void {
  const dismissal = act.services.world.protections
    .by("repository", act.repository.id)
    .find(({ branch }) => branch === row.pull.base)?.settings.requiredReviews?.dismissal;
  if (dismissal == null || hasRole(act.role, "admin") || isAmong(act, dismissal)) return;
  throw new Refusal(403, "You are not authorized to dismiss reviews on this pull request.");
}

/** @throws {Refusal} 422 for a commit that the pull request does not bring */
function checkIsOfPull(act: Act, row: PullRow, oid: string): void {
  const git = act.services.git.repository(act.repository.id);
  const { headOid, baseOid } = pullOids(git, row);
  if (oid === headOid || commitsOfPull(git, baseOid, headOid).includes(oid)) return;
  throw unprocessable("The commit is not part of the pull request");
}

function unprocessable(...errors: readonly string[]): Refusal {
  return new Refusal(422, "Unprocessable Entity", errors);
}
