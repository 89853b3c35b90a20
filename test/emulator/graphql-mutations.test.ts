/**
 * @module Mutations in GraphQL: what they do, who may, what becomes of several in one request.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import { type Asker, askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Asker;
let bob: Asker;
let rest: Caller;
let issueId: string;
let secretId: string;

async function start(options: StartOptions = {}): Promise<void> {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, tim: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          collaborators: { tim: "triage" },
          files: { "a.txt": "A", "b/c.txt": "C" },
          issues: [{ title: "First", comments: ["one"] }],
        },
        "acme/secret": { visibility: "private", issues: [{ title: "Hidden" }] },
      },
      apps: { robot: { permissions: { issues: "read" }, installations: { acme: "all" } } },
    },
    ...options,
  });
  ada = askAs(github, github.tokenFor("ada"));
  bob = askAs(github, github.tokenFor("bob"));
  rest = callAs(github, github.tokenFor("ada"));
  issueId = (await rest("GET /repos/acme/data/issues/1")).body.node_id;
  secretId = (await rest("GET /repos/acme/secret/issues/1")).body.node_id;
}

beforeEach(() => start());
afterEach(() => github.close());

const comment =
  'mutation($id: ID!, $body: String!) { addComment(input: { subjectId: $id, body: $body, clientMutationId: "m" }) { clientMutationId commentEdge { cursor node { id body author { login } } } subject { ... on Issue { comments { totalCount } } } } }';

test("a comment is added, edited and deleted, and REST sees it", async () => {
  const { data } = await bob(comment, { id: issueId, body: "hi" });
  expect(data.addComment).toMatchObject({
    clientMutationId: "m",
    commentEdge: { node: { body: "hi", author: { login: "bob" } } },
    subject: { comments: { totalCount: 2 } },
  });
  const { id } = data.addComment.commentEdge.node;
  github.clock.advance(5_000);
  const edit =
    'mutation($id: ID!) { updateIssueComment(input: { id: $id, body: "ho" }) { issueComment { body includesCreatedEdit editor { login } } } }';
  expect((await bob(edit, { id })).data.updateIssueComment.issueComment).toEqual({
    body: "ho",
    includesCreatedEdit: true,
    editor: { login: "bob" },
  });
  expect((await rest("GET /repos/acme/data/issues/1/comments")).body[1]).toMatchObject({ body: "ho" });
  const drop = "mutation($id: ID!) { deleteIssueComment(input: { id: $id }) { clientMutationId } }";
  expect((await bob(drop, { id })).data).toEqual({ deleteIssueComment: { clientMutationId: null } });
  expect((await bob(drop, { id })).errors).toMatchObject([
    { type: "NOT_FOUND", message: `Could not resolve to a node with the global id of '${id}'` },
  ]);
});

test("an issue is opened, edited, closed with a reason, reopened and deleted", async () => {
  const { data: ids } = await ada(`{ repository(owner: "acme", name: "data") { id label(name: "bug") { id } }
    user(login: "tim") { id } }`);
  const opened = await ada(
    `mutation($repo: ID!, $labels: [ID!], $people: [ID!]) { createIssue(input: { repositoryId: $repo, title: "New",
      body: "B", labelIds: $labels, assigneeIds: $people }) { issue { id number title state
      labels(first: 5) { nodes { name } } assignees(first: 5) { nodes { login } } } } }`,
    { repo: ids.repository.id, labels: [ids.repository.label.id], people: [ids.user.id] },
  );
  expect(opened.data.createIssue.issue).toMatchObject({
    number: 2,
    title: "New",
    state: "OPEN",
    labels: { nodes: [{ name: "bug" }] },
    assignees: { nodes: [{ login: "tim" }] },
  });
  const { id } = opened.data.createIssue.issue;
  const changed = await ada(
    `mutation($id: ID!) {
      updateIssue(input: { id: $id, title: "Newer", labelIds: [] }) { issue { title labels(first: 1) { totalCount } } }
      closeIssue(input: { issueId: $id, stateReason: NOT_PLANNED }) { issue { state stateReason closed } }
      reopenIssue(input: { issueId: $id }) { issue { state stateReason } } }`,
    { id },
  );
  expect(changed.data).toEqual({
    updateIssue: { issue: { title: "Newer", labels: { totalCount: 0 } } },
    closeIssue: { issue: { state: "CLOSED", stateReason: "NOT_PLANNED", closed: true } },
    reopenIssue: { issue: { state: "OPEN", stateReason: "REOPENED" } },
  });
  const remove =
    "mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { repository { issues { totalCount } } } }";
  const tim = askAs(github, github.tokenFor("tim"));
  expect((await tim(remove, { id })).errors).toMatchObject([{ type: "FORBIDDEN" }]);
  expect((await ada(remove, { id })).data.deleteIssue.repository).toEqual({ issues: { totalCount: 1 } });
  expect(await rest("GET /repos/acme/data/issues/2")).toMatchObject({
    status: 410,
    body: { message: "This issue was deleted" },
  });
  expect((await rest("GET /repos/acme/data/issues/3")).status).toBe(404);
});

test("reactions are added once for each person, and taken back", async () => {
  const add =
    "mutation($id: ID!) { addReaction(input: { subjectId: $id, content: HEART }) { reaction { id content user { login } } subject { reactions { totalCount viewerHasReacted } } } }";
  expect((await bob(add, { id: issueId })).data.addReaction).toMatchObject({
    reaction: { content: "HEART", user: { login: "bob" } },
    subject: { reactions: { totalCount: 1, viewerHasReacted: true } },
  });
  expect((await bob(add, { id: issueId })).data.addReaction.subject.reactions.totalCount).toBe(1);
  const groups = await ada(
    "query($id: ID!) { node(id: $id) { ... on Reactable { reactionGroups { content viewerHasReacted users(first: 5) { nodes { login } edges { reactedAt } } } } } }",
    { id: issueId },
  );
  expect(groups.data.node.reactionGroups).toHaveLength(8);
  expect(groups.data.node.reactionGroups[5]).toMatchObject({
    content: "HEART",
    viewerHasReacted: false,
    users: { nodes: [{ login: "bob" }] },
  });
  const remove =
    "mutation($id: ID!) { removeReaction(input: { subjectId: $id, content: HEART }) { subject { reactions { totalCount } } } }";
  expect((await bob(remove, { id: issueId })).data.removeReaction.subject.reactions.totalCount).toBe(0);
  expect((await bob(remove, { id: issueId })).errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
});

test("labels and assignees are set by who may triage", async () => {
  const { data } = await ada(
    `{ repository(owner: "acme", name: "data") { label(name: "bug") { id } } user(login: "tim") { id } }`,
  );
  const given = { id: issueId, labels: [data.repository.label.id], people: [data.user.id] };
  const add = `mutation($id: ID!, $labels: [ID!]!, $people: [ID!]!) {
    addLabelsToLabelable(input: { labelableId: $id, labelIds: $labels }) { labelable { labels(first: 5) { nodes { name } } } }
    addAssigneesToAssignable(input: { assignableId: $id, assigneeIds: $people }) { assignable { assignees(first: 5) { nodes { login } } } } }`;
  const refused = await bob(add, given);
  expect(refused.data).toEqual({ addLabelsToLabelable: null, addAssigneesToAssignable: null });
  expect(refused.errors).toMatchObject([
    {
      type: "FORBIDDEN",
      path: ["addLabelsToLabelable"],
      extensions: { saml_failure: false },
      message: "bob does not have the correct permissions to execute `AddLabelsToLabelable`",
    },
    { type: "FORBIDDEN", path: ["addAssigneesToAssignable"] },
  ]);
  const tim = askAs(github, github.tokenFor("tim"));
  expect((await tim(add, given)).data).toEqual({
    addLabelsToLabelable: { labelable: { labels: { nodes: [{ name: "bug" }] } } },
    addAssigneesToAssignable: { assignable: { assignees: { nodes: [{ login: "tim" }] } } },
  });
  const remove = `mutation($id: ID!, $labels: [ID!]!, $people: [ID!]!) {
    removeLabelsFromLabelable(input: { labelableId: $id, labelIds: $labels }) { labelable { labels { totalCount } } }
    removeAssigneesFromAssignable(input: { assignableId: $id, assigneeIds: $people }) { assignable { assignees { totalCount } } } }`;
  expect((await tim(remove, given)).data).toEqual({
    removeLabelsFromLabelable: { labelable: { labels: { totalCount: 0 } } },
    removeAssigneesFromAssignable: { assignable: { assignees: { totalCount: 0 } } },
  });
});

test("nobody changes what they may not see, and apps only what they were given", async () => {
  expect((await bob(comment, { id: secretId, body: "hi" })).errors).toMatchObject([
    { type: "NOT_FOUND", message: `Could not resolve to a node with the global id of '${secretId}'` },
  ]);
  const robot = askAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  expect((await robot(comment, { id: issueId, body: "hi" })).errors).toMatchObject([
    { type: "FORBIDDEN", message: "Resource not accessible by integration" },
  ]);
  const edit = 'mutation($id: ID!) { updateIssue(input: { id: $id, title: "Mine" }) { issue { id } } }';
  expect((await bob(edit, { id: issueId })).errors).toMatchObject([
    { type: "FORBIDDEN", message: "bob does not have the correct permissions to execute `UpdateIssue`" },
  ]);
});

test("nothing is written in an archived repository, and no issue where there are none", async () => {
  const { state } = github;
  const { data } = await ada('{ repository(owner: "acme", name: "data") { id } }');
  const repository = state.repositories.all().find(({ name }) => name === "data")!;
  const open =
    "mutation($id: ID!, $title: String!) { createIssue(input: { repositoryId: $id, title: $title }) { issue { id } } }";
  const given = { id: data.repository.id, title: "Hello" };
  expect((await ada(open, { ...given, title: " " })).errors).toMatchObject([
    { type: "UNPROCESSABLE", message: "Title can't be blank" },
  ]);
  state.repositories.put({ ...repository, hasIssues: false });
  expect((await ada(open, given)).errors).toMatchObject([
    { type: "UNPROCESSABLE", message: "Issues has been disabled in this repository." },
  ]);
  state.repositories.put({ ...repository, isArchived: true });
  for (const [query, variables] of [
    [open, given],
    [comment, { id: issueId, body: "hi" }],
  ] as const) {
    expect((await ada(query, variables)).errors).toMatchObject([
      { type: "FORBIDDEN", message: "Repository was archived so is read-only." },
    ]);
  }
});

test("a job's token writes as the bot of GitHub Actions, within what it was given", async () => {
  const may = askAs(github, github.tokenFor({ actions: "acme/data", permissions: { issues: "write" } }));
  const { data } = await may(comment, { id: issueId, body: "from a job" });
  expect(data.addComment.commentEdge.node.author).toEqual({ login: "github-actions" });
  expect((await may(comment, { id: secretId, body: "elsewhere" })).errors).toMatchObject([
    { type: "NOT_FOUND" },
  ]);
  const changes = { additions: [{ path: "x", contents: "WA==" }] };
  expect((await may(commit, { head: await headOf(), changes })).errors).toMatchObject([
    { type: "FORBIDDEN", message: "Resource not accessible by integration" },
  ]);
});

test("a fine-grained token writes where it was given the right to", async () => {
  const token = (permission: string) =>
    github.tokenFor({ user: "ada", permissions: { issues: permission }, repositories: ["acme/data"] });
  expect((await askAs(github, token("write"))(comment, { id: issueId, body: "hi" })).errors).toBeUndefined();
  expect((await askAs(github, token("read"))(comment, { id: issueId, body: "hi" })).errors).toMatchObject([
    { type: "FORBIDDEN", message: "Resource not accessible by personal access token" },
  ]);
});

test("a locked issue takes comments of members only", async () => {
  const lock =
    "mutation($id: ID!) { lockLockable(input: { lockableId: $id, lockReason: TOO_HEATED }) { lockedRecord { locked activeLockReason } } }";
  expect((await ada(lock, { id: issueId })).data.lockLockable.lockedRecord).toEqual({
    locked: true,
    activeLockReason: "TOO_HEATED",
  });
  expect((await bob(comment, { id: issueId, body: "hi" })).errors).toMatchObject([
    { type: "FORBIDDEN", message: "Unable to create comment because issue is locked." },
  ]);
  expect((await ada(comment, { id: issueId, body: "hi" })).errors).toBeUndefined();
});

test("several in one request run in order, and any may fail alone", async () => {
  const { data, errors, reply } = await ada(
    `mutation($id: ID!, $gone: ID!) {
      a: addComment(input: { subjectId: $id, body: "A" }) { commentEdge { node { body } } }
      b: addComment(input: { subjectId: $gone, body: "B" }) { commentEdge { node { body } } }
      c: addComment(input: { subjectId: $id, body: " " }) { commentEdge { node { body } } }
      d: addComment(input: { subjectId: $id, body: "D" }) { commentEdge { node { body } } } }`,
    { id: issueId, gone: "I_kwDOnonsense" },
  );
  expect(reply.status).toBe(200);
  expect(data).toEqual({
    a: { commentEdge: { node: { body: "A" } } },
    b: null,
    c: null,
    d: { commentEdge: { node: { body: "D" } } },
  });
  expect(errors).toMatchObject([
    { type: "NOT_FOUND", path: ["b"] },
    { type: "UNPROCESSABLE", path: ["c"], message: "Body cannot be blank" },
  ]);
  const { body } = await rest("GET /repos/acme/data/issues/1/comments");
  expect(body.map((row: { body: string }) => row.body)).toEqual(["one", "A", "D"]);
});

test("what is asked of the payload may fail although the mutation took effect", async () => {
  const { data, errors } = await ada(
    "mutation($id: ID!) { addReaction(input: { subjectId: $id, content: EYES }) { subject { reactions { nodes { id } } } } }",
    { id: issueId },
  );
  expect(data).toEqual({ addReaction: { subject: null } });
  expect(errors).toMatchObject([{ type: "MISSING_PAGINATION_BOUNDARIES" }]);
  expect((await rest("GET /repos/acme/data/issues/1")).body.reactions.eyes).toBe(1);
});

const aliases = (count: number) =>
  `mutation($id: ID!) { ${Array.from({ length: count }, (_, at) => `m${at}: addComment(input: { subjectId: $id, body: "${at}" }) { clientMutationId }`).join("\n")} }`;

test("content that comes too quickly is refused from the alias on that is one too many", async () => {
  await github.close();
  await start({ limits: { secondary: { contentPerMinute: 3 } } });
  const { data, errors, reply } = await ada(aliases(5), { id: issueId });
  expect(reply.status).toBe(200);
  expect(Object.values(data).map((payload) => payload !== null)).toEqual([true, true, true, false, false]);
  expect(errors).toMatchObject([
    { type: "UNPROCESSABLE", path: ["m3"], message: "was submitted too quickly" },
    { type: "UNPROCESSABLE", path: ["m4"] },
  ]);
  expect((await rest("GET /repos/acme/data/issues/1")).body.comments).toBe(4);
  github.clock.advance(60_000);
  expect((await ada(aliases(3), { id: issueId })).errors).toBeUndefined();
});

test("issues count on their own, and together with those of the REST API", async () => {
  await github.close();
  await start({ limits: { secondary: { issuesPerMinute: 2 } } });
  await rest("POST /repos/acme/data/issues", { title: "by REST" });
  const { data } = await ada('{ repository(owner: "acme", name: "data") { id } }');
  const open = `mutation($id: ID!) { a: createIssue(input: { repositoryId: $id, title: "a" }) { issue { number } }
    b: createIssue(input: { repositoryId: $id, title: "b" }) { issue { number } } }`;
  const asked = await ada(open, { id: data.repository.id });
  expect(asked.data).toEqual({ a: { issue: { number: 3 } }, b: null });
  expect(asked.errors).toMatchObject([{ path: ["b"], message: "was submitted too quickly" }]);
});

test("every mutation of a request counts five points a minute", async () => {
  await github.close();
  await start({ limits: { secondary: { graphqlPointsPerMinute: 20 } } });
  const spread = aliases(4).replace("{ m0", "{ ...Rest } fragment Rest on Mutation { m0");
  expect((await ada(spread, { id: issueId })).errors).toBeUndefined();
  expect((await ada(aliases(1), { id: issueId })).errors).toMatchObject([
    { message: expect.stringContaining("secondary rate limit") },
  ]);
});

test("the connection may die after some of them took effect", async () => {
  github.faults.add({ operation: "graphql", times: 1, does: { kind: "prefix", mutations: 2 } });
  await expect(ada(aliases(4), { id: issueId })).rejects.toThrow();
  const { body } = await rest("GET /repos/acme/data/issues/1/comments");
  expect(body.map((row: { body: string }) => row.body)).toEqual(["one", "0", "1"]);
  expect((await ada(aliases(1), { id: issueId })).errors).toBeUndefined();
});

test("a request may fail before or after its effect", async () => {
  github.faults.add({ operation: "graphql", times: 1, does: { kind: "status", status: 502 } });
  expect((await ada(aliases(1), { id: issueId })).reply.status).toBe(502);
  github.faults.add({
    operation: "graphql",
    times: 1,
    effect: "done",
    does: { kind: "status", status: 502 },
  });
  expect((await ada(aliases(1), { id: issueId })).reply.status).toBe(502);
  expect((await rest("GET /repos/acme/data/issues/1")).body.comments).toBe(2);
});

const commit = `mutation($head: GitObjectID!, $changes: FileChanges!) {
  createCommitOnBranch(input: { branch: { repositoryNameWithOwner: "acme/data", branchName: "main" },
    expectedHeadOid: $head, message: { headline: "Change", body: "Why" }, fileChanges: $changes })
  { commit { oid message parents(first: 1) { nodes { oid } } } ref { name target { oid } } } }`;

async function headOf(): Promise<string> {
  const { data } = await ada(
    '{ repository(owner: "acme", name: "data") { defaultBranchRef { target { oid } } } }',
  );
  return data.repository.defaultBranchRef.target.oid;
}

test("files are committed if the branch is still where one thinks", async () => {
  const head = await headOf();
  const changes = {
    additions: [{ path: "new/x.txt", contents: Buffer.from("X").toString("base64") }],
    deletions: [{ path: "b/c.txt" }],
  };
  const { data } = await ada(commit, { head, changes });
  const { commit: made, ref } = data.createCommitOnBranch;
  expect(made).toMatchObject({ message: "Change\n\nWhy", parents: { nodes: [{ oid: head }] } });
  expect(ref).toEqual({ name: "main", target: { oid: made.oid } });
  const tree = await ada(`{ repository(owner: "acme", name: "data") {
    x: object(expression: "main:new/x.txt") { ... on Blob { text } } b: object(expression: "main:b") { oid } } }`);
  expect(tree.data.repository).toEqual({ x: { text: "X" }, b: null });
  const stale = await ada(commit, { head, changes });
  expect(stale.data).toEqual({ createCommitOnBranch: null });
  expect(stale.errors).toMatchObject([
    {
      type: "STALE_DATA",
      path: ["createCommitOnBranch"],
      message: `Expected branch to point to "${head}" but it did not.  Pull and try again.`,
    },
  ]);
});

test("commits are refused to those who may not push, and for paths that are none", async () => {
  const head = await headOf();
  const changes = (path: string) => ({ additions: [{ path, contents: "WA==" }] });
  expect((await bob(commit, { head, changes: changes("x") })).errors).toMatchObject([{ type: "FORBIDDEN" }]);
  for (const path of ["../x", "/x", "a//b", ".git/config", "a/.GIT/x", "", "a\0b", "a/./b"]) {
    expect((await ada(commit, { head, changes: changes(path) })).errors).toMatchObject([
      { type: "UNPROCESSABLE" },
    ]);
  }
  const gone = { deletions: [{ path: "not/there" }] };
  expect((await ada(commit, { head, changes: gone })).errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
  expect(await headOf()).toBe(head);
});
