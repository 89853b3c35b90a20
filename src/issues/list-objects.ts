/**
 * @module All objects of a store: one request for each hundred, and one for what has moved while they were read.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubApi } from "../github/client/session.ts";
import { liveById, type StorePlace } from "./find-object.ts";
import type { StoreLabels } from "./store-labels.ts";
import {
  type ListedIssue,
  type ObjectIssue,
  type StoredObject,
  toObjectIssue,
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

// The clocks of two machines.
const skewMs = 60_000;
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
  { base = names.base, labels = [], since }: ListWhich = {},
): Promise<ListedIssues> {
  for (let pass = 0; pass < mostPasses; pass++) {
    const found = new Map<number, ObjectIssue>();
    let pages = 0;
    let startedAt = "";
    for await (const { issues, at } of pagesOf(api, place, {
      ...(since === undefined ? { labels: [base, ...labels].join(",") } : { since }),
      sort: "created",
      direction: "asc",
    })) {
      pages++;
      startedAt ||= at;
      for (const object of toObjects(issues, names)) found.set(object.issue.number, object);
    }
    const listed = {
      issues: [...found.values()].sort((a, b) => a.issue.number - b.issue.number),
      asOf: startedAt,
    };
    if (pages <= 1 || since !== undefined) return listed;
    // One that has lost its label moves all behind it forward, over the end of the page that was read.
    let hasGaps = false;
    for await (const { issues } of pagesOf(api, place, {
      since: startedAt,
      sort: "updated",
      direction: "desc",
    }))
      for (const object of toObjects(issues, names))
        if (found.has(object.issue.number) && !hasLabel(object, base)) hasGaps = true;
    if (!hasGaps) return listed;
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

async function* pagesOf(
  api: GitHubApi,
  { owner, repo }: StorePlace,
  parameters: {
    readonly labels?: string;
    readonly since?: string;
    readonly sort: "created" | "updated";
    readonly direction: "asc" | "desc";
  },
): AsyncGenerator<{ readonly issues: readonly ListedIssue[]; readonly at: string }> {
  const route = "GET /repos/{owner}/{repo}/issues";
  for await (const { data, headers } of api.paginate.iterator(route, {
    owner,
    repo,
    state: "all",
    per_page: 100,
    ...parameters,
  }))
    yield { issues: data as readonly ListedIssue[], at: timeOf(headers.date) };
}

/** By GitHub's clock, which `since` goes by. @param date of the answer */
function timeOf(date: string | undefined): string {
  const time = Date.parse(date ?? "");
  return new Date((Number.isNaN(time) ? Date.now() - skewMs : time) - 1_000).toISOString();
}

function toObjects(issues: readonly ListedIssue[], names: StoreLabels): readonly ObjectIssue[] {
  return issues.flatMap((issue) => toObjectIssue(issue, names) ?? []);
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
