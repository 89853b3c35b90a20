/**
 * @module What is in a folder of a repository, or in all folders below it: by git's trees, which know every kind of entry and
 * are not cut at 1,000 as the contents API's listings are.
 *
 * @see https://docs.github.com/rest/git/trees#get-a-tree
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { type ReadFileOptions, readEntry } from "./read-file.ts";
import { parseFilePath, parseRef } from "./repository-place.ts";
import type { GitHubApi, RepoName, Session } from "./session.ts";

export interface ListFilesOptions extends ReadFileOptions {
  /** Whether what is in the folders below is listed, too. Default: false. */
  readonly recursive?: boolean;
}

export interface FileItem {
  readonly name: string;
  /** From the repository's root. */
  readonly path: string;
  readonly type: "file" | "dir" | "symlink" | "submodule";
  /** Git's id: of a blob, a tree, or a submodule's commit. */
  readonly sha: string;
  /** As git writes it: `100644`, `100755` for what can be run, `120000`, `040000`, `160000`. */
  readonly mode: string;
  /** Of files and symbolic links. */
  readonly sizeBytes: number | undefined;
}

/**
 * @param path empty for the root
 * @returns in git's order; nothing for the root of an empty repository
 * @throws {HubsteadError} `not_found`; `invalid_input` for what is no folder, and where one folder has more entries than
 *   GitHub shows: never a part
 */
export async function listFiles(
  session: Session,
  name: string,
  path: string,
  { ref, recursive = false, ...call }: ListFilesOptions,
): Promise<readonly FileItem[]> {
  const repository = session.repo(name);
  const folder = parseFilePath(path);
  const about = `${folder === "" ? "the files" : folder} of ${repository.owner}/${repository.repo}`;
  const api = await session.api(about, call);
  if (folder === "") {
    const root = ref === undefined ? "HEAD" : parseRef(ref);
    return unlessEmpty(readTree(api, { ...repository, tree: root, above: "", recursive }));
  }
  const { type, sha } = await readEntry(api, { ...repository, path: folder, ref });
  if (type !== "dir")
    throw invalidInput(`${about} is no folder`, "getFile reads a file.", { path: "path", type });
  return readTree(api, { ...repository, tree: sha, above: folder, recursive });
}

export interface TreeQuery extends RepoName {
  /** An id, or the name of a ref. */
  readonly tree: string;
  /** The path of the tree itself. */
  readonly above: string;
  readonly recursive: boolean;
}

/** All of it, by parts where it is too much for one answer. */
export async function readTree(api: GitHubApi, query: TreeQuery): Promise<FileItem[]> {
  const { owner, repo, tree, above, recursive } = query;
  const { data } = await api.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
    owner,
    repo,
    tree_sha: tree,
    // Any value means yes, "0" and "false" too.
    ...(recursive ? { recursive: "1" } : {}),
  });
  const items = data.tree.map((entry) => toItem(entry as TreeEntryJson, above));
  if (!data.truncated) return items;
  if (!recursive) throw tooMany(`${above || "the root"} of ${owner}/${repo}`);
  const level = await readTree(api, { ...query, tree: data.sha, recursive: false });
  const below: FileItem[] = [];
  for (const item of level) {
    below.push(item);
    if (item.type === "dir")
      below.push(...(await readTree(api, { ...query, tree: item.sha, above: item.path })));
  }
  return below;
}

interface TreeEntryJson {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
  readonly size?: number;
}

function toItem({ path: below, mode, sha, size }: TreeEntryJson, above: string): FileItem {
  const path = above === "" ? below : `${above}/${below}`;
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    type: typeOf(mode),
    sha,
    mode,
    sizeBytes: size,
  };
}

function typeOf(mode: string): FileItem["type"] {
  if (mode === "040000") return "dir";
  if (mode === "120000") return "symlink";
  return mode === "160000" ? "submodule" : "file";
}

/** Git data of an empty repository is a conflict. */
async function unlessEmpty(reading: Promise<FileItem[]>): Promise<FileItem[]> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HubsteadError && error.code === "version_conflict") return [];
    throw error;
  }
}

function tooMany(about: string): HubsteadError {
  return invalidInput(
    `${about} has more entries than GitHub shows`,
    "Clone the repository with git; gitEnv gives git a token.",
    { path: "path" },
  );
}
