/**
 * @module Which of an organisation's fields somebody sees: all in what is not public, and there those of all others.
 *
 * @see https://docs.github.com/rest/orgs/issue-fields
 */
import type { IssueFieldRow } from "../world/planning-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { membershipOf } from "./permissions.ts";
import type { Principal } from "./principal.ts";

/** @param principal absent: a webhook, which is told of everything */
export function seesField(
  {
    world,
    repository,
    principal,
  }: {
    readonly world: World;
    readonly repository: RepositoryRow;
    readonly principal?: Principal;
  },
  { visibility, organizationId }: IssueFieldRow,
): boolean {
  if (visibility === "all" || repository.visibility !== "public" || principal === undefined) return true;
  switch (principal.kind) {
    case "user":
      return membershipOf(world, principal.userId, organizationId) !== undefined;
    case "installation":
      return principal.installation.accountId === organizationId;
    default:
      return false;
  }
}
