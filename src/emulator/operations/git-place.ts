/**
 * @module What operations on a repository's files and commits have in common.
 */
import { nameOfUnserved } from "../description/description.ts";
import type { GitRepository } from "../git/git-store.ts";
import { notServed, Refusal } from "../http/refusal.ts";
import type { GitPlace } from "../shapes/pushed-commit-json.ts";
import type { Call, RepositoryCall } from "./operation.ts";

/** Reading files. */
export const readContents = { permission: "contents", level: "read", role: "read" } as const;
export const writeContents = { permission: "contents", level: "write", role: "write" } as const;

export function gitOf({ services, repository }: RepositoryCall): GitRepository {
  return services.git.repository(repository.id);
}

export function gitPlaceOf(call: RepositoryCall): GitPlace {
  const { world, repository, urls } = call;
  return { world, git: gitOf(call), repository, urls };
}

/** @throws {Refusal} 409 for a repository without a branch */
export function mustHaveCommits(call: RepositoryCall): GitRepository {
  const git = gitOf(call);
  if (git.isEmpty()) throw new Refusal(409, "Git Repository is empty.");
  return git;
}

/**
 * A parameter that may hold slashes takes in the paths of other operations; nothing of that name tells of them.
 *
 * @throws {Refusal} 501 where the path is an operation's that is not served
 */
export function checkIsServed({ method, target }: Call): void {
  const path = target.split("?", 1)[0]!.replace(/^\/repositories\/\d+/u, "/repos/-/-");
  const unserved = nameOfUnserved(method, path);
  if (unserved !== undefined) throw notServed(unserved);
}
