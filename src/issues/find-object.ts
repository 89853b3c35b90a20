/**
 * @module Finds the issue of an object. Where there are several, as writers who create at the same time make them, the lowest number
 * is the object, for everybody and for ever.
 */
import type { GitHubApi } from "../github/client/session.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type ListedIssue, type ObjectIssue, toObjectIssue } from "./stored-object.ts";
import { hashedObjectLabel, objectLabel } from "./wire/object-label.ts";

export interface StorePlace {
  readonly owner: string;
  readonly repo: string;
}

export interface FoundIssues {
  /** Issues of this id in order of their numbers, whatever their life. */
  readonly issues: readonly ObjectIssue[];
  /** The label that the object has, or would have. */
  readonly label: string;
}

/** One request; a second one only where another object's id differs in case alone. */
export async function findIssues(
  api: GitHubApi,
  place: StorePlace,
  id: string,
  names: StoreLabels,
): Promise<FoundIssues> {
  const label = objectLabel(names.uidPrefix, id);
  const found = await listByLabel(api, place, label, names);
  const issues = found.filter((issue) => issue.id === id);
  const isTaken = found.length > 0 && issues.length === 0;
  const hashed = hashedObjectLabel(names.uidPrefix, id);
  if (!isTaken || hashed === label) return { issues, label };
  return {
    issues: (await listByLabel(api, place, hashed, names)).filter((issue) => issue.id === id),
    label: hashed,
  };
}

/** The object itself; one request more where it is not there: until 0.2 of gh-store the id itself was the label. */
export async function findLive(
  api: GitHubApi,
  place: StorePlace,
  id: string,
  names: StoreLabels,
): Promise<ObjectIssue | undefined> {
  const { issues } = await findIssues(api, place, id, names);
  if (issues.length > 0 || objectLabel("", id) !== id) return liveOf(issues);
  return liveOf((await listByLabel(api, place, id, names)).filter((issue) => issue.id === id));
}

/** In order of their numbers, whatever their life. */
export async function listByLabel(
  api: GitHubApi,
  { owner, repo }: StorePlace,
  label: string,
  names: StoreLabels,
): Promise<readonly ObjectIssue[]> {
  const issues = await api.paginate("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    labels: label,
    state: "all",
    sort: "created",
    direction: "asc",
    per_page: 100,
  });
  return (issues as readonly ListedIssue[])
    .flatMap((issue) => toObjectIssue(issue, names) ?? [])
    .sort((a, b) => a.issue.number - b.issue.number);
}

/** The object itself among the issues of its id: the lowest number that no later one goes on with. */
export function liveOf(issues: readonly ObjectIssue[]): ObjectIssue | undefined {
  const live = issues.filter(({ life }) => life === "live");
  return live.find((issue) => !isContinued(issue, live)) ?? live[0];
}

/** Whether another one goes on with it. */
function isContinued({ issue: { number } }: ObjectIssue, others: readonly ObjectIssue[]): boolean {
  return others.some(
    ({ life, continues, issue }) => life === "live" && continues === number && issue.number > number,
  );
}

export interface SameId {
  readonly object: ObjectIssue;
  /** Others that are there as well. */
  readonly duplicates: readonly ObjectIssue[];
}

/** @param issues in order of their numbers; by id, in the order of the objects' numbers */
export function liveById(issues: readonly ObjectIssue[]): ReadonlyMap<string, SameId> {
  const found = new Map<string, SameId>();
  for (const [id, same] of Map.groupBy(issues, (issue) => issue.id)) {
    const object = liveOf(same);
    if (object === undefined) continue;
    const duplicates = same.filter(
      (issue) => issue.life === "live" && issue !== object && !isContinued(issue, same),
    );
    found.set(id, { object, duplicates });
  }
  return new Map([...found].sort(([, a], [, b]) => a.object.issue.number - b.object.issue.number));
}
