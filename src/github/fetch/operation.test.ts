import { describe, expect, test } from "vitest";
import emulated from "../../emulator/description/described.json" with { type: "json" };
import described from "./described-routes.json" with { type: "json" };
import { type Effect, operationOf } from "./operation.ts";

const graphql = (query: string, more: object = {}) =>
  operationOf("POST", "/graphql", JSON.stringify({ query, ...more }));

describe("a route", () => {
  test.for<readonly [string, string]>([
    ["/repos/a/b/issues/7/comments", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
    ["/repositories/12/issues", "/repos/{owner}/{repo}/issues"],
    ["/repos/a/b/contents/x/y/z.md", "/repos/{owner}/{repo}/contents/{path}"],
    ["/repos/a/b/git/ref/heads/a/b", "/repos/{owner}/{repo}/git/ref/{ref}"],
    ["/repos/a/b/compare/main...feature/x", "/repos/{owner}/{repo}/compare/{base}...{head}"],
    ["/user", "/user"],
    ["/user/repos", "/user/repos"],
    ["/nothing/of/the/kind", "unknown"],
    ["/repos/a", "unknown"],
    ["/", "/"],
    ["/__proto__/constructor", "unknown"],
  ])("of %s is %s", ([path, template]) => {
    expect(operationOf("GET", path).route).toBe(template);
  });

  test("is one of those that GitHub's description has, of the same edition as the emulator's", () => {
    expect(described.source).toBe(emulated.source);
    const known = [
      ...Object.values(emulated.served).map(({ method, path }) => `${method} ${path}`),
      ...emulated.others.map(([, method, path]) => `${method} ${path}`),
    ];
    const listed = Object.entries(described.routes).flatMap(([path, methods]) =>
      methods.split(" ").map((method) => `${method.replace("!", "")} ${path}`),
    );
    expect(listed.sort()).toEqual(known.sort());
  });
});

describe("what a request does", () => {
  test.for<readonly [string, string, Effect]>([
    ["GET", "/repos/a/b", "read"],
    ["HEAD", "/repos/a/b", "read"],
    ["PATCH", "/repos/a/b/issues/1", "idempotent"],
    ["PUT", "/repos/a/b/actions/secrets/A", "idempotent"],
    ["DELETE", "/repos/a/b/issues/comments/1", "idempotent"],
    ["POST", "/repos/a/b/issues/1/labels", "idempotent"],
    ["POST", "/repos/a/b/issues/1/reactions", "idempotent"],
    ["POST", "/repos/a/b/issues/comments/1/reactions", "idempotent"],
    ["POST", "/repos/a/b/git/blobs", "idempotent"],
    ["POST", "/repos/a/b/git/trees", "idempotent"],
    ["POST", "/repos/a/b/git/refs", "create"],
    ["POST", "/repos/a/b/issues", "create"],
    ["POST", "/repos/a/b/issues/1/comments", "create"],
    ["POST", "/repos/a/b/pulls", "create"],
    ["POST", "/repos/a/b/actions/workflows/1/dispatches", "create"],
    ["POST", "/orgs/a/repos", "create"],
    ["POST", "/app/installations/1/access_tokens", "read"],
    ["POST", "/markdown", "read"],
    ["POST", "/nothing/that/is/known", "create"],
  ])("%s %s: %s", ([method, path, effect]) => {
    expect(operationOf(method, path).effect).toBe(effect);
  });

  test.for<readonly [string, Effect, number, number, number]>([
    ["{ viewer { login } }", "read", 1, 0, 0],
    ["query Q { viewer { login } }", "read", 1, 0, 0],
    ["# mutation { createIssue }\nquery { viewer { login } }", "read", 1, 0, 0],
    ["fragment F on Query { viewer { login } } query { ...F }", "read", 1, 0, 0],
    ['mutation { addComment(input: {body: "{}"}) { clientMutationId } }', "create", 5, 1, 0],
    ["mutation { a: addComment(input: {}) { x } b: addComment(input: {}) { x } }", "create", 10, 2, 0],
    ["mutation { createIssue(input: {}) { issue { id } } }", "create", 5, 1, 1],
    [
      "mutation { updateIssue(input: {}) { issue { id } } closeIssue(input: {}) { issue { id } } }",
      "idempotent",
      10,
      0,
      0,
    ],
    [
      "mutation { closeIssue(input: {}) { issue { id } } ...F } fragment F on Mutation { addComment(input: {}) { x } }",
      "create",
      10,
      1,
      0,
    ],
    [
      "mutation { ... on Mutation @include(if: true) { a: createIssue(input: {}) { x } } ...Gone }",
      "create",
      10,
      1,
      1,
    ],
    ["mutation { ...F } fragment F on Mutation { ...F closeIssue(input: {}) { x } }", "create", 10, 0, 0],
    ["mutation { mergePullRequest(input: {}) { x } }", "create", 5, 1, 0],
    ["mutation { closeIssue(input: {}) @include(if: true) { issue { id } } }", "idempotent", 5, 0, 0],
    ['mutation M($a: X = {b: "}"}) { closeIssue(input: $a) { issue { id } } }', "idempotent", 5, 0, 0],
    [
      'mutation { closeIssue(input: {note: """a } "quoted" { b"""}) { issue { id } } }',
      "idempotent",
      5,
      0,
      0,
    ],
    ["this is no GraphQL", "create", 5, 0, 0],
    ["", "create", 5, 0, 0],
  ])("GraphQL %s", ([query, effect, points, contents, issues]) => {
    expect(graphql(query)).toMatchObject({ effect, points, contents, issues, resource: "graphql" });
  });

  test("GraphQL with several operations does what the named one does", () => {
    const both = "query A { viewer { login } } mutation B { createIssue(input: {}) { issue { id } } }";
    expect(graphql(both, { operationName: "A" }).effect).toBe("read");
    expect(graphql(both, { operationName: "B" }).effect).toBe("create");
    expect(graphql(both).effect).toBe("create");
  });
});

describe("what a request uses", () => {
  test.for<readonly [string, string, string | undefined]>([
    ["GET", "/rate_limit", undefined],
    ["GET", "/search/issues", "search"],
    ["GET", "/search/code", "code_search"],
    ["GET", "/repos/a/b", "core"],
    ["POST", "/app-manifests/abc/conversions", "integration_manifest"],
    ["GET", "/nothing", "core"],
  ])("%s %s: %s", ([method, path, resource]) => {
    expect(operationOf(method, path).resource).toBe(resource);
  });

  test("what notifies people is content, and new issues are counted apart", () => {
    expect(operationOf("POST", "/repos/a/b/issues")).toMatchObject({ contents: 1, issues: 1, points: 5 });
    expect(operationOf("POST", "/repos/a/b/issues/1/comments")).toMatchObject({ contents: 1, issues: 0 });
    expect(operationOf("POST", "/repos/a/b/releases")).toMatchObject({ contents: 1, issues: 0 });
    expect(operationOf("PATCH", "/repos/a/b/issues/1")).toMatchObject({ contents: 0, issues: 0, points: 5 });
    expect(operationOf("GET", "/repos/a/b/issues")).toMatchObject({ contents: 0, issues: 0, points: 1 });
  });
});

test.for([
  ["/repos/a/b/zipball", true],
  ["/repos/a/b/tarball/main", true],
  ["/orgs/a/migrations/1/archive", true],
  ["/user/migrations/1/archive", true],
  ["/repos/a/zipball", false],
  ["/repos/a/b/issues", false],
] as const)("whether %s is a file that is passed on as it comes: %s", ([path, isDownload]) => {
  expect(operationOf("GET", path).isDownload).toBe(isDownload);
});
