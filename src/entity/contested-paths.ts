/**
 * @module Conflicts path by path: who are the heads of each path, do their effects differ, which one shows. Pure.
 */
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { formatPointer, getAtPath, type Segments } from "../base/json-pointer.ts";
import { changeId, concurrent, type LoggedChange, saw } from "./change.ts";
import { headsOf } from "./change-order.ts";
import { applyEdit, type OwnObjects, removeAtPath, setAtPath } from "./edit.ts";
import type { Conflict } from "./entity.ts";
import { applyRule } from "./field-rules.ts";
import { createPathTree, type PathTree } from "./path-tree.ts";
import type { FieldRule } from "./policy.ts";
import type { Deciders } from "./policy-book.ts";
import { type Effect, type Touch, touchesOf, typeSetBy } from "./touches.ts";

/** What edits make of an entity. */
export interface Shown {
  readonly data: JsonObject;
  readonly status: string | undefined;
  readonly type: string | undefined;
}

/** One change as a head of one path. */
interface Head {
  readonly entry: LoggedChange;
  readonly effect: Effect;
  /** Only there because a concurrent create did not mention the path; it never wins. */
  readonly silent: boolean;
}

/** One touched path, and who touched it. */
interface Spot {
  readonly path: Segments;
  readonly label: string;
  /** All who were heads at some time, in the order of the fold. */
  readonly history: Head[];
  heads: readonly Head[];
  /** Conflicts that an ordinary edit went past under `defer`: they wait for a resolve. */
  readonly deferred: (readonly Head[])[];
}

/**
 * Applies edits in the order of the fold, finds the conflicts that are open on every touched path, and puts right
 * what shows where not the latest head wins.
 *
 * @param from what the edits are applied to; all their writers had seen it
 */
export function showEdits(
  edits: readonly LoggedChange[],
  from: Shown,
  deciders: Deciders,
): Shown & { readonly conflicts: readonly Conflict[] } {
  let { data, status, type } = from;
  const own: OwnObjects = new Set();
  for (const { change } of edits) {
    data = applyEdit(data, change, own);
    status = change.status ?? status;
    type = typeSetBy(change) ?? type;
  }
  const spots = gatherHeads(edits, from.type === undefined, deciders);
  const conflicts = spots.flatMap((spot) => {
    const sides = sidesOf(spot.heads, deciders);
    const open = differ(sides) ? [...spot.deferred, sides] : spot.deferred;
    return open.map((heads) => conflictOf(spot.label, heads, deciders));
  });
  let shown: Shown = { data, status, type };
  for (const spot of spots) shown = showWinner(spot, shown, deciders, own);
  return { ...shown, conflicts };
}

/**
 * Every touched path with its heads, shallow paths first.
 *
 * @param isNew true when the edits begin the entity
 */
function gatherHeads(edits: readonly LoggedChange[], isNew: boolean, deciders: Deciders): readonly Spot[] {
  const spots: Spot[] = [];
  const tree = createPathTree((path): Spot => {
    const spot: Spot = { path, label: labelOf(path), history: [], heads: [], deferred: [] };
    spots.push(spot);
    return spot;
  });
  const touches = new Map(edits.map((entry) => [entry, touchesOf(entry.change)]));
  for (const list of touches.values()) for (const { path } of list) tree.at(path);
  const creates = isNew
    ? edits.filter((entry) => entry.change.kind === "create" && !edits.some((other) => saw(entry, other)))
    : [];
  for (const [entry, list] of touches) {
    const effects = tree.effectsOf(list);
    for (const [spot, effect] of effects) addHead(spot, { entry, effect, silent: false });
    for (const other of creates.includes(entry) ? creates : []) {
      if (!concurrent(entry, other)) continue;
      for (const spot of unmentioned(effects, touches.get(other)!, tree)) addSilentHead(spot, entry);
    }
  }
  if (deciders.defers) for (const spot of spots) queueDeferred(spot, deciders);
  return spots.sort((a, b) => a.path.length - b.path.length);
}

/** The paths in data that another create sets and this one does not mention. */
function unmentioned(
  effects: ReadonlyMap<Spot, Effect>,
  others: readonly Touch[],
  tree: PathTree<Spot>,
): readonly Spot[] {
  const inData = others.filter(({ path }) => path[0] === "data");
  return inData.map(({ path }) => tree.at(path)).filter((spot) => !effects.has(spot));
}

function addSilentHead(spot: Spot, entry: LoggedChange): void {
  if (spot.heads.at(-1)?.entry === entry) return;
  const head: Head = { entry, effect: "absent", silent: true };
  spot.history.push(head);
  spot.heads = [...spot.heads, head];
}

function addHead(spot: Spot, head: Head): void {
  spot.history.push(head);
  spot.heads = [...spot.heads.filter(({ entry }) => !saw(head.entry, entry)), head];
}

/** Under `defer`, what the writer of an ordinary edit saw in conflict stays so until a resolve has seen it. */
function queueDeferred(spot: Spot, deciders: Deciders): void {
  let heads: readonly Head[] = [];
  for (const head of spot.history) {
    const seen = heads.filter(({ entry }) => saw(head.entry, entry));
    if (!isResolution(head)) {
      const sides = sidesOf(
        seen.length === heads.length ? heads : headsSeenBy(head.entry, spot.history),
        deciders,
      );
      if (staysDeferred(sides, spot, deciders)) spot.deferred.push(sides);
    }
    heads = [...heads.filter((earlier) => !seen.includes(earlier)), head];
  }
}

function headsSeenBy(entry: LoggedChange, history: readonly Head[]): readonly Head[] {
  const past = history.filter((head) => saw(entry, head.entry));
  const known = new Set(headsOf(past.map((head) => head.entry)));
  return past.filter((head) => known.has(head.entry));
}

function staysDeferred(sides: readonly Head[], spot: Spot, deciders: Deciders): boolean {
  if (!differ(sides) || policyFor(sides, deciders).resolver !== "defer") return false;
  if (
    spot.deferred.some(
      (known) => known.length === sides.length && known.every((head) => sides.includes(head)),
    )
  )
    return false;
  return !spot.history.some(
    (head) => isResolution(head) && sides.every((side) => saw(head.entry, side.entry)),
  );
}

function isResolution({ entry }: Head): boolean {
  return entry.change.kind === "resolve";
}

/** The heads that count: between resolutions only the best-informed one. */
function sidesOf(heads: readonly Head[], { bestInformed }: Deciders): readonly Head[] {
  const resolutions = heads.filter(isResolution).map(({ entry }) => entry);
  if (resolutions.length < 2) return heads;
  const best = bestInformed(resolutions);
  return heads.filter((head) => !isResolution(head) || head.entry === best);
}

function differ(sides: readonly Head[]): boolean {
  return sides.length > 1 && new Set(sides.map(({ effect }) => effectText(effect))).size > 1;
}

function effectText(effect: Effect): string {
  return typeof effect === "string" ? effect : canonicalJson(effect.value);
}

function policyFor(sides: readonly Head[], { policyOf }: Deciders) {
  return policyOf(sides.map(({ entry }) => entry));
}

function conflictOf(path: string, sides: readonly Head[], deciders: Deciders): Conflict {
  const heads = sides.map(({ entry }) => changeId(entry.change));
  return { path, kind: "value", heads, resolver: policyFor(sides, deciders).resolver };
}

/** The latest edit shows already; this puts another winner, or a value made by a rule, in its place. */
function showWinner(spot: Spot, shown: Shown, deciders: Deciders, own: OwnObjects): Shown {
  const loud = spot.heads.filter(({ silent }) => !silent);
  if (loud.length < 2) return shown;
  const sides = sidesOf(loud, deciders);
  const ruled = ruledValue(sides, spot.label, deciders);
  if (ruled === undefined && sides.at(-1) === loud.at(-1)) return shown;
  return putEffect(shown, spot.path, ruled ?? sides.at(-1)!.effect, own);
}

/** Rules hold where all heads set a value. */
function ruledValue(sides: readonly Head[], label: string, deciders: Deciders): Effect | undefined {
  if (!differ(sides)) return undefined;
  const rule: FieldRule | undefined = policyFor(sides, deciders).fields[label];
  if (rule === undefined) return undefined;
  const values: { replica: string; value: Json }[] = [];
  for (const { entry, effect } of sides) {
    if (typeof effect !== "object") return undefined;
    values.push({ replica: entry.change.replica, value: effect.value });
  }
  const value = applyRule(rule, values);
  return value === undefined ? undefined : { value };
}

function putEffect(shown: Shown, path: Segments, effect: Effect, own: OwnObjects): Shown {
  const [part, ...inner] = path;
  if (part === "data") return { ...shown, data: putIntoData(shown.data, inner, effect, own) };
  return typeof effect === "object"
    ? { ...shown, [part as "status" | "type"]: effect.value as string }
    : shown;
}

function putIntoData(data: JsonObject, path: Segments, effect: Effect, own: OwnObjects): JsonObject {
  if (effect === "absent") return removeAtPath(data, path, own);
  if (effect !== "object") return setAtPath(data, path, effect.value, own);
  return isJsonObject(getAtPath(data, path)) ? data : setAtPath(data, path, {}, own);
}

function labelOf(path: Segments): string {
  return path[0] === "data" ? formatPointer(path.slice(1)) : path[0]!;
}
