/**
 * @module Objects as the store shows them, and how they are read from issues as the REST API lists them.
 */
import type { Json } from "../base/json.ts";
import { titleOf } from "./object-title.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type Document, isExact, readDocument } from "./wire/document.ts";
import { isLabelOf } from "./wire/object-label.ts";
import { hashOfBody } from "./wire/title.ts";

export interface StoredObject {
  readonly id: string;
  /** As the last processor has folded it. */
  readonly data: Json;
  /** 1 after create, one more with each change. gh-store's own objects count their comments. */
  readonly version: number;
  readonly issueNumber: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Labels of the user's own. */
  readonly labels: readonly string[];
  /** From a label `status:…`. */
  readonly status?: string;
  /** Whether changes wait to be processed. */
  readonly isPending: boolean;
}

/** An issue that should be an object, and cannot be shown as one. */
export interface UnreadableObject {
  readonly id: string;
  readonly issueNumber: number;
  /** Words that go on after "because". */
  readonly because: string;
  /** As it stands there. */
  readonly body: string;
}

/** What is used of an issue in an answer of the REST API. */
export interface ListedIssue {
  readonly number: number;
  readonly node_id: string;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly labels: readonly (string | { readonly name?: string | undefined })[];
  readonly comments: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly pull_request?: object | undefined;
  readonly user?: { readonly id: number; readonly login: string; readonly type: string } | null;
}

type LifeOf = "live" | "deleted" | "deprecated";

/** An issue of the store, whatever its body says. */
export interface ObjectIssue {
  readonly id: string;
  readonly life: LifeOf;
  readonly issue: ListedIssue;
  readonly labels: readonly string[];
  /** The number of the issue that it goes on with, which had no room for more comments. */
  readonly continues?: number;
  /** The number of the issue that has taken over. */
  readonly heir?: number;
}

/** @returns `undefined` for an issue that is none of the store's */
export function toObjectIssue(issue: ListedIssue, names: StoreLabels): ObjectIssue | undefined {
  const labels = issue.labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));
  const title =
    issue.pull_request === undefined ? titleOf({ title: issue.title, labels }, names.uidPrefix) : undefined;
  if (title === undefined) return undefined;
  const has = (name: string) => labels.some((label) => label.toLowerCase() === name.toLowerCase());
  const life = has(names.deprecated)
    ? "deprecated"
    : has(names.base) && !has(names.archived)
      ? "live"
      : "deleted";
  const continues = numberAfter(labels, names.continuesPrefix);
  const heir = numberAfter(labels, names.deprecatedPrefix);
  return {
    id: title.id,
    life,
    issue,
    labels,
    ...(continues === undefined ? {} : { continues }),
    ...(heir === undefined ? {} : { heir }),
  };
}

/** An issue's number, as it stands in a label. */
export function numberAfter(labels: readonly string[], prefix: string): number | undefined {
  const text = suffixAfter(labels, prefix);
  return text !== undefined && /^[1-9]\d{0,9}$/u.test(text) ? Number(text) : undefined;
}

/** What stands in a label after a prefix, in whatever case. */
export function suffixAfter(labels: readonly string[], prefix: string): string | undefined {
  const lower = prefix.toLowerCase();
  return labels.find((label) => label.toLowerCase().startsWith(lower))?.slice(prefix.length);
}

export function toStoredObject(object: ObjectIssue, names: StoreLabels): StoredObject | UnreadableObject {
  const { id, issue, labels } = object;
  const body = issue.body ?? "";
  const unreadable = (because: string) => ({ id, issueNumber: issue.number, because, body });
  const { value, problem } = readDocument(body) as { value?: Document; problem?: string };
  if (value === undefined) return unreadable(`its body is ${problem}`);
  if (!isExact(value)) return unreadable("it holds numbers that JavaScript cannot hold exactly");
  const own = labels.filter((label) => !isSystemLabel(label, id, names));
  const status = own.find((label) => label.startsWith(statusPrefix))?.slice(statusPrefix.length);
  return {
    id,
    data: value as Json,
    version: versionOf(object, value, names),
    issueNumber: issue.number,
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
    labels: own.filter((label) => !label.startsWith(statusPrefix)),
    ...(status === undefined ? {} : { status }),
    isPending: issue.state === "open",
  };
}

export const statusPrefix = "status:";

/** Of the checkpoint, where it is the body's. */
export function versionOf(
  { issue, labels }: ObjectIssue,
  data: Document,
  { uidPrefix }: StoreLabels,
): number {
  const checkpoint = titleOf({ title: issue.title, labels }, uidPrefix)?.checkpoint;
  if (checkpoint !== undefined && checkpoint.bodyHash === hashOfBody(data)) return checkpoint.version;
  // One that gh-store has processed: its initial state is a comment, too.
  return Math.max(1, issue.comments);
}

function isSystemLabel(label: string, id: string, names: StoreLabels): boolean {
  const { system, base, archived, deprecated, uidPrefix } = names;
  const lower = label.toLowerCase();
  return (
    [system, base, archived, deprecated].some((name) => name.toLowerCase() === lower) ||
    isLabelOf(label, uidPrefix, id) ||
    relationPrefixes(names).some((prefix) => lower.startsWith(prefix.toLowerCase()))
  );
}

function relationPrefixes(names: StoreLabels): readonly string[] {
  return [names.aliasPrefix, names.mergedPrefix, names.deprecatedPrefix, names.continuesPrefix];
}
