/**
 * @module What binds local writes: limits, statuses, schemas. A fold of what others wrote may break them; then only
 * writes that make it no worse are accepted. Pure.
 */
import {
  canonicalJson,
  checkJson,
  escapeSegment,
  isJsonObject,
  type JsonObject,
  jsonEqual,
} from "../base/json.ts";
import { showValue } from "../base/show-value.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import type { SchemaIssue, StandardSchema, TypeDefinition } from "./define-type.ts";
import { checkPolicy, policyType } from "./policy.ts";
import { defaultStatus, defaultStatuses } from "./status.ts";

/** Canonical JSON of an entity's data, UTF-8. */
export const maxDataBytes = 1_048_576;

/** The types that a store knows, by name. */
export type TypesByName = ReadonlyMap<string, TypeDefinition<unknown>>;

/** @throws {HubsteadError} `invalid_input` unless it is a JSON object within the limits */
export function checkData(value: unknown): asserts value is JsonObject {
  if (!isJsonObject(value))
    throw invalidInput("the data of an entity is a JSON object", 'Give an object: { "name": "…" }.');
  checkJson(value);
}

/**
 * @param before canonical text of the data that it replaces
 * @throws {HubsteadError} `invalid_input` above {@link maxDataBytes}, unless it shrinks what was larger
 */
export function checkDataSize(text: string, before: () => string | undefined): void {
  // A UTF-16 unit takes at most 3 bytes: most data need not be measured.
  if (text.length * 3 <= maxDataBytes) return;
  const sizeBytes = utf8Length(text);
  if (sizeBytes <= maxDataBytes || sizeBytes <= utf8Length(before() ?? "")) return;
  throw invalidInput(
    `the data has ${sizeBytes} bytes, more than ${maxDataBytes}`,
    "Split it into several entities, or keep large content in a file and its path here.",
    {
      sizeBytes,
      maxBytes: maxDataBytes,
    },
  );
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}

/** The status of a new entity. @throws {HubsteadError} `invalid_input` when its type does not have it */
export function checkStatus(type: string, status: string | undefined, types: TypesByName): string {
  const known = types.get(type);
  if (status === undefined) return known?.defaultStatus ?? defaultStatus;
  const statuses: readonly string[] = known?.statuses ?? defaultStatuses;
  if (statuses.includes(status)) return status;
  throw invalidInput(
    `${showValue(status)} is not a status of the type "${type}"`,
    `Use one of: ${statuses.join(", ")}.`,
    { path: "status", expected: statuses },
  );
}

/**
 * Checks data against its type and returns what is to be stored.
 *
 * @param before the data that it replaces: what was wrong already may stay
 * @throws {HubsteadError} `invalid_input` with `data.issues`
 */
export function conformData(
  type: string,
  data: JsonObject,
  before: JsonObject | undefined,
  types: TypesByName,
): JsonObject {
  if (type === policyType) {
    checkPolicy(data);
    return data;
  }
  const schema = types.get(type)?.schema;
  if (schema === undefined) return data;
  const result = runSchema(schema, data, type);
  if (result.issues === undefined) {
    checkData(result.value);
    checkSettled(schema, result.value, data, type);
    return result.value;
  }
  const issues = result.issues.map(readIssue);
  const old = before === undefined ? undefined : runSchema(schema, before, type).issues?.map(readIssue);
  const known = new Set(old?.map(issueKey));
  if (issues.every((issue) => known.has(issueKey(issue)))) return data;
  const first = issues.find((issue) => !known.has(issueKey(issue)))!;
  throw new HubsteadError(
    "invalid_input",
    `the data does not fit the type "${type}": ${first.path === "" ? "" : `${first.path}: `}${first.message}`,
    {
      hint:
        issues.length > 1
          ? `Mend this and ${issues.length - 1} more (data.issues).`
          : "Mend this value, or change the type.",
      data: { path: first.path, issues },
    },
  );
}

/**
 * A schema runs again over what it has made, with every later write: it must leave that as it is.
 *
 * @throws {HubsteadError} `invalid_input`
 */
function checkSettled(schema: StandardSchema, made: JsonObject, given: JsonObject, type: string): void {
  if (jsonEqual(made, given)) return;
  const again = runSchema(schema, made, type);
  if (again.issues === undefined && jsonEqual(again.value as JsonObject, made)) return;
  throw invalidInput(
    `the schema of the type "${type}" changes what it has made itself`,
    "It runs with every write: let it trim, fill in defaults or convert, so that a second time changes nothing.",
  );
}

function runSchema(schema: StandardSchema, data: JsonObject, type: string) {
  const result = schema["~standard"].validate(structuredClone(data));
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw invalidInput(
      `the schema of the type "${type}" answers with a promise`,
      "Use a schema without asynchronous checks: it runs inside a transaction.",
    );
  }
  return result;
}

interface Issue {
  readonly path: string;
  readonly message: string;
}

function readIssue({ message, path }: SchemaIssue): Issue {
  const keys = (path ?? []).map((part) => (typeof part === "object" ? part.key : part));
  return { path: keys.map((key) => `/${escapeSegment(String(key))}`).join(""), message };
}

function issueKey({ path, message }: Issue): string {
  return canonicalJson([path, message]);
}
