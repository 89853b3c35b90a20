/**
 * @module Repositories as the REST API shows them.
 */
import { wholeSeconds } from "../clock.ts";
import { hasRole, type RepositoryRole } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { accountToJson, type organizationToJson } from "./account-json.ts";
import { nodeId } from "./node-id.ts";
import type { Urls } from "./urls.ts";

export function fullNameOf(world: World, { ownerId, name }: RepositoryRow): string {
  return `${world.accounts.get(ownerId)!.login}/${name}`;
}

/** The rights of a role, as `permissions` lists them. */
export function permissionsOf(role: RepositoryRole) {
  return {
    admin: hasRole(role, "admin"),
    maintain: hasRole(role, "maintain"),
    push: hasRole(role, "write"),
    triage: hasRole(role, "triage"),
    pull: hasRole(role, "read"),
  };
}

/** `minimal-repository` without what only some answers hold; part of all others. */
export function simpleRepositoryToJson(world: World, repository: RepositoryRow, urls: Urls) {
  const { id, name, description, visibility, isFork } = repository;
  const owner = world.accounts.get(repository.ownerId)!;
  const fullName = `${owner.login}/${name}`;
  const url = urls.api(`/repos/${fullName}`);
  return {
    id,
    node_id: nodeId("repository", id),
    name,
    full_name: fullName,
    private: visibility !== "public",
    owner: accountToJson(owner, urls),
    html_url: urls.html(`/${fullName}`),
    description,
    fork: isFork,
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
  };
}

/** `repository`, and `minimal-repository` as lists have it. @param role of who asks; `undefined` for nobody */
export function repositoryToJson(
  world: World,
  repository: RepositoryRow,
  {
    urls,
    role,
    version,
  }: { readonly urls: Urls; readonly role: RepositoryRole | undefined; readonly version: string },
) {
  const simple = simpleRepositoryToJson(world, repository, urls);
  const openIssues = world.issues
    .by("repository", repository.id)
    .reduce((count, { state }) => (state === "open" ? count + 1 : count), 0);
  const stars = world.stars.by("repository", repository.id).length;
  const forks = world.repositories.by("parent", repository.id).length;
  return {
    ...simple,
    created_at: wholeSeconds(repository.createdAt),
    updated_at: wholeSeconds(repository.updatedAt),
    pushed_at: wholeSeconds(repository.pushedAt),
    git_url: `git:${simple.html_url.replace(/^https?:/u, "")}.git`,
    ssh_url: `git@${new URL(urls.origin).hostname}:${simple.full_name}.git`,
    clone_url: `${simple.html_url}.git`,
    svn_url: simple.html_url,
    homepage: repository.homepage,
    size: 0,
    stargazers_count: stars,
    watchers_count: stars,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: repository.hasProjects,
    ...(version < "2026" ? { has_downloads: repository.hasDownloads } : {}),
    has_wiki: repository.hasWiki,
    has_pages: false,
    has_discussions: repository.hasDiscussions,
    forks_count: forks,
    mirror_url: null,
    archived: repository.isArchived,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: repository.visibility === "public" || simple.owner.type !== "Organization",
    is_template: repository.isTemplate,
    web_commit_signoff_required: false,
    topics: repository.topics,
    visibility: repository.visibility,
    forks,
    open_issues: openIssues,
    watchers: stars,
    default_branch: repository.defaultBranch,
    ...(role === undefined ? {} : { permissions: permissionsOf(role) }),
  };
}

/** `full-repository`: what one repository's own answer holds. */
export function fullRepositoryToJson(
  world: World,
  repository: RepositoryRow,
  viewer: Parameters<typeof repositoryToJson>[2],
) {
  const { merging } = repository;
  const owner = world.accounts.get(repository.ownerId)!;
  const isAdmin = viewer.role !== undefined && hasRole(viewer.role, "write");
  return {
    ...repositoryToJson(world, repository, viewer),
    ...(isAdmin
      ? {
          allow_rebase_merge: merging.allowRebase,
          allow_squash_merge: merging.allowSquash,
          allow_merge_commit: merging.allowMerge,
          allow_auto_merge: merging.allowAuto,
          delete_branch_on_merge: merging.deleteBranch,
          allow_update_branch: merging.allowUpdateBranch,
          ...(viewer.version < "2026" ? { use_squash_pr_title_as_default: false } : {}),
        }
      : {}),
    ...(owner.kind === "Organization" ? { organization: organizationOf(owner, viewer.urls) } : {}),
    ...forkToJson(world, repository, viewer),
    network_count: networkOf(world, repository),
    subscribers_count: world.subscriptions
      .by("repository", repository.id)
      .filter(({ isSubscribed }) => isSubscribed).length,
  };
}

/** What a fork was made of, and where all that began; nothing of what was made private since. */
function forkToJson(
  world: World,
  { parentId, visibility }: RepositoryRow,
  { urls, version }: Parameters<typeof repositoryToJson>[2],
) {
  const parent = parentId === undefined ? undefined : world.repositories.get(parentId);
  if (parent === undefined) return {};
  const source = sourceOf(world, parent);
  if (visibility === "public" && [parent, source].some((row) => row.visibility !== "public")) return {};
  const viewer = { urls, version, role: undefined };
  return {
    parent: repositoryToJson(world, parent, viewer),
    source: repositoryToJson(world, source, viewer),
  };
}

/** Where a chain of forks began. */
export function sourceOf(world: World, repository: RepositoryRow): RepositoryRow {
  const parent = repository.parentId === undefined ? undefined : world.repositories.get(repository.parentId);
  return parent === undefined ? repository : sourceOf(world, parent);
}

/** How many forks there are in all, of forks as well. */
function networkOf(world: World, repository: RepositoryRow): number {
  const countBelow = (id: number): number =>
    world.repositories.by("parent", id).reduce((count, fork) => count + 1 + countBelow(fork.id), 0);
  return countBelow(sourceOf(world, repository).id);
}

function organizationOf(owner: Parameters<typeof organizationToJson>[0], urls: Urls) {
  return accountToJson(owner, urls);
}
