/**
 * @module What an edit does to data, and which edit leads from one data to another. Pure.
 */
import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../base/json.ts";
import { formatPointer, parsePointer, type Segments } from "../base/json-pointer.ts";
import type { Edit } from "./change.ts";

/** Objects that nobody else holds yet: they may be changed in place instead of being copied once more. */
export type OwnObjects = Set<JsonObject>;

/**
 * `edit.set` and `edit.unset` applied to data; the input is not touched, unchanged parts are shared.
 *
 * @param own given along through many edits, each object is copied once in all; what the earlier ones returned is
 * then used up
 */
export function applyEdit(
  data: JsonObject,
  edit: Pick<Edit, "set" | "unset">,
  own: OwnObjects = new Set(),
): JsonObject {
  let result = data;
  for (const pointer of edit.unset ?? []) result = removeAtPath(result, parsePointer(pointer), own);
  return edit.set === undefined ? result : mergeInto(result, edit.set, own);
}

/** Merged deeply where both sides are objects; otherwise the new value stands. */
function mergeInto(base: JsonObject, patch: JsonObject, own: OwnObjects): JsonObject {
  const merged = ownCopy(base, own);
  for (const key of Object.keys(patch)) {
    const value = patch[key]!;
    const old = Object.hasOwn(merged, key) ? merged[key] : undefined;
    put(merged, key, isJsonObject(value) && isJsonObject(old) ? mergeInto(old, value, own) : value);
  }
  return merged;
}

function ownCopy(value: JsonObject, own: OwnObjects): Record<string, Json> {
  if (own.has(value)) return value as Record<string, Json>;
  const copy = { ...value };
  own.add(copy);
  return copy;
}

/** Plain assignment to `__proto__` would set a prototype, and lose the value. */
function put(object: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  else object[key] = value;
}

/** The value without what lies at a path; nothing happens where the path leads nowhere or into an array. */
export function removeAtPath(data: JsonObject, segments: Segments, own: OwnObjects = new Set()): JsonObject {
  const [key, ...rest] = segments;
  if (key === undefined) return {};
  if (!Object.hasOwn(data, key)) return data;
  const inner = data[key];
  if (rest.length > 0 && !isJsonObject(inner)) return data;
  const copy = ownCopy(data, own);
  if (rest.length === 0) delete copy[key];
  else put(copy, key, removeAtPath(inner as JsonObject, rest, own));
  return copy;
}

/** The value with another one at a path; objects are made on the way, whatever stood there. */
export function setAtPath(
  data: JsonObject,
  segments: Segments,
  value: Json,
  own: OwnObjects = new Set(),
): JsonObject {
  const [key, ...rest] = segments;
  if (key === undefined) return isJsonObject(value) ? value : data;
  const inner = Object.hasOwn(data, key) ? data[key] : undefined;
  const copy = ownCopy(data, own);
  put(copy, key, rest.length === 0 ? value : setAtPath(isJsonObject(inner) ? inner : {}, rest, value, own));
  return copy;
}

/** One difference between two states of an entity. An absent side is left out. */
export interface Difference {
  /** `status`, or a JSON Pointer into data. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * The smallest edit that leads from one data to another: `applyEdit(before, diffData(before, after))` equals `after`.
 *
 * @returns without `set` or `unset` where there is nothing to set or unset
 */
export function diffData(
  before: JsonObject,
  after: JsonObject,
): { set?: JsonObject; unset?: readonly string[] } {
  const unset: string[] = [];
  const set = collect(before, after, [], unset);
  return { ...(set === undefined ? {} : { set }), ...(unset.length === 0 ? {} : { unset }) };
}

function collect(
  before: JsonObject,
  after: JsonObject,
  path: Segments,
  unset: string[],
): JsonObject | undefined {
  let set: Record<string, Json> | undefined;
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) unset.push(formatPointer([...path, key]));
  }
  for (const key of Object.keys(after)) {
    const next = after[key]!;
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old === next) continue;
    const inner =
      isJsonObject(old) && isJsonObject(next)
        ? collect(old, next, [...path, key], unset)
        : replaced(old, next);
    if (inner === undefined) continue;
    set ??= {};
    put(set, key, inner);
  }
  return set;
}

function replaced(old: Json | undefined, next: Json): Json | undefined {
  return jsonEqual(old, next) ? undefined : next;
}

/** Every differing path of two data, in order of the path, with both values. */
export function listDifferences(before: JsonObject, after: JsonObject, path: Segments = []): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key): Difference[] => {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const next = Object.hasOwn(after, key) ? after[key] : undefined;
    if (jsonEqual(old, next)) return [];
    const at = [...path, key];
    if (isJsonObject(old) && isJsonObject(next)) return listDifferences(old, next, at);
    return [
      {
        path: formatPointer(at),
        ...(old === undefined ? {} : { before: old }),
        ...(next === undefined ? {} : { after: next }),
      },
    ];
  });
}
