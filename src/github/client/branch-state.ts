/**
 * @module Where a branch is, and what of the files that are to be changed is there: in one question. And what has happened on a
 * branch since.
 */
import type { Deadline } from "./commit-turns.ts";
import { whenMade } from "./own-things.ts";
import { type GitHubApi, type RepoName, type Session, unlessMissing } from "./session.ts";
import { untilShown } from "./until-shown.ts";

export interface BranchPlace extends RepoName {
  /** `undefined` for the default branch. */
  readonly branch: string | undefined;
}

export interface BranchState {
  /** The name of the branch that was asked for; `HEAD` for the default branch of an empty repository. */
  readonly branch: string;
  /** `undefined` where there is no such branch. */
  readonly head: string | undefined;
  readonly isEmpty: boolean;
  /** Of the head, where it is the repository's first commit. */
  readonly rootMessage: string | undefined;
  /** Git's ids of files and folders, by path. */
  readonly ids: ReadonlyMap<string, string>;
}

interface HeadJson {
  readonly oid: string;
  readonly message: string;
  readonly parents: { readonly totalCount: number };
}

interface StateJson {
  readonly repository: {
    readonly isEmpty: boolean;
    readonly defaultBranchRef: { readonly name: string } | null;
    readonly ref: { readonly target: HeadJson | null } | null;
    readonly [alias: `file${number}`]: { readonly oid: string } | null;
  };
}

// So many files are asked for at once.
const pathsInOne = 200;

/**
 * Waits for a repository and a branch that this process has made a moment ago.
 *
 * @throws {HubsteadError} `not_found`
 */
export async function readShownState(
  session: Session,
  api: GitHubApi,
  { paths, ...place }: BranchPlace & { readonly paths: readonly string[] },
  deadline: Deadline,
): Promise<BranchState> {
  const read = () => readBranchState(api, place, paths);
  const repository = `/repos/${place.owner}/${place.repo}`;
  const ownSince =
    whenMade(session, repository) ?? whenMade(session, `${repository}/git/ref/heads/${place.branch ?? ""}`);
  if (ownSince === undefined) return read();
  const { signal } = deadline.call();
  const shown = await untilShown(
    { ...session, from: ownSince, deadlineAt: deadline.at, signal },
    async () => {
      const state = await unlessMissing(read());
      return state?.head === undefined && state?.isEmpty !== true ? undefined : state;
    },
  );
  return shown.kind === "found" ? shown.value : read();
}

async function readBranchState(
  api: GitHubApi,
  { owner, repo, branch }: BranchPlace,
  paths: readonly string[],
): Promise<BranchState> {
  const ref = branch === undefined ? "HEAD" : `refs/heads/${branch}`;
  const ids = new Map<string, string>();
  let first: StateJson["repository"] | undefined;
  for (let from = 0; from < Math.max(1, paths.length); from += pathsInOne) {
    const part = paths.slice(from, from + pathsInOne);
    const { repository } = await api.graphql<StateJson>(stateQuery(branch, part.length), {
      owner,
      repo,
      ...(branch === undefined ? {} : { ref }),
      ...Object.fromEntries(part.map((path, at) => [`path${at}`, `${ref}:${path}`])),
    });
    first ??= repository;
    part.forEach((path, at) => {
      const found = repository[`file${at}`];
      if (found != null) ids.set(path, found.oid);
    });
  }
  const { isEmpty, defaultBranchRef, ref: found } = first!;
  const head = found?.target;
  return {
    branch: branch ?? defaultBranchRef?.name ?? "HEAD",
    head: head?.oid,
    isEmpty,
    rootMessage: head?.parents.totalCount === 0 ? head.message : undefined,
    ids,
  };
}

function stateQuery(branch: string | undefined, count: number): string {
  const paths = Array.from({ length: count }, (_, at) => at);
  const variables = ["$owner: String!", "$repo: String!", ...(branch === undefined ? [] : ["$ref: String!"])];
  const head = "{ target { oid ... on Commit { message parents(first: 1) { totalCount } } } }";
  return `query(${[...variables, ...paths.map((at) => `$path${at}: String!`)].join(", ")}) {
    repository(owner: $owner, name: $repo) {
      isEmpty
      defaultBranchRef { name }
      ${branch === undefined ? `ref: defaultBranchRef ${head}` : `ref(qualifiedName: $ref) ${head}`}
      ${paths.map((at) => `file${at}: object(expression: $path${at}) { oid }`).join("\n")}
    }
  }`;
}

export interface PastCommit {
  readonly sha: string;
  readonly message: string;
  /** The first parent's id; `undefined` for a root. */
  readonly parent: string | undefined;
}

// So many commits back somebody who lost an answer is looked for.
const mostPages = 10;

/**
 * The commit for which `isIt` says yes, among those that came after `base`.
 *
 * @param base `undefined`: from the branch's beginning
 */
export async function findSince(
  api: GitHubApi,
  { owner, repo, branch }: BranchPlace,
  base: string | undefined,
  isIt: (commit: PastCommit) => boolean,
): Promise<PastCommit | undefined> {
  for (let page = 1; page <= mostPages; page++) {
    const { data } = await api.request("GET /repos/{owner}/{repo}/commits", {
      owner,
      repo,
      page,
      per_page: 100,
      ...(branch === undefined ? {} : { sha: branch }),
    });
    for (const { sha, commit, parents } of data) {
      const past: PastCommit = { sha, message: commit.message, parent: parents[0]?.sha };
      if (isIt(past)) return past;
      if (sha === base) return undefined;
    }
    if (data.length < 100) return undefined;
  }
  return undefined;
}
