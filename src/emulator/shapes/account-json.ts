/**
 * @module People, organisations and teams as the REST API shows them.
 */
import { wholeSeconds } from "../clock.ts";
import type { AccountRow, RepositoryRole, TeamRow } from "../world/account-rows.ts";
import type { World } from "../world/world.ts";
import { nodeId } from "./node-id.ts";
import type { Urls } from "./urls.ts";

export function accountNodeId({ id, kind }: AccountRow): string {
  return nodeId(kind === "User" ? "user" : kind === "Bot" ? "bot" : "organization", id);
}

// In a list the same few people stand again and again; rows never change, and links are a request's own.
const shown = new WeakMap<Urls, Map<AccountRow, ReturnType<typeof makeAccountJson>>>();

/** `simple-user`. */
export function accountToJson(account: AccountRow, urls: Urls) {
  let known = shown.get(urls);
  if (known === undefined) {
    known = new Map();
    shown.set(urls, known);
  }
  const json = known.get(account) ?? makeAccountJson(account, urls);
  known.set(account, json);
  return json;
}

function makeAccountJson(account: AccountRow, urls: Urls) {
  const { id, login, kind, isSiteAdmin } = account;
  const name = encodeURIComponent(login);
  const url = urls.api(`/users/${name}`);
  return {
    login,
    id,
    node_id: accountNodeId(account),
    avatar_url: urls.html(`/avatars/u/${id}?v=4`),
    gravatar_id: "",
    url,
    html_url: urls.html(kind === "Bot" ? `/apps/${login.replace(/\[bot\]$/u, "")}` : `/${name}`),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: kind,
    user_view_type: "public",
    site_admin: isSiteAdmin,
  };
}

/** What a deleted account leaves: GitHub shows its `ghost`. */
export function authorToJson(world: World, id: number, urls: Urls) {
  const account = world.accounts.get(id) ?? world.accounts.find("login", "ghost");
  return account === undefined ? null : accountToJson(account, urls);
}

/** `public-user`. */
export function publicUserToJson(world: World, account: AccountRow, urls: Urls) {
  return {
    ...accountToJson(account, urls),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: world.repositories
      .by("owner", account.id)
      .filter(({ visibility }) => visibility === "public").length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: wholeSeconds(account.createdAt),
    updated_at: wholeSeconds(account.updatedAt),
  };
}

/** `organization-simple`. */
export function organizationToJson(account: AccountRow, urls: Urls) {
  const url = urls.api(`/orgs/${account.login}`);
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: urls.html(`/avatars/u/${account.id}?v=4`),
    description: null,
  };
}

/** `organization-full`. */
export function fullOrganizationToJson(world: World, account: AccountRow, urls: Urls) {
  return {
    ...organizationToJson(account, urls),
    ...(account.name === null ? {} : { name: account.name }),
    ...(account.email === null ? {} : { email: account.email }),
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: world.repositories
      .by("owner", account.id)
      .filter(({ visibility }) => visibility === "public").length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: urls.html(`/${account.login}`),
    type: "Organization",
    created_at: wholeSeconds(account.createdAt),
    updated_at: wholeSeconds(account.updatedAt),
    archived_at: null,
  };
}

/** What `organization-full` tells its owners beside it. */
export function organizationSettingsToJson(world: World, account: AccountRow) {
  const repositories = world.repositories.by("owner", account.id);
  const members = new Set(world.memberships.by("organization", account.id).map(({ userId }) => userId));
  const outsiders = repositories
    .flatMap(({ id }) => world.collaborators.by("repository", id))
    .filter(({ userId }) => !members.has(userId));
  const privateCount = repositories.filter(({ visibility }) => visibility !== "public").length;
  return {
    total_private_repos: privateCount,
    owned_private_repos: privateCount,
    private_gists: 0,
    disk_usage: 0,
    collaborators: new Set(outsiders.map(({ userId }) => userId)).size,
    billing_email: account.email,
    default_repository_permission: account.basePermission,
    members_can_create_repositories: true,
    two_factor_requirement_enabled: false,
    members_allowed_repository_creation_type: "all",
    members_can_create_public_repositories: true,
    members_can_create_private_repositories: true,
    members_can_create_internal_repositories: false,
    members_can_create_pages: true,
    members_can_create_public_pages: true,
    members_can_create_private_pages: true,
    members_can_fork_private_repositories: false,
    web_commit_signoff_required: false,
    plan: {
      name: "free",
      space: 976_562_499,
      private_repos: 10_000,
      filled_seats: members.size,
      seats: members.size,
    },
  };
}

/** `team`. @param role of a repository's team, what it may do there */
export function teamToJson(world: World, team: TeamRow, urls: Urls, role: RepositoryRole = "read") {
  const organization = world.accounts.get(team.organizationId)!;
  const parent = team.parentId === null ? undefined : world.teams.get(team.parentId);
  return {
    ...teamHeads(team, organization, urls),
    permission: roleToPermission(role),
    parent: parent === undefined ? null : teamHeads(parent, organization, urls),
  };
}

/** GitHub's older word for a role. */
function roleToPermission(role: RepositoryRole): string {
  return role === "read" ? "pull" : role === "write" ? "push" : role;
}

function teamHeads({ id, name, slug, description, privacy }: TeamRow, organization: AccountRow, urls: Urls) {
  const url = urls.api(`/organizations/${organization.id}/team/${id}`);
  return {
    id,
    node_id: nodeId("team", organization.id, id),
    name,
    slug,
    description,
    privacy,
    notification_setting: "notifications_enabled",
    permission: "pull",
    url,
    html_url: urls.html(`/orgs/${organization.login}/teams/${slug}`),
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: organization.id,
  };
}
