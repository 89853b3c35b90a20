/**
 * @module One GraphQL request, read and checked: which operation it asks for, with which variables.
 */
import {
  buildSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLScalarType,
  type GraphQLSchema,
  getVariableValues,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import { isJsonObject, type Json } from "../../base/json.ts";
import { countRootFields, isDryRun, usageOf } from "./cost.ts";
import { documentError, syntaxError, variableError } from "./document-errors.ts";
import { accountSchema } from "./schema/account-schema.ts";
import { checkSchema } from "./schema/check-schema.ts";
import { gitSchema } from "./schema/git-schema.ts";
import { issueSchema } from "./schema/issue-schema.ts";
import { mutationSchema } from "./schema/mutation-schema.ts";
import { querySchema } from "./schema/query-schema.ts";
import { repositorySchema } from "./schema/repository-schema.ts";
import type { Usage } from "./view.ts";

/** A longer document is refused: to compare its fields takes the square of their number. */
const mostTokens = 20_000;
/** @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit */
const mostNodes = 500_000;

/** Programs ask the same again and again; to read and check a query takes longer than to answer it. */
const validDocuments = new Map<string, DocumentNode>();
const mostDocuments = 100;
const mostKeptLength = 20_000;

/** A part of GitHub's own. */
const schemaText = [
  querySchema,
  accountSchema,
  repositorySchema,
  issueSchema,
  gitSchema,
  checkSchema,
  mutationSchema,
].join("\n");

export const schema: GraphQLSchema = withWideIds(buildSchema(schemaText));

/**
 * GitHub tells ids beyond 2^31 although their type is Int; graphql-js would refuse them.
 *
 * @see https://github.com/octokit/octokit.graphql.net/issues/311
 */
function withWideIds(built: GraphQLSchema): GraphQLSchema {
  const wideInt = new GraphQLScalarType({ name: "Int" });
  for (const type of Object.values(built.getTypeMap())) {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()["databaseId"] : undefined;
    if (field !== undefined) field.type = wideInt;
  }
  return built;
}

export interface GraphqlRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly usage: Usage;
  /** How many fields it begins with. */
  readonly rootFields: number;
  /** Whether it only asks what it would cost. */
  readonly isDryRun: boolean;
}

export type Errors = readonly Readonly<Record<string, unknown>>[];

/** @param content the body @returns the request, or what is wrong with it */
export function readRequest(content: Json | undefined): GraphqlRequest | { readonly errors: Errors } {
  try {
    return checkRequest(content);
  } catch (error) {
    // Too many braces within braces, or fragments within fragments.
    if (error instanceof RangeError) return { errors: [{ message: "The query is nested too deeply." }] };
    throw error;
  }
}

function checkRequest(content: Json | undefined): GraphqlRequest | { readonly errors: Errors } {
  const { query, operationName, variables = null } = isJsonObject(content) ? content : {};
  if (typeof query !== "string" || query.trim() === "") {
    return { errors: [{ message: "A query attribute must be specified and must be a string." }] };
  }
  if (variables !== null && !isJsonObject(variables)) {
    return { errors: [{ message: "Variables must be an object." }] };
  }
  const document = readDocument(query);
  if ("errors" in document) return document;
  const operation = chooseOperation(document, operationName);
  if ("errors" in operation) return operation;
  const given = variables ?? {};
  const read = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (read.errors !== undefined) return { errors: read.errors.map(variableError) };
  const fragments = new Map(
    document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const variableValues = read.variableValues;
  const usage = usageOf({ schema, operation, fragments, variables: variableValues });
  if (usage.nodeCount > mostNodes) return { errors: [tooManyNodes(usage.nodeCount)] };
  const rootFields = countRootFields({ operation, fragments });
  return {
    document,
    operation,
    variables: given,
    usage,
    rootFields,
    isDryRun: isDryRun({ schema, operation, variables: variableValues }),
  };
}

function readDocument(query: string): DocumentNode | { readonly errors: Errors } {
  const known = validDocuments.get(query);
  if (known !== undefined) return known;
  try {
    const document = parse(query, { maxTokens: mostTokens });
    const wrong = validate(schema, document);
    if (wrong.length > 0) return { errors: wrong.map((error) => documentError(document, error)) };
    if (validDocuments.size >= mostDocuments) validDocuments.clear();
    if (query.length <= mostKeptLength) validDocuments.set(query, document);
    return document;
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [syntaxError(error)] };
    throw error;
  }
}

function chooseOperation(
  { definitions }: DocumentNode,
  name: Json | undefined,
): OperationDefinitionNode | { readonly errors: Errors } {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (typeof name !== "string" || name === "") {
    const [only] = operations;
    if (only !== undefined && operations.length === 1) return only;
    return { errors: [{ message: "An operation name is required" }] };
  }
  const named = operations.find((operation) => operation.name?.value === name);
  return named ?? { errors: [{ message: `No operation named "${name}"` }] };
}

function tooManyNodes(count: number) {
  return {
    type: "MAX_NODE_LIMIT_EXCEEDED",
    message: `This query requests up to ${count.toLocaleString("en-US")} possible nodes which exceeds the maximum limit of ${mostNodes.toLocaleString("en-US")}.`,
  };
}
