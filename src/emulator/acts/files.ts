/**
 * @module What is done to the files of a repository: commits on a branch, made of real git objects.
 */
import type { GitRepository } from "../git/git-store.ts";
import {
  encodeCommit,
  encodeTree,
  parseCommit,
  parseTree,
  type Signature,
  type TreeEntry,
} from "../git/objects.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { Act } from "./act.ts";

export interface FileChange {
  /** Without a slash at its beginning. */
  readonly path: string;
  /** `null` takes the file away. */
  readonly content: Buffer | null;
  /** `100644` where absent. */
  readonly mode?: string;
}

export interface NewCommit {
  readonly branch: string;
  readonly message: string;
  readonly changes: readonly FileChange[];
  readonly author?: Signature;
  readonly committer?: Signature;
}

/** @returns the commit's id; the branch points to it */
export function commitFiles(act: Act, { branch, message, changes, author, committer }: NewCommit): string {
  const git = act.services.git.repository(act.repository.id);
  const ref = `refs/heads/${branch}`;
  const parent = git.ref(ref);
  const root = parent === undefined ? undefined : treeOfCommit(git, parent);
  const tree = changeTree(git, root, changes);
  const by = signatureOf(act.actor, act.nowMs);
  const oid = git.write(
    "commit",
    encodeCommit({
      tree,
      parents: parent === undefined ? [] : [parent],
      author: author ?? by,
      committer: committer ?? author ?? by,
      message,
    }),
  );
  git.setRef(ref, oid);
  notePush(act);
  return oid;
}

/** A push makes the repository as fresh as it is. */
export function notePush({ services: { world }, repository, nowMs }: Act): void {
  const current = world.repositories.get(repository.id)!;
  world.repositories.put({ ...current, pushedAt: nowMs, updatedAt: nowMs });
}

export function signatureOf({ id, login, name, email }: AccountRow, nowMs: number): Signature {
  return {
    name: name ?? login,
    email: email ?? `${id}+${login}@users.noreply.github.com`,
    time: Math.floor(nowMs / 1000),
    zone: "+0000",
  };
}

export function treeOfCommit(git: GitRepository, oid: string): string {
  return parseCommit(git.read(oid)!.content).tree;
}

/** @param tree what is there; `undefined` for nothing @returns the id of the changed tree */
export function changeTree(
  git: GitRepository,
  tree: string | undefined,
  changes: readonly FileChange[],
): string {
  const entries = new Map<string, TreeEntry>(
    (tree === undefined ? [] : parseTree(git.read(tree)!.content)).map((entry) => [entry.name, entry]),
  );
  const inner = Map.groupBy(
    changes.filter(({ path }) => path.includes("/")),
    ({ path }) => path.slice(0, path.indexOf("/")),
  );
  for (const { path, content, mode = "100644" } of changes) {
    if (path.includes("/")) continue;
    if (content === null) entries.delete(path);
    else entries.set(path, { mode, name: path, oid: git.write("blob", content) });
  }
  for (const [name, below] of inner) {
    const known = entries.get(name);
    const oid = changeTree(
      git,
      known?.mode === "040000" ? known.oid : undefined,
      below.map((change) => ({ ...change, path: change.path.slice(name.length + 1) })),
    );
    if (git.read(oid)!.content.length === 0) entries.delete(name);
    else entries.set(name, { mode: "040000", name, oid });
  }
  return git.write("tree", encodeTree([...entries.values()]));
}
