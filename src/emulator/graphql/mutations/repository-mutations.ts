/**
 * @module Mutations of repositories as a whole.
 */
import { isGranted, membershipOf, notAccessible } from "../../access/permissions.ts";
import { createRepository } from "../../acts/create-repository.ts";
import type { AccountRow } from "../../world/account-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { mustFind } from "../find-node.ts";
import { nodeNotFound, Problem, scopesMissing } from "../problem.ts";
import type { View } from "../view.ts";
import type { Mutation } from "./mutation.ts";

const administer = { permission: "administration", level: "write" } as const;

export const repositoryMutations: Readonly<Record<string, Mutation>> = {
  createRepository: {
    run(view, input) {
      const { name, description, homepageUrl, ownerId, teamId, hasIssuesEnabled, hasWikiEnabled } = input;
      const { services, principal, actor, urls, version } = view;
      const owner = ownerId == null ? actor : mustFind(view, String(ownerId), "account").row;
      const visibility = String(input["visibility"]).toLowerCase() as RepositoryRow["visibility"];
      checkMayCreate(view, owner, visibility);
      const asker = { services, principal, actor, urls, version, nowMs: services.clock.now() };
      const repository = createRepository(asker, owner, {
        name: String(name),
        visibility,
        hasReadme: false,
        hasIssues: hasIssuesEnabled === true,
        hasWiki: hasWikiEnabled === true,
        ...(description == null ? {} : { description: String(description) }),
        ...(homepageUrl == null ? {} : { homepage: String(homepageUrl) }),
        ...(teamId == null ? {} : { teamId: mustFind(view, String(teamId), "team").row.id }),
      });
      return { repository: view.nodes.repository(repository) };
    },
  },
};

/** @throws {Problem} @throws {Refusal} 403 */
function checkMayCreate(
  { world, principal, actor }: View,
  owner: AccountRow,
  visibility: RepositoryRow["visibility"],
): void {
  if (principal.kind === "installation") {
    const isHere = principal.installation.accountId === owner.id && owner.kind === "Organization";
    if (!isHere || !isGranted(principal.token.permissions, administer))
      throw notAccessible("integration", administer);
    return;
  }
  if (principal.kind !== "user") throw nodeNotFound(String(owner.id));
  const isOwn = owner.id === actor.id || membershipOf(world, actor.id, owner.id) !== undefined;
  if (!isOwn) {
    throw new Problem("FORBIDDEN", `${actor.login} cannot create a repository for ${owner.login}.`);
  }
  const { kind, permissions, scopes } = principal.token;
  if (kind === "fine-grained") {
    if (!isGranted(permissions, administer)) throw notAccessible("personal access token", administer);
    return;
  }
  const isEnough = scopes.includes("repo") || (visibility === "public" && scopes.includes("public_repo"));
  if (!isEnough) throw scopesMissing("createRepository", ["public_repo", "repo"], scopes);
}
