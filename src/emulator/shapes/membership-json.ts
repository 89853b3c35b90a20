/**
 * @module Who belongs where, as the REST API shows it: memberships of organisations and teams, and what only one's own
 * account shows.
 */
import { wholeSeconds } from "../clock.ts";
import type {
  AccountRow,
  MembershipRow,
  RepositoryRole,
  TeamMemberRow,
  TeamRow,
} from "../world/account-rows.ts";
import type { World } from "../world/world.ts";
import {
  authorToJson,
  fullOrganizationToJson,
  organizationToJson,
  publicUserToJson,
  teamToJson,
} from "./account-json.ts";
import type { Urls } from "./urls.ts";

/** `private-user`. */
export function privateUserToJson(world: World, account: AccountRow, urls: Urls) {
  const ownPrivate = world.repositories
    .by("owner", account.id)
    .filter(({ visibility }) => visibility !== "public").length;
  return {
    ...publicUserToJson(world, account, urls),
    user_view_type: "private",
    private_gists: 0,
    total_private_repos: ownPrivate,
    owned_private_repos: ownPrivate,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
    plan: { name: "free", space: 976_562_499, private_repos: 10_000, collaborators: 0 },
  };
}

/** `org-membership`. */
export function membershipToJson(
  world: World,
  { organizationId, userId, role }: Pick<MembershipRow, "organizationId" | "userId" | "role">,
  state: "active" | "pending",
  urls: Urls,
) {
  const organization = world.accounts.get(organizationId)!;
  const user = authorToJson(world, userId, urls);
  return {
    url: urls.api(`/orgs/${organization.login}/memberships/${user?.login}`),
    state,
    role,
    organization_url: urls.api(`/orgs/${organization.login}`),
    user,
    organization: organizationToJson(organization, urls),
  };
}

/** `team-full`. */
export function fullTeamToJson(world: World, team: TeamRow, urls: Urls, role?: RepositoryRole) {
  return {
    ...teamToJson(world, team, urls, role),
    created_at: wholeSeconds(team.createdAt),
    updated_at: wholeSeconds(team.updatedAt),
    members_count: world.teamMembers.by("team", team.id).length,
    repos_count: world.teamRepositories.by("team", team.id).length,
    organization: fullOrganizationToJson(world, world.accounts.get(team.organizationId)!, urls),
  };
}

/** `team-membership`. */
export function teamMembershipToJson(
  world: World,
  team: TeamRow,
  user: AccountRow,
  { role, state }: { readonly role: TeamMemberRow["role"]; readonly state: "active" | "pending" },
  urls: Urls,
) {
  const { url } = teamToJson(world, team, urls);
  return { url: `${url}/memberships/${user.login}`, role, state };
}
