/**
 * @module For whom rulesets do not hold.
 */
import { hasRole, type RepositoryRole } from "../world/account-rows.ts";
import type { RulesetRow } from "../world/repository-rows.ts";
import type { Act } from "./act.ts";

/** GitHub's numbers of its own roles. */
const rolesById: Readonly<Record<number, RepositoryRole>> = { 2: "maintain", 4: "write", 5: "admin" };

/** Whether whoever acts is free of a ruleset. A bypass for pull requests alone frees nobody from a push's rules. */
export function bypasses(
  act: Pick<Act, "services" | "principal" | "role">,
  ruleset: RulesetRow,
  isMerge = false,
): boolean {
  const { principal, role } = act;
  const { world } = act.services;
  return ruleset.bypass.some(({ actor_id, actor_type, bypass_mode }) => {
    if (bypass_mode === "pull_request" && !isMerge) return false;
    const id = Number(actor_id);
    if (actor_type === "Integration") return principal.kind === "installation" && principal.app.id === id;
    if (principal.kind !== "user") return false;
    switch (actor_type) {
      case "User":
        return principal.userId === id;
      case "OrganizationAdmin":
        return hasRole(role, "admin");
      case "RepositoryRole": {
        const least = rolesById[id];
        return least !== undefined && hasRole(role, least);
      }
      case "Team":
        return world.teamMembers.by("user", principal.userId).some(({ teamId }) => teamId === id);
      default:
        return false;
    }
  });
}
