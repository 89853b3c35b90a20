/**
 * @module The end of an object, and its return: labels of its issue, which keeps all that was said.
 */
import { HubsteadError, invalidInput } from "../errors.ts";
import type { GitHubApi } from "../github/client/session.ts";
import { mustFindLive, noObject, type StoreParts } from "./aliases.ts";
import { findIssues, liveOf, type StorePlace } from "./find-object.ts";
import type { StoreLabels } from "./store-labels.ts";
import {
  type ListedIssue,
  type ObjectIssue,
  type StoredObject,
  suffixAfter,
  toObjectIssue,
  toStoredObject,
} from "./stored-object.ts";
import { isLabelOf, objectLabel } from "./wire/object-label.ts";

/** Why an object is none any more: gh-store's words. */
export type DeprecationReason = "duplicate" | "merged" | "replaced";

/** @throws {HubsteadError} `not_found` */
export async function deleteObject(id: string, parts: StoreParts): Promise<void> {
  const { api, place, names } = parts;
  const live = await mustFindLive(id, parts);
  const labels = live.labels.map((label) => (isName(label, names.base) ? names.archived : label));
  await setLabels(api, place, live, labels);
}

/**
 * The newest one that was deleted, or else deprecated in favour of another object.
 *
 * @throws {HubsteadError} `not_found`; `already_exists` where there is another one now
 */
export async function restoreObject(id: string, { api, place, names }: StoreParts): Promise<StoredObject> {
  const { issues } = await findIssues(api, place, id, names);
  const live = liveOf(issues);
  if (live !== undefined) throw exists(id, place, live);
  const ended =
    issues.findLast(({ life }) => life === "deleted") ??
    issues.findLast((issue) => issue.life === "deprecated" && !isOfSameId(issue, id, names));
  if (ended === undefined) throw noObject(id, place);
  const endings = [names.archived, names.base, names.deprecated];
  const prefixes = [names.mergedPrefix, names.deprecatedPrefix];
  const labels = ended.labels.filter(
    (label) =>
      !endings.some((name) => isName(label, name)) &&
      prefixes.every((prefix) => suffixAfter([label], prefix) === undefined),
  );
  const issue = await setLabels(api, place, ended, [...labels, names.base]);
  return toStoredObject(toObjectIssue(issue, names)!, names) as StoredObject;
}

/**
 * Another object has taken over; the data stay where they are.
 *
 * @throws {HubsteadError} `not_found` where one of them is no object; `invalid_input` for itself
 */
export async function deprecateObject(
  id: string,
  target: string,
  { reason, ...parts }: StoreParts & { readonly reason: DeprecationReason },
): Promise<void> {
  const { api, place, names } = parts;
  if (id === target)
    throw invalidInput(`${JSON.stringify(id)} cannot take over from itself`, "Name another object.", {
      path: "target",
    });
  const [object, canonical] = [await mustFindLive(id, parts), await mustFindLive(target, parts)];
  const { number } = canonical.issue;
  const kept = object.labels.filter((label) => !isName(label, names.base));
  await api.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...place,
    issue_number: object.issue.number,
    body: `Deprecated in favour of \`${target.replaceAll("`", "'")}\` (issue ${number}): ${reason}.`,
  });
  await setLabels(api, place, object, [...kept, ...deprecationLabels(target, number, names)]);
}

/** Of an issue that another one has taken over. @param number of that one @param id of its object */
export function deprecationLabels(id: string, number: number, names: StoreLabels): readonly string[] {
  return [names.deprecated, objectLabel(names.mergedPrefix, id), `${names.deprecatedPrefix}${number}`];
}

/** Whether what has taken over is the same object: an issue that was full, or a duplicate. */
export function isOfSameId({ labels }: Pick<ObjectIssue, "labels">, id: string, names: StoreLabels): boolean {
  const suffix = suffixAfter(labels, names.mergedPrefix);
  return suffix !== undefined && isLabelOf(names.mergedPrefix + suffix, names.mergedPrefix, id);
}

const isName = (label: string, name: string) => label.toLowerCase() === name.toLowerCase();

async function setLabels(
  api: GitHubApi,
  place: StorePlace,
  { issue }: ObjectIssue,
  labels: readonly string[],
): Promise<ListedIssue> {
  const { data } = await api.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...place,
    issue_number: issue.number,
    state: "closed",
    labels: [...labels],
  });
  return data as ListedIssue;
}

export function exists(id: string, { owner, repo }: StorePlace, live: ObjectIssue): HubsteadError {
  return new HubsteadError("already_exists", `${JSON.stringify(id)} exists in ${owner}/${repo} already`, {
    hint: "Change it with `update`, or make sure of it with `put`.",
    data: { id, issueNumber: live.issue.number },
  });
}
