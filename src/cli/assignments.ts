/**
 * @module Data from the command line: `key=text`, `key:=JSON`, dots for nesting.
 */
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { invalidInput } from "../errors.ts";
import { parseFieldPath } from "../storage/field-path.ts";

/**
 * Builds data from assignments: `title=Hello`, `count:=5`, `author.name=Ada`, `/key.with.dots=x`.
 *
 * @throws {HubsteadError} `invalid_input` naming the assignment
 */
export function readAssignments(assignments: readonly string[]): JsonObject {
  const data: Record<string, Json> = {};
  for (const assignment of assignments) {
    const { field, value } = readAssignment(assignment);
    place(data, parseFieldPath(field), value, assignment);
  }
  return data;
}

/** `title=Hello` is text, `count:=5` is JSON. @throws {HubsteadError} `invalid_input` */
export function readAssignment(assignment: string): { readonly field: string; readonly value: Json } {
  const equals = assignment.indexOf("=");
  const isJson = equals > 0 && assignment[equals - 1] === ":";
  const field = assignment.slice(0, isJson ? equals - 1 : equals);
  if (equals < 0 || field === "") {
    throw invalidInput(
      `${JSON.stringify(assignment)} is no assignment`,
      "Write key=text, or key:=JSON: title=Hello count:=5 'tags:=[\"new\"]'.",
    );
  }
  const value = assignment.slice(equals + 1);
  return { field, value: isJson ? parseJson(value, `the value of "${field}"`) : value };
}

/** Makes the objects on the way; never goes through a value that another assignment has set. */
function place(data: Record<string, Json>, path: readonly string[], value: Json, assignment: string): void {
  let inner = data;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(inner, key) ? inner[key] : undefined;
    if (next !== undefined && !isJsonObject(next)) throw twice(assignment);
    const object = (next ?? {}) as Record<string, Json>;
    inner[key] = object;
    inner = object;
  }
  const last = path.at(-1);
  if (last === undefined || Object.hasOwn(inner, last)) throw twice(assignment);
  inner[last] = value;
}

function twice(assignment: string) {
  return invalidInput(
    `${JSON.stringify(assignment)} sets what another assignment sets already`,
    "Give each field once.",
  );
}
