/**
 * @module JSON Pointers (RFC 6901): one path into a JSON value, as text and as segments.
 */
import { invalidInput } from "../errors.ts";
import { escapeSegment, type Json, type JsonObject, maxJsonDepth } from "./json.ts";
import { showValue } from "./show-value.ts";

/** A path as its keys; an empty list is the whole value. */
export type Segments = readonly string[];

/**
 * @param pointer `""` or `/a/b`, with `~0` for `~` and `~1` for `/`
 * @throws {HubsteadError} `invalid_input` when it is no JSON Pointer, names `__proto__`, or is deeper than any value
 */
export function parsePointer(pointer: string): Segments {
  if (pointer === "") return [];
  if (typeof pointer !== "string" || !pointer.startsWith("/") || /~(?![01])/u.test(pointer)) {
    throw invalidInput(
      `${showValue(pointer)} is not a JSON Pointer`,
      'Write "/field" or "/outer/inner" ("~1" stands for "/", "~0" for "~").',
    );
  }
  const segments = pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (segments.includes("__proto__")) {
    throw invalidInput(`${showValue(pointer)} names the key __proto__`, "Use another key.");
  }
  if (segments.length > maxJsonDepth) {
    throw invalidInput(
      `${showValue(pointer)} is deeper than ${maxJsonDepth} levels`,
      "No value nests deeper.",
    );
  }
  return segments;
}

/** The text of a path. */
export function formatPointer(segments: Segments): string {
  return segments.map((segment) => `/${escapeSegment(segment)}`).join("");
}

/** The value at a path through objects, or `undefined`. Arrays are not entered. */
export function getAtPath(value: Json | undefined, segments: Segments): Json | undefined {
  let current = value;
  for (const segment of segments) {
    if (typeof current !== "object" || current === null || Array.isArray(current)) return undefined;
    if (!Object.hasOwn(current, segment)) return undefined;
    current = (current as JsonObject)[segment];
  }
  return current;
}
