/**
 * @module Pull requests, their checks, and what happened to them, in GraphQL.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Asker, askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Asker;
let bob: Asker;
let rest: Caller;
let repositoryId: string;

const workflow = "on: [pull_request, workflow_dispatch]\njobs: { test: { runs-on: x, steps: [] } }\n";

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, tim: {} },
      repositories: {
        "ada/data": {
          collaborators: { tim: "triage" },
          files: { "a.txt": "A\n", ".github/workflows/ci.yml": workflow },
          issues: [{ title: "First" }],
        },
        "ada/secret": { visibility: "private" },
      },
    },
  });
  ada = askAs(github, github.tokenFor("ada"));
  bob = askAs(github, github.tokenFor("bob"));
  rest = callAs(github, github.tokenFor("ada"));
  const { body } = await rest("GET /repos/ada/data");
  repositoryId = body.node_id;
  await branch("topic", "a.txt", "B\n");
  await branch("other", "b.txt", "B\nC\n");
});
afterEach(() => github.close());

async function branch(name: string, path: string, text: string): Promise<void> {
  const { body: main } = await rest("GET /repos/ada/data/git/ref/heads/main");
  await rest("POST /repos/ada/data/git/refs", { ref: `refs/heads/${name}`, sha: main.object.sha });
  const { body: file } = await rest(`GET /repos/ada/data/contents/${path}?ref=${name}`);
  const content = Buffer.from(text).toString("base64");
  const sha = file.sha === undefined ? {} : { sha: file.sha };
  await rest(`PUT /repos/ada/data/contents/${path}`, {
    message: `Write ${path}`,
    branch: name,
    content,
    ...sha,
  });
}

const create =
  "mutation($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { id number state isDraft author { login } } } }";

async function open(head: string, more = {}): Promise<{ id: string; number: number }> {
  const input = { repositoryId, headRefName: head, baseRefName: "main", title: head, body: "b", ...more };
  const { data, errors } = await ada(create, { input });
  expect(errors).toBeUndefined();
  return data.createPullRequest.pullRequest;
}

const ofPull = (number: number, fields: string) =>
  `{ repository(owner: "ada", name: "data") { pullRequest(number: ${number}) { ${fields} } } }`;

async function pull(number: number, fields: string) {
  const { data, errors } = await ada(ofPull(number, fields));
  expect(errors).toBeUndefined();
  return data.repository.pullRequest;
}

async function change(name: string, input: object, asker = ada) {
  const type = name.slice(0, 1).toUpperCase() + name.slice(1);
  const query = `mutation($input: ${type}Input!) { ${name}(input: $input) { pullRequest { state isDraft merged title baseRefName } } }`;
  const { data, errors } = await asker(query, { input });
  return errors === undefined ? data[name].pullRequest : errors[0];
}

test("a pull request tells its branches, its commits and its files", async () => {
  const { number } = await open("topic");
  const { body: asRest } = await rest(`GET /repos/ada/data/pulls/${number}`);
  expect(
    await pull(
      number,
      `state mergeable mergeStateStatus headRefName baseRefName headRefOid baseRefOid headRef { name target { oid } }
       isCrossRepository headRepositoryOwner { login } additions deletions changedFiles reviewDecision
       commits(first: 5) { totalCount nodes { commit { messageHeadline authors(first: 2) { nodes { user { login } } } } } }
       files(first: 5) { nodes { path additions deletions changeType } } reviews { totalCount }`,
    ),
  ).toEqual({
    state: "OPEN",
    mergeable: "MERGEABLE",
    // Its workflow has not run yet.
    mergeStateStatus: "UNSTABLE",
    headRefName: "topic",
    baseRefName: "main",
    headRefOid: asRest.head.sha,
    baseRefOid: asRest.base.sha,
    headRef: { name: "topic", target: { oid: asRest.head.sha } },
    isCrossRepository: false,
    headRepositoryOwner: { login: "ada" },
    additions: 1,
    deletions: 1,
    changedFiles: 1,
    reviewDecision: null,
    commits: {
      totalCount: 1,
      nodes: [
        { commit: { messageHeadline: "Write a.txt", authors: { nodes: [{ user: { login: "ada" } }] } } },
      ],
    },
    files: { nodes: [{ path: "a.txt", additions: 1, deletions: 1, changeType: "MODIFIED" }] },
    reviews: { totalCount: 0 },
  });
  const diff = await callAs(github, github.tokenFor("ada"))(
    `GET /repos/ada/data/pulls/${number}`,
    undefined,
    {
      accept: "application/vnd.github.diff",
    },
  );
  expect(diff.body).toMatch(/^diff --git a\/a.txt b\/a.txt\n[\s\S]*\n-A\n\+B\n/u);
});

test("what conflicts is not mergeable, and is not merged", async () => {
  const { number, id } = await open("topic");
  const { body: file } = await rest("GET /repos/ada/data/contents/a.txt");
  await rest("PUT /repos/ada/data/contents/a.txt", { message: "C", content: "Qwo=", sha: file.sha });
  expect(await pull(number, "mergeable mergeStateStatus")).toEqual({
    mergeable: "CONFLICTING",
    mergeStateStatus: "DIRTY",
  });
  expect(await change("mergePullRequest", { pullRequestId: id })).toMatchObject({
    type: "UNPROCESSABLE",
    message: "Pull Request is not mergeable",
  });
});

test("a pull request is edited, closed, reopened and merged", async () => {
  const { id, number } = await open("topic");
  const pullRequestId = id;
  expect(await change("updatePullRequest", { pullRequestId, title: "Better" })).toMatchObject({
    title: "Better",
  });
  expect(await change("closePullRequest", { pullRequestId })).toMatchObject({ state: "CLOSED" });
  expect(await change("updatePullRequest", { pullRequestId, state: "OPEN" })).toMatchObject({
    state: "OPEN",
  });
  expect(await change("closePullRequest", { pullRequestId })).toMatchObject({ state: "CLOSED" });
  expect(await change("reopenPullRequest", { pullRequestId })).toMatchObject({ state: "OPEN" });
  const stale = { pullRequestId, expectedHeadOid: "1".repeat(40) };
  expect(await change("mergePullRequest", stale)).toMatchObject({ type: "UNPROCESSABLE" });
  const merge = { pullRequestId, mergeMethod: "SQUASH", commitHeadline: "One" };
  expect(await change("mergePullRequest", merge)).toMatchObject({ state: "MERGED", merged: true });
  expect(
    await pull(
      number,
      "mergedBy { login } mergeable mergeCommit { message parents(first: 2) { totalCount } }",
    ),
  ).toEqual({
    mergedBy: { login: "ada" },
    mergeable: "UNKNOWN",
    mergeCommit: { message: "One", parents: { totalCount: 1 } },
  });
  expect(await change("mergePullRequest", { pullRequestId })).toMatchObject({ type: "UNPROCESSABLE" });
});

test("a draft is not merged until it is ready", async () => {
  const { id } = await open("topic", { draft: true });
  const pullRequestId = id;
  expect(await change("mergePullRequest", { pullRequestId })).toMatchObject({
    message: "Pull Request is still a draft",
  });
  expect(await change("markPullRequestReadyForReview", { pullRequestId })).toMatchObject({ isDraft: false });
  expect(await change("convertPullRequestToDraft", { pullRequestId })).toMatchObject({ isDraft: true });
  expect(await change("markPullRequestReadyForReview", { pullRequestId }, bob)).toMatchObject({
    type: "FORBIDDEN",
  });
});

test("strangers open, close and merge nothing, and an issue is no pull request", async () => {
  const { id } = await open("topic");
  const input = { repositoryId, headRefName: "other", baseRefName: "main", title: "x" };
  expect((await bob(create, { input })).errors?.[0]).toMatchObject({ type: "FORBIDDEN" });
  expect(await change("closePullRequest", { pullRequestId: id }, bob)).toMatchObject({ type: "FORBIDDEN" });
  expect(await change("mergePullRequest", { pullRequestId: id }, bob)).toMatchObject({ type: "FORBIDDEN" });
  const { body: issue } = await rest("GET /repos/ada/data/issues/1");
  expect(await change("closePullRequest", { pullRequestId: issue.node_id })).toMatchObject({
    type: "NOT_FOUND",
  });
  expect((await ada(ofPull(1, "id"))).errors?.[0]).toMatchObject({
    type: "NOT_FOUND",
    message: "Could not resolve to a PullRequest with the number of 1.",
  });
});

test("a pull request from another repository is not served, and says so", async () => {
  const { body: secret } = await rest("GET /repos/ada/secret");
  const input = {
    repositoryId,
    headRepositoryId: secret.node_id,
    headRefName: "topic",
    baseRefName: "main",
    title: "x",
  };
  expect((await ada(create, { input })).errors).toEqual([
    expect.objectContaining({ type: "NOT_SERVED", extensions: { code: "notServed" } }),
  ]);
});

test("pull requests are listed by state, branch, label and order", async () => {
  const topic = await open("topic");
  await open("other");
  await change("closePullRequest", { pullRequestId: topic.id });
  await rest(`POST /repos/ada/data/issues/${topic.number}/labels`, { labels: ["bug"] });
  const list = async (args: string) => {
    const { data } = await ada(
      `{ repository(owner: "ada", name: "data") { pullRequests(first: 5, ${args}) { totalCount nodes { number } } } }`,
    );
    return data.repository.pullRequests.nodes.map(({ number }: { number: number }) => number);
  };
  const newestFirst = "orderBy: { field: CREATED_AT, direction: DESC }";
  expect(await list(newestFirst)).toEqual([3, 2]);
  expect(await list("states: [OPEN]")).toEqual([3]);
  expect(await list("states: [CLOSED, MERGED]")).toEqual([2]);
  expect(await list('headRefName: "other"')).toEqual([3]);
  expect(await list('baseRefName: "elsewhere"')).toEqual([]);
  expect(await list('labels: ["BUG"]')).toEqual([2]);
  const { data } = await ada(
    '{ repository(owner: "ada", name: "data") { issues { totalCount } label(name: "bug") { pullRequests { totalCount } } ref(qualifiedName: "other") { associatedPullRequests { totalCount } } } }',
  );
  expect(data.repository).toEqual({
    issues: { totalCount: 1 },
    label: { pullRequests: { totalCount: 1 } },
    ref: { associatedPullRequests: { totalCount: 1 } },
  });
});

test("jobs are checks of the commit that they ran for, and a required review is asked for", async () => {
  const { number, id } = await open("topic");
  const { runs, jobs } = github.state;
  const rollup =
    "statusCheckRollup { state contexts(first: 5) { totalCount nodes { ... on CheckRun { name status conclusion checkSuite { workflowRun { event workflow { name } } } } } } }";
  for (const job of jobs.all())
    jobs.put({ ...job, status: "completed", conclusion: "success", startedAt: 1_000, completedAt: 2_000 });
  expect(runs.all().length).toBeGreaterThan(0);
  expect((await pull(number, rollup)).statusCheckRollup).toMatchObject({
    state: "SUCCESS",
    contexts: {
      totalCount: 1,
      nodes: [
        {
          name: "test",
          status: "COMPLETED",
          conclusion: "SUCCESS",
          checkSuite: { workflowRun: { event: "pull_request" } },
        },
      ],
    },
  });
  for (const job of jobs.all()) jobs.put({ ...job, conclusion: "failure" });
  expect(await pull(number, "statusCheckRollup { state }")).toEqual({
    statusCheckRollup: { state: "FAILURE" },
  });
  for (const job of jobs.all()) jobs.put({ ...job, status: "in_progress", conclusion: null });
  expect(await pull(number, "statusCheckRollup { state }")).toEqual({
    statusCheckRollup: { state: "PENDING" },
  });
  await rest("PUT /repos/ada/data/branches/main/protection", {
    required_status_checks: { strict: true, contexts: ["test"] },
    required_pull_request_reviews: { required_approving_review_count: 2 },
    enforce_admins: true,
    restrictions: null,
  });
  expect(
    await pull(
      number,
      "reviewDecision baseRef { branchProtectionRule { requiresStrictStatusChecks requiredApprovingReviewCount } }",
    ),
  ).toEqual({
    reviewDecision: "REVIEW_REQUIRED",
    baseRef: { branchProtectionRule: { requiresStrictStatusChecks: true, requiredApprovingReviewCount: 2 } },
  });
  const required = async (args: string) => {
    const { data, errors } = await ada(
      ofPull(
        number,
        `statusCheckRollup { contexts(first: 1) { nodes { ... on CheckRun { isRequired${args} } } } }`,
      ),
    );
    return errors?.[0]?.type ?? data.repository.pullRequest.statusCheckRollup.contexts.nodes[0].isRequired;
  };
  expect(await required(`(pullRequestNumber: ${number})`)).toBe(true);
  expect(await required(`(pullRequestId: "${id}")`)).toBe(true);
  expect(await required("(pullRequestNumber: 1)")).toBe(false);
  expect(await required("")).toBe("UNPROCESSABLE");
  // Those who may not push are told of no rules.
  const seen = await bob(ofPull(number, "baseRef { branchProtectionRule { pattern } }"));
  expect(seen.data.repository.pullRequest.baseRef).toEqual({ branchProtectionRule: null });
});

test("a timeline tells events, comments and commits in order, those that are asked for", async () => {
  const { number, id } = await open("topic");
  github.clock.advance(10_000);
  await rest(`PATCH /repos/ada/data/issues/${number}`, { title: "Better", labels: ["bug"] });
  github.clock.advance(10_000);
  await rest(`POST /repos/ada/data/issues/${number}/comments`, { body: "hi" });
  await change("mergePullRequest", { pullRequestId: id });
  const timeline = async (args: string) => {
    const { timelineItems } = await pull(
      number,
      `timelineItems(first: 20 ${args}) { totalCount nodes { __typename ... on RenamedTitleEvent { previousTitle currentTitle } ... on LabeledEvent { label { name } } } }`,
    );
    return timelineItems.nodes;
  };
  const all = await timeline("");
  expect(all).toEqual([
    { __typename: "PullRequestCommit" },
    { __typename: "RenamedTitleEvent", previousTitle: "topic", currentTitle: "Better" },
    { __typename: "LabeledEvent", label: { name: "bug" } },
    { __typename: "IssueComment" },
    { __typename: "MergedEvent" },
    { __typename: "ClosedEvent" },
  ]);
  expect(await timeline("itemTypes: [MERGED_EVENT, ISSUE_COMMENT]")).toEqual([all[3], all[4]]);
  expect(await timeline("skip: 4")).toEqual([all[4], all[5]]);
  const since = new Date(github.clock.now() - 1_000).toISOString();
  expect(await timeline(`since: "${since}"`)).toEqual(all.slice(3));
  // The label's name stays when the label is gone.
  await rest("DELETE /repos/ada/data/labels/bug");
  expect(await timeline("itemTypes: [LABELED_EVENT]")).toEqual([all[2]]);
  const wrong = await ada(ofPull(number, 'timelineItems(first: 1, since: "soon") { totalCount }'));
  expect(wrong.errors?.[0]).toMatchObject({ type: "UNPROCESSABLE" });
});

test("ids of events, checks and commits of pull requests lead back to them", async () => {
  const { number } = await open("topic");
  await rest(`PATCH /repos/ada/data/issues/${number}`, { state: "closed" });
  const { timelineItems, commits, statusCheckRollup } = await pull(
    number,
    "timelineItems(last: 1) { nodes { ... on ClosedEvent { id } } } commits(first: 1) { nodes { id } } statusCheckRollup { contexts(first: 1) { nodes { ... on CheckRun { id checkSuite { workflowRun { id workflow { id } } } } } } }",
  );
  const [check] = statusCheckRollup.contexts.nodes;
  const ids = [
    timelineItems.nodes[0].id,
    commits.nodes[0].id,
    check.id,
    check.checkSuite.workflowRun.id,
    check.checkSuite.workflowRun.workflow.id,
  ];
  const { data } = await ada("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", { ids });
  expect(data.nodes).toEqual(
    ["ClosedEvent", "PullRequestCommit", "CheckRun", "WorkflowRun", "Workflow"].map((__typename, index) => ({
      __typename,
      id: ids[index],
    })),
  );
});

test("a history tells of each commit which pull request brought it, and is narrowed by path and time", async () => {
  const { id, number } = await open("topic");
  await open("other");
  await change("mergePullRequest", { pullRequestId: id, mergeMethod: "SQUASH" });
  const history = async (args: string) => {
    const { data, errors } = await ada(
      `{ repository(owner: "ada", name: "data") { ref(qualifiedName: "main") { target { ... on Commit { history(first: 9 ${args}) { nodes { messageHeadline associatedPullRequests(first: 2) { nodes { number } } } } } } } } }`,
    );
    expect(errors).toBeUndefined();
    return data.repository.ref.target.history.nodes;
  };
  const all = await history("");
  expect(all[0]).toEqual({
    messageHeadline: `Write a.txt (#${number})`,
    associatedPullRequests: { nodes: [{ number }] },
  });
  expect(all.at(-1).associatedPullRequests.nodes).toEqual([]);
  expect(await history('path: "a.txt"')).toEqual([all[0], all.at(-1)]);
  expect(await history('path: ".github/"')).toEqual([all.at(-1)]);
  expect(await history('path: "nowhere"')).toEqual([]);
  expect(await history('since: "2999-01-01T00:00:00Z"')).toEqual([]);
  expect(await history('until: "2999-01-01T00:00:00Z"')).toEqual(all);
  const onOther =
    '{ repository(owner: "ada", name: "data") { object(expression: "other") { ... on Commit { associatedPullRequests(first: 2) { nodes { state } } } } } }';
  expect((await ada(onOther)).data.repository.object.associatedPullRequests.nodes).toEqual([
    { state: "OPEN" },
  ]);
});
