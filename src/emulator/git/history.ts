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

/** A commit and all that lead to it from some heads: each commit is read once, however many heads there are. */
export function descendantsOf(git: GitRepository, oid: string, heads: readonly string[]): Set<string> {
  const children = new Map<string, string[]>();
  const seen = new Set<string>();
  const unread = [...heads];
  for (let next = unread.pop(); next !== undefined; next = unread.pop()) {
    // What is before the commit cannot follow it.
    if (seen.has(next) || next === oid) continue;
    seen.add(next);
    for (const parent of readCommit(git, next).parents) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [next]);
      else known.push(next);
      unread.push(parent);
    }
  }
  const found = new Set([oid]);
  // A set that grows is walked to its end.
  for (const next of found) for (const child of children.get(next) ?? []) found.add(child);
  return found;
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
