/**
 * @module The fold: what a set of changes of one entity makes of it. Pure, and equal for every order of arrival.
 * Histories without concurrency, nearly all, take the short way; the rest is decided in `lives.ts` (which deletes
 * hold), `winners.ts` (which edits count where the entity is the unit) and `contested-paths.ts` (which value shows).
 */
import { clockTimeMs } from "../base/hybrid-clock.ts";
import { formatTime } from "../base/iso-time.ts";
import type { JsonObject } from "../base/json.ts";
import { createCausality } from "./causality.ts";
import { type Change, changeId, type LoggedChange, saw } from "./change.ts";
import { compareChanges, orderForFold, pastOf } from "./change-order.ts";
import { type Shown, showEdits } from "./contested-paths.ts";
import { applyEdit, type OwnObjects } from "./edit.ts";
import type { Conflict, EntityState } from "./entity.ts";
import { checkId } from "./id.ts";
import { judgeLives } from "./lives.ts";
import { createPolicyBook, type PolicyBook } from "./policy-book.ts";
import { defaultStatus } from "./status.ts";
import { typeSetBy } from "./touches.ts";
import { winningEdits } from "./winners.ts";

/**
 * Folds all known changes of one entity.
 *
 * @param changes causally complete, in any order, repeats allowed; all of one entity
 * @param policyChanges the changes of the reserved entities `policy:<type>`, in any order, one for each type of
 * {@link policyTypesOf}
 * @returns `undefined` for an empty log
 */
export function fold(
  changes: readonly LoggedChange[],
  policyChanges: readonly LoggedChange[] = [],
): EntityState | undefined {
  const log = orderForFold(changes);
  const lead = leadOf(log);
  const own: OwnObjects = new Set();
  let state: EntityState | undefined;
  for (const { change } of log.slice(0, lead)) state = step(state, change, own);
  if (lead === log.length) return state;
  return foldConcurrent(
    log.slice(lead),
    state,
    createPolicyBook(log, policyChanges, (past) => fold(past)),
  );
}

/**
 * Folds one more change onto a state without open conflicts whose every change the writer had folded.
 * Equal to {@link fold} of the whole log.
 */
export function foldOnto(state: EntityState | undefined, change: Change): EntityState {
  return step(state, change);
}

/** @param own objects in the state's data that may be changed in place */
function step(state: EntityState | undefined, change: Change, own?: OwnObjects): EntityState {
  const at = shownTime(change);
  const startsAnew = state === undefined || (state.deleted && change.kind === "create");
  const version = (state?.version ?? 0) + 1;
  if (startsAnew && change.kind === "create" && change.unset === undefined) {
    return beginning(change, at, version, change.set ?? {});
  }
  const next = startsAnew ? beginning(change, at, 0, {}) : state;
  switch (change.kind) {
    case "create":
      return {
        ...next,
        type: change.type ?? next.type,
        status: change.status ?? next.status,
        data: applyEdit(next.data, change, own),
        version,
        updatedAt: at,
      };
    case "update":
    case "resolve":
    case "restore":
      return {
        ...next,
        type: typeSetBy(change) ?? next.type,
        status: change.status ?? next.status,
        data: applyEdit(next.data, change, own),
        version,
        updatedAt: at,
        deleted: false,
      };
    case "delete":
      return { ...next, version, updatedAt: at, deleted: true };
    default:
      return { ...next, version, updatedAt: at };
  }
}

/** When a change happened as far as people are concerned. ISO 8601 UTC. */
export function shownTime(change: Change): string {
  return change.time ?? formatTime(clockTimeMs(change.clock));
}

function beginning(change: Change, at: string, version: number, data: JsonObject): EntityState {
  return {
    id: change.entity,
    type: checkId(change.entity, typeSetBy(change)),
    status: (change.kind === "create" ? change.status : undefined) ?? defaultStatus,
    data,
    version,
    createdAt: at,
    updatedAt: at,
    deleted: false,
    conflicts: [],
  };
}

/**
 * How many changes at the start of a log each had seen all before it, and were seen by all after them: these fold
 * one onto the other. Ends where the entity is alive, so that what follows can judge its own deletes.
 */
function leadOf(log: readonly LoggedChange[]): number {
  let line = 0;
  const newest = new Map<string, number>();
  for (const { change, seen } of log) {
    if (![...newest].every(([replica, seq]) => (seen[replica] ?? 0) >= seq)) break;
    newest.set(change.replica, Math.max(change.seq, newest.get(change.replica) ?? 0));
    line++;
  }
  if (line === log.length) return line;
  const seenByAll = new Map(newest);
  for (const { seen } of log.slice(line)) {
    for (const [replica, seq] of seenByAll) seenByAll.set(replica, Math.min(seq, seen[replica] ?? 0));
  }
  let lead = log.slice(0, line).findIndex(({ change }) => change.seq > seenByAll.get(change.replica)!);
  if (lead === -1) lead = line;
  while (lead > 0 && isDeleted(log, lead)) lead--;
  return lead;
}

/** True when, of the first changes of a log, the last that has an effect is a delete. */
function isDeleted(log: readonly LoggedChange[], count: number): boolean {
  const kinds = ["create", "update", "restore", "resolve", "delete"];
  const last = log.slice(0, count).findLast(({ change }) => kinds.includes(change.kind));
  return last?.change.kind === "delete";
}

/** @param base what came before the log; every writer in it had seen that alive */
function foldConcurrent(
  log: readonly LoggedChange[],
  base: EntityState | undefined,
  book: PolicyBook,
): EntityState {
  const causality = createCausality(log);
  const deciders = { ...book, ...causality };
  const verdict = judgeLives(log, base !== undefined, deciders);
  const before = verdict.life === 1 ? base : undefined;
  const from: Shown = { data: before?.data ?? {}, status: before?.status, type: before?.type };
  const winners = book.takesWholeEntities
    ? winningEdits(verdict.edits, from, deciders)
    : { edits: verdict.edits, conflicts: [] };
  const shown = showEdits(winners.edits, from, deciders);
  const conflicts = [...verdict.conflicts, ...winners.conflicts, ...shown.conflicts];
  const isEnded = findEndedByDelete(log, verdict.deletes);
  const { entity } = log[0]!.change;
  return {
    id: entity,
    type: shown.type ?? checkId(entity),
    status: shown.status ?? defaultStatus,
    data: shown.data,
    version: (base?.version ?? 0) + log.length,
    createdAt: before?.createdAt ?? shownTime(verdict.first.change),
    updatedAt: shownTime(log.at(-1)!.change),
    deleted: verdict.deleted,
    conflicts: conflicts.filter((conflict) => !isEnded(conflict)).sort(compareConflicts),
  };
}

/** A delete touches every path: where it holds and its writer had seen all heads, nothing is left to decide. */
function findEndedByDelete(
  log: readonly LoggedChange[],
  deletes: readonly LoggedChange[],
): (conflict: Conflict) => boolean {
  if (deletes.length === 0) return () => false;
  const byId = new Map(log.map((entry): [string, LoggedChange] => [changeId(entry.change), entry]));
  return ({ resolver, heads }) =>
    resolver !== "defer" && deletes.some((deletion) => heads.every((head) => saw(deletion, byId.get(head)!)));
}

function compareConflicts(a: Conflict, b: Conflict): number {
  const left = `${a.path}\0${a.kind}\0${a.heads.join()}`;
  const right = `${b.path}\0${b.kind}\0${b.heads.join()}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * True when one more change can simply be folded onto the state of a log: its writer had seen all of it, nothing is
 * open, and it records no outside event that the log holds already.
 *
 * @param log with or without the newest change
 */
export function followsAll(
  newest: LoggedChange,
  log: readonly LoggedChange[],
  state: EntityState | undefined,
): boolean {
  if (state !== undefined && state.conflicts.length > 0) return false;
  const { origin } = newest.change;
  return log.every(
    (entry) =>
      entry.change === newest.change ||
      ((newest.seen[entry.change.replica] ?? 0) >= entry.change.seq &&
        compareChanges(entry.change, newest.change) < 0 &&
        (origin === undefined || entry.change.origin !== origin)),
  );
}

/** The entity as the writer of one change had it before them, with the change: what a change id names for ever. */
export function foldUpTo(
  changes: readonly LoggedChange[],
  id: string,
  policyChanges: readonly LoggedChange[] = [],
): EntityState | undefined {
  const tip = changes.find(({ change }) => changeId(change) === id);
  return tip === undefined ? undefined : fold(pastOf(changes, tip), policyChanges);
}
