/**
 * @module Which repositories an installation of an app reaches.
 */
import type { InstallationRow } from "../world/app-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";

/** What an installation was given: all of the account, or those that were selected. */
export function repositoriesOf(
  { repositories }: World,
  { accountId, repositoryIds }: InstallationRow,
): readonly RepositoryRow[] {
  const owned = repositories.by("owner", accountId);
  return repositoryIds === null ? owned : owned.filter(({ id }) => repositoryIds.includes(id));
}
