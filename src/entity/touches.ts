/**
 * @module What one change touches: the leaves that it sets, what it unsets, `status` and `type`, each with what
 * stands there afterwards. Pure.
 */
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parsePointer, type Segments } from "../base/json-pointer.ts";
import type { Change } from "./change.ts";

/** What stands at a path after an edit: a value, nothing, or some object, with what was in it and what is set below. */
export type Effect = { readonly value: Json } | "absent" | "object";

export interface Touch {
  /** The first segment says which part of the entity: `data`, `status`, `type`. */
  readonly path: Segments;
  readonly effect: Effect;
}

/** In the order in which they are applied. */
export function touchesOf(change: Change): readonly Touch[] {
  const touches: Touch[] = [];
  for (const pointer of change.unset ?? [])
    touches.push({ path: ["data", ...parsePointer(pointer)], effect: "absent" });
  if (change.set !== undefined) collectLeaves(change.set, ["data"], touches);
  if (change.status !== undefined) touches.push({ path: ["status"], effect: { value: change.status } });
  const type = typeSetBy(change);
  if (type !== undefined) touches.push({ path: ["type"], effect: { value: type } });
  return touches;
}

/** A create says the type; where two creates said different ones, a resolve decides. */
export function typeSetBy(change: Change): string | undefined {
  return change.kind === "create" || change.kind === "resolve" ? change.type : undefined;
}

function collectLeaves(value: JsonObject, path: Segments, touches: Touch[]): void {
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    if (!isJsonObject(item)) touches.push({ path: at, effect: { value: item } });
    else if (Object.keys(item).length === 0) touches.push({ path: at, effect: "object" });
    else collectLeaves(item, at, touches);
  }
}

/** True when one path is the other, or lies above or below it. */
export function related(a: Segments, b: Segments): boolean {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) if (a[index] !== b[index]) return false;
  return true;
}
