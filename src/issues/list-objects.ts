/**
 * @module All objects of a store: one request for each hundred, and one for what has moved while they were read.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubApi } from "../github/client/session.ts";
import { usualLagMs } from "../github/fetch/retry.ts";
import { liveById, type StorePlace } from "./find-object.ts";
import { type ChangeLook, createChangeLook, issuePages, mergeIssues } from "./issue-pages.ts";
import type { StoreLabels } from "./store-labels.ts";
import {
  type ObjectIssue,
  type StoredObject,
  toStoredObject,
  type UnreadableObject,
} from "./stored-object.ts";

export interface ObjectList {
  /** The oldest first. */
  readonly objects: readonly StoredObject[];
  /** Not lost, and not shown as something else than they are. */
  readonly unreadable: readonly UnreadableObject[];
  /** Issues with the id of an object that has a lower number. */
  readonly duplicates: readonly { readonly id: string; readonly issueNumber: number }[];
}

export interface ListWhich {
  /** Default: the label of live objects. */
  readonly base?: string;
  /** Labels of the user's own that objects must have. */
  readonly labels?: readonly string[];
  /** ISO 8601: changed then or later, to the second. Those that are no objects any more are listed as well. */
  readonly since?: string;
}

const mostPasses = 5;

export interface ListedIssues {
  /** In the order of their numbers: one that was transferred here may be older than those before it. */
  readonly issues: readonly ObjectIssue[];
  /** ISO 8601, by GitHub's clock: what changed later may not be among them. */
  readonly asOf: string;
}

/**
 * Issues of the store.
 *
 * @throws {HubsteadError} `busy` where objects are deleted faster than they can be listed
 */
export async function listIssues(
  api: GitHubApi,
  place: StorePlace,
  names: StoreLabels,
  which: ListWhich = {},
): Promise<ListedIssues> {
  const { issues, startedAt } = await listWhole(api, place, names, which);
  return { issues: inOrder(issues), asOf: asOf(startedAt) };
}

export interface WholeList {
  readonly issues: Map<number, ObjectIssue>;
  /** When it was begun, by GitHub's clock, milliseconds since 1970. */
  readonly startedAt: number;
  /** Sees what has changed since; absent where the list is a page, which says that itself. */
  readonly changes?: ChangeLook;
}

/** @param at when GitHub was asked, milliseconds since 1970: its times are whole seconds */
export function asOf(at: number): string {
  return new Date(at - 1_000).toISOString();
}

export function inOrder(issues: ReadonlyMap<number, ObjectIssue>): readonly ObjectIssue[] {
  return [...issues.values()].sort((a, b) => a.issue.number - b.issue.number);
}

/** @throws {HubsteadError} `busy` as {@link listIssues} */
export async function listWhole(
  api: GitHubApi,
  place: StorePlace,
  names: StoreLabels,
  { base = names.base, labels = [], since }: ListWhich = {},
): Promise<WholeList> {
  const wanted = [base, ...labels];
  for (let pass = 0; pass < mostPasses; pass++) {
    const issues = new Map<number, ObjectIssue>();
    let pages = 0;
    let startedAt = 0;
    for await (const { objects, at } of issuePages(api, place, names, {
      ...(since === undefined ? { labels: wanted.join(",") } : { since: Date.parse(since) }),
      sort: "created",
      direction: "asc",
    })) {
      pages++;
      startedAt ||= at;
      for (const object of objects) issues.set(object.issue.number, object);
    }
    if (pages <= 1 || since !== undefined) return { issues, startedAt };
    const changes = createChangeLook(place, names, startedAt - usualLagMs);
    // GitHub's times are whole seconds.
    const { issues: changed } = await changes.look(api, startedAt - 1_000);
    // One that has lost its label moves all behind it forward, over the end of the page that was read.
    const hasGaps = changed.some(
      (object) =>
        issues.has(object.issue.number) &&
        !hasLabel(object, base) &&
        Date.parse(object.issue.updated_at) >= startedAt - 1_000,
    );
    if (hasGaps) continue;
    const belongs = (object: ObjectIssue) => wanted.every((label) => hasLabel(object, label));
    mergeIssues(
      issues,
      changed.filter((object) => issues.has(object.issue.number) || belongs(object)),
    );
    return { issues, startedAt, changes };
  }
  throw new HubsteadError(
    "busy",
    `objects in ${place.owner}/${place.repo} are deleted faster than they can be listed`,
    {
      hint: "Try again in a minute.",
      data: { retryAfterMs: 60_000 },
    },
  );
}

function hasLabel({ labels }: ObjectIssue, name: string): boolean {
  return labels.some((label) => label.toLowerCase() === name.toLowerCase());
}

/** @param issues in order of their numbers */
export function toList(issues: readonly ObjectIssue[], names: StoreLabels): ObjectList {
  const objects: StoredObject[] = [];
  const unreadable: UnreadableObject[] = [];
  const duplicates: { id: string; issueNumber: number }[] = [];
  for (const [id, found] of liveById(issues)) {
    for (const { issue } of found.duplicates) duplicates.push({ id, issueNumber: issue.number });
    const shown = toStoredObject(found.object, names);
    if ("data" in shown) objects.push(shown);
    else unreadable.push(shown);
  }
  return { objects, unreadable, duplicates };
}
