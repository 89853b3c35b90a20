/**
 * @module Queries in GraphQL: what they find, how lists are cut, and what is said of what cannot be answered.
 */
import { Octokit } from "@octokit/rest";
import fc from "fast-check";
import { getIntrospectionQuery } from "graphql";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Asker, askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Asker;
let bob: Asker;
let rest: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: { name: "Ada" }, bob: {}, eve: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          collaborators: { bob: "triage" },
          files: { "README.md": "# Data\n", "docs/deep/a.txt": "A" },
          issues: [
            { title: "First", body: "Hello", labels: ["bug"], comments: ["one", "two", "three"] },
            { title: "Second", author: "bob", state: "closed", assignees: ["bob"] },
            { title: "Third", labels: ["bug", "question"] },
          ],
        },
        "acme/secret": { visibility: "private", issues: [{ title: "Hidden", comments: ["psst"] }] },
        "acme/empty": {},
        "ada/own": {},
      },
      apps: { robot: { permissions: { contents: "read" }, installations: { acme: "all" } } },
    },
  });
  ada = askAs(github, github.tokenFor("ada"));
  bob = askAs(github, github.tokenFor("bob"));
  rest = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

test("the viewer is who asks: a person, or an app's bot", async () => {
  expect((await ada("{ viewer { login name isViewer __typename } }")).data).toEqual({
    viewer: { login: "ada", name: "Ada", isViewer: true, __typename: "User" },
  });
  const robot = askAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  expect((await robot("{ viewer { login } }")).data).toEqual({ viewer: { login: "robot[bot]" } });
});

test("without credentials nothing is answered", async () => {
  const { reply } = await askAs(github)("{ viewer { login } }");
  expect(reply).toMatchObject({
    status: 401,
    body: { message: "This endpoint requires you to be authenticated." },
  });
});

test("an Enterprise Server's path is the same", async () => {
  const asked = await rest("POST /api/graphql", { query: "{ viewer { login } }" });
  expect(asked.body).toEqual({ data: { viewer: { login: "ada" } } });
  expect(github.requests.names()).toEqual(["graphql"]);
});

test("a repository tells what the REST API tells, by the same ids", async () => {
  const { body } = await rest("GET /repos/acme/data/issues/1");
  const { data } = await ada(`{ repository(owner: "ACME", name: "data") {
    nameWithOwner isPrivate visibility viewerPermission hasIssuesEnabled
    owner { __typename login } defaultBranchRef { name prefix }
    issue(number: 1) { id databaseId fullDatabaseId number title body state stateReason url author { login }
      labels(first: 5) { nodes { name color } } comments { totalCount } locked } } }`);
  expect(data.repository).toEqual({
    nameWithOwner: "acme/data",
    isPrivate: false,
    visibility: "PUBLIC",
    viewerPermission: "ADMIN",
    hasIssuesEnabled: true,
    owner: { __typename: "Organization", login: "acme" },
    defaultBranchRef: { name: "main", prefix: "refs/heads/" },
    issue: {
      id: body.node_id,
      databaseId: body.id,
      fullDatabaseId: String(body.id),
      number: 1,
      title: "First",
      body: "Hello",
      state: "OPEN",
      stateReason: null,
      url: body.html_url,
      author: { login: "ada" },
      labels: { nodes: [{ name: "bug", color: "d73a4a" }] },
      comments: { totalCount: 3 },
      locked: false,
    },
  });
});

test("issues are filtered and ordered", async () => {
  const titles = async (args: string) => {
    const { data } = await ada(
      `{ repository(owner: "acme", name: "data") { issues(first: 9, ${args}) { nodes { title } } } }`,
    );
    return data.repository.issues.nodes.map(({ title }: { title: string }) => title);
  };
  expect(await titles("states: OPEN")).toEqual(["First", "Third"]);
  expect(await titles("states: [OPEN, CLOSED], orderBy: { field: CREATED_AT, direction: DESC }")).toEqual([
    "Third",
    "Second",
    "First",
  ]);
  expect(await titles("orderBy: { field: COMMENTS, direction: DESC }")).toEqual(["First", "Second", "Third"]);
  expect(await titles('labels: ["Question", "nothing"]')).toEqual(["Third"]);
  expect(await titles('filterBy: { createdBy: "bob" }')).toEqual(["Second"]);
  expect(await titles('filterBy: { assignee: "bob" }')).toEqual(["Second"]);
  expect(await titles("filterBy: { assignee: null }")).toEqual(["First", "Third"]);
  expect(await titles('filterBy: { since: "1970-01-01T00:00:00Z" }')).toEqual([]);
  expect(await titles('filterBy: { since: "1970-01-02T00:00:00Z" }')).toHaveLength(3);
});

test("pages are walked by cursors, forward and backward, also over a comment that goes away", async () => {
  const page = async (args: string) => {
    const { data } = await ada(`{ repository(owner: "acme", name: "data") { issue(number: 1) {
      comments(${args}) { totalCount edges { cursor node { body databaseId } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }`);
    const { edges, pageInfo } = data.repository.issue.comments;
    return { bodies: edges.map((edge: { node: { body: string } }) => edge.node.body), pageInfo, edges };
  };
  const first = await page("first: 2");
  expect(first.bodies).toEqual(["one", "two"]);
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const next = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
  expect(next.bodies).toEqual(["three"]);
  expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect((await page("last: 2")).bodies).toEqual(["two", "three"]);
  expect((await page(`last: 1, before: "${next.pageInfo.startCursor}"`)).bodies).toEqual(["two"]);
  await rest(`DELETE /repos/acme/data/issues/comments/${first.edges[1].node.databaseId}`);
  expect((await page(`first: 2, after: "${first.pageInfo.startCursor}"`)).bodies).toEqual(["three"]);
  expect((await page(`first: 2, after: "${first.pageInfo.endCursor}"`)).bodies).toEqual(["three"]);
});

test("lists need a size from 0 to 100, but counting needs none", async () => {
  const errorsOf = async (list: string) =>
    (await ada(`{ repository(owner: "acme", name: "data") { ${list} } }`)).errors;
  expect(await errorsOf("issues { totalCount }")).toBeUndefined();
  expect(await errorsOf("issues { nodes { id } }")).toMatchObject([
    {
      type: "MISSING_PAGINATION_BOUNDARIES",
      path: ["repository", "issues"],
      message: "You must provide a `first` or `last` value to properly paginate the `issues` connection.",
    },
  ]);
  expect(await errorsOf("labels(first: 101) { nodes { id } }")).toMatchObject([
    {
      type: "EXCESSIVE_PAGINATION",
      path: ["repository", "labels"],
      message: "Requesting 101 records on the `labels` connection exceeds the `first` limit of 100 records.",
    },
  ]);
  expect(await errorsOf("labels(first: -1) { nodes { id } }")).toMatchObject([{ type: "ARGUMENT_LIMIT" }]);
  expect(await errorsOf('labels(first: 1, after: "nonsense") { nodes { id } }')).toMatchObject([
    { type: "INVALID_CURSOR_ARGUMENTS", message: "`nonsense` does not appear to be a valid cursor." },
  ]);
});

test("what is not there, or must not be seen, is an error at its place", async () => {
  const { data, errors } = await bob(`{
    here: repository(owner: "acme", name: "data") { name }
    gone: repository(owner: "acme", name: "gone") { name }
    hidden: repository(owner: "acme", name: "secret") { name }
    nobody: user(login: "nobody") { login } }`);
  expect(data).toEqual({ here: { name: "data" }, gone: null, hidden: null, nobody: null });
  expect(errors).toMatchObject([
    {
      type: "NOT_FOUND",
      path: ["gone"],
      message: "Could not resolve to a Repository with the name 'acme/gone'.",
    },
    {
      type: "NOT_FOUND",
      path: ["hidden"],
      message: "Could not resolve to a Repository with the name 'acme/secret'.",
    },
    {
      type: "NOT_FOUND",
      path: ["nobody"],
      message: "Could not resolve to a User with the login of 'nobody'.",
    },
  ]);
});

test("an app without the permission reads no issues of a private repository", async () => {
  const robot = askAs(github, github.tokenFor({ app: "robot", account: "acme" }));
  const { data, errors } = await robot(
    '{ repository(owner: "acme", name: "secret") { name issue(number: 1) { title } } }',
  );
  expect(data).toEqual({ repository: { name: "secret", issue: null } });
  expect(errors).toMatchObject([
    {
      type: "FORBIDDEN",
      path: ["repository", "issue"],
      extensions: { saml_failure: false },
      message: "Resource not accessible by integration",
    },
  ]);
});

test("every object is found by its id again", async () => {
  const { data } = await ada(`{ viewer { id } organization(login: "acme") { id }
    repository(owner: "acme", name: "data") { id label(name: "bug") { id }
      defaultBranchRef { id target { id } } object(expression: "main:README.md") { id }
      issue(number: 1) { id comments(first: 1) { nodes { id } } } } }`);
  const { repository } = data;
  const ids: string[] = [
    data.viewer.id,
    data.organization.id,
    repository.id,
    repository.label.id,
    repository.defaultBranchRef.id,
    repository.defaultBranchRef.target.id,
    repository.object.id,
    repository.issue.id,
    repository.issue.comments.nodes[0].id,
  ];
  const found = await ada("query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }", { ids });
  expect(found.data.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(found.data.nodes.map((node: { __typename: string }) => node.__typename)).toEqual([
    "User",
    "Organization",
    "Repository",
    "Label",
    "Ref",
    "Commit",
    "Blob",
    "Issue",
    "IssueComment",
  ]);
});

test("of several ids those that are there are answered, and at most 100 are taken", async () => {
  const { body } = await rest("GET /repos/acme/data/issues/1");
  const query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Issue { number } } }";
  const { data, errors } = await ada(query, { ids: [body.node_id, "I_gone", body.node_id] });
  expect(data).toEqual({ nodes: [{ number: 1 }, null, { number: 1 }] });
  expect(errors).toMatchObject([{ type: "NOT_FOUND", path: ["nodes", 1] }]);
  const many = await ada(query, { ids: Array.from({ length: 101 }, () => body.node_id) });
  expect(many.errors).toMatchObject([{ type: "ARGUMENT_LIMIT" }]);
});

test("lists that lag may hold comments of an issue that is gone", async () => {
  github.lag.listsMs = 60_000;
  github.clock.advance(120_000);
  const { body } = await rest("GET /repos/acme/data/issues/1");
  await ada("mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }", {
    id: body.node_id,
  });
  const { data, errors } = await ada(`{ repository(owner: "acme", name: "data") {
    issues(first: 1) { nodes { title comments(first: 9) { nodes { body issue { number } } } } } } }`);
  expect(errors).toBeUndefined();
  expect(data.repository.issues.nodes).toMatchObject([
    { title: "First", comments: { nodes: [{ body: "one", issue: { number: 1 } }, {}, {}] } },
  ]);
});

test("ids of the old form are found, and nonsense is not", async () => {
  const { body } = await rest("GET /repos/acme/data/issues/1");
  const old = Buffer.from(`05:Issue${body.id}`).toString("base64");
  expect((await ada(`{ node(id: "${old}") { ... on Issue { title } } }`)).data).toEqual({
    node: { title: "First" },
  });
  const secret = await rest("GET /repos/acme/secret/issues/1");
  const nonsense = [
    "",
    "I_",
    "I_kwDO",
    "R_AAAA",
    "XX_kgDOAAAAAQ",
    "_",
    "a_b_c",
    "%00",
    "I_".padEnd(9_000, "k"),
  ];
  for (const id of [...nonsense, secret.body.node_id]) {
    const { data, errors } = await bob("query($id: ID!) { node(id: $id) { id } }", { id });
    expect(data).toEqual({ node: null });
    expect(errors).toMatchObject([
      {
        type: "NOT_FOUND",
        path: ["node"],
        message: `Could not resolve to a node with the global id of '${id}'`,
      },
    ]);
  }
});

test("files, folders and commits are read from git", async () => {
  const { data } = await ada(`{ repository(owner: "acme", name: "data") {
    file: object(expression: "HEAD:docs/deep/a.txt") { ... on Blob { text byteSize isBinary oid } }
    tree: object(expression: "main:") { ... on Tree { entries { name type mode object { __typename } } } }
    none: object(expression: "main:../../etc/passwd") { oid }
    ref(qualifiedName: "main") { name target { ... on Commit { messageHeadline author { name }
      history(first: 5) { totalCount nodes { oid } } parents { totalCount } tree { oid } } } }
    bad: ref(qualifiedName: "refs/heads/../../config") { name }
    refs(refPrefix: "refs/heads/", first: 5) { nodes { name } } }
    empty: repository(owner: "acme", name: "empty") { isEmpty defaultBranchRef { name } } }`);
  expect(data.repository.file).toEqual({
    text: "A",
    byteSize: 1,
    isBinary: false,
    // printf A | git hash-object --stdin
    oid: "8c7e5a667f1b771847fe88c01c3de34413a1b220",
  });
  expect(data.repository.tree.entries).toEqual([
    { name: "README.md", type: "blob", mode: 33_188, object: { __typename: "Blob" } },
    { name: "docs", type: "tree", mode: 16_384, object: { __typename: "Tree" } },
  ]);
  expect(data.repository).toMatchObject({ none: null, bad: null, refs: { nodes: [{ name: "main" }] } });
  expect(data.repository.ref.target).toMatchObject({
    messageHeadline: "Initial commit",
    history: { totalCount: 1 },
    parents: { totalCount: 0 },
  });
  expect(data.empty).toEqual({ isEmpty: true, defaultBranchRef: null });
});

test("who may push sees the collaborators and what they may do", async () => {
  const query = `{ repository(owner: "acme", name: "data") {
    collaborators(first: 9, query: "b") { edges { permission node { login } } } } }`;
  expect((await ada(query)).data.repository.collaborators.edges).toEqual([
    { permission: "TRIAGE", node: { login: "bob" } },
  ]);
  expect((await bob(query)).errors).toMatchObject([
    { type: "FORBIDDEN", message: "Must have push access to view repository collaborators." },
  ]);
});

test("what is wrong with a query is said as GitHub says it, with 200", async () => {
  expect((await ada("{ x }")).reply).toMatchObject({
    status: 200,
    body: {
      errors: [
        {
          path: ["query", "x"],
          extensions: { code: "undefinedField", typeName: "Query", fieldName: "x" },
          locations: [{ line: 1, column: 3 }],
          message: "Field 'x' doesn't exist on type 'Query'",
        },
      ],
    },
  });
  const errorOf = async (query: string, variables = {}) => (await ada(query, variables)).errors?.[0];
  expect(await errorOf('query Q { repository(owner: "a") { name } }')).toMatchObject({
    path: ["query Q", "repository"],
    extensions: { code: "missingRequiredArguments", arguments: "name" },
    message: "Field 'repository' is missing required arguments: name",
  });
  expect(await errorOf("{ viewer(x: 1) { login } }")).toMatchObject({
    extensions: { code: "argumentNotAccepted", argumentName: "x" },
    message: "Field 'viewer' doesn't accept argument 'x'",
  });
  expect(await errorOf("{ viewer }")).toMatchObject({ extensions: { code: "selectionMismatch" } });
  expect(await errorOf("{ user(login: $who) { login } }")).toMatchObject({
    extensions: { code: "variableNotDefined", variableName: "who" },
    message: "Variable $who is used by anonymous query but not declared",
  });
  expect(await errorOf("query($who: String!) { user(login: $who) { login } }")).toMatchObject({
    extensions: { value: null, problems: [{ path: [] }] },
    locations: [{ line: 1, column: 7 }],
    message: "Variable $who of type String! was provided invalid value",
  });
  const wrongType = '{ repository(owner: "acme", name: "data") { issues(first: "x") { totalCount } } }';
  expect(await errorOf(wrongType)).toMatchObject({
    path: ["query", "repository", "issues", "first"],
    extensions: { code: "argumentLiteralsIncompatible", typeName: "Field", argumentName: "first" },
    message: "Argument 'first' on Field 'issues' has an invalid value (\"x\"). Expected type 'Int'.",
  });
  expect(await errorOf("{ viewer { ")).toMatchObject({
    message: expect.stringMatching(/^Parse error/u),
    locations: [{ line: 1 }],
  });
  expect(await errorOf(`${"{ viewer ".repeat(9_000)}`)).toMatchObject({ message: expect.any(String) });
  expect((await rest("POST /graphql", {})).body).toEqual({
    errors: [{ message: "A query attribute must be specified and must be a string." }],
  });
});

test("whatever is sent as a query, the answer is 200 with errors, or with data", async () => {
  const alphabet = [
    "{",
    "}",
    "(",
    ")",
    "viewer",
    "node",
    "id:",
    '"x"',
    "login",
    "...",
    "on User",
    "$a",
    "!",
    "@skip",
    "if:",
    "true",
    "[",
    "]",
    "query",
    "mutation",
    "fragment F",
    "é",
    "\u0000",
    '"""',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }), async (words) => {
      const query = words.join(" ");
      const { reply, errors, data } = await ada(query);
      expect(reply.status).toBe(200);
      expect(errors !== undefined || data !== undefined).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("queries that are nested very deeply are refused or answered, and break nothing", async () => {
  const nested = (levels: number) =>
    `{ viewer ${'{ ... on RepositoryOwner { repository(name: "own") { owner '.repeat(levels)} { login } ${"} } }".repeat(levels)} }`;
  const chained = (levels: number) =>
    `{ viewer { ...F0 } } ${Array.from({ length: levels }, (_, at) => `fragment F${at} on User { ${at === levels - 1 ? "login" : `...F${at + 1}`} }`).join(" ")}`;
  for (const query of [
    "{a".repeat(9_999),
    nested(10),
    nested(300),
    nested(1_300),
    chained(50),
    chained(2_000),
  ]) {
    expect((await ada(query)).reply.status).toBe(200);
  }
  expect((await ada("{ viewer { login } }")).data).toEqual({ viewer: { login: "ada" } });
});

test("the schema tells of itself", async () => {
  const { data } = await ada(getIntrospectionQuery());
  const types = (data.__schema.types as { name: string }[]).map(({ name }) => name);
  expect(types).toEqual(expect.arrayContaining(["Repository", "IssueComment", "CreateCommitOnBranchInput"]));
});

test("a body that is no JSON is 400", async () => {
  const response = await fetch(`${github.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.tokenFor("ada")}` },
    body: "{ viewer",
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ message: "Problems parsing JSON" });
});

test("an edited comment keeps the body as it was written as its first edit", async () => {
  const path = "/repos/acme/data/issues/comments";
  const { body: comments } = await rest("GET /repos/acme/data/issues/1/comments");
  const id = comments[0].id;
  github.clock.advance(60_000);
  await rest(`PATCH ${path}/${id}`, { body: "one, edited" });
  const { data } = await ada(`{ repository(owner: "acme", name: "data") { issue(number: 1) {
    lastEditedAt includesCreatedEdit userContentEdits { totalCount }
    comments(first: 2) { nodes { body lastEditedAt includesCreatedEdit editor { login }
      userContentEdits(first: 9) { totalCount nodes { id diff editor { login } deletedAt } } } } } } }`);
  const { issue } = data.repository;
  expect(issue).toMatchObject({
    lastEditedAt: null,
    includesCreatedEdit: false,
    userContentEdits: { totalCount: 0 },
  });
  expect(issue.comments.nodes[1]).toMatchObject({ lastEditedAt: null, editor: null });
  const [edited] = issue.comments.nodes;
  expect(edited).toMatchObject({
    body: "one, edited",
    includesCreatedEdit: true,
    editor: { login: "ada" },
    userContentEdits: {
      totalCount: 2,
      nodes: [
        { diff: "one, edited", editor: { login: "ada" }, deletedAt: null },
        { diff: "one", deletedAt: null },
      ],
    },
  });
  const editId = edited.userContentEdits.nodes[1].id;
  const found = await ada(`{ node(id: "${editId}") { ... on UserContentEdit { diff } } }`);
  expect(found.data).toEqual({ node: { diff: "one" } });
});

test("an unmodified Octokit asks, and reads the errors", async () => {
  const octokit = new Octokit({ auth: github.tokenFor("ada"), baseUrl: github.url });
  const query = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { name } }";
  expect(await octokit.graphql(query, { owner: "acme", name: "data" })).toEqual({
    repository: { name: "data" },
  });
  await expect(octokit.graphql(query, { owner: "acme", name: "gone" })).rejects.toMatchObject({
    name: "GraphqlResponseError",
    errors: [{ type: "NOT_FOUND" }],
  });
  const enterprise = new Octokit({ auth: github.tokenFor("ada"), baseUrl: `${github.url}/api/v3` });
  expect(await enterprise.graphql("{ viewer { login } }")).toEqual({ viewer: { login: "ada" } });
});

test("lists lag where lag was asked for, single reads do not", async () => {
  const lists =
    '{ repository(owner: "acme", name: "data") { issues { totalCount } issue(number: 4) { title } } }';
  github.lag.listsMs = 30_000;
  github.clock.advance(120_000);
  await rest("POST /repos/acme/data/issues", { title: "Fourth" });
  expect((await ada(lists)).data.repository).toEqual({
    issues: { totalCount: 3 },
    issue: { title: "Fourth" },
  });
  github.clock.advance(31_000);
  expect((await ada(lists)).data.repository.issues).toEqual({ totalCount: 4 });
});
