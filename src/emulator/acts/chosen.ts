/**
 * @module Whether whoever acts is among those whom protection of a branch names.
 */
import type { Chosen } from "../world/repository-rows.ts";
import type { Act } from "./act.ts";

export function isAmong(act: Act, chosen: Chosen): boolean {
  const { principal, actor } = act;
  const { world } = act.services;
  if (principal.kind === "installation") return chosen.apps.includes(principal.app.slug);
  if (chosen.users.some((login) => login.toLowerCase() === actor.login.toLowerCase())) return true;
  return world.teamMembers.by("user", actor.id).some(({ teamId }) => {
    const team = world.teams.get(teamId);
    return team?.organizationId === act.repository.ownerId && chosen.teams.includes(team.slug);
  });
}
