/**
 * @module Names of repositories: how GitHub writes what it is given, and which names are free.
 */
import { Refusal } from "../http/refusal.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { World } from "../world/world.ts";

const mostLength = 100;

/** What cannot stand in a URL becomes one dash; a `.git` at the end goes. */
export function normalizeRepositoryName(name: string): string {
  return name
    .trim()
    .replaceAll(/[^\w.-]+/gu, "-")
    .replace(/\.git$/iu, "");
}

/**
 * @param message what failed: `Repository creation failed.`
 * @throws {Refusal} 422 for what is no name, or is taken
 */
export function checkRepositoryName(world: World, owner: AccountRow, name: string, message: string): void {
  const refuse = (code: "custom" | "missing_field", text: string) =>
    new Refusal(422, message, [{ resource: "Repository", code, field: "name", message: text }]);
  if (name === "") throw refuse("missing_field", "name is required");
  if (name.length > mostLength)
    throw refuse("custom", `name is too long (maximum is ${mostLength} characters)`);
  if (name === "." || name === "..") throw refuse("custom", "name is reserved");
  if (world.repositories.find("fullName", `${owner.id}/${name.toLowerCase()}`) !== undefined)
    throw refuse("custom", "name already exists on this account");
}

/** Requests for a name that a repository had lead to it from now on, until another one takes the name. */
export function redirectName({ redirects }: World, fullName: string, repositoryId: number): void {
  freeName({ redirects }, fullName);
  redirects.put({ id: redirects.nextId(), fullName: fullName.toLowerCase(), repositoryId });
}

/** A name that is in use leads nowhere else. */
export function freeName({ redirects }: Pick<World, "redirects">, fullName: string): void {
  for (const { id } of redirects.by("fullName", fullName.toLowerCase())) redirects.remove(id);
}
