/**
 * @module Makes a copy of a repository that knows where it comes from, and brings it up to date.
 *
 * @see https://docs.github.com/rest/repos/forks#create-a-fork
 */
import { isAncestor } from "../git/history.ts";
import { mergedTree } from "../git/pull-figures.ts";
import { forbidden, Refusal } from "../http/refusal.ts";
import { repositoryToJson, sourceOf } from "../shapes/repository-json.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { type Act, tell } from "./act.ts";
import { createRepository } from "./create-repository.ts";
import { updateRef } from "./refs.ts";
import { checkRepositoryName, normalizeRepositoryName } from "./repository-names.ts";
import { signatureOf } from "./signatures.ts";
import { writeSignedCommit } from "./signed-commits.ts";

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
  git.copyObjects(parent.id, made.id);
  const only = request.defaultBranchOnly === true ? `refs/heads/${parent.defaultBranch}` : undefined;
  for (const prefix of ["refs/heads/", "refs/tags/"])
    for (const { name: ref, oid } of git.repository(parent.id).refs(prefix))
      if (only === undefined || only === ref) git.repository(made.id).setRef(ref, oid);
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

export interface Synced {
  readonly message: string;
  readonly type: "merge" | "fast-forward" | "none";
  /** `owner:branch`. */
  readonly base: string;
}

/** Brings the parent's branch of the same name into a fork. @throws {Refusal} 409 for conflicts; 422 */
export function syncFork(act: Act, branch: string): Synced {
  const { services, repository } = act;
  const { world } = services;
  const parent = repository.parentId === undefined ? undefined : world.repositories.get(repository.parentId);
  if (parent === undefined) throw new Refusal(422, "This repository is not a fork.");
  const git = services.git.repository(repository.id);
  const ref = `refs/heads/${branch}`;
  const head = services.git.repository(parent.id).ref(ref);
  const own = git.ref(ref);
  if (head === undefined || own === undefined)
    throw new Refusal(422, `The branch ${branch} is not there in both repositories.`);
  const base = `${world.accounts.get(parent.ownerId)!.login}:${branch}`;
  services.git.copyObjects(parent.id, repository.id);
  if (isAncestor(git, head, own))
    return { message: `This branch is not behind the upstream ${base}.`, type: "none", base };
  if (isAncestor(git, own, head)) {
    updateRef(act, ref, head, false);
    const message = `Successfully fetched and fast-forwarded from upstream ${base}.`;
    return { message, type: "fast-forward", base };
  }
  const tree = mergedTree(git, own, head);
  if (tree === undefined) throw new Refusal(409, "There are merge conflicts");
  const author = signatureOf(act.actor, act.nowMs);
  const message = `Merge branch '${base}' into ${branch}`;
  const oid = writeSignedCommit(git, { tree, parents: [own, head], author, message }, act.nowMs);
  updateRef(act, ref, oid, false);
  return { message: `Successfully fetched and merged from upstream ${base}.`, type: "merge", base };
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
