/**
 * @module What is done to the files of a repository: commits on a branch, made of real git objects.
 */
import { isRefName, looksLikeCommit } from "../git/folder-git-store.ts";
import type { GitRepository } from "../git/git-store.ts";
import { encodeCommit, encodeTree, modeToKind, type Signature, type TreeEntry } from "../git/objects.ts";
import { entryAt, readCommit, readTree } from "../git/revisions.ts";
import { Refusal } from "../http/refusal.ts";
import type { Act } from "./act.ts";
import { checkMayWriteWorkflows, checkPath } from "./paths.ts";
import { notePush } from "./pushes.ts";
import { refusalsOf } from "./ref-rules.ts";
import { signatureOf } from "./signatures.ts";
import { writeSignedCommit } from "./signed-commits.ts";

export interface FileChange {
  /** Without a slash at its beginning. */
  readonly path: string;
  /** `null` takes the file away. */
  readonly content: Buffer | null;
  /** As the file was, or `100644`, where absent. */
  readonly mode?: string;
}

export interface NewCommit {
  readonly branch: string;
  readonly message: string;
  readonly changes: readonly FileChange[];
  readonly author?: Signature;
  readonly committer?: Signature;
  /** Whether GitHub commits and signs it in its own name. */
  readonly isSigned?: boolean;
  /** Where the branch must be before it: a commit's id. */
  readonly expectedHead?: string;
}

/**
 * Commits on a branch, which is made where the repository has none yet.
 *
 * @returns the commit's id; the branch points to it
 * @throws {Refusal} 404 for a branch that there is not, 409 where its head is not the expected one or rules forbid it,
 * 422 for wrong paths, 403 or 404 for workflow files without the permission
 */
export function commitFiles(act: Act, commit: NewCommit): string {
  const { branch, message, changes, author, committer, isSigned = false, expectedHead } = commit;
  const git = act.services.git.repository(act.repository.id);
  const ref = `refs/heads/${branch}`;
  const parent = git.ref(ref);
  if (!isRefName(ref) || looksLikeCommit(ref) || (parent === undefined && !git.isEmpty()))
    throw new Refusal(404, `Branch ${branch} not found`);
  if (expectedHead !== undefined && expectedHead !== parent) {
    throw new Refusal(
      409,
      `Expected branch to point to "${parent ?? ""}" but it did not. Pull and try again.`,
    );
  }
  const root = parent === undefined ? undefined : treeOfCommit(git, parent);
  checkChanges(act, git, root, changes);
  const tree = changeTree(git, root, changes);
  const by = signatureOf(act.actor, act.nowMs);
  const made = { tree, parents: parent === undefined ? [] : [parent], author: author ?? by, message };
  const oid = isSigned
    ? writeSignedCommit(git, made, act.nowMs)
    : git.write("commit", encodeCommit({ ...made, committer: committer ?? author ?? by }));
  const change = { ref, before: parent, after: oid };
  const reasons = refusalsOf(act, change);
  if (reasons.length > 0) throw new Refusal(409, `Could not update file: ${reasons.join(" ")}`);
  git.setRef(ref, oid);
  notePush(act, [change]);
  return oid;
}

/** @throws {Refusal} 403, 404, 422 */
function checkChanges(
  act: Act,
  git: GitRepository,
  root: string | undefined,
  changes: readonly FileChange[],
): void {
  for (const { path, content } of changes) {
    checkPath(path);
    if (root === undefined) continue;
    const isThere = entryAt(git, root, path) !== undefined;
    if (content === null && !isThere) throw new Refusal(422, `${path} does not exist`);
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const above = entryAt(git, root, path.slice(0, at));
      if (above !== undefined && modeToKind(above.mode) !== "tree")
        throw new Refusal(422, `${path.slice(0, at)} exists where you're trying to create a subdirectory`);
    }
  }
  checkMayWriteWorkflows(
    act,
    changes.map(({ path }) => path),
  );
}

export function treeOfCommit(git: GitRepository, oid: string): string {
  return readCommit(git, oid).tree;
}

/** @param tree what is there; `undefined` for nothing @returns the id of the changed tree */
export function changeTree(
  git: GitRepository,
  tree: string | undefined,
  changes: readonly FileChange[],
): string {
  return changeEntries(
    git,
    tree,
    changes.map(({ path, content, mode }) => ({
      path,
      entry:
        content === null
          ? null
          : { ...(mode === undefined ? {} : { mode }), oid: git.write("blob", content) },
    })),
  );
}

export interface EntryChange {
  readonly path: string;
  /** `null` takes it away; a mode that is absent stays as it was. */
  readonly entry: { readonly mode?: string; readonly oid: string } | null;
}

/** Folders in which nothing is left go. @param tree `undefined` for nothing @returns the id of the changed tree */
export function changeEntries(
  git: GitRepository,
  tree: string | undefined,
  changes: readonly EntryChange[],
): string {
  const entries = new Map<string, TreeEntry>(readTree(git, tree).map((entry) => [entry.name, entry]));
  const inner = Map.groupBy(
    changes.filter(({ path }) => path.includes("/")),
    ({ path }) => path.slice(0, path.indexOf("/")),
  );
  for (const { path, entry } of changes) {
    if (path.includes("/")) continue;
    if (entry === null) entries.delete(path);
    else {
      const known = entries.get(path);
      const mode = known === undefined || modeToKind(known.mode) !== "blob" ? "100644" : known.mode;
      entries.set(path, { mode: entry.mode ?? mode, name: path, oid: entry.oid });
    }
  }
  for (const [name, below] of inner) {
    const known = entries.get(name);
    const oid = changeEntries(
      git,
      known?.mode === "040000" ? known.oid : undefined,
      below.map((change) => ({ ...change, path: change.path.slice(name.length + 1) })),
    );
    if (readTree(git, oid).length === 0) entries.delete(name);
    else entries.set(name, { mode: "040000", name, oid });
  }
  return git.write("tree", encodeTree([...entries.values()]));
}
