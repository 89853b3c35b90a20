import fc from "fast-check";
import { getVariableValues, Kind, parse } from "graphql";
import { expect, test } from "vitest";
import { randomRuns } from "../../../test/random-runs.ts";
import { usageOf } from "../../emulator/graphql/cost.ts";
import { schema } from "../../emulator/graphql/request.ts";
import { graphqlCostOf } from "./graphql-cost.ts";
import { operationOf } from "./operation.ts";

const costOf = (source: string, variables: Record<string, unknown> = {}, operationName?: string) =>
  graphqlCostOf({ source, variables, operationName });

test.for<readonly [string, number, string, Record<string, unknown>?]>([
  ["no connection", 1, "{ viewer { login } }"],
  [
    "GitHub's own example",
    52, // 5,101 requests, rounded up.
    `query { viewer { login repositories(first: 100) { edges { node { id
       issues(first: 50) { edges { node { id labels(first: 60) { edges { node { id name } } } } } } } } } } }`,
  ],
  [
    "pages behind variables",
    2,
    `query($a: Int!, $b: Int = 100) { x(n: "y") { issues(first: $a) { nodes { ...R } } } }
     fragment R on Issue { labels(first: $b) { nodes { name } } comments(last: 1) { nodes { body } } }`,
    { a: 60 },
  ],
  [
    "a variable that nobody gave, as the largest page",
    2,
    "query($a: Int) { issues(first: $a) { nodes { comments(first: 1) { nodes { id } } } } }",
  ],
  ["a connection that names no page", 2, "{ repositories(first: 100) { nodes { issues { totalCount } } } }"],
  [
    "nodes by their ids",
    3,
    "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Issue { comments(first: 1) { nodes { id } } } } }",
    { ids: Array(250).fill("I_1") },
  ],
  [
    "text and comments that look like more",
    1,
    '{ search(query: "issues(first: 100) { nodes {", first: 1) { nodes { id } } # { a(first: 100) {\n }',
  ],
  [
    "fragments that spread each other for ever, which GitHub refuses",
    1,
    "{ ...A } fragment A on Q { ...B ...B } fragment B on Q { ...A ...A }",
  ],
  ["what is no GraphQL", 100, "{ viewer { login }"],
  ["nothing", 100, ""],
  ["more levels than anybody asks for", 100, `${"{ a ".repeat(9_999)}${"}".repeat(9_999)}`],
  [
    "more than GitHub allows",
    5_000,
    `{ a(first: 100) { b(first: 100) { c(first: 100) { d(first: 100) { nodes { id } } } } } }`,
  ],
])("the cost of %s is %i", ([, cost, source, variables]) => {
  expect(costOf(source, variables)).toBe(cost);
});

test("of several operations the one that is run costs, and the dearest where that is not said", () => {
  const small = "query Small { viewer { login } }";
  const large = "query Large { a(first: 100) { b(first: 100) { c(first: 1) { nodes { id } } } } }";
  expect(costOf(`${small} ${large}`, {}, "Small")).toBe(1);
  expect(costOf(`${small} ${large}`, {}, "Large")).toBe(102);
  expect(costOf(`${small} ${large}`)).toBe(102);
});

test("fragments that are spread often are read once", () => {
  const levels = Array.from({ length: 60 }, (_, level) =>
    level === 59
      ? `fragment F${level} on Q { a(first: 1) { nodes { id } } }`
      : `fragment F${level} on Q { ...F${level + 1} b { ...F${level + 1} } }`,
  );
  expect(costOf(`{ ...F0 } ${levels.join(" ")}`)).toBe(5_000);
});

test("a request in JSON costs what its query costs, and REST costs one", () => {
  const body = JSON.stringify({
    query: "query($n: Int) { a(first: $n) { b(first: 1) { nodes { id } } } }",
    variables: { n: 99 },
  });
  expect(operationOf("POST", "/graphql", body)).toMatchObject({ resource: "graphql", cost: 1 });
  expect(operationOf("POST", "/graphql", body.replace("99", "100")).cost).toBe(2);
  expect(operationOf("POST", "/graphql", "no JSON").cost).toBe(1);
  expect(operationOf("GET", "/repos/a/b").cost).toBe(1);
});

const sizes = fc.constantFrom("first: 100", "last: 7", "first: $n", "first: $d", "last: 1");
const text = (size: string, inner: string, alias: string) =>
  `${alias}: repositories(${size}) { nodes { name issues(${size}) { totalCount edges { node { title ...I ${inner} } } } } }`;

test("is never less than the formula gives on the schema, whatever is asked", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(sizes, fc.constantFrom("", "comments(first: 30) { nodes { body } }", "id")), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.integer({ min: 1, max: 100 }),
      (parts, n) => {
        const fields = parts.map(([size, inner], index) => text(size, inner, `a${index}`)).join(" ");
        const source = `query($n: Int!, $d: Int = 20) { viewer { ${fields} } }
          fragment I on Issue { labels(first: $n) { nodes { name } } }`;
        const [cost, documented] = [costOf(source, { n }), documentedCost(source, { n })];
        expect(cost).toBeGreaterThanOrEqual(documented);
        // Rounded up, where GitHub rounds to the nearest.
        expect(cost).toBeLessThanOrEqual(documented + 1);
      },
    ),
    randomRuns(100),
  );
});

/** By the emulator, which knows the schema. */
function documentedCost(source: string, given: Record<string, unknown>): number {
  const { definitions } = parse(source);
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
  const fragments = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const { variableValues } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  return usageOf({ schema, operation, fragments, variables: variableValues }).cost;
}
