/**
 * @module The JSON values that Hubstead holds, and the few operations on them that every layer needs:
 * checking, canonical text, equality, freezing. Knows nothing of entities.
 */
import canonicalize from "canonicalize";
import { invalidInput } from "../errors.ts";

export type JsonScalar = string | number | boolean | null;
export type Json = JsonScalar | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Objects and arrays inside each other, the outermost counted. SQLite's own JSON parser stops at 1,000. */
export const maxJsonDepth = 64;

/** True for a plain JSON object; false for arrays, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Canonical text of a value: keys sorted by UTF-16 code units, numbers as ECMAScript prints them.
 *
 * @param value what {@link checkJson} has accepted
 * @see RFC 8785
 */
export function canonicalJson(value: Json): string {
  // `JSON.stringify` prints scalars as RFC 8785 wants them, and is three times faster than building the text piece by
  // piece; only the order of keys is left to see to.
  const ordered = inKeyOrder(value);
  return ordered === undefined ? (canonicalize(value) as string) : JSON.stringify(ordered);
}

const integerKey = /^(?:0|[1-9]\d*)$/u;

/**
 * The value with all keys in order: itself where they are, else a copy.
 *
 * @returns `undefined` where a key looks like an integer: objects list those first, whatever the order they were set in
 */
function inKeyOrder(value: Json): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    let copy: Json[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const item = value[index] as Json;
      const ordered = inKeyOrder(item);
      if (ordered === undefined) return undefined;
      if (ordered === item) continue;
      copy ??= [...(value as Json[])];
      copy[index] = ordered;
    }
    return copy ?? value;
  }
  return objectInKeyOrder(value as JsonObject);
}

function objectInKeyOrder(object: JsonObject): JsonObject | undefined {
  const keys = Object.keys(object);
  const order = orderOf(keys);
  if (order === undefined) return undefined;
  let copy: Record<string, Json> | undefined = order === keys ? undefined : {};
  for (const key of order) {
    const item = object[key]!;
    if (typeof item !== "object" || item === null) {
      if (copy !== undefined) copy[key] = item;
      continue;
    }
    const ordered = inKeyOrder(item);
    if (ordered === undefined) return undefined;
    if (ordered !== item) copy ??= { ...object };
    if (copy !== undefined) copy[key] = ordered;
  }
  return copy ?? object;
}

interface KeyOrder {
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
  readonly isSorted: boolean;
}

// Objects of one kind have the same keys again and again: to compare them with the last ones is faster than to sort.
const knownOrders: (KeyOrder | undefined)[] = new Array(64);
const longestKnown = 64;

/** @returns the keys themselves where they are in order; `undefined` where one looks like an integer */
function orderOf(keys: readonly string[]): readonly string[] | undefined {
  if (keys.length === 0) return keys;
  const slot = (keys.length * 7 + keys[0]!.length * 3 + keys.at(-1)!.length) % knownOrders.length;
  const known = knownOrders[slot];
  if (known !== undefined && isSameList(known.keys, keys)) return known.isSorted ? keys : known.sorted;
  if (keys.some((key) => integerKey.test(key))) return undefined;
  const sorted = [...keys].sort();
  const isSorted = isSameList(sorted, keys);
  if (keys.length <= longestKnown) knownOrders[slot] = { keys, sorted, isSorted };
  return isSorted ? keys : sorted;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * Refuses what no storage could hold exactly: numbers that are not finite, integers beyond 2^53-1, lone
 * surrogates, NUL, the key `__proto__`, nesting beyond {@link maxJsonDepth}, cycles, and everything that is not JSON.
 *
 * @param path JSON Pointer of `value`, for the error
 * @throws {HubsteadError} `invalid_input` with `data.path` and `data.expected`
 */
export function checkJson(value: unknown, path = "", depth = 0): asserts value is Json {
  switch (typeof value) {
    case "string":
      return checkText(value, path);
    case "number":
      return checkNumber(value, path);
    case "boolean":
      return;
    case "object":
      break;
    default:
      throw refuse(path, `a value of type ${typeof value}`, "a JSON value");
  }
  if (value === null) return;
  if (depth >= maxJsonDepth) {
    throw refuse(path, `nesting deeper than ${maxJsonDepth}`, `at most ${maxJsonDepth} levels`);
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (item === undefined) throw refuse(`${path}/${index}`, "a hole or undefined", "a JSON value");
      if (needsCheck(item)) checkJson(item, `${path}/${index}`, depth + 1);
    }
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !isForeignPlainObject(prototype)) {
    throw refuse(path, `an instance of ${prototype.constructor?.name ?? "a class"}`, "a plain object");
  }
  for (const key of Object.keys(value)) {
    if (key === "__proto__") throw refuse(`${path}/__proto__`, "the key __proto__", "another key");
    const item = (value as Record<string, unknown>)[key];
    if (!isPlainText(key)) checkText(key, `${path}/${escapeSegment(key)}`);
    if (needsCheck(item)) checkJson(item, `${path}/${escapeSegment(key)}`, depth + 1);
  }
}

/** A path is built only for values that may fail: most are short strings, safe integers, booleans. */
function needsCheck(value: unknown): boolean {
  if (typeof value === "string") return !isPlainText(value);
  if (typeof value === "number") return !Number.isSafeInteger(value);
  return typeof value !== "boolean" && value !== null;
}

function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function isForeignPlainObject(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

function checkText(text: string, path: string): void {
  if (!text.isWellFormed()) throw refuse(path, "a lone surrogate", "well-formed Unicode");
  if (text.includes("\0")) throw refuse(path, "a NUL character", "text without U+0000");
}

function checkNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw refuse(path, String(value), "a finite number");
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refuse(
      path,
      `the integer ${value}`,
      "an integer within ±9007199254740991; write larger ones as strings",
    );
  }
}

function refuse(path: string, found: string, expected: string) {
  const where = path === "" ? "the value" : `"${path.length > 200 ? `${path.slice(0, 200)}…` : path}"`;
  return invalidInput(`${where} holds ${found}`, `Use ${expected}.`, { path, expected });
}

/** Escapes one segment of a JSON Pointer. @see RFC 6901 */
export function escapeSegment(key: string): string {
  return key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}

/** Same JSON value: key order does not matter, 0 and -0 are the same. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => jsonEqual(item, b[index]));
  }
  const left = a as JsonObject;
  const right = b as JsonObject;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && jsonEqual(left[key], right[key]));
}

/** Freezes a value that nobody else holds, all the way down. */
export function deepFreeze<T extends Json>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const item of Object.values(value)) {
      if (typeof item === "object" && item !== null) deepFreeze(item as Json);
    }
    Object.freeze(value);
  }
  return value;
}
