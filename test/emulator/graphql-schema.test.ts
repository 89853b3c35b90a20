/**
 * @module The emulator's GraphQL schema is a part of GitHub's own, word by word.
 */
import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  print,
  validateSchema,
} from "graphql";
import { expect, test } from "vitest";
import { schema } from "../../src/emulator/graphql/request.ts";
import { officialSchema } from "./official-schema.ts";

const official = officialSchema();

function defaultOf({ default: given }: GraphQLArgument | GraphQLInputField): string {
  return given?.literal === undefined ? "" : ` = ${print(given.literal)}`;
}

/** All that a type says, a line each: `Issue.comments(first: Int): IssueCommentConnection!`. */
function linesOf(type: GraphQLNamedType): string[] {
  const kind = `${type.name} is a ${type.constructor.name}`;
  if (isEnumType(type)) return [kind, ...type.getValues().map(({ name }) => `${type.name}.${name}`)];
  if (isUnionType(type)) return [kind, ...type.getTypes().map(({ name }) => `${type.name} may be ${name}`)];
  if (isInputObjectType(type))
    return [
      kind,
      ...Object.values(type.getFields()).map(
        (field) => `${type.name}.${field.name}: ${field.type}${defaultOf(field)}`,
      ),
    ];
  if (!isObjectType(type) && !isInterfaceType(type)) return [kind];
  return [
    kind,
    ...type.getInterfaces().map(({ name }) => `${type.name} implements ${name}`),
    ...Object.values(type.getFields()).flatMap((field) => [
      `${type.name}.${field.name}: ${field.type}`,
      ...field.args.map(
        (argument) => `${type.name}.${field.name}(${argument.name}: ${argument.type} ${defaultOf(argument)})`,
      ),
    ]),
  ];
}

/** Arguments and input fields that must be given. */
function requiredOf(type: GraphQLNamedType): string[] {
  if (isInputObjectType(type)) {
    return Object.values(type.getFields())
      .filter((field) => String(field.type).endsWith("!") && field.default === undefined)
      .map(({ name }) => `${type.name}.${name}`);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    field.args
      .filter((argument) => String(argument.type).endsWith("!") && argument.default === undefined)
      .map((argument) => `${type.name}.${field.name}(${argument.name})`),
  );
}

const ours = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type),
);

test("the schema is one", () => {
  expect(validateSchema(schema)).toEqual([]);
  expect(ours.length).toBeGreaterThan(100);
});

test("every type, field, argument, default, enum value, interface and union member is GitHub's", () => {
  const made = ours.flatMap((type) => {
    const theirs = official.getType(type.name);
    const known = new Set(theirs === undefined ? [] : linesOf(theirs));
    return linesOf(type).filter((line) => !known.has(line));
  });
  expect(made).toEqual([]);
});

test("what GitHub requires is required", () => {
  const names = new Set(ours.flatMap(requiredOf));
  const missing = ours.flatMap((type) => {
    const fields =
      isObjectType(type) || isInterfaceType(type) ? new Set(Object.keys(type.getFields())) : undefined;
    return requiredOf(official.getType(type.name)!).filter((line) => {
      const field = /^\w+\.(\w+)\(/u.exec(line)?.[1];
      return !names.has(line) && (field === undefined || fields?.has(field) === true);
    });
  });
  expect(missing).toEqual([]);
});

test("the comparison finds a wrong nullability", () => {
  const changed = buildSchema("type Query { viewer: User } type User { login: String! }");
  expect(linesOf(changed.getType("Query")!)).not.toEqual(
    expect.arrayContaining(linesOf(official.getType("Query")!).filter((line) => /viewer/u.test(line))),
  );
});

test("docs/emulator.md names every query and mutation", () => {
  const text = readFileSync(new URL("../../docs/emulator.md", import.meta.url), "utf8");
  const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
    Object.keys(type.getFields()),
  );
  expect(fields.filter((name) => name !== "id" && !text.includes(`\`${name}\``))).toEqual([]);
});
