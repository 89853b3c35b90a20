/**
 * @module What pull requests have beyond issues, as fields of the schema: their branches, and what git says of them.
 */
import type { GraphQLResolveInfo } from "graphql";
import { wholeSeconds } from "../../clock.ts";
import { linesOf } from "../../git/diff-text.ts";
import type { GitRepository } from "../../git/git-store.ts";
import { commitsOfPull, filesOfPull } from "../../git/pull-changes.ts";
import { pullFigures } from "../../git/pull-figures.ts";
import type { FileDifference } from "../../git/tree-diff.ts";
import { mergeStateOf } from "../../rules/merge-state.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { isPull, pullOids } from "../../shapes/pull-json.ts";
import type { IssueRow } from "../../world/issue-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connect, type PageArguments } from "../connection.ts";
import { pullState } from "../pull-connection.ts";
import { checkReads, type Fields, issuePath, type PullRow, upperCase, type View } from "../view.ts";
import { rollupToNode } from "./check-node.ts";
import { reviewFields } from "./review-node.ts";

type Info = GraphQLResolveInfo;

export function pullFields(view: View, issue: PullRow): Fields {
  const { world, nodes, urls } = view;
  const { pull } = issue;
  const repository = world.repositories.get(issue.repositoryId)!;
  return {
    __typename: "PullRequest",
    state: pullState(issue),
    isDraft: pull.isDraft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt === null ? null : wholeSeconds(pull.mergedAt),
    mergedBy: () => nodes.accountOf(pull.mergedById ?? null),
    mergeCommit: () => (pull.mergeOid === undefined ? null : nodes.gitObject(repository, pull.mergeOid)),
    permalink: urls.html(issuePath(view, issue)),
    // Both branches lie in the same repository: nothing here asks across forks.
    isCrossRepository: false,
    maintainerCanModify: false,
    headRepository: () => nodes.repository(repository),
    baseRepository: () => nodes.repository(repository),
    headRepositoryOwner: () => nodes.accountOf(repository.ownerId),
    totalCommentsCount: () => view.lists.comments.by("issue", issue.id).length,
    autoMergeRequest: null,
    ...reviewFields(view, issue),
    ...endFields(view, issue),
    ...figureFields(view, issue),
  };
}

function gitOf({ services }: View, { repositoryId }: IssueRow): GitRepository {
  return services.git.repository(repositoryId);
}

function endFields(view: View, issue: PullRow): Fields {
  const { pull, repositoryId } = issue;
  const repository = view.world.repositories.get(repositoryId)!;
  const git = () => gitOf(view, issue);
  const refOf = (branch: string) => {
    const name = `refs/heads/${branch}`;
    const oid = git().ref(name);
    return oid === undefined ? null : view.nodes.ref(repository, name, oid);
  };
  return {
    headRefName: pull.head,
    baseRefName: pull.base,
    headRefOid: () => pullOids(git(), issue).headOid,
    baseRefOid: () => pullOids(git(), issue).baseOid,
    headRef: () => refOf(pull.head),
    baseRef: () => refOf(pull.base),
  };
}

function figureFields(view: View, issue: PullRow): Fields {
  const repository = view.world.repositories.get(issue.repositoryId)!;
  const git = gitOf(view, issue);
  const figures = () => {
    const { baseOid, headOid } = pullOids(git, issue);
    return pullFigures(git, baseOid, headOid);
  };
  /** `null` for a closed one, of which GitHub does not tell. */
  const isMergeable = () => (issue.state === "open" ? figures().isMergeable : null);
  return {
    additions: () => figures().additions,
    deletions: () => figures().deletions,
    changedFiles: () => figures().changedFiles,
    mergeable() {
      const known = isMergeable();
      return known === null ? "UNKNOWN" : known ? "MERGEABLE" : "CONFLICTING";
    },
    mergeStateStatus: () =>
      upperCase(
        mergeStateOf({ world: view.world, git, repository }, issue, {
          ...pullOids(git, issue),
          isMergeable: isMergeable(),
        }),
      ),
    commits: (args: PageArguments, _: unknown, info: Info) =>
      connect({
        all: commitsOf(view, issue),
        args,
        info,
        keyOf: (oid) => oid,
        toNode: (oid) => view.nodes.pullCommit(issue, oid),
      }),
    files: (args: PageArguments, _: unknown, info: Info) =>
      connect({
        all: filesOf(git, issue),
        args,
        info,
        keyOf: ({ path }) => path,
        toNode: (file) => fileFields(git, file),
      }),
    statusCheckRollup: () => rollupToNode(view, repository, pullOids(git, issue).headOid),
  };
}

export function commitsOf(view: View, issue: PullRow): string[] {
  const git = gitOf(view, issue);
  const { baseOid, headOid } = pullOids(git, issue);
  return commitsOfPull(git, baseOid, headOid);
}

/** For each who asks, what lies between two commits: a history asks for every one of its commits. */
const brought = new WeakMap<View, Map<string, ReadonlySet<string>>>();

/** Merged and open ones that brought a commit, or that it merged. @throws {Refusal} 403 */
export function pullsOfCommit(view: View, repository: RepositoryRow, oid: string): PullRow[] {
  checkReads(view, repository, "pull_requests");
  const known = brought.get(view) ?? new Map<string, ReadonlySet<string>>();
  brought.set(view, known);
  const brings = (row: PullRow): boolean => {
    const { baseOid, headOid } = pullOids(gitOf(view, row), row);
    const commits = known.get(`${baseOid} ${headOid}`) ?? new Set(commitsOf(view, row));
    known.set(`${baseOid} ${headOid}`, commits);
    return commits.has(oid);
  };
  return view.lists.issues
    .by("repository", repository.id)
    .filter(isPull)
    .filter((row) => row.pull.mergeOid === oid || (pullState(row) !== "CLOSED" && brings(row)));
}

function filesOf(git: GitRepository, issue: PullRow): FileDifference[] {
  const { baseOid, headOid } = pullOids(git, issue);
  return filesOfPull(git, baseOid, headOid);
}

function fileFields(git: GitRepository, file: FileDifference): Fields {
  const { additions = 0, deletions = 0 } = linesOf(git, file) ?? {};
  const changeType = file.before === undefined ? "ADDED" : file.after === undefined ? "DELETED" : "MODIFIED";
  return { path: file.path, additions, deletions, changeType };
}

export function pullCommitToNode(view: View, issue: IssueRow, oid: string): Fields {
  const repository = view.world.repositories.get(issue.repositoryId)!;
  const path = `${issuePath(view, issue)}/commits/${oid}`;
  return {
    __typename: "PullRequestCommit",
    id: nodeId("pullCommit", issue.repositoryId, issue.id, oid),
    commit: () => view.nodes.gitObject(repository, oid),
    pullRequest: () => view.nodes.issue(issue),
    resourcePath: path,
    url: view.urls.html(path),
  };
}
