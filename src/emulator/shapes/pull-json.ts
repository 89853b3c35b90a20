/**
 * @module Pull requests as the REST API shows them.
 */
import { wholeSeconds } from "../clock.ts";
import type { GitRepository } from "../git/git-store.ts";
import { pullFigures } from "../git/pull-figures.ts";
import { mergeStateOf } from "../rules/merge-state.ts";
import type { IssueRow, PullPart } from "../world/issue-rows.ts";
import { accountToJson, authorToJson, teamToJson } from "./account-json.ts";
import { issueToJson, type Place } from "./issue-json.ts";
import { fullNameOf, repositoryToJson } from "./repository-json.ts";

export interface PullPlace extends Place {
  readonly git: GitRepository;
}

/** Of an open pull request, where its branches are now; of a closed one, where they were. */
export function pullOids(git: GitRepository, { state, pull }: IssueRow & { readonly pull: PullPart }) {
  const { head, base, headOid, baseOid } = pull;
  if (state === "closed") return { headOid, baseOid };
  return {
    headOid: git.ref(`refs/heads/${head}`) ?? headOid,
    baseOid: git.ref(`refs/heads/${base}`) ?? baseOid,
  };
}

export function isPull(issue: IssueRow): issue is IssueRow & { readonly pull: PullPart } {
  return issue.pull !== null;
}

/** `pull-request-simple`. */
export function simplePullToJson(place: PullPlace, issue: IssueRow & { readonly pull: PullPart }) {
  const { world, repository, urls, version, git } = place;
  const { pull } = issue;
  const api = urls.api(`/repos/${fullNameOf(world, repository)}`);
  const url = `${api}/pulls/${issue.number}`;
  const asIssue = issueToJson(place, issue);
  const { headOid, baseOid } = pullOids(git, issue);
  const merged = pull.mergedAt === null ? null : wholeSeconds(pull.mergedAt);
  const links = {
    self: url,
    html: asIssue.html_url,
    issue: asIssue.url,
    comments: asIssue.comments_url,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${headOid}`,
  };
  return {
    url,
    id: issue.id,
    node_id: asIssue.node_id,
    html_url: asIssue.html_url,
    diff_url: `${asIssue.html_url}.diff`,
    patch_url: `${asIssue.html_url}.patch`,
    issue_url: links.issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.isLocked,
    title: issue.title,
    user: asIssue.user,
    body: issue.body,
    labels: asIssue.labels,
    milestone: asIssue.milestone,
    active_lock_reason: issue.lockReason,
    created_at: asIssue.created_at,
    updated_at: asIssue.updated_at,
    closed_at: asIssue.closed_at,
    merged_at: merged,
    ...(version < "2026"
      ? {
          merge_commit_sha: pull.mergeOid ?? git.ref(`refs/pull/${issue.number}/merge`) ?? null,
          assignee: asIssue.assignee,
        }
      : {}),
    assignees: asIssue.assignees,
    requested_reviewers: reviewersToJson(place, pull),
    requested_teams: reviewerTeamsToJson(place, pull),
    head: endToJson(place, pull.head, headOid),
    base: endToJson(place, pull.base, baseOid),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: asIssue.author_association,
    auto_merge: null,
    draft: pull.isDraft,
  };
}

export function reviewersToJson({ world, urls }: PullPlace, { reviewerIds = [] }: PullPart) {
  return reviewerIds.flatMap((id) => {
    const account = world.accounts.get(id);
    return account === undefined ? [] : [accountToJson(account, urls)];
  });
}

export function reviewerTeamsToJson({ world, urls }: PullPlace, { reviewerTeamIds = [] }: PullPart) {
  return reviewerTeamIds.flatMap((id) => {
    const team = world.teams.get(id);
    return team === undefined ? [] : [teamToJson(world, team, urls)];
  });
}

/** `pull-request`, with what git says of it. */
export function pullToJson(place: PullPlace, issue: IssueRow & { readonly pull: PullPart }) {
  const { mergedById } = issue.pull;
  const { headOid, baseOid } = pullOids(place.git, issue);
  const figures = pullFigures(place.git, baseOid, headOid);
  const isMergeable = issue.state === "open" ? figures.isMergeable : null;
  return {
    ...simplePullToJson(place, issue),
    merged: issue.pull.mergedAt !== null,
    mergeable: isMergeable,
    rebaseable: isMergeable,
    mergeable_state: mergeStateOf(place, issue, { headOid, baseOid, isMergeable }),
    merged_by: mergedById === undefined ? null : authorToJson(place.world, mergedById, place.urls),
    comments: place.world.comments.by("issue", issue.id).length,
    review_comments: place.world.reviewComments
      .by("issue", issue.id)
      .filter(({ reviewId }) => place.world.reviews.get(reviewId)?.state !== "PENDING").length,
    maintainer_can_modify: false,
    commits: figures.commits,
    additions: figures.additions,
    deletions: figures.deletions,
    changed_files: figures.changedFiles,
  };
}

function endToJson({ world, repository, urls, version }: PullPlace, branch: string, sha: string) {
  const owner = world.accounts.get(repository.ownerId)!;
  return {
    label: `${owner.login}:${branch}`,
    ref: branch,
    sha,
    user: accountToJson(owner, urls),
    repo: repositoryToJson(world, repository, { urls, version, role: undefined }),
  };
}
