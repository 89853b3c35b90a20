/**
 * @module The names that branches once had: GitHub leads from there to where they are now, until a branch takes the name.
 *
 * @see https://docs.github.com/rest/branches/branches#rename-a-branch
 */
import type { World } from "../world/world.ts";
import type { Act } from "./act.ts";

export function noteRename({ services: { world }, repository }: Act, from: string, to: string): void {
  const { renamedBranches } = world;
  renamedBranches.put({ id: renamedBranches.nextId(), repositoryId: repository.id, from, to });
}

/** To be called once there is a new branch of that name. */
export function forgetRename({ services: { world }, repository }: Act, name: string): void {
  for (const { id, from } of world.renamedBranches.by("repository", repository.id))
    if (from === name) world.renamedBranches.remove(id);
}

/** @returns the name that a branch has now; `undefined` for one that never was renamed */
export function renamedTo(world: World, repositoryId: number, name: string): string | undefined {
  const steps = new Map(
    world.renamedBranches.by("repository", repositoryId).map(({ from, to }) => [from, to] as const),
  );
  let found = steps.get(name);
  // No more steps than there are: names may lead round.
  for (let left = steps.size; left > 0; left--) found = (found && steps.get(found)) ?? found;
  return found === name ? undefined : found;
}
