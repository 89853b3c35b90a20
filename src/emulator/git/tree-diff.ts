/**
 * @module Which files differ between two trees. Renamed files show as one removed and one added.
 */
import type { GitRepository } from "./git-store.ts";
import { modeToKind, type TreeEntry } from "./objects.ts";
import { readTree } from "./revisions.ts";

export interface FileDifference {
  readonly path: string;
  /** Absent for a file that is new. */
  readonly before: TreeEntry | undefined;
  /** Absent for a file that is gone. */
  readonly after: TreeEntry | undefined;
}

/** In order of their paths. @param before, after ids of trees; `undefined` for nothing */
export function diffTrees(
  git: GitRepository,
  before: string | undefined,
  after: string | undefined,
): FileDifference[] {
  return diffBelow(git, before, after, "").sort((a, b) => (a.path < b.path ? -1 : 1));
}

function diffBelow(
  git: GitRepository,
  before: string | undefined,
  after: string | undefined,
  above: string,
): FileDifference[] {
  if (before === after) return [];
  const left = new Map(readTree(git, before).map((entry) => [entry.name, entry]));
  const right = new Map(readTree(git, after).map((entry) => [entry.name, entry]));
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const was = left.get(name);
    const is = right.get(name);
    if (was?.oid === is?.oid && was?.mode === is?.mode) return [];
    const path = above + name;
    const files = { path, before: fileOnly(was), after: fileOnly(is) };
    return [
      ...(files.before === undefined && files.after === undefined ? [] : [files]),
      ...diffBelow(git, treeOnly(was), treeOnly(is), `${path}/`),
    ];
  });
}

function fileOnly(entry: TreeEntry | undefined): TreeEntry | undefined {
  return entry === undefined || modeToKind(entry.mode) === "tree" ? undefined : entry;
}

function treeOnly(entry: TreeEntry | undefined): string | undefined {
  return entry === undefined || modeToKind(entry.mode) !== "tree" ? undefined : entry.oid;
}
