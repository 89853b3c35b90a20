/**
 * @module Which rulesets hold for a branch or a tag, and for whom they do not.
 */
import { folders, type Glob, isNoSlash, matchesGlob, one, star } from "../glob.ts";
import { hasRole, type RepositoryRole } from "../world/account-rows.ts";
import type { RulesetRow } from "../world/repository-rows.ts";
import type { Act } from "./act.ts";

/** Those that are in force. @param ref `refs/heads/main` */
export function rulesetsFor({ services, repository }: Pick<Act, "services" | "repository">, ref: string) {
  return services.world.rulesets
    .by("repository", repository.id)
    .filter(
      ({ target, enforcement, include, exclude }) =>
        enforcement === "active" &&
        ref.startsWith(target === "branch" ? "refs/heads/" : "refs/tags/") &&
        include.some((pattern) => matches(pattern, ref, repository.defaultBranch)) &&
        !exclude.some((pattern) => matches(pattern, ref, repository.defaultBranch)),
    );
}

function matches(pattern: string, ref: string, defaultBranch: string): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return ref === `refs/heads/${defaultBranch}`;
  return matchesGlob(parseGlob(pattern), ref);
}

/** As Ruby's `File.fnmatch` with pathnames: a star stops at a slash, two stars that are a whole folder do not. */
function parseGlob(pattern: string): Glob {
  return [...pattern.matchAll(/(?<=^|\/)\*\*\/|\*+|./gsu)].flatMap(([part]) => {
    if (part === "**/") return folders;
    if (part.startsWith("*")) return star;
    return one(part === "?" ? isNoSlash : (char) => char === part);
  });
}

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
