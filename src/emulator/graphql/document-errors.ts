/**
 * @module What is wrong with a document, said as GitHub says it. graphql-js finds it.
 */
import { type ASTNode, BREAK, type DocumentNode, type GraphQLError, Kind, print, visit } from "graphql";

type ErrorEntry = Readonly<Record<string, unknown>>;
export type Errors = readonly ErrorEntry[];

export interface Unanswerable {
  readonly errors: Errors;
  /** Whether it is GitHub's schema that has more: GitHub would have answered. */
  readonly isUnserved?: true;
}

/** What graphql-js has found, and how GitHub says it. */
export interface Invalid {
  readonly wrong: readonly GraphQLError[];
  say(error: GraphQLError): ErrorEntry;
}

type Path = readonly string[];
type Extensions = Readonly<Record<string, unknown>>;

interface Wording {
  readonly pattern: RegExp;
  /** @param operation `Foo`, or `anonymous query` */
  say(
    found: readonly string[],
    operation: string,
  ): { readonly message: string; readonly extensions: Extensions };
}

const wordings: readonly Wording[] = [
  {
    pattern: /^Cannot query field "(.+?)" on type "(.+?)"/u,
    say: ([fieldName, typeName]) => ({
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: "undefinedField", typeName, fieldName },
    }),
  },
  {
    pattern: /^Unknown argument "(.+?)" on field "(?:.+)\.(.+?)"/u,
    say: ([argumentName, name]) => ({
      message: `Field '${name}' doesn't accept argument '${argumentName}'`,
      extensions: { code: "argumentNotAccepted", name, typeName: "Field", argumentName },
    }),
  },
  {
    pattern: /^Argument "[^"]+?\.(\w+)\((\w+):\)" of type .+ is required/u,
    say: ([name, argument]) => ({
      message: `Field '${name}' is missing required arguments: ${argument}`,
      extensions: { code: "missingRequiredArguments", className: "Field", name, arguments: argument },
    }),
  },
  {
    pattern: /^Field "(.+?)" of type "(.+?)" must have a selection of subfields/u,
    say([field, type = ""]) {
      const typeName = type.replaceAll(/[[\]!]/gu, "");
      return {
        message: `Field must have selections (field '${field}' returns ${typeName} but has no selections. Did you mean '${field} { ... }'?)`,
        extensions: { code: "selectionMismatch", nodeName: `field '${field}'`, typeName },
      };
    },
  },
  {
    pattern: /^Field "(.+?)" must not have a selection since type "(.+?)" has no subfields/u,
    say([field, type = ""]) {
      const typeName = type.replaceAll(/[[\]!]/gu, "");
      return {
        message: `Selections can't be made on scalars (field '${field}' returns ${typeName} but has selections)`,
        extensions: { code: "selectionMismatch", nodeName: `field '${field}'`, typeName },
      };
    },
  },
  {
    pattern: /^Variable "\$(.+?)" is not defined/u,
    say: ([variableName], operation) => ({
      message: `Variable $${variableName} is used by ${operation} but not declared`,
      extensions: { code: "variableNotDefined", variableName },
    }),
  },
  {
    pattern: /^Variable "\$(.+?)" is never used/u,
    say: ([variableName], operation) => ({
      message: `Variable $${variableName} is declared by ${operation} but not used`,
      extensions: { code: "variableNotUsed", variableName },
    }),
  },
  {
    pattern: /^Fragment "(.+?)" is never used/u,
    say: ([fragmentName]) => ({
      message: `Fragment ${fragmentName} was defined, but not used`,
      extensions: { code: "useAndDefineFragment", fragmentName },
    }),
  },
  {
    pattern: /^Unknown fragment "(.+?)"/u,
    say: ([fragmentName]) => ({
      message: `Fragment ${fragmentName} was used, but not defined`,
      extensions: { code: "useAndDefineFragment", fragmentName },
    }),
  },
];

/** One entry of `errors` for what validation has found. */
export function documentError(document: DocumentNode, error: GraphQLError): ErrorEntry {
  const [node] = error.nodes ?? [];
  const { path, operation, argument } = node === undefined ? nowhere : placeOf(document, node);
  for (const { pattern, say } of wordings) {
    const found = pattern.exec(error.message);
    if (found !== null) return { path, ...say(found.slice(1), operation), locations: error.locations };
  }
  const type = /^(\w+) cannot represent|type "([^"]+)"|in "(\w+)" enum/u
    .exec(error.message)
    ?.slice(1)
    .find(Boolean);
  if (argument !== undefined && type !== undefined) {
    return {
      path,
      extensions: { code: "argumentLiteralsIncompatible", typeName: "Field", argumentName: argument.name },
      locations: error.locations,
      message: `Argument '${argument.name}' on Field '${argument.field}' has an invalid value (${argument.value}). Expected type '${type}'.`,
    };
  }
  return {
    path,
    extensions: { code: "invalidDocument" },
    locations: error.locations,
    message: error.message,
  };
}

/** A document that cannot be read. */
export function syntaxError({ message, locations }: GraphQLError): ErrorEntry {
  const [at] = locations ?? [];
  const what = message.replace(/^Syntax Error: /u, "").replace(/\.$/u, "");
  const where = at === undefined ? "" : ` at [${at.line}, ${at.column}]`;
  return { message: `Parse error: ${what}${where}`, locations };
}

/** A variable that is missing or of the wrong type. */
export function variableError(error: GraphQLError): ErrorEntry {
  const [definition] = error.nodes ?? [];
  const isDefinition = definition?.kind === Kind.VARIABLE_DEFINITION;
  const type = isDefinition
    ? (definition.type.loc?.source.body.slice(definition.type.loc.start, definition.type.loc.end) ?? "")
    : "";
  const name = isDefinition ? definition.variable.name.value : "";
  const explanation = error.message.replace(/^Variable "[^"]+" has invalid value[^:]*: /u, "");
  return {
    extensions: { value: null, problems: [{ path: [], explanation }] },
    locations: error.locations,
    message: `Variable $${name} of type ${type} was provided invalid value`,
  };
}

interface Place {
  /** The way down: `["query Foo", "repository", "x"]`. */
  readonly path: Path;
  /** `Foo`, or `anonymous query`. */
  readonly operation: string;
  /** The argument that it is of, as it was written. */
  readonly argument: { readonly name: string; readonly field: string; readonly value: string } | undefined;
}

const nowhere: Place = { path: [], operation: "", argument: undefined };

function placeOf(document: DocumentNode, wanted: ASTNode): Place {
  const open: string[] = [];
  const fields: string[] = [];
  let operation = "";
  let argument: Place["argument"];
  let found: Place | undefined;
  visit(document, {
    enter(node) {
      const name = nameOf(node);
      if (name !== undefined) open.push(name);
      if (node.kind === Kind.OPERATION_DEFINITION)
        operation = node.name?.value ?? `anonymous ${node.operation}`;
      if (node.kind === Kind.FIELD) fields.push(node.name.value);
      if (node.kind === Kind.ARGUMENT)
        argument = { name: node.name.value, field: fields.at(-1) ?? "", value: print(node.value) };
      if (node !== wanted) return undefined;
      found = { path: [...open], operation, argument };
      return BREAK;
    },
    leave(node) {
      if (nameOf(node) !== undefined) open.pop();
      if (node.kind === Kind.FIELD) fields.pop();
      if (node.kind === Kind.ARGUMENT) argument = undefined;
    },
  });
  return found ?? nowhere;
}

function nameOf(node: ASTNode): string | undefined {
  switch (node.kind) {
    case Kind.OPERATION_DEFINITION:
      return node.name === undefined ? node.operation : `${node.operation} ${node.name.value}`;
    case Kind.FIELD:
      return node.alias?.value ?? node.name.value;
    case Kind.INLINE_FRAGMENT:
      return node.typeCondition === undefined ? "..." : `... on ${node.typeCondition.name.value}`;
    case Kind.FRAGMENT_DEFINITION:
      return `fragment ${node.name.value}`;
    case Kind.FRAGMENT_SPREAD:
      return `... ${node.name.value}`;
    case Kind.ARGUMENT:
      return node.name.value;
    default:
      return undefined;
  }
}
