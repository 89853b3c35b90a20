/**
 * @module Makes a copy of a repository that knows where it comes from.
 *
 * @see https://docs.github.com/rest/repos/forks#create-a-fork
 */
import { forbidden } from "../http/refusal.ts";
import { repositoryToJson, sourceOf } from "../shapes/repository-json.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { type Act, tell } from "./act.ts";
import { createRepository } from "./create-repository.ts";
import { checkRepositoryName, normalizeRepositoryName } from "./repository-names.ts";

export interface ForkRequest {
  readonly name?: string;
  readonly defaultBranchOnly?: boolean;
}

/** @returns what the account has of it already, be it the repository itself; else a new fork @throws {Refusal} 403, 422 */
export function forkRepository(act: Act, owner: AccountRow, request: ForkRequest): RepositoryRow {
  const { repository: parent, services } = act;
  const { world, git } = services;
  if (git.repository(parent.id).isEmpty())
    throw forbidden(
      "The repository exists, but it contains no Git content. Empty repositories cannot be forked.",
    );
  const isOfOrganization = world.accounts.get(parent.ownerId)!.kind === "Organization";
  // Organisations do not let their private repositories out unless they are told to.
  if (isOfOrganization && parent.visibility !== "public")
    throw forbidden("The repository exists, but forking is disabled.");
  const known = forkOf(act, owner);
  if (known !== undefined) return known;
  const name = freeName(act, owner, request.name ?? parent.name);
  const made = createRepository(act, owner, {
    name,
    description: parent.description,
    homepage: parent.homepage,
    visibility: parent.visibility,
    defaultBranch: parent.defaultBranch,
    hasIssues: false,
    hasReadme: false,
  });
  git.copy(
    parent.id,
    made.id,
    request.defaultBranchOnly === true ? `refs/heads/${parent.defaultBranch}` : undefined,
  );
  const fork = world.repositories.put({
    ...made,
    isFork: true,
    parentId: parent.id,
    pushedAt: parent.pushedAt,
  });
  tell(act, "fork", undefined, {
    forkee: {
      ...repositoryToJson(world, fork, { urls: act.urls, role: undefined, version: "2022-11-28" }),
      custom_properties: {},
      public: fork.visibility === "public",
    },
  });
  return fork;
}

/** An account has one repository of a network. */
function forkOf({ repository, services: { world } }: Act, owner: AccountRow): RepositoryRow | undefined {
  const source = sourceOf(world, repository);
  return world.repositories.by("owner", owner.id).find((own) => sourceOf(world, own).id === source.id);
}

/** A name that another repository has gets a number; one that was asked for does not. @throws {Refusal} 422 */
function freeName({ repository, services: { world } }: Act, owner: AccountRow, asked: string): string {
  const name = normalizeRepositoryName(asked);
  if (name !== repository.name) {
    checkRepositoryName(world, owner, name, "Repository creation failed.");
    return name;
  }
  const isTaken = (wanted: string) =>
    world.repositories.find("fullName", `${owner.id}/${wanted.toLowerCase()}`) !== undefined;
  let free = name;
  for (let number = 1; isTaken(free); number++) free = `${name}-${number}`;
  return free;
}
