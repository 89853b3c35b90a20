/**
 * @module What a head brings that its base has not: commits, and the files that they change. Reads only.
 */
import type { GitRepository } from "./git-store.ts";
import { ancestorsOf, log, mergeBase } from "./history.ts";
import { readCommit } from "./revisions.ts";
import { diffTrees, type FileDifference } from "./tree-diff.ts";

/** The oldest first. @param base and `head`: ids of commits */
export function commitsOfPull(git: GitRepository, base: string, head: string): string[] {
  return areCommits(git, base, head) ? [...log(git, head, ancestorsOf(git, base))].reverse() : [];
}

/** Against where both parted. @param base and `head`: ids of commits */
export function filesOfPull(git: GitRepository, base: string, head: string): FileDifference[] {
  const from = areCommits(git, base, head) ? mergeBase(git, base, head) : undefined;
  return from === undefined ? [] : diffTrees(git, readCommit(git, from).tree, readCommit(git, head).tree);
}

/** Of a pull request that was closed long ago, git may have thrown them away. */
function areCommits(git: GitRepository, ...oids: readonly string[]): boolean {
  return oids.every((oid) => git.read(oid)?.kind === "commit");
}
