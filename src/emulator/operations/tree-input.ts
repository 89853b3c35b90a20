/**
 * @module Makes a tree of what a request lists.
 *
 * @see https://docs.github.com/rest/git/trees#create-a-tree
 */
import type { JsonObject } from "../../base/json.ts";
import { changeEntries, type EntryChange } from "../acts/files.ts";
import { checkPath } from "../acts/paths.ts";
import type { GitRepository } from "../git/git-store.ts";
import { modeToKind } from "../git/objects.ts";
import { entryAt, treeOf } from "../git/revisions.ts";
import { Refusal } from "../http/refusal.ts";

interface EntryInput {
  readonly path?: string;
  readonly mode?: string;
  readonly type?: string;
  readonly sha?: string | null;
  readonly content?: string;
}

/** @param body `{ base_tree, tree }` @returns the tree's id @throws {Refusal} 422 */
export function writeTree(git: GitRepository, body: JsonObject): string {
  const inputs = body["tree"] as readonly EntryInput[];
  const base = body["base_tree"] == null ? undefined : baseTree(git, String(body["base_tree"]));
  if (inputs.length === 0 && base === undefined) throw new Refusal(422, "Invalid tree info");
  const paths = new Set(inputs.flatMap(({ path, sha }) => (sha === null ? [] : [path ?? ""])));
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
      if (paths.has(path.slice(0, at)))
        throw new Refusal(422, "tree.path contains a file and a folder of one name");
  }
  return changeEntries(
    git,
    base,
    inputs.map((input) => changeFrom(git, base, input)),
  );
}

function baseTree(git: GitRepository, oid: string): string {
  const tree = git.read(oid) === undefined ? undefined : treeOf(git, oid);
  if (tree === undefined) throw new Refusal(422, "base_tree is not a valid tree oid");
  return tree;
}

function changeFrom(git: GitRepository, base: string | undefined, input: EntryInput): EntryChange {
  const { path = "", mode, type, sha, content } = input;
  if (path === "") throw new Refusal(422, "tree.path is required");
  try {
    checkPath(path);
  } catch {
    throw new Refusal(422, "tree.path contains a malformed path component");
  }
  if (sha === null) {
    if (base === undefined || entryAt(git, base, path) === undefined) {
      throw new Refusal(422, "GitRPC::BadObjectState");
    }
    return { path, entry: null };
  }
  if (mode === undefined) throw new Refusal(422, "Must supply a valid tree.mode");
  if (type !== undefined && type !== modeToKind(mode)) {
    throw new Refusal(422, `tree.type ${type} does not fit tree.mode ${mode}`);
  }
  if ((sha === undefined) === (content === undefined)) {
    throw new Refusal(422, "Must supply either tree.sha or tree.content");
  }
  if (sha === undefined) return { path, entry: { mode, oid: writeContent(git, mode, content!) } };
  const kind = modeToKind(mode);
  // The commit of a submodule lies elsewhere.
  const isRight = kind === "commit" ? /^[0-9a-f]{40}$/u.test(sha) : git.read(sha)?.kind === kind;
  if (!isRight) throw new Refusal(422, `tree.sha ${sha} is not a valid ${kind}`);
  return { path, entry: { mode, oid: sha } };
}

function writeContent(git: GitRepository, mode: string, content: string): string {
  if (modeToKind(mode) !== "blob") throw new Refusal(422, "tree.content is for blobs only");
  return git.write("blob", Buffer.from(content));
}
