/**
 * @module What GraphQL queries cost, by GitHub's own examples, and what the limits answer.
 *
 * @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { type GraphQLSchema, getVariableValues, Kind, parse } from "graphql";
import { afterEach, expect, test } from "vitest";
import { usageOf } from "../../src/emulator/graphql/cost.ts";
import { schema } from "../../src/emulator/graphql/request.ts";
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import { askAs } from "./ask.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { officialSchema } from "./official-schema.ts";

function usage(query: string, schema: GraphQLSchema = officialSchema(), given = {}) {
  const { definitions } = parse(query);
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
  const fragments = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const { variableValues } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  return usageOf({ schema, operation, fragments, variables: variableValues });
}

const costExample = `query {
  viewer { login repositories(first: 100) { edges { node { id
    issues(first: 50) { edges { node { id
      labels(first: 60) { edges { node { id name } } } } } } } } } } }`;

const nodesExample = `query {
  viewer {
    repositories(first: 50) { edges { repository: node { name
      pullRequests(first: 20) { edges { pullRequest: node { title
        comments(first: 10) { edges { comment: node { bodyHTML } } } } } }
      issues(first: 20) { totalCount edges { issue: node { title bodyHTML
        comments(first: 10) { edges { comment: node { bodyHTML } } } } } } } } }
    followers(first: 10) { edges { follower: node { login } } } } }`;

test("GitHub's example of 5,101 requests costs 51 points", () => {
  expect(usage(costExample).cost).toBe(51);
});

test("GitHub's other example may answer 22,060 nodes", () => {
  expect(usage(nodesExample).nodeCount).toBe(22_060);
});

test("a page of 100 issues with labels and one comment each costs two points", () => {
  const query = `query($count: Int!) { repository(owner: "a", name: "b") { issues(first: $count) { nodes { ...Rest } } } }
    fragment Rest on Issue { labels(first: 100) { nodes { name } } comments(last: 1) { nodes { body } } }`;
  expect(usage(query, officialSchema(), { count: 100 })).toEqual({ cost: 2, nodeCount: 10_200 });
});

test("what is skipped costs nothing", () => {
  const query = `query($isWanted: Boolean!) { viewer {
    repositories(first: 100) @include(if: $isWanted) { nodes { issues(first: 100) { nodes { id } } } } } }`;
  expect(usage(query, officialSchema(), { isWanted: false })).toEqual({ cost: 1, nodeCount: 0 });
  expect(usage(query, officialSchema(), { isWanted: true })).toEqual({ cost: 1, nodeCount: 10_100 });
});

test("nested fragments that double at every level are counted at once", () => {
  const levels = 60;
  const fragments = Array.from({ length: levels }, (_, level) =>
    level === levels - 1
      ? `fragment F${level} on User { repositories(first: 1) { nodes { id } } }`
      : `fragment F${level} on User { ...F${level + 1} ...F${level + 1} }`,
  );
  expect(usage(`{ viewer { ...F0 } } ${fragments.join("\n")}`).nodeCount).toBe(2 ** (levels - 1));
});

let github: EmulatedGitHub | undefined;
afterEach(() => github?.close());

async function start(options: StartOptions = {}) {
  github = await startCheckedGitHub({
    seed: { users: { ada: {} }, repositories: { "ada/data": {} } },
    ...options,
  });
  return { github, ada: askAs(github, github.tokenFor("ada")) };
}

test("rateLimit tells the cost, and the headers what is left", async () => {
  const { ada } = await start();
  const asked = await ada(
    costExample.replace("query {", "query { rateLimit { cost nodeCount limit remaining used resetAt }"),
  );
  expect(asked.data.rateLimit).toMatchObject({
    cost: 51,
    nodeCount: 305_100,
    limit: 5_000,
    remaining: 4_949,
    used: 51,
  });
  expect(asked.reply.headers.get("x-ratelimit-resource")).toBe("graphql");
  expect(asked.reply.headers.get("x-ratelimit-remaining")).toBe("4949");
});

test("a dry run tells the cost and takes nothing", async () => {
  const { ada } = await start();
  const dry = await ada(costExample.replace("query {", "query { rateLimit(dryRun: true) { cost remaining }"));
  expect(dry.data).toEqual({ rateLimit: { cost: 51, remaining: 5_000 } });
});

test("a dry run is one, too, where a variable says so", async () => {
  const { ada } = await start();
  const query = costExample.replace(
    "query {",
    "query($dry: Boolean!) { rateLimit(dryRun: $dry) { remaining }",
  );
  const dry = await ada(query, { dry: true });
  expect(dry.data).toEqual({ rateLimit: { remaining: 5_000 } });
  expect((await ada(query, { dry: false })).data.rateLimit.remaining).toBe(4_949);
});

test("more than 500,000 nodes are refused before anything is answered", async () => {
  const { ada } = await start();
  const { errors, data } = await ada(
    "{ viewer { repositories(first: 100) { nodes { issues(first: 100) { nodes { comments(first: 100) { nodes { id } } } } } } } }",
  );
  expect(data).toBeUndefined();
  expect(errors).toEqual([
    {
      type: "MAX_NODE_LIMIT_EXCEEDED",
      message:
        "This query requests up to 1,010,100 possible nodes which exceeds the maximum limit of 500,000.",
    },
  ]);
});

test("who has used up the points is told so with 200, until the hour is over", async () => {
  const { ada, github } = await start({ limits: { graphql: { user: 60 } } });
  expect((await ada(costExample)).errors).toBeUndefined();
  expect((await ada(costExample)).errors).toBeUndefined();
  const refused = await ada(costExample);
  expect(refused.reply.status).toBe(200);
  expect(refused.errors).toMatchObject([
    {
      type: "RATE_LIMITED",
      message: expect.stringMatching(/^API rate limit already exceeded for user ID \d+\.$/u),
    },
  ]);
  expect(refused.reply.headers.get("x-ratelimit-remaining")).toBe("0");
  github.clock.advance(3_600_000);
  expect((await ada(costExample)).errors).toBeUndefined();
});

test("an unmodified Octokit with its throttling plugin sees that the points are used up", async () => {
  const { ada, github } = await start({ limits: { graphql: { user: 1 } } });
  await ada("{ viewer { login } }");
  const heard: string[] = [];
  const octokit = new (Octokit.plugin(throttling))({
    auth: github.tokenFor("ada"),
    baseUrl: github.url,
    throttle: {
      onRateLimit: () => void heard.push("primary"),
      onSecondaryRateLimit: () => void heard.push("secondary"),
    },
  });
  await expect(octokit.graphql("{ viewer { login } }")).rejects.toThrow();
  expect(heard).toEqual(["primary"]);
});

test("points a minute are a secondary limit of the whole request: 200 with errors, or 403", async () => {
  const { ada } = await start({ limits: { secondary: { graphqlPointsPerMinute: 2 } } });
  await ada("{ viewer { login } }");
  await ada("{ viewer { login } }");
  const refused = await ada("{ viewer { login } }");
  expect(refused.reply.status).toBe(200);
  expect(refused.errors).toMatchObject([
    { message: expect.stringMatching(/^You have exceeded a secondary rate limit/u) },
  ]);
  expect(refused.reply.headers.get("retry-after")).toBe("60");
  await github?.close();
  const strict = await start({ limits: { secondary: { graphqlPointsPerMinute: 0, graphqlStatus: 403 } } });
  expect(await strict.ada("{ viewer { login } }")).toMatchObject({
    reply: { status: 403, body: { message: expect.stringContaining("secondary rate limit") } },
  });
});

test("searches, pull requests and timelines count as every list does", async () => {
  const query = `{
    search(query: "x", type: ISSUE, first: 100) { nodes { ... on PullRequest { reviews(first: 10) { totalCount } } } }
    repository(owner: "a", name: "b") {
      pullRequests(first: 90) { nodes { commits(last: 5) { nodes { commit { oid } } } timelineItems(first: 5) { totalCount } } } } }`;
  const { cost, nodeCount } = usage(query, schema);
  expect(nodeCount).toBe(100 + 100 * 10 + 90 + 90 * (5 + 5));
  // Of 1 + 100 + 1 + 90 * 2 requests.
  expect(cost).toBe(3);
});

test("both examples are answered as GitHub prints them", async () => {
  const { ada, github } = await start({
    seed: {
      users: { ada: {} },
      repositories: {
        "ada/data": {
          issues: [{ title: "First", body: "One.\nTwo & one.\n\nThree", comments: ["It's fine"] }],
        },
      },
    },
  });
  expect((await ada(costExample)).errors).toBeUndefined();
  const { data, errors, reply } = await ada(
    nodesExample.replace("query {", "query { rateLimit { cost nodeCount }"),
  );
  expect([reply.status, errors]).toEqual([200, undefined]);
  // 1 + 50 + 50 + 1,000 + 1,000 + 1 requests, of which a hundred are a point.
  expect(data.rateLimit).toEqual({ cost: 21, nodeCount: 22_060 });
  const [{ repository }] = data.viewer.repositories.edges;
  const [{ issue }] = repository.issues.edges;
  expect(issue.bodyHTML).toBe('<p dir="auto">One.<br>\nTwo &amp; one.</p>\n<p dir="auto">Three</p>');
  expect(issue.comments.edges.map(({ comment }: { comment: object }) => comment)).toEqual([
    { bodyHTML: `<p dir="auto">It's fine</p>` },
  ]);
  expect(data.viewer.followers.edges).toEqual([]);
  expect(github.requests.count("graphql")).toBe(2);
});

test.each([
  "**bold**",
  "# Title",
  "- item",
  "1. item",
  "a\n---",
  "    code",
  "`x`",
  "<b>",
  "https://a.example",
  "www.a.example",
  "@ada",
  "see #1",
  "GH-1",
  ":tada:",
  "\u{1f389}",
  "a | b",
  "f00dfeed",
  "$x$",
  "a\u0000b",
])("bodyHTML of %j, which GitHub renders and the emulator does not, is not served", async (body) => {
  const { ada } = await start({
    seed: { users: { ada: {} }, repositories: { "ada/data": { issues: [{ title: "First", body }] } } },
  });
  const { data, errors, reply } = await ada(
    `{ repository(owner: "ada", name: "data") { name issue(number: 1) { bodyHTML } } }`,
  );
  expect([reply.status, data.repository]).toEqual([200, { name: "data", issue: null }]);
  expect(errors).toMatchObject([{ type: "NOT_SERVED", path: ["repository", "issue", "bodyHTML"] }]);
});
