/**
 * @module Finds a repository by its name, or by one that it had.
 */
import type { RepositoryRow } from "../world/repository-rows.ts";
import { canSee, unresolved, type View } from "./view.ts";

/** @throws {Problem} NOT_FOUND, also for one that may not be seen */
export function findRepository(
  view: View,
  ownerLogin: string,
  name: string,
  followRenames = true,
): RepositoryRow {
  const { world } = view;
  const owner = world.accounts.find("login", ownerLogin.toLowerCase());
  const named = owner && world.repositories.find("fullName", `${owner.id}/${name.toLowerCase()}`);
  const redirect = followRenames
    ? world.redirects.find("fullName", `${ownerLogin}/${name}`.toLowerCase())
    : undefined;
  const repository = named ?? (redirect && world.repositories.get(redirect.repositoryId));
  if (repository === undefined || !canSee(view, repository)) {
    throw unresolved(`a Repository with the name '${ownerLogin}/${name}'`);
  }
  return repository;
}
