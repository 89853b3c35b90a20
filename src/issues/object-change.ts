/**
 * @module What has become of an object since it was last told of. Pure.
 */

import { sha256 } from "../github/digest.ts";
import { liveOf } from "./find-object.ts";
import { titleOf } from "./object-title.ts";
import type { StoreLabels } from "./store-labels.ts";
import {
  type ObjectIssue,
  type StoredObject,
  toStoredObject,
  type UnreadableObject,
} from "./stored-object.ts";

export interface ObjectChange {
  /**
   * `pending`: changes wait to be processed, `updated` follows where one of them counts. `restored`: it was deleted, or deprecated,
   * before.
   */
  readonly kind: "created" | "updated" | "pending" | "deleted" | "deprecated" | "restored";
  readonly id: string;
  readonly issueNumber: number;
  /** When its issue was changed, ISO 8601, to the second. */
  readonly at: string;
  /** Of an object that is there. */
  readonly version?: number;
  /** As it is now. */
  readonly object?: StoredObject;
  /** In the object's place where it cannot be shown as one. */
  readonly unreadable?: UnreadableObject;
}

/** What was told of an object last. */
export interface Told {
  readonly issueNumber: number;
  /** Of all that is shown of it, apart from what waits; absent for one that has gone. */
  readonly digest?: string;
  readonly isPending: boolean;
}

export interface Comparison {
  /** Of one id, in order of their numbers. */
  readonly issues: readonly ObjectIssue[];
  readonly told: Told | undefined;
  /** Milliseconds since 1970: an object that was made before was not told of because it was not there. */
  readonly from: number;
  /** Whether nothing is known of how things were `from` then. */
  readonly isFirst: boolean;
  readonly names: StoreLabels;
}

/** @returns what is told now, and what there is to tell of it */
export function compareWithTold(comparison: Comparison): {
  readonly told?: Told;
  readonly change?: ObjectChange;
} {
  const { issues, told, names } = comparison;
  const live = liveOf(issues);
  if (live !== undefined) {
    const now = toTold(live, names);
    const kind = kindOf(live, now, comparison);
    return { told: now, ...(kind === undefined ? {} : { change: toChange(kind, live, names) }) };
  }
  const gone = issues.find(({ issue }) => issue.number === told?.issueNumber) ?? issues.at(-1);
  if (gone === undefined) return {};
  const isNew = Date.parse(gone.issue.created_at) >= comparison.from;
  // Nobody was told of one that came and went, or knows since when it is gone.
  const isTold = told === undefined ? !comparison.isFirst || isNew : told.digest === undefined;
  if (isTold) return told === undefined ? {} : { told };
  const kind = gone.life === "deprecated" ? "deprecated" : "deleted";
  return {
    told: { issueNumber: gone.issue.number, isPending: false },
    change: toChange(kind, gone, names),
  };
}

export function toTold(object: ObjectIssue, names: StoreLabels): Told {
  const { issue, labels } = object;
  const version = titleOf({ title: issue.title, labels }, names.uidPrefix)?.checkpoint?.version;
  return {
    issueNumber: issue.number,
    digest: sha256("base64", JSON.stringify([issue.body, [...labels].sort(), version])),
    isPending: issue.state === "open",
  };
}

function kindOf(
  { issue }: ObjectIssue,
  now: Told,
  { told, from, isFirst }: Comparison,
): ObjectChange["kind"] | undefined {
  if (told === undefined) {
    if (Date.parse(issue.created_at) >= from) return "created";
    return isFirst ? "updated" : "restored";
  }
  if (told.digest === undefined) return told.issueNumber === issue.number ? "restored" : "created";
  if (told.digest !== now.digest || told.issueNumber !== now.issueNumber) return "updated";
  return now.isPending && !told.isPending ? "pending" : undefined;
}

function toChange(kind: ObjectChange["kind"], object: ObjectIssue, names: StoreLabels): ObjectChange {
  const { id, issue, life } = object;
  const about = { kind, id, issueNumber: issue.number, at: issue.updated_at };
  if (life !== "live") return about;
  const shown = toStoredObject(object, names);
  return "data" in shown
    ? { ...about, version: shown.version, object: shown }
    : { ...about, unreadable: shown };
}
