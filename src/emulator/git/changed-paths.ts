/**
 * @module Which files differ between two trees, by what has become of them. Pure, but for reading objects.
 */
import type { GitRepository } from "./git-store.ts";
import { diffTrees, type FileDifference } from "./tree-diff.ts";

export interface ChangedPaths {
  readonly added: string[];
  readonly modified: string[];
  readonly removed: string[];
}

/** @param from the older tree's id @param to the newer one's; `undefined` for nothing */
export function changedPaths(
  git: GitRepository,
  from: string | undefined,
  to: string | undefined,
): ChangedPaths {
  const files = diffTrees(git, from, to);
  const paths = (test: (file: FileDifference) => boolean) => files.filter(test).map(({ path }) => path);
  return {
    added: paths(({ before }) => before === undefined),
    modified: paths(({ before, after }) => before !== undefined && after !== undefined),
    removed: paths(({ after }) => after === undefined),
  };
}
