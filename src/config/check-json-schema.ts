/**
 * @module Finds out whether a JSON Schema (draft 2020-12) checks what its author meant, before it checks any data.
 */
import { dereference, type Schema } from "@cfworker/json-schema";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import { nearestName } from "./nearest-name.ts";

const draftUri = "https://json-schema.org/draft/2020-12/schema";

/**
 * Refuses what is no schema, misspelt keywords, other drafts, and references that lead out of it or nowhere.
 *
 * @throws {HubsteadError} `invalid_input` with `data.path` (a list of keys)
 */
export function checkJsonSchema(schema: Json): void {
  checkSchema(schema, []);
  checkReferences(structuredClone(schema) as Schema);
}

// What each keyword takes. https://json-schema.org/draft/2020-12/json-schema-core, …/json-schema-validation
const keywordsByShape = {
  schema:
    "items contains not if then else additionalProperties propertyNames unevaluatedItems unevaluatedProperties",
  schemas: "allOf anyOf oneOf prefixItems",
  "schema map": "$defs definitions properties patternProperties dependentSchemas",
  text: "$schema $id $ref $anchor $comment pattern format title description contentEncoding contentMediaType",
  number: "multipleOf maximum exclusiveMaximum minimum exclusiveMinimum",
  count: "maxLength minLength maxItems minItems maxContains minContains maxProperties minProperties",
  flag: "uniqueItems deprecated readOnly writeOnly",
  names: "required",
  list: "enum examples",
  "name map": "dependentRequired",
  anything: "type const default contentSchema",
} as const;
type Shape = keyof typeof keywordsByShape;
const keywords: ReadonlyMap<string, Shape> = new Map(
  Object.entries(keywordsByShape).flatMap(([shape, names]) =>
    names.split(" ").map((name) => [name, shape as Shape] as const),
  ),
);
const unsupported = [
  "$dynamicRef",
  "$dynamicAnchor",
  "$recursiveRef",
  "$recursiveAnchor",
  "$vocabulary",
  "additionalItems",
  "dependencies",
];
const typeNames = ["object", "array", "string", "number", "integer", "boolean", "null"];

type Path = readonly (string | number)[];

function refuse(path: Path, problem: string, hint: string): HubsteadError {
  return invalidInput(`"${path.join(".") || "schema"}" ${problem}`, hint, { path });
}

function checkSchema(schema: Json | undefined, path: Path): void {
  if (typeof schema === "boolean") return;
  if (!isJsonObject(schema))
    throw refuse(path, "is no JSON Schema", "Write an object of keywords, true or false.");
  for (const [keyword, value] of Object.entries(schema)) checkKeyword(keyword, value, [...path, keyword]);
}

function checkKeyword(keyword: string, value: Json, path: Path): void {
  if (unsupported.includes(keyword))
    throw refuse(
      path,
      "is not supported",
      "Use the keywords of JSON Schema draft 2020-12, without dynamic references.",
    );
  const shape = keywords.get(keyword);
  if (shape === undefined) {
    // Other words are notes to other programs; one that is nearly a keyword is a slip that would check nothing.
    const meant = nearestName(keyword, [...keywords.keys()]);
    if (meant !== undefined) throw refuse(path, "is no keyword of JSON Schema", `Did you mean "${meant}"?`);
    return;
  }
  checkShape(shape, value, path);
  if (keyword === "type") checkTypes(value, path);
  if (keyword === "pattern") checkPattern(value as string, path);
  if (keyword === "patternProperties")
    for (const key of Object.keys(value as JsonObject)) checkPattern(key, [...path, key]);
  if (keyword === "$schema" && value !== draftUri && value !== `${draftUri}#`)
    throw refuse(path, "is another draft", `Use ${draftUri}, or leave it out.`);
  if (keyword === "$id" && path.length > 1)
    throw refuse(path, "stands inside a schema", "Refer to parts with $anchor or a JSON Pointer.");
  if (keyword === "$ref" && !(value as string).startsWith("#")) {
    throw refuse(
      path,
      "leads out of the schema",
      'Copy what it refers to into "$defs", and write "#/$defs/name".',
    );
  }
}

function checkShape(shape: Shape, value: Json, path: Path): void {
  const areNames = (list: Json | undefined) =>
    Array.isArray(list) && list.every((name) => typeof name === "string");
  switch (shape) {
    case "schema":
      checkSchema(value, path);
      return;
    case "schemas":
      if (!Array.isArray(value) || value.length === 0)
        throw refuse(path, "is no list of schemas", "Write a list with at least one schema.");
      for (const [index, item] of value.entries()) checkSchema(item as Json, [...path, index]);
      return;
    case "schema map":
      if (!isJsonObject(value))
        throw refuse(path, "is no object of schemas", "Write a schema for each name.");
      for (const [name, item] of Object.entries(value)) checkSchema(item, [...path, name]);
      return;
    case "text":
      if (typeof value !== "string") throw refuse(path, "is no text", "Write a text.");
      return;
    case "number":
      if (typeof value !== "number") throw refuse(path, "is no number", "Write a number.");
      return;
    case "count":
      if (!Number.isSafeInteger(value) || (value as number) < 0)
        throw refuse(path, "is no whole number", "Write a whole number from 0.");
      return;
    case "flag":
      if (typeof value !== "boolean") throw refuse(path, "is neither true nor false", "Write true or false.");
      return;
    case "names":
      if (!areNames(value)) throw refuse(path, "is no list of names", "Write a list of texts.");
      return;
    case "list":
      if (!Array.isArray(value)) throw refuse(path, "is no list", "Write a list.");
      return;
    case "name map":
      if (!isJsonObject(value) || !Object.values(value).every(areNames))
        throw refuse(path, "is no object of lists of names", "Write a list of texts for each name.");
      return;
    case "anything":
      return;
  }
}

function checkTypes(value: Json, path: Path): void {
  const names = Array.isArray(value) ? value : [value];
  const wrong = names.find((name) => typeof name !== "string" || !typeNames.includes(name));
  if (wrong === undefined && names.length > 0) return;
  const meant = typeof wrong === "string" ? nearestName(wrong, typeNames) : undefined;
  throw refuse(
    path,
    `names no type: ${JSON.stringify(wrong ?? null)}`,
    meant === undefined ? `Use ${typeNames.join(", ")}.` : `Did you mean "${meant}"?`,
  );
}

function checkPattern(pattern: string, path: Path): void {
  try {
    new RegExp(pattern, "u");
  } catch (cause) {
    throw new HubsteadError(
      "invalid_input",
      `"${path.join(".")}" is no regular expression: ${(cause as Error).message}`,
      {
        hint: "Write one that JavaScript understands, with Unicode rules.",
        data: { path },
        cause,
      },
    );
  }
}

/** Every reference must lead to a schema that is there. */
function checkReferences(schema: Schema): void {
  const schemas = findSchemas(schema);
  for (const { $ref, __absolute_ref__ } of Object.values(schemas).filter(
    (part) => typeof part === "object",
  )) {
    // The schema itself is known without the empty fragment.
    if (__absolute_ref__ === undefined || __absolute_ref__.replace(/#$/u, "") in schemas) continue;
    const hint = 'Write "#/$defs/name" for a schema that is under "$defs".';
    throw refuse(["$ref"], `leads nowhere: ${JSON.stringify($ref)}`, hint);
  }
}

/** By absolute URI; each one knows the URI that its reference leads to. */
function findSchemas(schema: Schema): ReturnType<typeof dereference> {
  try {
    return dereference(schema);
  } catch (cause) {
    throw new HubsteadError("invalid_input", `"$id" cannot be used: ${(cause as Error).message}`, {
      hint: "Leave it out; references within the schema need none.",
      data: { path: ["$id"] },
      cause,
    });
  }
}
