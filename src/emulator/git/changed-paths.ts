/**
 * @module Which files differ between two trees. Pure, but for reading objects.
 */
import type { GitRepository } from "./git-store.ts";
import { parseTree, type TreeEntry } from "./objects.ts";

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
  prefix = "",
): ChangedPaths {
  const before = entriesOf(git, from);
  const after = entriesOf(git, to);
  const changed: ChangedPaths = { added: [], modified: [], removed: [] };
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(name), after.get(name)];
    if (old?.oid === now?.oid && old?.mode === now?.mode) continue;
    const path = `${prefix}${name}`;
    const [oldTree, newTree] = [treeOf(old), treeOf(now)];
    if (oldTree !== undefined || newTree !== undefined) {
      const inner = changedPaths(git, oldTree, newTree, `${path}/`);
      changed.added.push(...inner.added);
      changed.modified.push(...inner.modified);
      changed.removed.push(...inner.removed);
    }
    const [oldFile, newFile] = [
      old !== undefined && oldTree === undefined,
      now !== undefined && newTree === undefined,
    ];
    if (oldFile && newFile) changed.modified.push(path);
    else if (newFile) changed.added.push(path);
    else if (oldFile) changed.removed.push(path);
  }
  return changed;
}

function entriesOf(git: GitRepository, tree: string | undefined): ReadonlyMap<string, TreeEntry> {
  const object = tree === undefined ? undefined : git.read(tree);
  return new Map((object === undefined ? [] : parseTree(object.content)).map((entry) => [entry.name, entry]));
}

function treeOf(entry: TreeEntry | undefined): string | undefined {
  return entry?.mode === "040000" ? entry.oid : undefined;
}
