/**
 * @module Who is asked to review: `pulls/…-requested-reviewers` of the REST API.
 *
 * @see https://docs.github.com/rest/pulls/review-requests
 */
import { type Reviewers, requestReviewers, unrequestReviewers } from "../acts/review-requests.ts";
import { created, ok } from "../http/answer.ts";
import type { PullPlace } from "../shapes/pull-json.ts";
import { reviewersToJson, reviewerTeamsToJson, simplePullToJson } from "../shapes/pull-json.ts";
import { gitOf } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { pullOf } from "./pulls.ts";

const read = { permission: "pull_requests", level: "read", role: "read" } as const;
const write = { permission: "pull_requests", level: "write", role: "write" } as const;

export const reviewRequestOperations: readonly Operation[] = [
  forRepository("pulls/list-requested-reviewers", read, (call) => {
    const { pull } = pullOf(call, call.world);
    return ok({
      users: reviewersToJson(placeOf(call), pull),
      teams: reviewerTeamsToJson(placeOf(call), pull),
    });
  }),
  forRepository("pulls/request-reviewers", write, (call) => {
    const row = requestReviewers(actOf(call), pullOf(call), namedIn(call));
    return created(simplePullToJson(placeOf(call), row));
  }),
  forRepository("pulls/remove-requested-reviewers", write, (call) =>
    ok(simplePullToJson(placeOf(call), unrequestReviewers(actOf(call), pullOf(call), namedIn(call)))),
  ),
];

function placeOf(call: RepositoryCall): PullPlace {
  return { ...call, git: gitOf(call) };
}

function namedIn({ body }: RepositoryCall): Reviewers {
  return {
    people: (body["reviewers"] ?? []) as readonly string[],
    teams: (body["team_reviewers"] ?? []) as readonly string[],
  };
}
