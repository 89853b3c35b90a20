/**
 * @module Finds git's objects by what people call them, and the commits that led to one.
 */
import { treeOfCommit } from "../../acts/files.ts";
import { isRefName } from "../../git/folder-git-store.ts";
import type { GitRepository } from "../../git/git-store.ts";
import { parseCommit, parseTag, parseTree } from "../../git/objects.ts";
import { entryAt, readCommit } from "../../git/revisions.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { readTime } from "../problem.ts";

/**
 * @param expression `main`, `HEAD`, an object's id, a whole ref, or one of them with a path: `main:docs/README.md`
 * @returns the object's id
 */
export function findObject(
  git: GitRepository,
  { defaultBranch }: RepositoryRow,
  expression: string,
): string | undefined {
  const colon = expression.indexOf(":");
  const revision = colon === -1 ? expression : expression.slice(0, colon);
  const oid = findRevision(git, revision === "HEAD" ? `refs/heads/${defaultBranch}` : revision);
  if (colon === -1 || oid === undefined) return oid;
  return findPath(git, oid, expression.slice(colon + 1));
}

function findRevision(git: GitRepository, revision: string): string | undefined {
  if (/^[0-9a-f]{40}$/u.test(revision)) return git.read(revision) === undefined ? undefined : revision;
  const names = [revision, `refs/${revision}`, `refs/tags/${revision}`, `refs/heads/${revision}`];
  for (const name of names) {
    const oid = isRefName(name) ? git.ref(name) : undefined;
    if (oid !== undefined) return oid;
  }
  return undefined;
}

function findPath(git: GitRepository, from: string, path: string): string | undefined {
  let oid = treeOf(git, from);
  for (const name of path.split("/").filter((part) => part !== "")) {
    const tree = oid === undefined ? undefined : git.read(oid);
    if (tree?.kind !== "tree") return undefined;
    oid = parseTree(tree.content).find((entry) => entry.name === name)?.oid;
  }
  return oid;
}

function treeOf(git: GitRepository, oid: string): string | undefined {
  const object = git.read(oid);
  switch (object?.kind) {
    case "tree":
      return oid;
    case "commit":
      return treeOfCommit(git, oid);
    case "tag":
      return treeOf(git, parseTag(object.content).object);
    default:
      return undefined;
  }
}

/** A commit and all before it, the newest first. */
export function historyOf(git: GitRepository, oid: string): string[] {
  const times = new Map<string, number>();
  const open = [oid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const object = times.has(next) ? undefined : git.read(next);
    if (object?.kind !== "commit") continue;
    const { committer, parents } = parseCommit(object.content);
    times.set(next, committer.time);
    // The first parent is looked at last, so that it comes first among those of one second.
    open.push(...parents.toReversed());
  }
  return [...times].sort(([, a], [, b]) => b - a).map(([id]) => id);
}

export interface HistoryFilter {
  readonly path?: string | null;
  readonly since?: string | null;
  readonly until?: string | null;
}

/** Those of a history that were made in a time, and that changed a file or what is below a folder. @throws {Problem} */
export function filterHistory(
  git: GitRepository,
  oids: readonly string[],
  { path, since, until }: HistoryFilter,
): readonly string[] {
  const from = since == null ? Number.NEGATIVE_INFINITY : readTime(since);
  const to = until == null ? Number.POSITIVE_INFINITY : readTime(until);
  const changes = (oid: string): boolean => {
    const { tree, parents } = readCommit(git, oid);
    const at = (root: string) => entryAt(git, root, path!.replaceAll(/^\/+|\/+$/gu, ""))?.oid;
    const now = at(tree);
    if (parents.length === 0) return now !== undefined;
    return parents.every((parent) => at(readCommit(git, parent).tree) !== now);
  };
  return oids.filter((oid) => {
    const time = readCommit(git, oid).committer.time * 1_000;
    return time >= from && time <= to && (path == null || path === "" || changes(oid));
  });
}
