/**
 * @module Teams of organisations: `teams/…` of the REST API.
 *
 * @see https://docs.github.com/rest/teams/teams
 */
import { isGranted, membershipOf, roleOfPrincipal } from "../access/permissions.ts";
import {
  createTeam,
  findTeam,
  removeTeam,
  removeTeamMember,
  removeTeamRepository,
  setTeamMember,
  setTeamRepository,
  type TeamInput,
  updateTeam,
} from "../acts/teams.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { forbidden, notFound, validationFailed } from "../http/refusal.ts";
import { accountToJson, teamToJson } from "../shapes/account-json.ts";
import { fullTeamToJson, teamMembershipToJson } from "../shapes/membership-json.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import {
  type AccountRow,
  hasRole,
  roleOfPermission,
  type TeamMemberRow,
  type TeamRow,
} from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { forOrganization, forPerson, type Operation, type OrganizationCall } from "./operation.ts";
import { actIn } from "./organizations.ts";
import { personNamed } from "./users.ts";

const scopes = ["write:org", "admin:org"];
const read = {
  permission: "members",
  level: "read",
  role: "member",
  scopes: ["read:org", ...scopes],
} as const;
const inTeams = { scopes: ["user", "repo", "read:org", ...scopes], granted: read };
const write = { permission: "members", level: "write", role: "member", scopes } as const;

export const teamOperations: readonly Operation[] = [
  forOrganization("teams/list", read, (call) =>
    listed(
      call,
      call.world.teams.by("organization", call.organization.id).filter((team) => canSee(call, team)),
      (team) => teamToJson(call.world, team, call.urls),
    ),
  ),
  forOrganization("teams/get-by-name", read, (call) =>
    ok(fullTeamToJson(call.world, teamOf(call, call.world), call.urls)),
  ),
  forOrganization("teams/create", write, (call) => {
    const { name, maintainers, repo_names } = call.body;
    const act = actIn(call);
    const people = ((maintainers ?? []) as readonly string[]).map((login) => personNamed(call, login));
    for (const user of people) checkMayAsk(call, user);
    const repositories = ((repo_names ?? []) as readonly string[]).map((fullName) => {
      const repository = repositoryNamed(call, ...splitName(fullName));
      if (repository !== undefined && mayGive(call, repository)) return repository;
      throw validationFailed({ resource: "Team", field: "repo_names", code: "invalid", value: fullName });
    });
    const team = createTeam(act, { ...inputIn(call), name: String(name) });
    for (const user of people) setTeamMember(act, team, user, "maintainer");
    for (const repository of repositories) setTeamRepository(act, team, repository, "read");
    const json = fullTeamToJson(call.services.world, team, call.urls);
    return created(json, json.url);
  }),
  forOrganization("teams/update-in-org", write, (call) => {
    const before = maintainedTeam(call);
    const team = updateTeam(actIn(call), before, inputIn(call, before));
    return ok(fullTeamToJson(call.services.world, team, call.urls));
  }),
  forOrganization("teams/delete-in-org", write, (call) => {
    removeTeam(actIn(call), maintainedTeam(call));
    return noContent;
  }),
  forOrganization("teams/list-members-in-org", read, (call) => {
    const { role = "all" } = call.query;
    const members = call.world.teamMembers
      .by("team", teamOf(call, call.world).id)
      .filter((member) => role === "all" || member.role === role);
    return listed(
      call,
      members.flatMap(({ userId }) => call.world.accounts.get(userId) ?? []),
      (account) => accountToJson(account, call.urls),
    );
  }),
  forOrganization("teams/get-membership-for-user-in-org", read, (call) => {
    const team = teamOf(call);
    const user = personNamed(call, call.params["username"]!);
    const { world } = call.services;
    const member = world.teamMembers.by("team", team.id).find(({ userId }) => userId === user.id);
    const isInvited = world.membershipInvitations
      .by("organization", call.organization.id)
      .some(({ userId, teamIds }) => userId === user.id && teamIds.includes(team.id));
    if (member === undefined && !isInvited) throw notFound();
    const state = member === undefined ? "pending" : "active";
    const role = member?.role ?? "member";
    return ok(teamMembershipToJson(world, team, user, { role, state }, call.urls));
  }),
  forOrganization("teams/add-or-update-membership-for-user-in-org", write, (call) => {
    const team = maintainedTeam(call);
    const user = personNamed(call, call.params["username"]!);
    checkMayAsk(call, user);
    const role = (call.body["role"] ?? "member") as TeamMemberRow["role"];
    const membership = setTeamMember(actIn(call), team, user, role);
    return ok(teamMembershipToJson(call.services.world, team, user, membership, call.urls));
  }),
  forOrganization("teams/remove-membership-for-user-in-org", write, (call) => {
    const team = maintainedTeam(call);
    if (!removeTeamMember(actIn(call), team, personNamed(call, call.params["username"]!))) throw notFound();
    return noContent;
  }),
  forOrganization("teams/list-repos-in-org", read, (call) => {
    const grants = call.world.teamRepositories.by("team", teamOf(call, call.world).id);
    return listed(
      call,
      grants.flatMap(({ repositoryId, role }) => {
        const repository = call.world.repositories.get(repositoryId);
        return repository !== undefined && canRead(call, repository) ? [{ repository, role }] : [];
      }),
      ({ repository, role }) => ({
        ...repositoryToJson(call.world, repository, { ...call, role }),
        role_name: role,
      }),
    );
  }),
  forOrganization("teams/check-permissions-for-repo-in-org", read, (call) => {
    const repository = repositoryOf(call);
    const grant = call.world.teamRepositories
      .by("team", teamOf(call, call.world).id)
      .find(({ repositoryId }) => repositoryId === repository.id);
    if (grant === undefined) throw notFound();
    // The repository is shown to those who ask for it by this media type.
    if (!/application\/vnd\.github\.(?:v3\.)?repository/u.test(call.headers.get("accept") ?? ""))
      return noContent;
    const { role } = grant;
    const { has_discussions: _, ...json } = repositoryToJson(call.world, repository, { ...call, role });
    return ok({ ...json, role_name: role });
  }),
  forOrganization("teams/add-or-update-repo-permissions-in-org", write, (call) => {
    const team = teamOf(call);
    const repository = repositoryOf(call);
    const role = roleOfPermission(String(call.body["permission"] ?? "pull"));
    if (role === undefined || repository.ownerId !== call.organization.id)
      throw validationFailed({
        resource: "TeamMember",
        field: role === undefined ? "permission" : "repository",
        code: "invalid",
      });
    if (!mayGive(call, repository)) throw forbidden("Must have admin rights to Repository.");
    setTeamRepository(actIn(call), team, repository, role);
    return noContent;
  }),
  forOrganization("teams/remove-repo-in-org", write, (call) => {
    const team = teamOf(call);
    const repository = repositoryOf(call);
    if (!mayGive(call, repository)) throw forbidden("Must have admin rights to Repository.");
    removeTeamRepository(actIn(call), team, repository);
    return noContent;
  }),
  forPerson("teams/list-for-authenticated-user", inTeams, (call) =>
    listed(
      call,
      call.world.teamMembers
        .by("user", call.user.id)
        .flatMap(({ teamId }) => call.world.teams.get(teamId) ?? []),
      (team) => fullTeamToJson(call.world, team, call.urls),
    ),
  ),
];

/** The team that the path names. @throws {Refusal} 404, also for a secret one that one may not see */
function teamOf(call: OrganizationCall, world = call.services.world): TeamRow {
  const team = findTeam(world, call.organization.id, call.params["team_slug"]!);
  if (team === undefined || !canSee(call, team)) throw notFound();
  return team;
}

/** @throws {Refusal} 403 unless one maintains it */
function maintainedTeam(call: OrganizationCall): TeamRow {
  const team = teamOf(call);
  if (!maintains(call, team)) throw forbidden("You must be a maintainer of this team");
  return team;
}

function canSee(call: OrganizationCall, team: TeamRow): boolean {
  return team.privacy === "closed" || isOwner(call) || roleIn(call, team) !== undefined;
}

function maintains(call: OrganizationCall, team: TeamRow): boolean {
  return isOwner(call) || roleIn(call, team) === "maintainer";
}

/** Apps act as an owner, within their permissions. */
function isOwner({ services: { world }, principal, organization }: OrganizationCall): boolean {
  if (principal.kind !== "user") return principal.kind === "installation";
  return membershipOf(world, principal.userId, organization.id)?.role === "admin";
}

function roleIn({ services: { world }, principal }: OrganizationCall, team: TeamRow) {
  if (principal.kind !== "user") return undefined;
  return world.teamMembers.by("team", team.id).find(({ userId }) => userId === principal.userId)?.role;
}

/** Whether one may give others access to a repository. */
function mayGive({ services: { world }, principal }: OrganizationCall, repository: RepositoryRow): boolean {
  if (principal.kind === "anonymous" || principal.kind === "app") return false;
  const { kind, permissions } = principal.token;
  const isByPermissions = kind !== "classic" && kind !== "oauth";
  if (isByPermissions && !isGranted(permissions, { permission: "administration", level: "write" }))
    return false;
  return hasRole(roleOfPrincipal(world, principal, repository), "admin");
}

/** The repository that the path names. @throws {Refusal} 404 */
function repositoryOf(call: OrganizationCall): RepositoryRow {
  const repository = repositoryNamed(call, call.params["owner"]!, call.params["repo"]!);
  if (repository === undefined) throw notFound();
  return repository;
}

function repositoryNamed(
  call: OrganizationCall,
  ownerLogin: string,
  name: string,
): RepositoryRow | undefined {
  const { world } = call.services;
  const owner = world.accounts.find("login", ownerLogin.toLowerCase());
  const repository = owner && world.repositories.find("fullName", `${owner.id}/${name.toLowerCase()}`);
  if (repository === undefined) return undefined;
  return canRead(call, repository) ? repository : undefined;
}

function canRead({ services: { world }, principal }: OrganizationCall, repository: RepositoryRow): boolean {
  return hasRole(roleOfPrincipal(world, principal, repository), "read");
}

/** Strangers are asked to join the organisation, which is for its owners. @throws {Refusal} 403 */
function checkMayAsk(call: OrganizationCall, user: AccountRow): void {
  const isMember = membershipOf(call.services.world, user.id, call.organization.id) !== undefined;
  if (!isMember && !isOwner(call)) throw forbidden("You must be an admin of the organization");
}

function splitName(fullName: string): [string, string] {
  const [owner = "", name = ""] = fullName.split("/", 2);
  return [owner, name];
}

/**
 * @param before the team as it is; absent for one that is to be made
 * @throws {Refusal} 403, 422
 */
function inputIn(call: OrganizationCall, before?: TeamRow): Partial<TeamInput> {
  const { body, organization } = call;
  const { world } = call.services;
  const { name, description, privacy, parent_team_id, parent_team_slug } = body;
  const parentBySlug =
    parent_team_slug == null ? undefined : findTeam(world, organization.id, String(parent_team_slug));
  if (parent_team_slug != null && (parentBySlug === undefined || !canSee(call, parentBySlug)))
    throw validationFailed({ resource: "Team", field: "parent_team_slug", code: "invalid" });
  const parentId = parentBySlug?.id ?? (parent_team_id as number | null | undefined);
  if (parentId != null && parentId !== before?.parentId) checkMayBeParent(call, parentId);
  return {
    ...(name == null ? {} : { name: String(name) }),
    ...(description === undefined ? {} : { description: description as string | null }),
    ...(privacy == null ? {} : { privacy: privacy as TeamRow["privacy"] }),
    ...(parentId === undefined ? {} : { parentId }),
  };
}

/**
 * Whoever is in a team may do what the one above it may do, so that one's maintainers decide what is below it.
 *
 * @throws {Refusal} 403, 422
 */
function checkMayBeParent(call: OrganizationCall, id: number): void {
  const parent = call.services.world.teams.get(id);
  if (parent?.organizationId !== call.organization.id || !canSee(call, parent))
    throw validationFailed({ resource: "Team", field: "parent_team_id", code: "invalid" });
  if (!maintains(call, parent)) throw forbidden("You must be a maintainer of the parent team");
}
