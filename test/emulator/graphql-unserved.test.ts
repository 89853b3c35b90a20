/**
 * @module What GitHub's GraphQL schema has and the emulator's has not is told by name; what GitHub has not either is
 * told as GitHub does.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mayBeBoth, type Published } from "../../src/emulator/graphql/published.ts";
import { schema } from "../../src/emulator/graphql/request.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Asker, askAs } from "./ask.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { officialSchema } from "./official-schema.ts";

const root = new URL("../../", import.meta.url);
const file = readFileSync(new URL("src/emulator/graphql/published.json", root));
const published = JSON.parse(file.toString()) as Published;

let github: EmulatedGitHub;
let ada: Asker;

beforeAll(async () => {
  github = await startCheckedGitHub({ seed: { users: { ada: {} }, repositories: { "ada/data": {} } } });
  ada = askAs(github, github.tokenFor("ada"));
});
afterAll(() => github.close());

/** @returns what a document is told of: status, and the name or the code of each error */
async function told(query: string, variables = {}): Promise<unknown[]> {
  const { reply } = await ada(query, variables);
  const errors = (reply.body.errors ?? []) as readonly {
    readonly extensions: { readonly code: string; readonly name?: string };
  }[];
  return [
    reply.status,
    ...errors.map(({ extensions: { code, name } }) => (code === "notServed" ? name : code)),
  ];
}

test("a field that GitHub has and the emulator has not is answered by 501, with its name", async () => {
  const { reply } = await ada(
    '{ repository(owner: "ada", name: "data") { name discussions { totalCount } } }',
  );
  expect(reply.status).toBe(501);
  const message =
    "The emulator does not serve Repository.discussions; GitHub has it. docs/emulator.md lists what is served.";
  expect(reply.body).toEqual({
    message,
    errors: [
      {
        path: ["query", "repository", "discussions"],
        extensions: { code: "notServed", name: "Repository.discussions" },
        locations: [{ line: 1, column: 49 }],
        message,
      },
    ],
  });
});

test("so are types, arguments, values of enumerations and input fields", async () => {
  const of = (inner: string) => `{ repository(owner: "ada", name: "data") { ${inner} } }`;
  expect(await told(of("name stargazers { totalCount }"))).toEqual([501, "Repository.stargazers"]);
  expect(await told('{ node(id: "x") { id ... on Discussion { title } } }')).toEqual([501, "Discussion"]);
  expect(
    await told(
      of(
        'refs(refPrefix: "refs/heads/", first: 1, after: null) { nodes { compare(headRef: "x") { status } } }',
      ),
    ),
  ).toEqual([501, "Ref.compare"]);
  expect(
    await told(
      of('object(expression: "HEAD") { ... on Commit { history(author: { emails: [] }) { totalCount } } }'),
    ),
  ).toEqual([501, "Commit.history(author:)"]);
  const create = "mutation($input: CreateIssueInput!) { createIssue(input: $input) { clientMutationId } }";
  const input = { repositoryId: "x", title: "x", issueTemplate: "x" };
  expect(await told(create, { input })).toEqual([501, "CreateIssueInput.issueTemplate"]);
  expect(
    await told(
      'mutation { createIssue(input: { repositoryId: "x", title: "x", issueTemplate: "x" }) { clientMutationId } }',
    ),
  ).toEqual([501, "CreateIssueInput.issueTemplate"]);
  expect(
    await told(
      "mutation($input: CreateDiscussionInput!) { createDiscussion(input: $input) { clientMutationId } }",
    ),
  ).toEqual([501, "Mutation.createDiscussion", "CreateDiscussionInput"]);
  expect(await told("mutation { createDiscussion(input: {}) { clientMutationId } }")).toEqual([
    501,
    "Mutation.createDiscussion",
  ]);
  expect(await told('{ search(query: "x", type: DISCUSSION, first: 1) { issueCount } }')).toEqual([
    501,
    "SearchType.DISCUSSION",
  ]);
});

test("what GitHub has not either is told as GitHub tells it, even beside what the emulator has not", async () => {
  expect(await told("{ viewer { loginn } }")).toEqual([200, "undefinedField"]);
  expect(await told("{ viewer { loginn starredRepositories { totalCount } } }")).toEqual([
    200,
    "undefinedField",
  ]);
  expect(await told("{ viewer { repositories(fist: 1) { totalCount } } }")).toEqual([
    200,
    "argumentNotAccepted",
  ]);
  expect(await told('{ node(id: "x") { ... on Discusion { id } } }')).toEqual([200, "invalidDocument"]);
  expect(await told("{ viewer { constructor toString } }")).toEqual([
    200,
    "undefinedField",
    "undefinedField",
  ]);
  expect(await told("{ node(id: 1) { ... on constructor { id } } }")).toEqual([200, "invalidDocument"]);
  const { errors } = await ada("query($x: LockReason) { viewer { login } rateLimit(dryRun: $x) { cost } }", {
    x: "BORED",
  });
  expect(errors?.[0]?.extensions?.["code"]).not.toBe("notServed");
});

test("a hundred fields that are not served are not served", async () => {
  const many = Array.from({ length: 150 }, (_, index) => `a${index}: starredRepositories { totalCount }`);
  const [status, first] = await told(`{ viewer { ${many.join(" ")} } }`);
  expect([status, first]).toEqual([501, "User.starredRepositories"]);
});

test("the list is in step with the published schema, and small", () => {
  const { version } = JSON.parse(
    readFileSync(new URL("node_modules/@octokit/graphql-schema/package.json", root), "utf8"),
  ) as { version: string };
  expect(published.source).toBe(`@octokit/graphql-schema ${version}`);
  const official = Object.values(officialSchema().getTypeMap()).filter(
    (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type),
  );
  expect(published.types).toEqual(Object.fromEntries(official.map((type) => [type.name, wordsOf(type)])));
  expect(gzipSync(file).length).toBeLessThan(60_000);
});

function wordsOf(type: GraphQLNamedType): string {
  if (isEnumType(type))
    return type
      .getValues()
      .map(({ name }) => name)
      .join(" ");
  if (isUnionType(type))
    return type
      .getTypes()
      .map(({ name }) => `|${name}`)
      .join(" ");
  if (isInputObjectType(type)) return Object.keys(type.getFields()).join(" ");
  if (!isObjectType(type) && !isInterfaceType(type)) return "";
  const fields = Object.values(type.getFields()).map(({ name, args }) =>
    args.length === 0 ? name : `${name}(${args.map((argument) => argument.name).join(" ")})`,
  );
  return [...type.getInterfaces().map(({ name }) => `&${name}`), ...fields].join(" ");
}

test("what may be of two types in GitHub's schema may be so in the list", () => {
  const official = officialSchema();
  const abstract = Object.values(schema.getTypeMap()).filter(
    (type) => isUnionType(type) || isInterfaceType(type),
  );
  for (const type of abstract) {
    const theirs = official.getType(type.name);
    if (!isUnionType(theirs) && !isInterfaceType(theirs)) throw new Error(type.name);
    for (const object of Object.values(official.getTypeMap()).filter(isObjectType)) {
      const isOne = official.getPossibleTypes(theirs).includes(object);
      expect([type.name, object.name, mayBeBoth(type.name, object.name)]).toEqual([
        type.name,
        object.name,
        isOne,
      ]);
    }
  }
});
