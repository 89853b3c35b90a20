/**
 * @module Reviews of pull requests, who is asked for them, and what they come to, as fields of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { wholeSeconds } from "../../clock.ts";
import { missingReviews, opinionsOn } from "../../rules/approvals.ts";
import { requirementsFor } from "../../rules/requirements.ts";
import { associationOf } from "../../shapes/issue-json.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { pullOids } from "../../shapes/pull-json.ts";
import type { ReviewRow } from "../../world/review-rows.ts";
import { connect, connectRows, type PageArguments } from "../connection.ts";
import { type Fields, issuePath, type PullRow, type View } from "../view.ts";
import { none } from "./absent-node.ts";
import { noReactions } from "./reaction-node.ts";

type Info = GraphQLResolveInfo;

interface ReviewArguments extends PageArguments {
  readonly author?: string | null;
  readonly states?: readonly ReviewRow["state"][] | null;
}

export function reviewFields(view: View, issue: PullRow): Fields {
  return {
    reviews(args: ReviewArguments, _: unknown, info: Info) {
      const { author, states } = args;
      const login = author?.toLowerCase();
      const found = reviewsOf(view, issue)
        .filter(({ state }) => states?.includes(state) ?? true)
        .filter(({ userId }) => login === undefined || loginOf(view, userId) === login);
      return connectRows(found, args, info, view.nodes.review);
    },
    // Of those who are asked again, what they said before counts no more.
    latestReviews(args: PageArguments, _: unknown, info: Info) {
      const submitted = reviewsOf(view, issue)
        .filter(({ state }) => state !== "PENDING")
        .toSorted((a, b) => a.submittedAt! - b.submittedAt! || a.id - b.id);
      const latest = [...new Map(submitted.map((review) => [review.userId, review])).values()];
      const isAsked = ({ userId }: ReviewRow) => issue.pull.reviewerIds?.includes(userId) === true;
      return connectRows(
        latest.filter((review) => !isAsked(review)),
        args,
        info,
        view.nodes.review,
      );
    },
    reviewRequests: (args: PageArguments, _: unknown, info: Info) =>
      connect({
        all: requestsOf(view, issue),
        args,
        info,
        keyOf: ({ key }) => key,
        toNode: ({ key, reviewer }) => ({
          id: nodeId("reviewRequest", issue.repositoryId, issue.id, key),
          // Who owns what is changed is waited for, and not asked.
          asCodeOwner: false,
          requestedReviewer: reviewer,
        }),
      }),
    reviewDecision: () => decisionOn(view, issue),
  };
}

/** What is pending only its author sees. */
export function seesReview({ actor }: View, { state, userId }: ReviewRow): boolean {
  return state !== "PENDING" || userId === actor.id;
}

function reviewsOf(view: View, { id }: PullRow): readonly ReviewRow[] {
  return view.lists.reviews.by("issue", id).filter((review) => seesReview(view, review));
}

function loginOf({ world }: View, id: number): string | undefined {
  return world.accounts.get(id)?.login.toLowerCase();
}

interface Request {
  readonly key: string;
  readonly reviewer: () => Fields;
}

function requestsOf({ world, nodes }: View, { pull }: PullRow): Request[] {
  const people = (pull.reviewerIds ?? []).flatMap((id): Request[] => {
    const row = world.accounts.get(id);
    return row === undefined ? [] : [{ key: `user/${id}`, reviewer: () => nodes.account(row) }];
  });
  const teams = (pull.reviewerTeamIds ?? []).flatMap((id): Request[] => {
    const row = world.teams.get(id);
    return row === undefined ? [] : [{ key: `team/${id}`, reviewer: () => nodes.team(row) }];
  });
  return [...people, ...teams];
}

/** `null` where no review is required. */
function decisionOn(
  { world, services }: View,
  issue: PullRow,
): "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED" | null {
  const repository = world.repositories.get(issue.repositoryId)!;
  const git = services.git.repository(repository.id);
  const place = { world, repository, git };
  const needs = requirementsFor(place, issue.pull.base).flatMap(({ reviews }) => reviews ?? []);
  if (!needs.some(({ count, needsCodeOwners }) => count > 0 || needsCodeOwners)) return null;
  const opinions = opinionsOn(world, repository, issue.id);
  if (opinions.some(({ state }) => state === "CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  const reviewed = { issueId: issue.id, headOid: pullOids(git, issue).headOid };
  const isMissing = needs.some((need) => missingReviews(place, reviewed, need) !== undefined);
  return isMissing ? "REVIEW_REQUIRED" : "APPROVED";
}

export function reviewToNode(view: View, review: ReviewRow): Fields {
  const { world, lists, nodes, urls } = view;
  const { id, repositoryId, issueId, userId, submittedAt } = review;
  const repository = world.repositories.get(repositoryId)!;
  const issue = (world.issues.get(issueId) ?? lists.issues.get(issueId))!;
  const path = `${issuePath(view, issue)}#pullrequestreview-${id}`;
  return {
    __typename: "PullRequestReview",
    id: nodeId("review", repositoryId, id),
    databaseId: id,
    author: () => nodes.accountOf(userId),
    authorAssociation: () => associationOf(world, userId, repository),
    body: review.body,
    state: review.state,
    commit: () => nodes.gitObject(repository, review.commitOid),
    submittedAt: submittedAt === null ? null : wholeSeconds(submittedAt),
    pullRequest: () => nodes.issue(issue),
    // Nothing here reacts to reviews.
    reactionGroups: () => noReactions(view, () => nodes.review(review)),
    reactions: (args: PageArguments, _: unknown, info: Info) => ({
      ...none(args, _, info),
      viewerHasReacted: false,
    }),
    viewerCanReact: false,
    repository: () => nodes.repository(repository),
    resourcePath: path,
    url: urls.html(path),
  };
}
