/**
 * @module What a head brings that its base has not: commits and files. Reads only.
 */
import type { GitRepository } from "./git-store.ts";
import { ancestorsOf, log, mergeBase } from "./history.ts";
import { readCommit } from "./revisions.ts";
import { diffTrees, type FileDifference } from "./tree-diff.ts";

/** The oldest first. @param base and `head`: ids of commits */
export function commitsOfPull(git: GitRepository, base: string, head: string): string[] {
  return [...log(git, head, ancestorsOf(git, base))].reverse();
}

/** Against where both parted. @param base and `head`: ids of commits */
export function filesOfPull(git: GitRepository, base: string, head: string): FileDifference[] {
  const middle = mergeBase(git, base, head);
  const before = middle === undefined ? undefined : readCommit(git, middle).tree;
  return diffTrees(git, before, readCommit(git, head).tree);
}
