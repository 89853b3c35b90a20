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
import {
  documentError,
  type Invalid,
  syntaxError,
  type Unanswerable,
  variableError,
} from "./document-errors.ts";
import { schemaText } from "./schema/schema-text.ts";
import type { Usage } from "./view.ts";

/** A longer document is refused: to compare its fields takes the square of their number. */
const mostTokens = 20_000;
/** @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit */
const mostNodes = 500_000;

/** Programs ask the same again and again; to read and check a query takes longer than to answer it. */
const validDocuments = new Map<string, DocumentNode>();
const mostDocuments = 100;
const mostKeptLength = 20_000;

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

/** @param content the body @returns the request, or what is wrong with it */
export async function readRequest(content: Json | undefined): Promise<GraphqlRequest | Unanswerable> {
  try {
    const read = checkRequest(content);
    if (!("wrong" in read)) return read;
    const { explain } = await import("./unserved.ts");
    return explain(read);
  } catch (error) {
    // Too many braces within braces, or fragments within fragments.
    if (error instanceof RangeError) return { errors: [{ message: "The query is nested too deeply." }] };
    throw error;
  }
}

function checkRequest(content: Json | undefined): GraphqlRequest | Unanswerable | Invalid {
  const { query, operationName, variables = null } = isJsonObject(content) ? content : {};
  if (typeof query !== "string" || query.trim() === "") {
    return { errors: [{ message: "A query attribute must be specified and must be a string." }] };
  }
  if (variables !== null && !isJsonObject(variables)) {
    return { errors: [{ message: "Variables must be an object." }] };
  }
  const document = readDocument(query);
  if ("errors" in document || "wrong" in document) return document;
  const operation = chooseOperation(document, operationName);
  if ("errors" in operation) return operation;
  const given = variables ?? {};
  const read = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (read.errors !== undefined) return { wrong: read.errors, say: variableError };
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

function readDocument(query: string): DocumentNode | Unanswerable | Invalid {
  const known = validDocuments.get(query);
  if (known !== undefined) return known;
  try {
    const document = parse(query, { maxTokens: mostTokens });
    const wrong = validate(schema, document).filter((error) => !isOfTypesOnly(error));
    if (wrong.length > 0) return { wrong, say: (error) => documentError(document, error) };
    if (validDocuments.size >= mostDocuments) validDocuments.clear();
    if (query.length <= mostKeptLength) validDocuments.set(query, document);
    return document;
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [syntaxError(error)] };
    throw error;
  }
}

/**
 * GitHub merges fields of one name whose types differ, where only one of them can be met: `... on Issue { state }` beside
 * `... on PullRequest { state }`. Its own `gh` asks so.
 *
 * @see https://github.com/rmosolgo/graphql-ruby/blob/master/lib/graphql/static_validation/rules/fields_will_merge.rb
 */
function isOfTypesOnly({ message }: GraphQLError): boolean {
  return (
    /conflict because .*they return conflicting types/su.test(message) &&
    !/are different fields|they have differing arguments/u.test(message)
  );
}

function chooseOperation(
  { definitions }: DocumentNode,
  name: Json | undefined,
): OperationDefinitionNode | Unanswerable {
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
