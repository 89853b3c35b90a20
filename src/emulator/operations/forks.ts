/**
 * @module Forks of a repository.
 *
 * @see https://docs.github.com/rest/repos/forks
 */
import { isGranted, membershipOf, notAccessible, roleOfPrincipal } from "../access/permissions.ts";
import { forkRepository, syncFork } from "../acts/forks.ts";
import { ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, Refusal, validationFailed } from "../http/refusal.ts";
import { fullRepositoryToJson, repositoryToJson } from "../shapes/repository-json.ts";
import { type AccountRow, hasRole } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { readContents, writeContents } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { actorOf, forRepository, hasScope, type Operation, type RepositoryCall } from "./operation.ts";

const administer = { permission: "administration", level: "write" } as const;

export const forkOperations: readonly Operation[] = [
  forRepository("repos/list-forks", { permission: "metadata", level: "read", role: "read" }, (call) => {
    const { world, principal } = call;
    const forks = call.world.repositories
      .by("parent", call.repository.id)
      .filter((fork) => hasRole(roleOfPrincipal(call.services.world, principal, fork), "read"));
    return listed(call, sorted(call, forks), (fork) => {
      const role = roleOfPrincipal(call.services.world, principal, fork);
      return repositoryToJson(world, fork, {
        ...call,
        role: principal.kind === "anonymous" ? undefined : role,
      });
    });
  }),
  forRepository("repos/create-fork", readContents, (call) => {
    const { organization, name, default_branch_only } = call.body;
    const actor = actorOf(call);
    checkMayFork(call);
    const owner = ownerOfFork(call, actor, (organization || undefined) as string | undefined);
    const fork = forkRepository(actOf(call), owner, {
      ...(name == null || name === "" ? {} : { name: String(name) }),
      defaultBranchOnly: default_branch_only === true,
    });
    const { world } = call.services;
    const role = roleOfPrincipal(world, call.principal, fork);
    return { status: 202, body: fullRepositoryToJson(world, fork, { ...call, role }) };
  }),
  forRepository("repos/merge-upstream", writeContents, (call) => {
    const { message, type, base } = syncFork(actOf(call), String(call.body["branch"]));
    return ok({ message, merge_type: type, base_branch: base });
  }),
];

/** @throws {Refusal} 403 for tokens without the permission, 404 for those without the scope */
function checkMayFork({ principal, repository }: RepositoryCall): void {
  if (principal.kind !== "user" && principal.kind !== "installation") return;
  const { token } = principal;
  if (!isGranted(token.permissions, administer))
    throw notAccessible(principal.kind === "user" ? "personal access token" : "integration", administer);
  const scopes = repository.visibility === "public" ? ["repo", "public_repo"] : ["repo"];
  if (principal.kind === "user" && !hasScope(token, scopes))
    throw new Refusal(404, "Not Found", undefined, { "x-accepted-oauth-scopes": scopes.join(", ") });
}

/** @param login of an organisation; who asks, or where an app is installed, where absent @throws {Refusal} 403, 404, 422 */
function ownerOfFork(
  { services: { world }, principal }: RepositoryCall,
  actor: AccountRow,
  login: string | undefined,
): AccountRow {
  if (principal.kind === "installation") {
    const account = world.accounts.get(principal.installation.accountId)!;
    if (login !== undefined && login.toLowerCase() !== account.login.toLowerCase())
      throw notAccessible("integration", administer);
    return account;
  }
  if (login === undefined) return actor;
  const organization = world.accounts.find("login", login.toLowerCase());
  if (organization === undefined) throw notFound();
  if (organization.kind !== "Organization")
    throw validationFailed({ resource: "Fork", code: "invalid", field: "organization" });
  if (membershipOf(world, actor.id, organization.id) === undefined)
    throw new Refusal(403, `You do not have permission to create repositories in ${organization.login}.`);
  return organization;
}

function sorted({ query, world }: RepositoryCall, forks: readonly RepositoryRow[]): readonly RepositoryRow[] {
  const starsOf = ({ id }: RepositoryRow) => world.stars.by("repository", id).length;
  switch (query["sort"]) {
    case "oldest":
      return forks.toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id);
    case "stargazers":
    case "watchers":
      return forks.toSorted((a, b) => starsOf(b) - starsOf(a) || a.id - b.id);
    default:
      return forks.toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id);
  }
}
