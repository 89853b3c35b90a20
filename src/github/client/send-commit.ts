/**
 * @module One commit on top of a head: by GraphQL in one request where that says all, else of git's own objects. Never moves a
 * branch to anywhere but forward.
 *
 * GraphQL's `createCommitOnBranch` takes one write where git's objects take three and more, GitHub signs it, and it compares
 * the head as it writes. It knows no modes, and all contents go in one body.
 *
 * @see https://docs.github.com/graphql/reference/mutations#createcommitonbranch
 * @see https://docs.github.com/rest/git
 */
import { HubsteadError } from "../../errors.ts";
import type { BranchPlace } from "./branch-state.ts";
import type { FileMode, ParsedChange } from "./file-changes.ts";
import { readTree } from "./list-files.ts";
import type { GitHubApi, RepoName } from "./session.ts";

export interface NewCommit extends BranchPlace {
  readonly branch: string;
  /** The commit that the new one comes after. */
  readonly head: string;
  readonly message: string;
  readonly changes: readonly ParsedChange[];
  /** By path, of what is there. */
  readonly ids: ReadonlyMap<string, string>;
  /** Blobs that were written for it before. */
  readonly blobs: Set<string>;
}

export type Sent =
  | { readonly outcome: "committed"; readonly sha: string }
  /** The files and their modes are so already. */
  | { readonly outcome: "unchanged" };

// More than this goes one by one: a request that takes GitHub longer than ten seconds is cut off.
const mostBytesInOne = 5 * 2 ** 20;

/** @param noted told the id of a commit before the branch is moved to it @throws {HubsteadError} `version_conflict` where the branch has moved */
export function sendCommit(api: GitHubApi, commit: NewCommit, noted: (sha: string) => void): Promise<Sent> {
  const sizeBytes = commit.changes.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  const isPlain = commit.changes.every(({ mode }) => mode === undefined);
  return isPlain && sizeBytes <= mostBytesInOne
    ? sendByGraphql(api, commit)
    : sendAsObjects(api, commit, noted);
}

async function sendByGraphql(
  api: GitHubApi,
  { owner, repo, branch, head, message, changes }: NewCommit,
): Promise<Sent> {
  const { headline, body } = splitMessage(message);
  const { createCommitOnBranch } = await api.graphql<{
    readonly createCommitOnBranch: { readonly commit: { readonly oid: string } };
  }>(
    "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }",
    {
      input: {
        branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: branch },
        expectedHeadOid: head,
        message: { headline, ...(body === "" ? {} : { body }) },
        fileChanges: {
          additions: changes.flatMap(({ path, bytes }) =>
            bytes === undefined ? [] : [{ path, contents: bytes.toString("base64") }],
          ),
          deletions: changes.flatMap(({ path, isDeleted }) => (isDeleted ? [{ path }] : [])),
        },
      },
    },
  );
  return { outcome: "committed", sha: createCommitOnBranch.commit.oid };
}

/** @see https://git-scm.com/docs/git-commit: the headline ends at the first empty line or line break */
export function splitMessage(message: string): { readonly headline: string; readonly body: string } {
  const [headline = "", ...rest] = message.split("\n");
  return { headline, body: rest.join("\n").replace(/^\s+|\s+$/gu, "") };
}

async function sendAsObjects(api: GitHubApi, commit: NewCommit, noted: (sha: string) => void): Promise<Sent> {
  const { owner, repo, branch, head, message, changes } = commit;
  const { data: parent } = await api.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    owner,
    repo,
    commit_sha: head,
  });
  const modes = await modesOf(
    api,
    { owner, repo },
    parent.tree.sha,
    changes.filter(({ mode, isDeleted }) => mode === undefined && !isDeleted).map(({ path }) => path),
  );
  const entries: TreeEntry[] = [];
  for (const change of changes) entries.push(await entryOf(api, commit, change, modes));
  const { data: tree } = await api.request("POST /repos/{owner}/{repo}/git/trees", {
    owner,
    repo,
    base_tree: parent.tree.sha,
    tree: entries,
  });
  if (tree.sha === parent.tree.sha) return { outcome: "unchanged" };
  const { data: made } = await api.request("POST /repos/{owner}/{repo}/git/commits", {
    owner,
    repo,
    message,
    tree: tree.sha,
    parents: [head],
  });
  noted(made.sha);
  await api.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
    owner,
    repo,
    ref: `heads/${branch}`,
    sha: made.sha,
    force: false,
  });
  return { outcome: "committed", sha: made.sha };
}

type TreeEntry =
  | { path: string; mode: FileMode; type: "blob"; content: string }
  | { path: string; mode: FileMode; type: "blob"; sha: string | null };

// A tree with its contents is one body as well.
const mostInlineBytes = 2 ** 20;

async function entryOf(
  api: GitHubApi,
  { owner, repo, ids, blobs }: NewCommit,
  { path, bytes, id, mode: wanted, isDeleted }: ParsedChange,
  modes: ReadonlyMap<string, FileMode>,
): Promise<TreeEntry> {
  const mode = wanted ?? modes.get(path) ?? "100644";
  const entry = { path, mode, type: "blob" } as const;
  if (isDeleted) return { ...entry, sha: null };
  if (bytes === undefined) {
    const sha = ids.get(path);
    if (sha !== undefined) return { ...entry, sha };
    throw new HubsteadError("not_found", `${path} of ${owner}/${repo} is not there to get the mode ${mode}`, {
      hint: "Give its content as well.",
      data: { path },
    });
  }
  if (ids.get(path) === id) return { ...entry, sha: id! };
  const content = bytes.toString("utf8");
  if (bytes.length <= mostInlineBytes && Buffer.from(content).equals(bytes)) return { ...entry, content };
  if (!blobs.has(id!)) {
    await api.request("POST /repos/{owner}/{repo}/git/blobs", {
      owner,
      repo,
      content: bytes.toString("base64"),
      encoding: "base64",
    });
    blobs.add(id!);
  }
  return { ...entry, sha: id! };
}

/** The modes of files that are there: an entry of a tree must name one. Folder by folder, as far as there are changes. */
async function modesOf(
  api: GitHubApi,
  repository: RepoName,
  tree: string,
  paths: readonly string[],
  above = "",
): Promise<ReadonlyMap<string, FileMode>> {
  const modes = new Map<string, FileMode>();
  if (paths.length === 0) return modes;
  const items = await readTree(api, { ...repository, tree, above, recursive: false });
  for (const { path, type, mode, sha } of items) {
    // What was a link becomes a file.
    if (type === "file" && paths.includes(path)) modes.set(path, mode === "100755" ? mode : "100644");
    const below = type === "dir" ? paths.filter((other) => other.startsWith(`${path}/`)) : [];
    for (const [at, found] of await modesOf(api, repository, sha, below, path)) modes.set(at, found);
  }
  return modes;
}
