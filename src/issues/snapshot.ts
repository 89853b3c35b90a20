/**
 * @module gh-store's snapshot file: all objects of a store in one JSON document, for static sites. Unlike gh-store's own it has objects
 * with pending changes, true versions, and no objects that are gone. Pure.
 */
import { HubsteadError } from "../errors.ts";
import { aliasTargetOf } from "./aliases.ts";
import { liveById } from "./find-object.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type ObjectIssue, versionOf } from "./stored-object.ts";
import {
  type Document,
  type DocumentObject,
  isDocumentObject,
  readDocument,
  writeAsciiDocument,
} from "./wire/document.ts";

export interface Snapshot {
  /** The file. */
  readonly text: string;
  readonly objectCount: number;
  /** By id: bodies that are no JSON, which no snapshot can hold. */
  readonly unreadable: readonly { readonly id: string; readonly issueNumber: number }[];
}

export interface SnapshotParts {
  readonly repo: string;
  /** ISO 8601, when the listing began, by GitHub's clock: this machine's may be a day ahead. */
  readonly time: string;
  readonly names: StoreLabels;
}

/** @param issues all, in order of their numbers */
export function writeSnapshot(issues: readonly ObjectIssue[], parts: SnapshotParts): Snapshot {
  return compose({ objects: new Map(), aliases: new Map() }, issues, parts);
}

/**
 * Brings a snapshot up to date.
 *
 * @param issues that have changed since {@link updatedSince}, whatever their life
 * @returns the same text where nothing has changed
 * @throws {HubsteadError} `invalid_input` for a text that is no snapshot
 */
export function updateSnapshot(text: string, issues: readonly ObjectIssue[], parts: SnapshotParts): Snapshot {
  const { objects, aliases } = parseSnapshot(text);
  const known = { objects: new Map(Object.entries(objects)), aliases: new Map(Object.entries(aliases)) };
  const updated = compose(known, issues, parts);
  const same = (one: string) => one.replace(/"snapshot_time": "[^"]*"/u, "");
  return same(updated.text) === same(text) ? { ...updated, text } : updated;
}

/** From when on changes may not be in it. Its second is asked for again: GitHub's times are whole seconds. */
export function updatedSince(text: string): string {
  return new Date(Math.floor(Date.parse(parseSnapshot(text).time) / 1_000) * 1_000).toISOString();
}

interface ParsedSnapshot {
  readonly time: string;
  readonly objects: DocumentObject;
  readonly aliases: DocumentObject;
}

function parseSnapshot(text: string): ParsedSnapshot {
  const { value } = readDocument(text) as { value?: Document };
  const { snapshot_time: time, objects, relationships } = isDocumentObject(value) ? value : {};
  const related = isDocumentObject(relationships) ? relationships["aliases"] : undefined;
  const aliases = isDocumentObject(related) ? related : {};
  if (typeof time === "string" && !Number.isNaN(Date.parse(time)) && isDocumentObject(objects))
    return { time, objects, aliases };
  throw new HubsteadError(
    "invalid_input",
    "this is no snapshot: it has no `snapshot_time`, or no `objects`",
    {
      hint: "Name a file that `hubstead issues snapshot` or gh-store has written, or make a new one.",
    },
  );
}

interface Known {
  readonly objects: Map<string, Document>;
  readonly aliases: Map<string, Document>;
}

function compose(
  { objects, aliases }: Known,
  issues: readonly ObjectIssue[],
  { repo, time, names }: SnapshotParts,
): Snapshot {
  const unreadable: { id: string; issueNumber: number }[] = [];
  for (const { id, life, issue } of issues)
    if (life !== "live" && [issue.number, 0].includes(numberOf(objects.get(id) ?? null))) {
      objects.delete(id);
      aliases.delete(id);
    }
  const changed = [...liveById(issues)].filter(
    ([id, { object }]) => !isDuplicateOf(object, numberOf(objects.get(id) ?? null)),
  );
  for (const [id, { object }] of changed) {
    const { value } = readDocument(object.issue.body ?? "") as { value?: Document };
    aliases.delete(id);
    if (value !== undefined) {
      objects.set(id, toEntry(object, value, names));
      continue;
    }
    objects.delete(id);
    unreadable.push({ id, issueNumber: object.issue.number });
  }
  for (const [id, { object }] of changed) {
    const target = aliasTargetOf(object, objects.keys(), names);
    if (target !== undefined) aliases.set(id, target);
  }
  // gh-store lists the newest first.
  const ordered = [...objects].sort(([, a], [, b]) => numberOf(b) - numberOf(a));
  const snapshot = {
    snapshot_time: pythonTime(time, "microseconds"),
    repository: repo,
    ...(aliases.size === 0 ? {} : { relationships: { aliases: Object.fromEntries(aliases) } }),
    objects: Object.fromEntries(ordered),
  };
  return { text: writeAsciiDocument(snapshot), objectCount: ordered.length, unreadable };
}

/** @param known the number of the object's issue in the snapshot; 0: none */
function isDuplicateOf({ issue, continues }: ObjectIssue, known: number): boolean {
  return known !== 0 && known < issue.number && continues !== known;
}

function toEntry(object: ObjectIssue, data: Document, names: StoreLabels): DocumentObject {
  const { id, issue } = object;
  return {
    data,
    meta: {
      issue_number: issue.number,
      object_id: id,
      created_at: pythonTime(issue.created_at, "seconds"),
      updated_at: pythonTime(issue.updated_at, "seconds"),
      version: versionOf(object, data, names),
    },
  };
}

/** 0 in snapshots of old versions, which have none. */
function numberOf(entry: Document): number {
  const meta = isDocumentObject(entry) ? entry["meta"] : undefined;
  const number = isDocumentObject(meta) ? meta["issue_number"] : undefined;
  return typeof number === "number" ? number : 0;
}

/** As `datetime.isoformat()` writes it in UTC. */
function pythonTime(time: string, precision: "seconds" | "microseconds"): string {
  const iso = new Date(time).toISOString();
  return precision === "seconds" ? `${iso.slice(0, 19)}+00:00` : `${iso.slice(0, 23)}000+00:00`;
}
