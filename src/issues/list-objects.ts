/**
 * @module All objects of a store: one request for each hundred, and one for what has moved while they were read.
 */
import type { GitHubApi } from "../github/client/session.ts";
import type { StorePlace } from "./find-object.ts";
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

/** @param own labels that objects must have besides */
export async function listObjects(
  api: GitHubApi,
  place: StorePlace,
  names: StoreLabels,
  own: readonly string[] = [],
): Promise<ObjectList> {
  const found = new Map<number, ObjectIssue>();
  const note = (issues: readonly ListedIssue[]) => {
    for (const issue of issues) {
      const object = toObjectIssue(issue, names);
      if (object?.life === "live") found.set(issue.number, object);
      else found.delete(issue.number);
    }
  };
  const all = {
    ...place,
    state: "all",
    per_page: 100,
    labels: [names.system, names.base, ...own].join(","),
  } as const;
  const pages: ListedIssue[][] = [];
  for await (const { data } of api.paginate.iterator("GET /repos/{owner}/{repo}/issues", {
    ...all,
    sort: "created",
    direction: "asc",
  }))
    pages.push(data as ListedIssue[]);
  note(pages.flat());
  const issues = [...found.values()].sort((a, b) => a.issue.number - b.issue.number);
  const ids = new Set<string>();
  const list = {
    objects: [] as StoredObject[],
    unreadable: [] as UnreadableObject[],
    duplicates: [] as { id: string; issueNumber: number }[],
  };
  for (const object of issues) {
    if (ids.has(object.id)) {
      list.duplicates.push({ id: object.id, issueNumber: object.issue.number });
      continue;
    }
    ids.add(object.id);
    const shown = toStoredObject(object, names);
    if ("data" in shown) list.objects.push(shown);
    else list.unreadable.push(shown);
  }
  return list;
}
