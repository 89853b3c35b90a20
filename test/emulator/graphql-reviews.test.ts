/**
 * @module Reviews, and what is reported of pull requests, in GraphQL and in searches.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const data = "/repos/acme/data";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": { collaborators: { bob: "write", eve: "write" }, files: { "a.txt": "A\n" } },
      },
      apps: { robot: { permissions: { checks: "write", contents: "read" }, installations: { acme: "all" } } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  const { sha } = (await ada(`GET ${data}/git/ref/heads/main`)).body.object;
  await ada(`POST ${data}/git/refs`, { ref: "refs/heads/topic", sha });
  await ada(`PUT ${data}/contents/b.txt`, { message: "Add b", branch: "topic", content: "Qgo=" });
  await ada(`POST ${data}/pulls`, { title: "Topic", head: "topic", base: "main" });
});
afterEach(() => github.close());

/** @param fields of the pull request */
async function pull(fields: string, as = "ada") {
  const query = `{ repository(owner: "acme", name: "data") { pullRequest(number: 1) { ${fields} } } }`;
  const { data: answer, errors } = await askAs(github, github.tokenFor(as))(query);
  expect(errors).toBeUndefined();
  return answer.repository.pullRequest;
}

async function protect(settings: object): Promise<void> {
  const off = { required_status_checks: null, required_pull_request_reviews: null, restrictions: null };
  await ada(`PUT ${data}/branches/main/protection`, { ...off, enforce_admins: true, ...settings });
}

test("reviews are listed with their authors, and narrowed by author and state", async () => {
  await bob(`POST ${data}/pulls/1/reviews`, { event: "REQUEST_CHANGES", body: "No" });
  const { body: review } = await bob(`POST ${data}/pulls/1/reviews`, { event: "APPROVE" });
  const one = `id databaseId state body authorAssociation submittedAt author { login } commit { oid } url
    pullRequest { number } reactionGroups { content users { totalCount } }`;
  const found = await pull(`reviews(first: 9, author: "Bob", states: APPROVED) { totalCount nodes { ${one} } }
    all: reviews { totalCount } others: reviews(author: "eve") { totalCount } latestReviews(first: 9) { nodes { state } }`);
  expect(found).toMatchObject({
    reviews: {
      totalCount: 1,
      nodes: [
        {
          ...{ id: review.node_id, databaseId: review.id, state: "APPROVED", body: "" },
          ...{ authorAssociation: review.author_association, submittedAt: review.submitted_at },
          ...{ author: { login: "bob" }, commit: { oid: review.commit_id }, url: review.html_url },
          pullRequest: { number: 1 },
        },
      ],
    },
    all: { totalCount: 2 },
    others: { totalCount: 0 },
    latestReviews: { nodes: [{ state: "APPROVED" }] },
  });
  const { data: node } = await askAs(
    github,
    github.tokenFor("eve"),
  )(`{ node(id: "${review.node_id}") { __typename ... on PullRequestReview { databaseId } } }`);
  expect(node.node).toEqual({ __typename: "PullRequestReview", databaseId: review.id });
});

test("a pending review is there for its author alone", async () => {
  const { body: review } = await bob(`POST ${data}/pulls/1/reviews`, { body: "Not yet" });
  const lists = "reviews(first: 1) { nodes { state submittedAt } } latestReviews { totalCount }";
  expect(await pull(lists)).toEqual({ reviews: { nodes: [] }, latestReviews: { totalCount: 0 } });
  expect(await pull(lists, "bob")).toEqual({
    reviews: { nodes: [{ state: "PENDING", submittedAt: null }] },
    latestReviews: { totalCount: 0 },
  });
  const ask = `{ node(id: "${review.node_id}") { id } }`;
  expect(await askAs(github, github.tokenFor("bob"))(ask)).toMatchObject({
    data: { node: { id: review.node_id } },
  });
  expect(await askAs(github, github.tokenFor("ada"))(ask)).toMatchObject({ errors: [{ type: "NOT_FOUND" }] });
});

test("who is asked for a review is listed, and those who are asked again have no latest review", async () => {
  await ada("POST /orgs/acme/teams", { name: "Core", privacy: "closed" });
  await ada("PUT /orgs/acme/teams/core/repos/acme/data", { permission: "push" });
  await bob(`POST ${data}/pulls/1/reviews`, { event: "APPROVE" });
  await ada(`POST ${data}/pulls/1/requested_reviewers`, { reviewers: ["bob"], team_reviewers: ["core"] });
  const whom = "asCodeOwner requestedReviewer { __typename ... on User { login } ... on Team { slug } }";
  expect(
    await pull(`reviewRequests(first: 9) { totalCount nodes { ${whom} } } latestReviews { totalCount }`),
  ).toEqual({
    reviewRequests: {
      totalCount: 2,
      nodes: [
        { asCodeOwner: false, requestedReviewer: { __typename: "User", login: "bob" } },
        { asCodeOwner: false, requestedReviewer: { __typename: "Team", slug: "core" } },
      ],
    },
    latestReviews: { totalCount: 0 },
  });
});

test("reviewDecision is told where reviews are required, and mergeStateStatus is mergeable_state", async () => {
  const both = async () => {
    const { reviewDecision, mergeStateStatus } = await pull("reviewDecision mergeStateStatus");
    const { body } = await ada(`GET ${data}/pulls/1`);
    expect(mergeStateStatus).toBe(body.mergeable_state.toUpperCase());
    return [reviewDecision, mergeStateStatus];
  };
  await bob(`POST ${data}/pulls/1/reviews`, { event: "APPROVE" });
  expect(await both()).toEqual([null, "CLEAN"]);
  await protect({ required_pull_request_reviews: { required_approving_review_count: 2 } });
  expect(await both()).toEqual(["REVIEW_REQUIRED", "BLOCKED"]);
  const eve = callAs(github, github.tokenFor("eve"));
  await eve(`POST ${data}/pulls/1/reviews`, { event: "REQUEST_CHANGES", body: "No" });
  expect(await both()).toEqual(["CHANGES_REQUESTED", "BLOCKED"]);
  await eve(`POST ${data}/pulls/1/reviews`, { event: "APPROVE" });
  expect(await both()).toEqual(["APPROVED", "CLEAN"]);
});

test("a check is required where protection or a ruleset says so, of one app where one is named", async () => {
  const robot = callAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  const { body: topic } = await ada(`GET ${data}/git/ref/heads/topic`);
  const { sha } = topic.object;
  const { body: lint } = await robot(`POST ${data}/check-runs`, {
    ...{ name: "lint", head_sha: sha, conclusion: "success" },
  });
  await ada(`POST ${data}/statuses/${sha}`, { state: "pending", context: "lint" });
  await ada(`POST ${data}/statuses/${sha}`, { state: "success", context: "deploy" });
  await protect({
    required_status_checks: { strict: false, checks: [{ context: "lint", app_id: lint.app.id }] },
  });
  await ada(`POST ${data}/rulesets`, {
    ...{ name: "Deployed", target: "branch", enforcement: "active" },
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      {
        type: "required_status_checks",
        parameters: {
          strict_required_status_checks_policy: false,
          required_status_checks: [{ context: "deploy" }],
        },
      },
    ],
  });
  const required = "isRequired(pullRequestNumber: 1)";
  const { statusCheckRollup } = await pull(`statusCheckRollup { state contexts(first: 9) {
    checkRunCountsByState { state count } statusContextCountsByState { state count }
    nodes { ... on CheckRun { name ${required} } ... on StatusContext { context ${required} } } } }`);
  expect(statusCheckRollup).toEqual({
    state: "PENDING",
    contexts: {
      checkRunCountsByState: [{ state: "SUCCESS", count: 1 }],
      statusContextCountsByState: [
        { state: "SUCCESS", count: 1 },
        { state: "PENDING", count: 1 },
      ],
      nodes: [
        { name: "lint", isRequired: true },
        { context: "deploy", isRequired: true },
        { context: "lint", isRequired: false },
      ],
    },
  });
});

test("searches find who is asked for a review, by themselves or by a team, and who has reviewed", async () => {
  const search = async (words: string): Promise<number> =>
    (await ada(`GET /search/issues?q=${encodeURIComponent(words)}`)).body.total_count;
  await ada("POST /orgs/acme/teams", { name: "Core", privacy: "closed" });
  await ada("PUT /orgs/acme/teams/core/repos/acme/data", { permission: "push" });
  await ada("PUT /orgs/acme/teams/core/memberships/ada", {});
  expect(await search("review-requested:bob")).toBe(0);
  await ada(`POST ${data}/pulls/1/requested_reviewers`, { reviewers: ["bob"], team_reviewers: ["core"] });
  expect(await search("is:pr review-requested:bob")).toBe(1);
  expect(await search("review-requested:@me")).toBe(1);
  expect(await search("review-requested:eve")).toBe(0);
  await bob(`POST ${data}/pulls/1/reviews`, { body: "Not yet" });
  expect(await search("reviewed-by:bob")).toBe(0);
  await callAs(github, github.tokenFor("eve"))(`POST ${data}/pulls/1/reviews`, { event: "APPROVE" });
  expect(await search("reviewed-by:eve")).toBe(1);
  expect(await search("-reviewed-by:eve is:pr")).toBe(0);
});
