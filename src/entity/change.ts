/**
 * @module A change: one recorded edit of one entity, the unit of history and of sync. Its canonical JSON is
 * the log format, frozen in `test/vectors/`. Reads hostile input; keeps and passes on what it does not know.
 */
import { type Clock, parseClock } from "../base/hybrid-clock.ts";
import { canonicalJson, checkJson, isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parsePointer } from "../base/json-pointer.ts";
import { showValue } from "../base/show-value.ts";
import type { VersionVector } from "../base/version-vector.ts";
import { invalidInput } from "../errors.ts";
import {
  type ChangeId,
  checkId,
  checkTypeName,
  formatChangeId,
  parseChangeId,
  parseReplicaId,
  type ReplicaId,
} from "./id.ts";

/** The kinds that this version folds. Others are kept, counted, and have no effect. */
const changeKinds = ["create", "update", "delete", "restore", "resolve"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What an edit does to an entity: `unset` first, then `set` merged deeply, then `status`. */
export interface Edit {
  readonly status?: string;
  /** Merged deeply into objects; arrays and scalars are replaced whole; `null` is a value. */
  readonly set?: JsonObject;
  /** JSON Pointers, never into an array. */
  readonly unset?: readonly string[];
}

/** What a writer says; the storage stamps replica, seq, clock and seen onto it. */
export interface Draft extends Edit {
  readonly kind: ChangeKind;
  /** On create: the entity's type. On resolve: which of several types it keeps. */
  readonly type?: string;
  /** On resolve only: the heads that it decides. */
  readonly resolves?: readonly ChangeId[];
  /** ISO 8601 UTC: when it happened elsewhere. What `createdAt` and `updatedAt` show. */
  readonly time?: string;
  /** Names the outside event that this change records; of equal ones the lowest clock counts. */
  readonly origin?: string;
  readonly author?: string;
  readonly note?: string;
}

/** One recorded edit. Never rewritten. */
export interface Change extends Omit<Draft, "kind"> {
  readonly replica: ReplicaId;
  /** 1, 2, 3 … without a gap within its replica. */
  readonly seq: number;
  readonly clock: Clock;
  /** What the replica had folded, where that differs from its previous change. Own changes are not listed. */
  readonly seen?: VersionVector;
  readonly entity: string;
  readonly kind: ChangeKind | (string & {});
}

/** A change together with everything its replica had folded, its own earlier changes included. */
export interface LoggedChange {
  readonly change: Change;
  readonly seen: VersionVector;
  /** The fold's own note: later records of the same outside event. Who saw one of them saw the event. */
  readonly copies?: readonly Change[];
}

/** The name of a change. */
export function changeId(change: Change): ChangeId {
  return formatChangeId(change.replica, change.seq);
}

/** True when the writer of `later` had folded `earlier`. */
export function saw(later: LoggedChange, earlier: LoggedChange): boolean {
  const holds = ({ replica, seq }: Change): boolean => (later.seen[replica] ?? 0) >= seq;
  return holds(earlier.change) || (earlier.copies?.some(holds) ?? false);
}

/** True when neither writer had folded the other's change. */
export function concurrent(a: LoggedChange, b: LoggedChange): boolean {
  return a !== b && !saw(a, b) && !saw(b, a);
}

/** ISO 8601 UTC with milliseconds, the only form we write. */
function isTime(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u.test(value)) return false;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString() === value;
}

// `Date` alone would read more: "2026-01-31 (1)" in the zone of this machine, "2026-02-30" as a day in March.
const readableTime = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s?(Z|[+-]\d\d:?\d\d)?)?$/iu;

/**
 * Brings a time to ISO 8601 UTC with milliseconds.
 *
 * @param value a Date, or text: a day, or a day and a time; UTC where no zone is given
 * @throws {HubsteadError} `invalid_input`
 */
export function normalizeTime(value: string | Date): string {
  const date = value instanceof Date ? value : readTime(value);
  if (date === undefined || Number.isNaN(date.getTime()) || !isTime(date.toISOString())) {
    throw invalidInput(`${showValue(value)} is not a time`, 'Write ISO 8601 in UTC: "2026-01-31T12:00:00Z".');
  }
  return date.toISOString();
}

function readTime(text: string): Date | undefined {
  const [, day, time = "00:00", zone = "Z"] = typeof text === "string" ? (readableTime.exec(text) ?? []) : [];
  if (day === undefined || !isTime(`${day}T00:00:00.000Z`)) return undefined;
  return new Date(`${day}T${time}${zone.toUpperCase()}`);
}

const text = { author: 200, note: 10_000, origin: 1_000, status: 100 } as const;

/**
 * Reads one change from outside: another replica's log, a file, a relay.
 *
 * @returns the same fields, unknown ones included
 * @throws {HubsteadError} `invalid_input` when a known field has another shape, or the clock lies beyond the year 9999
 */
export function parseChange(value: unknown): Change {
  if (!isJsonObject(value))
    throw invalidInput("a change is a JSON object", "Skip this entry; its replica's log is damaged.");
  // `set` may nest as deep as data may, one level below the change.
  for (const [key, field] of Object.entries(value)) {
    if (key === "__proto__") throw malformed(key, "another key");
    checkJson(field, `/${key}`);
  }
  const change = value as JsonObject;
  parseReplicaId(change.replica);
  if (!Number.isSafeInteger(change.seq) || (change.seq as number) < 1) throw malformed("seq", "1, 2, 3 …");
  parseClock(change.clock);
  if (typeof change.kind !== "string") throw malformed("kind", "text");
  checkId(change.entity, change.type);
  if (change.type !== undefined) checkTypeName(change.type);
  for (const [field, most] of Object.entries(text)) {
    const found = change[field];
    if (found !== undefined && (typeof found !== "string" || found.length > most)) {
      throw malformed(field, `text of at most ${most} characters`);
    }
  }
  if (change.time !== undefined && !isTime(change.time)) {
    throw malformed("time", "ISO 8601 UTC with milliseconds");
  }
  if (change.set !== undefined && !isJsonObject(change.set)) throw malformed("set", "an object");
  parseList(change.unset, "unset", (item) => parsePointer(item as string));
  parseList(change.resolves, "resolves", parseChangeId);
  if (change.seen !== undefined) {
    if (!isJsonObject(change.seen)) throw malformed("seen", "a version vector");
    for (const [replica, seq] of Object.entries(change.seen)) {
      parseReplicaId(replica);
      if (!Number.isSafeInteger(seq) || (seq as number) < 1) throw malformed("seen", "a version vector");
      if (replica === change.replica && (seq as number) >= (change.seq as number)) {
        throw malformed("seen", "what came before the change");
      }
    }
  }
  return change as unknown as Change;
}

function parseList(value: Json | undefined, field: string, parse: (item: unknown) => unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw malformed(field, "a list");
  for (const item of value) {
    if (typeof item !== "string") throw malformed(field, "a list of text");
    parse(item);
  }
}

function malformed(field: string, expected: string) {
  return invalidInput(`the field "${field}" of a change is malformed`, `It must be ${expected}.`, {
    path: `/${field}`,
    expected,
  });
}

/**
 * The text of a change in every log: canonical JSON.
 *
 * @param setText canonical text of `change.set`, where the caller has it already: every write has
 * @see RFC 8785
 */
export function encodeChange(change: Change, setText?: string): string {
  if (setText === undefined) return canonicalJson(change as unknown as JsonObject);
  const {
    author,
    clock,
    entity,
    kind,
    note,
    origin,
    replica,
    resolves,
    seen,
    seq,
    set,
    status,
    time,
    type,
    unset,
  } = change;
  // Every write makes such a text: piece by piece, in the order of the keys.
  let text = author === undefined ? "{" : `{"author":${JSON.stringify(author)},`;
  let fields = author === undefined ? 5 : 6;
  const add = (name: string, value: string): void => {
    text += `,"${name}":${value}`;
    fields++;
  };
  text += `"clock":"${clock}","entity":${JSON.stringify(entity)},"kind":${JSON.stringify(kind)}`;
  if (note !== undefined) add("note", JSON.stringify(note));
  if (origin !== undefined) add("origin", JSON.stringify(origin));
  text += `,"replica":"${replica}"`;
  if (resolves !== undefined) add("resolves", JSON.stringify(resolves));
  if (seen !== undefined) add("seen", canonicalJson(seen));
  text += `,"seq":${seq}`;
  if (set !== undefined) add("set", setText);
  if (status !== undefined) add("status", JSON.stringify(status));
  if (time !== undefined) add("time", JSON.stringify(time));
  if (type !== undefined) add("type", JSON.stringify(type));
  if (unset !== undefined) add("unset", JSON.stringify(unset));
  // Fields that this version does not know are kept.
  return fields === Object.keys(change).length ? `${text}}` : canonicalJson(change as unknown as JsonObject);
}
