/**
 * @module What names mean: branches, tags, ids of objects, and paths in trees. Reads only.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isRefName } from "./folder-git-store.ts";
import type { GitRepository } from "./git-store.ts";
import { modeToKind, parseCommit, parseTag, parseTree, type TreeEntry } from "./objects.ts";

/**
 * The commit that a branch, a tag, a whole ref or an id means, in GitHub's order of looking.
 *
 * @param defaultBranch what `HEAD` means
 */
export function findCommit(git: GitRepository, name: string, defaultBranch: string): string | undefined {
  for (const ref of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]) {
    const oid = isRefName(ref) ? git.ref(ref) : undefined;
    if (oid !== undefined) return peel(git, oid);
  }
  const oid = name === "HEAD" ? git.ref(`refs/heads/${defaultBranch}`) : findObject(git, name);
  return oid === undefined ? undefined : peel(git, oid);
}

/** @param name an id, or at least its first seven digits */
function findObject(git: GitRepository, name: string): string | undefined {
  const prefix = name.toLowerCase();
  if (/^[0-9a-f]{40}$/u.test(prefix)) return git.read(prefix) === undefined ? undefined : prefix;
  if (!/^[0-9a-f]{7,39}$/u.test(prefix)) return undefined;
  const found = objectsIn(git, prefix.slice(0, 2)).filter((oid) => oid.startsWith(prefix));
  return found.length === 1 ? found[0] : undefined;
}

function objectsIn(git: GitRepository, start: string): string[] {
  try {
    return readdirSync(join(git.folder(), "objects", start)).map((rest) => `${start}${rest}`);
  } catch {
    return [];
  }
}

/** @param ref `refs/heads/main` @returns `main` */
export function nameOfRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags|pull)\//u, "");
}

/** The commit that an object is, or that a tag leads to. */
export function peel(git: GitRepository, oid: string): string | undefined {
  const object = git.read(oid);
  if (object?.kind === "commit") return oid;
  return object?.kind === "tag" ? peel(git, parseTag(object.content).object) : undefined;
}

/** @throws an ordinary error for what is no commit of this repository */
export function readCommit(git: GitRepository, oid: string) {
  const object = git.read(oid);
  if (object?.kind !== "commit") throw new Error(`${oid} is no commit`);
  return parseCommit(object.content);
}

/** The tree that a commit, a tag or a tree means. */
export function treeOf(git: GitRepository, oid: string): string | undefined {
  if (git.read(oid)?.kind === "tree") return oid;
  const commit = peel(git, oid);
  return commit === undefined ? undefined : readCommit(git, commit).tree;
}

/** @param tree `undefined` for none */
export function readTree(git: GitRepository, tree: string | undefined): TreeEntry[] {
  const object = tree === undefined ? undefined : git.read(tree);
  return object?.kind === "tree" ? parseTree(object.content) : [];
}

/** @param path without slashes at its ends; empty for the tree itself */
export function entryAt(git: GitRepository, tree: string, path: string): TreeEntry | undefined {
  let entry: TreeEntry | undefined = { mode: "040000", name: "", oid: tree };
  for (const name of path === "" ? [] : path.split("/")) {
    if (entry === undefined || modeToKind(entry.mode) !== "tree") return undefined;
    entry = readTree(git, entry.oid).find((below) => below.name === name);
  }
  return entry;
}

/** A tree's entries with whole paths, folders before what they hold. */
export function* walkTree(
  git: GitRepository,
  tree: string,
  above = "",
): Generator<TreeEntry & { readonly path: string }> {
  for (const entry of readTree(git, tree)) {
    const path = above + entry.name;
    yield { ...entry, path };
    if (modeToKind(entry.mode) === "tree") yield* walkTree(git, entry.oid, `${path}/`);
  }
}
