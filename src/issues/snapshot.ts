/**
 * @module gh-store's snapshot file: all objects of a store in one JSON document, for static sites. Unlike gh-store's own it has objects
 * with pending changes, true versions, and no objects that are gone. Pure.
 */
import { HubsteadError } from "../errors.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type ObjectIssue, versionOf } from "./stored-object.ts";
import {
  type Document,
  type DocumentObject,
  isDocumentObject,
  readDocument,
  writeAsciiDocument,
} from "./wire/document.ts";
import { isLabelOf } from "./wire/object-label.ts";

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
  return compose(new Map(), issues, parts);
}

/**
 * Brings a snapshot up to date.
 *
 * @param issues that have changed since {@link updatedSince}, whatever their life
 * @returns the same text where nothing has changed
 * @throws {HubsteadError} `invalid_input` for a text that is no snapshot
 */
export function updateSnapshot(text: string, issues: readonly ObjectIssue[], parts: SnapshotParts): Snapshot {
  const { objects } = parseSnapshot(text);
  const updated = compose(new Map(Object.entries(objects)), issues, parts);
  const same = (one: string) => one.replace(/"snapshot_time": "[^"]*"/u, "");
  return same(updated.text) === same(text) ? { ...updated, text } : updated;
}

/** From when on changes may not be in it. Its second is asked for again: GitHub's times are whole seconds. */
export function updatedSince(text: string): string {
  return new Date(Math.floor(Date.parse(parseSnapshot(text).time) / 1_000) * 1_000).toISOString();
}

function parseSnapshot(text: string): { readonly time: string; readonly objects: DocumentObject } {
  const { value } = readDocument(text) as { value?: Document };
  const { snapshot_time: time, objects } = isDocumentObject(value) ? value : {};
  if (typeof time === "string" && !Number.isNaN(Date.parse(time)) && isDocumentObject(objects))
    return { time, objects };
  throw new HubsteadError(
    "invalid_input",
    "this is no snapshot: it has no `snapshot_time`, or no `objects`",
    {
      hint: "Name a file that `hubstead issues snapshot` or gh-store has written, or make a new one.",
    },
  );
}

function compose(
  known: Map<string, Document>,
  issues: readonly ObjectIssue[],
  { repo, time, names }: SnapshotParts,
): Snapshot {
  const unreadable: { id: string; issueNumber: number }[] = [];
  const live = new Map<string, ObjectIssue>();
  for (const object of issues) {
    known.delete(object.id);
    if (object.life === "live" && !live.has(object.id)) live.set(object.id, object);
  }
  for (const object of live.values()) {
    const { value } = readDocument(object.issue.body ?? "") as { value?: Document };
    if (value === undefined) unreadable.push({ id: object.id, issueNumber: object.issue.number });
    else known.set(object.id, toEntry(object, value, names));
  }
  const aliases = aliasesAmong([...live.values()], names);
  // gh-store lists the newest first.
  const ordered = [...known].sort(([, a], [, b]) => numberOf(b) - numberOf(a));
  const snapshot = {
    snapshot_time: pythonTime(time, "microseconds"),
    repository: repo,
    ...(Object.keys(aliases).length === 0 ? {} : { relationships: { aliases } }),
    objects: Object.fromEntries(ordered),
  };
  return { text: writeAsciiDocument(snapshot), objectCount: ordered.length, unreadable };
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

function aliasesAmong(objects: readonly ObjectIssue[], { aliasPrefix }: StoreLabels): Record<string, string> {
  const aliases: Record<string, string> = {};
  for (const { id, labels } of objects) {
    const label = labels.find((name) => name.startsWith(aliasPrefix));
    if (label === undefined) continue;
    const target = objects.find((other) => isLabelOf(label, aliasPrefix, other.id));
    aliases[id] = target?.id ?? label.slice(aliasPrefix.length);
  }
  return aliases;
}

/** As `datetime.isoformat()` writes it in UTC. */
function pythonTime(time: string, precision: "seconds" | "microseconds"): string {
  const iso = new Date(time).toISOString();
  return precision === "seconds" ? `${iso.slice(0, 19)}+00:00` : `${iso.slice(0, 23)}000+00:00`;
}
