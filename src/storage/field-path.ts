/**
 * @module Names of fields as users write them in queries, read into paths. Pure.
 */
import { parsePointer, type Segments } from "../base/json-pointer.ts";
import { showValue } from "../base/show-value.ts";
import { invalidInput } from "../errors.ts";

/**
 * `author.name` or `/author/name`; the latter for keys that hold dots.
 *
 * @throws {HubsteadError} `invalid_input`
 */
export function parseFieldPath(field: string): Segments {
  // No key of any data holds these, and storages read them each in its own way.
  const isKey = typeof field === "string" && field.isWellFormed() && !field.includes("\0");
  if (isKey && field.startsWith("/")) return parsePointer(field);
  const segments = isKey ? field.split(".") : [];
  if (segments.length === 0 || segments.some((segment) => segment === "" || segment === "__proto__")) {
    throw invalidInput(
      `${showValue(field)} is not the name of a field`,
      'Write "priority", "author.name", or a JSON Pointer: "/author/name".',
    );
  }
  return segments;
}
