/**
 * @module What is done to teams: made, changed, their members, their repositories.
 */
import { membershipOf } from "../access/permissions.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import { accountToJson, teamToJson } from "../shapes/account-json.ts";
import type { AccountRow, RepositoryRole, TeamMemberRow, TeamRow } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { tellOrganization } from "./act.ts";
import { inviteMember, type OrganizationAct } from "./memberships.ts";

export interface TeamInput {
  readonly name: string;
  readonly description?: string | null;
  readonly privacy?: TeamRow["privacy"];
  readonly parentId?: number | null;
}

export interface TeamAct extends OrganizationAct {
  readonly organization: AccountRow;
}

export function findTeam(world: World, organizationId: number, slug: string): TeamRow | undefined {
  return world.teams.by("organization", organizationId).find((team) => team.slug === slug.toLowerCase());
}

export function teamSlug(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[^\w-]+/gu, "-");
}

/** @throws {Refusal} 422 */
export function createTeam(
  act: TeamAct,
  { name, description = null, privacy, parentId = null }: TeamInput,
): TeamRow {
  const { world } = act.services;
  checkName(act, name);
  checkParent(act, parentId, undefined);
  const team = world.teams.put({
    id: world.teams.nextId(),
    organizationId: act.organization.id,
    name: name.trim(),
    slug: teamSlug(name),
    description,
    privacy: privacy ?? (parentId === null ? "secret" : "closed"),
    parentId,
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  });
  tellOfTeam(act, "team", "created", team);
  if (act.actor.kind === "User") setTeamMember(act, team, act.actor, "maintainer");
  return team;
}

/** @throws {Refusal} 422 */
export function updateTeam(act: TeamAct, team: TeamRow, edit: Partial<TeamInput>): TeamRow {
  const { name = team.name, description, privacy, parentId } = edit;
  if (teamSlug(name) !== team.slug) checkName(act, name);
  if (parentId !== undefined) checkParent(act, parentId, team);
  const changed = act.services.world.teams.put({
    ...team,
    name: name.trim(),
    slug: teamSlug(name),
    ...(description === undefined ? {} : { description }),
    ...(privacy === undefined ? {} : { privacy }),
    ...(parentId === undefined ? {} : { parentId }),
    updatedAt: act.nowMs,
  });
  tellOfTeam(act, "team", "edited", changed, {
    changes: changed.name === team.name ? {} : { name: { from: team.name } },
  });
  return changed;
}

/** Teams below it go with it. */
export function removeTeam(act: TeamAct, team: TeamRow): void {
  const { world } = act.services;
  for (const below of world.teams.by("organization", team.organizationId))
    if (below.parentId === team.id) removeTeam(act, below);
  for (const { id } of world.teamMembers.by("team", team.id)) world.teamMembers.remove(id);
  for (const { id } of world.teamRepositories.by("team", team.id)) world.teamRepositories.remove(id);
  tellOfTeam(act, "team", "deleted", team);
  world.teams.remove(team.id);
}

/** Whoever is no member of the organisation is asked to become one first. */
export function setTeamMember(
  act: TeamAct,
  team: TeamRow,
  user: AccountRow,
  role: TeamMemberRow["role"],
): { readonly role: TeamMemberRow["role"]; readonly state: "active" | "pending" } {
  const { world } = act.services;
  const membership = membershipOf(world, user.id, act.organization.id);
  if (membership === undefined) {
    inviteMember(act, act.organization, user, { role: "member", teamIds: [team.id] });
    return { role, state: "pending" };
  }
  const known = world.teamMembers.by("team", team.id).find(({ userId }) => userId === user.id);
  // Owners of an organisation maintain all of its teams.
  const shown = membership.role === "admin" ? "maintainer" : role;
  world.teamMembers.put({
    id: known?.id ?? world.teamMembers.nextId(),
    teamId: team.id,
    userId: user.id,
    role: shown,
  });
  if (known === undefined) tellOfTeamMember(act, "added", team, user);
  return { role: shown, state: "active" };
}

export function removeTeamMember(act: TeamAct, team: TeamRow, user: AccountRow): boolean {
  const { teamMembers } = act.services.world;
  const known = teamMembers.by("team", team.id).find(({ userId }) => userId === user.id);
  if (known === undefined) return false;
  teamMembers.remove(known.id);
  tellOfTeamMember(act, "removed", team, user);
  return true;
}

export function setTeamRepository(
  act: TeamAct,
  team: TeamRow,
  repository: RepositoryRow,
  role: RepositoryRole,
): void {
  const { teamRepositories } = act.services.world;
  const known = teamRepositories
    .by("team", team.id)
    .find(({ repositoryId }) => repositoryId === repository.id);
  teamRepositories.put({
    id: known?.id ?? teamRepositories.nextId(),
    teamId: team.id,
    repositoryId: repository.id,
    role,
  });
  if (known === undefined) tellOfTeam(act, "team", "added_to_repository", team);
}

export function removeTeamRepository(act: TeamAct, team: TeamRow, repository: RepositoryRow): void {
  const { teamRepositories } = act.services.world;
  const known = teamRepositories
    .by("team", team.id)
    .find(({ repositoryId }) => repositoryId === repository.id);
  if (known === undefined) return;
  teamRepositories.remove(known.id);
  tellOfTeam(act, "team", "removed_from_repository", team);
}

function checkName({ services: { world }, organization }: TeamAct, name: string): void {
  if (name.trim() === "") throw validationFailed({ resource: "Team", field: "name", code: "missing_field" });
  if (name.length > 255) throw validationFailed({ resource: "Team", field: "name", code: "invalid" });
  if (findTeam(world, organization.id, teamSlug(name)) !== undefined)
    throw validationFailed({ resource: "Team", field: "name", code: "already_exists" });
}

/** A team lies below another one of its organisation, and not below itself. */
function checkParent(
  { services: { world }, organization }: TeamAct,
  parentId: number | null,
  team?: TeamRow,
): void {
  for (let id = parentId; id !== null; ) {
    const above = world.teams.get(id);
    if (above?.organizationId !== organization.id || above.id === team?.id)
      throw new Refusal(422, "Validation Failed", [
        { resource: "Team", field: "parent_team_id", code: "invalid" },
      ]);
    id = above.parentId;
  }
}

function tellOfTeamMember(act: TeamAct, action: "added" | "removed", team: TeamRow, user: AccountRow): void {
  tellOfTeam(act, "membership", action, team, { scope: "team", member: accountToJson(user, act.urls) });
}

function tellOfTeam(
  act: TeamAct,
  event: "team" | "membership",
  action: string,
  team: TeamRow,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const { parent: _, ...json } = teamToJson(act.services.world, team, act.urls);
  tellOrganization(act, act.organization, event, action, { team: json, ...more });
}
