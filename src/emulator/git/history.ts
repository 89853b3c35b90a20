/**
 * @module Commits and those before them. Reads only.
 */
import type { GitRepository } from "./git-store.ts";
import { readCommit } from "./revisions.ts";

/** A commit and all before it. @param without what need not be looked at, with all before it */
export function ancestorsOf(
  git: GitRepository,
  oid: string,
  without: ReadonlySet<string> = new Set(),
): Set<string> {
  const found = new Set<string>();
  const waiting = [oid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next) || without.has(next)) continue;
    found.add(next);
    waiting.push(...readCommit(git, next).parents);
  }
  return found;
}

export function isAncestor(git: GitRepository, older: string, newer: string): boolean {
  return ancestorsOf(git, newer).has(older);
}

/** As `git log` tells them: the newest first, and none before one that follows it. */
export function* log(
  git: GitRepository,
  oid: string,
  without: ReadonlySet<string> = new Set(),
): Generator<string> {
  const waiting: { readonly oid: string; readonly time: number }[] = [];
  const seen = new Set<string>();
  const add = (next: string): void => {
    if (seen.has(next) || without.has(next)) return;
    seen.add(next);
    const { time } = readCommit(git, next).committer;
    const at = waiting.findLastIndex((other) => other.time >= time);
    waiting.splice(at + 1, 0, { oid: next, time });
  };
  add(oid);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    yield next.oid;
    for (const parent of readCommit(git, next.oid).parents) add(parent);
  }
}

/** The newest of the best common ancestors. */
export function mergeBase(git: GitRepository, a: string, b: string): string | undefined {
  const ofA = ancestorsOf(git, a);
  const common = [...ancestorsOf(git, b)].filter((oid) => ofA.has(oid));
  const surpassed = new Set(common.flatMap((oid) => readCommit(git, oid).parents));
  return common
    .filter((oid) => !surpassed.has(oid))
    .map((oid) => ({ oid, time: readCommit(git, oid).committer.time }))
    .sort((one, other) => other.time - one.time)[0]?.oid;
}
