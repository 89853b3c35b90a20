/**
 * @module What principals may see and do in a repository or an organisation.
 */
import { forbidden, notFound, Refusal } from "../http/refusal.ts";
import { hasRole, type RepositoryRole, repositoryRoles, type TokenRow } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import type { Principal } from "./principal.ts";

export type Level = "read" | "write" | "admin";

/** What an operation needs of whoever asks. */
export interface Need {
  /** The permission of apps and fine-grained tokens, by GitHub's name: `issues`, `contents`, `metadata` … */
  readonly permission: string;
  /** Another one, that is enough where the number is that of a pull request. */
  readonly onPull?: string;
  readonly level: Level;
  /** The least role of a person. */
  readonly role: RepositoryRole;
  /** The scope of classic tokens, where it is not `repo` or, on public repositories, `public_repo`. */
  readonly scope?: string;
  /** Scopes that will do instead, of which one is enough even where the repository is private. */
  readonly orScopes?: readonly string[];
}

/** A person's role: as owner, collaborator, through teams, or as a member of the organisation. */
export function roleOf(world: World, userId: number, repository: RepositoryRow): RepositoryRole {
  if (repository.ownerId === userId) return "admin";
  const roles: RepositoryRole[] = [repository.visibility === "public" ? "read" : "none"];
  for (const { repositoryId, role } of world.collaborators.by("user", userId)) {
    if (repositoryId === repository.id) roles.push(role);
  }
  const membership = membershipOf(world, userId, repository.ownerId);
  if (membership !== undefined) {
    if (membership.role === "admin") return "admin";
    roles.push(world.accounts.get(repository.ownerId)!.basePermission);
    if (repository.visibility === "internal") roles.push("read");
  }
  const teamIds = teamsOf(world, userId);
  for (const { teamId, role } of world.teamRepositories.by("repository", repository.id)) {
    if (teamIds.has(teamId)) roles.push(role);
  }
  return roles.reduce((most, role) => (hasRole(role, most) ? role : most), "none");
}

/** What a team may do, those in the teams below it may do, too. */
function teamsOf(world: World, userId: number): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const { teamId } of world.teamMembers.by("user", userId)) {
    for (let id: number | null = teamId; id !== null && !ids.has(id); ) {
      ids.add(id);
      id = world.teams.get(id)?.parentId ?? null;
    }
  }
  return ids;
}

export function membershipOf(world: World, userId: number, organizationId: number) {
  return world.memberships.by("user", userId).find((member) => member.organizationId === organizationId);
}

/** Whether an installation, or a fine-grained token, was given this repository. */
function covers(principal: Principal, repository: RepositoryRow): boolean {
  if (principal.kind === "app" || principal.kind === "anonymous") return false;
  const { token } = principal;
  if (token.repositoryIds !== null && !token.repositoryIds.includes(repository.id)) return false;
  if (principal.kind === "user") return true;
  const { accountId, repositoryIds } = principal.installation;
  return (
    accountId === repository.ownerId && (repositoryIds === null || repositoryIds.includes(repository.id))
  );
}

/** What one may do through the token at hand. */
export function roleOfPrincipal(
  world: World,
  principal: Principal,
  repository: RepositoryRow,
): RepositoryRole {
  const byAll: RepositoryRole = repository.visibility === "public" ? "read" : "none";
  switch (principal.kind) {
    case "anonymous":
    case "app":
      return byAll;
    case "installation":
      return covers(principal, repository) ? "admin" : byAll;
    case "user": {
      const role = roleOf(world, principal.userId, repository);
      if (!covers(principal, repository)) return byAll;
      const isScoped = principal.token.kind === "classic" || principal.token.kind === "oauth";
      const canSeePrivate = !isScoped || principal.token.scopes.includes("repo");
      return repository.visibility === "public" || canSeePrivate ? role : "none";
    }
  }
}

/**
 * @param isPull whether it is about a pull request
 * @throws {Refusal} 404 for what one must not know of, 401 for a write without credentials, 403 for what one may see
 * but not do
 */
export function authorize(
  world: World,
  principal: Principal,
  repository: RepositoryRow,
  need: Need,
  isPull = false,
): void {
  const role =
    principal.kind === "user" && isScopedFor(principal.token, need)
      ? roleOf(world, principal.userId, repository)
      : roleOfPrincipal(world, principal, repository);
  if (!hasRole(role, "read")) throw notFound();
  const isPublicRead = need.level === "read" && repository.visibility === "public" && need.role === "read";
  switch (principal.kind) {
    case "anonymous":
      if (!isPublicRead) throw new Refusal(401, "Requires authentication");
      return;
    case "app":
      if (!isPublicRead) throw notAccessible("integration", need);
      return;
    case "installation":
      if (isPublicRead) return;
      if (!covers(principal, repository) || !isGrantedHere(principal.token.permissions, need, isPull))
        throw notAccessible("integration", need);
      return;
    case "user":
      if (principal.token.kind === "fine-grained") {
        const { permissions } = principal.token;
        const isGiven = covers(principal, repository) && isGrantedHere(permissions, need, isPull);
        if (!isPublicRead && !isGiven) throw notAccessible("personal access token", need);
      } else if (!isPublicRead && !isScopedFor(principal.token, need))
        checkScopes(principal.token.scopes, repository, need);
      if (!hasRole(role, need.role)) throw roleMissing(need.role);
  }
}

const levels: readonly string[] = ["read", "write", "admin"];

export function isGranted(
  permissions: Readonly<Record<string, string>> | null,
  { permission, level }: Pick<Need, "permission" | "level">,
): boolean {
  if (permissions === null || permission === "metadata") return true;
  const given = permissions[permission];
  return given !== undefined && levels.indexOf(given) >= levels.indexOf(level);
}

function isGrantedHere(permissions: TokenRow["permissions"], need: Need, isPull: boolean): boolean {
  const { onPull: permission, level } = need;
  if (isGranted(permissions, need)) return true;
  return isPull && permission !== undefined && isGranted(permissions, { permission, level });
}

function isScopedFor({ kind, scopes }: TokenRow, { orScopes = [] }: Need): boolean {
  return kind !== "fine-grained" && orScopes.some((scope) => scopes.includes(scope));
}

function checkScopes(scopes: readonly string[], repository: RepositoryRow, need: Need): void {
  const wanted = need.scope ?? (repository.visibility === "public" ? "public_repo" : "repo");
  const hasScope = scopes.includes(wanted) || (need.scope !== "delete_repo" && scopes.includes("repo"));
  if (hasScope) return;
  if (need.scope === "delete_repo" && scopes.includes("repo")) throw roleMissing("admin");
  // GitHub does not tell who lacks a scope that there is something.
  const accepted = [wanted, ...(need.orScopes ?? [])];
  throw new Refusal(404, "Not Found", undefined, { "x-accepted-oauth-scopes": accepted.join(", ") });
}

export function notAccessible(
  by: "integration" | "personal access token",
  { permission, onPull, level }: Pick<Need, "permission" | "onPull" | "level">,
) {
  const accepted = [permission, ...(onPull === undefined ? [] : [onPull])];
  return new Refusal(403, `Resource not accessible by ${by}`, undefined, {
    "x-accepted-github-permissions": accepted.map((name) => `${name}=${level}`).join("; "),
  });
}

function roleMissing(role: RepositoryRole): Refusal {
  if (repositoryRoles.indexOf(role) <= repositoryRoles.indexOf("triage"))
    return forbidden("You do not have permission to do this on this repository.");
  return forbidden(
    role === "write" ? "Must have push access to repository" : "Must have admin rights to Repository.",
  );
}
