/**
 * @module Pull requests are issues, too: of apps and jobs, the permission for either will do for them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Asker, askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let job: Caller;
let jobAsker: Asker;
let pullId: string;
let issueId: string;
let commentId: string;
let ada: Caller;
let labelId: string;

beforeEach(async () => {
  github = await startCheckedGitHub({
    limits: false,
    seed: {
      users: { ada: {} },
      repositories: {
        "ada/data": {
          visibility: "private",
          files: { "a.txt": "A" },
          issues: [{ title: "First", comments: ["one"] }],
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  const { sha } = (await ada("GET /repos/ada/data/commits/main")).body;
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/feature", sha });
  const content = Buffer.from("B").toString("base64");
  await ada("PUT /repos/ada/data/contents/b.txt", { message: "Add", content, branch: "feature" });
  const made = await ada("POST /repos/ada/data/pulls", { title: "Change", head: "feature", base: "main" });
  expect(made.body.number).toBe(2);
  pullId = made.body.node_id;
  issueId = (await ada("GET /repos/ada/data/issues/1")).body.node_id;
  commentId = (await ada("GET /repos/ada/data/issues/1/comments")).body[0].node_id;
  labelId = (await ada("GET /repos/ada/data/labels/bug")).body.node_id;
  const token = github.tokenFor({ actions: "ada/data", permissions: { pull_requests: "write" } });
  job = callAs(github, token);
  jobAsker = askAs(github, token);
});
afterEach(() => github.close());

test("who may write pull requests comments on one, reacts to it, labels, assigns and edits it", async () => {
  const pull = "/repos/ada/data/issues/2";
  const comment = await job(`POST ${pull}/comments`, { body: "hi" });
  expect(comment.status).toBe(201);
  const own = `/repos/ada/data/issues/comments/${comment.body.id}`;
  const statuses: number[] = [];
  for (const [route, body] of [
    [`GET ${own}`],
    [`PATCH ${own}`, { body: "ho" }],
    [`POST ${own}/reactions`, { content: "eyes" }],
    [`DELETE ${own}`],
    [`GET ${pull}`],
    [`GET ${pull}/comments`],
    [`GET ${pull}/labels`],
    [`GET ${pull}/events`],
    [`GET ${pull}/timeline`],
    [`POST ${pull}/labels`, { labels: ["bug"] }],
    [`PUT ${pull}/labels`, { labels: ["bug"] }],
    [`DELETE ${pull}/labels/bug`],
    [`DELETE ${pull}/labels`],
    [`POST ${pull}/assignees`, { assignees: ["ada"] }],
    [`DELETE ${pull}/assignees`, { assignees: ["ada"] }],
    [`POST ${pull}/reactions`, { content: "eyes" }],
    [`PATCH ${pull}`, { title: "Better" }],
    [`PUT ${pull}/lock`, {}],
    [`DELETE ${pull}/lock`],
  ] as const)
    statuses.push((await job(route, body)).status);
  expect(statuses).toEqual([
    200, 200, 201, 204, 200, 200, 200, 200, 200, 200, 200, 200, 204, 201, 200, 201, 200, 204, 204,
  ]);
});

test("of an issue that is none they hear no more than others", async () => {
  const refused = await job("POST /repos/ada/data/issues/1/comments", { body: "hi" });
  expect(refused.status).toBe(403);
  expect(refused.headers.get("x-accepted-github-permissions")).toBe("issues=write; pull_requests=write");
  const id = github.state.comments.all()[0]!.id;
  expect((await job("GET /repos/ada/data/issues/1")).status).toBe(403);
  expect((await job(`PATCH /repos/ada/data/issues/comments/${id}`, { body: "mine" })).status).toBe(403);
  expect((await job("POST /repos/ada/data/issues", { title: "New" })).status).toBe(403);
});

test("GraphQL takes either permission for pull requests, too", async () => {
  const comment =
    'mutation($id: ID!) { addComment(input: { subjectId: $id, body: "hi" }) { commentEdge { node { id } } } }';
  const { data } = await jobAsker(comment, { id: pullId });
  const { id } = data.addComment.commentEdge.node;
  expect((await jobAsker("query($id: ID!) { node(id: $id) { id } }", { id })).data.node).toEqual({ id });
  expect((await jobAsker(comment, { id: issueId })).errors).toMatchObject([{ type: "FORBIDDEN" }]);
  const edit =
    'mutation($id: ID!) { updateIssueComment(input: { id: $id, body: "ho" }) { issueComment { body } } }';
  expect((await jobAsker(edit, { id })).errors).toBeUndefined();
});

test("labels and milestones of a private repository are told to those who may read issues only", async () => {
  const ask = (fields: string) => jobAsker(`{ repository(owner: "ada", name: "data") { ${fields} } }`);
  for (const fields of [
    'label(name: "bug") { name }',
    "labels(first: 5) { nodes { name } }",
    "milestone(number: 1) { title }",
    "milestones(first: 5) { nodes { title } }",
  ])
    expect((await ask(fields)).errors, fields).toMatchObject([{ type: "FORBIDDEN" }]);
  const { errors } = await jobAsker("query($id: ID!) { node(id: $id) { id } }", { id: labelId });
  expect(errors).toMatchObject([{ type: "FORBIDDEN" }]);
  const { id } = github.state.repositories.all()[0]!;
  expect((await job(`GET /search/labels?repository_id=${id}&q=bug`)).status).toBe(403);
  const reader = callAs(github, github.tokenFor({ actions: "ada/data", permissions: { issues: "read" } }));
  expect((await reader(`GET /search/labels?repository_id=${id}&q=bug`)).body.total_count).toBe(1);
});

test("where issues are disabled, the list of issues has pull requests only, and is gone without one", async () => {
  const list = "GET /repos/ada/data/issues?state=all";
  const numbers = async () =>
    ((await ada(list)).body as { number: number }[]).map(({ number }) => number).sort();
  expect(await numbers()).toEqual([1, 2]);
  await ada("PATCH /repos/ada/data", { has_issues: false });
  expect(await numbers()).toEqual([2]);
  await ada("POST /user/repos", { name: "other" });
  await ada("POST /repos/ada/other/issues", { title: "Alone" });
  await ada("PATCH /repos/ada/other", { has_issues: false });
  expect((await ada("GET /repos/ada/other/issues")).status).toBe(410);
});

test("where issues are disabled, pull requests are commented on, issues are not", async () => {
  await ada("PATCH /repos/ada/data", { has_issues: false });
  expect((await ada("POST /repos/ada/data/issues/2/comments", { body: "hi" })).status).toBe(201);
  expect((await ada("POST /repos/ada/data/issues/2/labels", { labels: ["bug"] })).status).toBe(200);
  expect((await ada("POST /repos/ada/data/issues/1/comments", { body: "hi" })).status).toBe(410);
  expect((await ada("GET /repos/ada/data/issues/3")).status).toBe(410);
  const id = github.state.comments.all()[0]!.id;
  expect((await ada(`PATCH /repos/ada/data/issues/comments/${id}`, { body: "ho" })).status).toBe(410);
  const ask = askAs(github, github.tokenFor("ada"));
  const add = 'mutation($id: ID!) { addComment(input: { subjectId: $id, body: "hi" }) { clientMutationId } }';
  expect((await ask(add, { id: pullId })).errors).toBeUndefined();
  const disabled = [{ type: "UNPROCESSABLE", message: "Issues has been disabled in this repository." }];
  expect((await ask(add, { id: issueId })).errors).toMatchObject(disabled);
  const edit =
    'mutation($id: ID!) { updateIssueComment(input: { id: $id, body: "ho" }) { clientMutationId } }';
  expect((await ask(edit, { id: commentId })).errors).toMatchObject(disabled);
});
