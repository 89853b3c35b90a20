/**
 * @module Ids that stand for other objects: aliases, as gh-store keeps them in labels, and objects that were deprecated in favour of others.
 */
import { HubsteadError, invalidInput } from "../errors.ts";
import type { GitHubApi } from "../github/client/session.ts";
import { findIssues, findLive, liveById, liveOf, type StorePlace } from "./find-object.ts";
import { listIssues } from "./list-objects.ts";
import { relabel } from "./relabel.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type ObjectIssue, suffixAfter } from "./stored-object.ts";
import { isLabelOf, objectLabel } from "./wire/object-label.ts";

export interface StoreParts {
  readonly api: GitHubApi;
  readonly place: StorePlace;
  readonly names: StoreLabels;
}

/**
 * Lets an id stand for another object; its own data stay as they are, and what is written to it from now on counts there, too.
 *
 * @throws {HubsteadError} `not_found` for an object that there is not; `already_exists` where it stands for another one already;
 *   `invalid_input` for a circle
 */
export async function createAlias(id: string, target: string, parts: StoreParts): Promise<void> {
  const { api, place, names } = parts;
  const [object] = [await mustFindLive(id, parts), await mustFindLive(target, parts)];
  const path = await followAliases(target, parts);
  if (id === target || path.includes(id)) throw circle([id, ...path]);
  const before = suffixAfter(object.labels, names.aliasPrefix);
  if (before !== undefined) {
    if (isLabelOf(names.aliasPrefix + before, names.aliasPrefix, target)) return;
    throw new HubsteadError(
      "already_exists",
      `${JSON.stringify(id)} stands for ${JSON.stringify(before)} already`,
      {
        hint: `Take the label ${names.aliasPrefix}${before} off issue ${object.issue.number} first.`,
        data: { id, issueNumber: object.issue.number },
      },
    );
  }
  const label = objectLabel(names.aliasPrefix, target);
  await relabel(api, { ...place, number: object.issue.number }, { add: [label] });
}

/**
 * The ids that lead from one to the object that it stands for, itself the first one.
 *
 * @throws {HubsteadError} `not_found` where the last one is no object; `corrupt` for a circle, which other tools may have made
 */
export async function followAliases(id: string, parts: StoreParts): Promise<readonly string[]> {
  const path = [id];
  for (;;) {
    const next = await targetOf(path.at(-1)!, parts);
    if (next === undefined) return path;
    if (path.includes(next)) throw circle([...path, next], "corrupt");
    path.push(next);
  }
}

/** @returns `undefined` for an object that stands for itself */
async function targetOf(id: string, parts: StoreParts): Promise<string | undefined> {
  const { names } = parts;
  const { issues } = await findIssues(parts.api, parts.place, id, names);
  const live = liveOf(issues);
  const object = live ?? issues.findLast(({ life }) => life === "deprecated");
  if (object === undefined) throw noObject(id, parts.place);
  const prefix = live === undefined ? names.mergedPrefix : names.aliasPrefix;
  const suffix = suffixAfter(object.labels, prefix);
  if (suffix === undefined || isLabelOf(prefix + suffix, prefix, id)) {
    if (live === undefined) throw noObject(id, parts.place);
    return undefined;
  }
  return idOfLabel(prefix + suffix, prefix, parts);
}

/** @param label that names an object, maybe shortened: then only a list of all tells which. */
export async function idOfLabel(label: string, prefix: string, parts: StoreParts): Promise<string> {
  const suffix = label.slice(prefix.length);
  if (!/~[0-9a-f]{16}$/u.test(suffix)) return suffix;
  const all = liveById((await listIssues(parts.api, parts.place, parts.names)).issues);
  return all.keys().find((id) => isLabelOf(label, prefix, id)) ?? suffix;
}

/** @param ids among which the target is sought whose id the label has shortened */
export function aliasTargetOf(
  { labels }: ObjectIssue,
  ids: Iterable<string>,
  { aliasPrefix }: StoreLabels,
): string | undefined {
  const suffix = suffixAfter(labels, aliasPrefix);
  if (suffix === undefined) return undefined;
  for (const id of ids) if (isLabelOf(aliasPrefix + suffix, aliasPrefix, id)) return id;
  return suffix;
}

/** Ids by the objects that they stand for directly. @param target only those of this one */
export async function findAliases(
  parts: StoreParts,
  target?: string,
): Promise<Readonly<Record<string, string>>> {
  const live = liveById((await listIssues(parts.api, parts.place, parts.names)).issues);
  const aliases: Record<string, string> = {};
  for (const [id, { object }] of live) {
    const found = aliasTargetOf(object, live.keys(), parts.names);
    if (found !== undefined && (target === undefined || found === target)) aliases[id] = found;
  }
  return aliases;
}

export async function mustFindLive(id: string, { api, place, names }: StoreParts): Promise<ObjectIssue> {
  const live = await findLive(api, place, id, names);
  if (live === undefined) throw noObject(id, place);
  return live;
}

export function noObject(id: string, { owner, repo }: StorePlace): HubsteadError {
  return new HubsteadError("not_found", `there is no object ${JSON.stringify(id)} in ${owner}/${repo}`, {
    hint: "Create it, or look with `list` for how it is written.",
    data: { id },
  });
}

function circle(path: readonly string[], code?: "corrupt"): HubsteadError {
  const message = `aliases go round in a circle: ${path.join(" → ")}`;
  const hint = "Take the label ALIAS-TO:… off one of them.";
  return code === undefined
    ? invalidInput(message, hint, { path })
    : new HubsteadError(code, message, { hint, data: { path } });
}
