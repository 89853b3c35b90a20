/**
 * @module What is done to a repository as a whole: settings, its name, its owner.
 */
import { Refusal, validationFailed } from "../http/refusal.ts";
import { accountToJson } from "../shapes/account-json.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { MergeSettings, RepositoryRow } from "../world/repository-rows.ts";
import { type Act, tell } from "./act.ts";
import { checkMerging } from "./create-repository.ts";
import { dropFieldValues } from "./issue-field-values.ts";
import { retypeIssues } from "./issue-types.ts";
import { checkRepositoryName, freeName, normalizeRepositoryName, redirectName } from "./repository-names.ts";

type Kept = Pick<
  RepositoryRow,
  | "name"
  | "description"
  | "homepage"
  | "visibility"
  | "defaultBranch"
  | "isArchived"
  | "isTemplate"
  | "hasDownloads"
  | "hasIssues"
  | "hasProjects"
  | "hasWiki"
>;
export type RepositoryEdit = Partial<Kept> & { readonly merging?: Partial<MergeSettings> };

/** @throws {Refusal} 403 for an archived repository that stays so; 422 */
export function editRepository(act: Act, { merging, name, ...edit }: RepositoryEdit): RepositoryRow {
  const { world, git } = act.services;
  const before = act.repository;
  if (before.isArchived && edit.isArchived !== false)
    throw new Refusal(403, "Repository was archived so is read-only.");
  const mergingAfter = { ...before.merging, ...merging };
  checkMerging(mergingAfter);
  if (edit.defaultBranch !== undefined && edit.defaultBranch !== before.defaultBranch)
    checkDefaultBranch(act, edit.defaultBranch);
  const renamed = name === undefined ? before : renameRepository(act, name);
  const after = world.repositories.put({
    ...renamed,
    ...edit,
    merging: mergingAfter,
    updatedAt: act.nowMs,
  });
  if (after.defaultBranch !== before.defaultBranch) git.repository(after.id).setHead(after.defaultBranch);
  tellOfChanges({ ...act, repository: after }, before);
  return after;
}

function checkDefaultBranch({ services: { git }, repository }: Act, branch: string): void {
  const files = git.repository(repository.id);
  if (files.isEmpty()) {
    throw new Refusal(422, "Validation Failed", [
      "Cannot update default branch for an empty repository. Please init the repository and push first.",
    ]);
  }
  if (files.refs("refs/heads/").some((ref) => ref.name === `refs/heads/${branch}`)) return;
  throw new Refusal(422, "Validation Failed", [
    `The branch ${branch} was not found. Please push that ref first or create it via the Git Data API.`,
  ]);
}

/** The old name leads to the new one. @throws {Refusal} 422 */
function renameRepository(act: Act, given: string): RepositoryRow {
  const { world } = act.services;
  const { repository } = act;
  const name = normalizeRepositoryName(given);
  if (name === repository.name) return repository;
  const owner = world.accounts.get(repository.ownerId)!;
  if (name.toLowerCase() !== repository.name.toLowerCase()) {
    checkRepositoryName(world, owner, name, "Validation Failed");
    redirectName(world, `${owner.login}/${repository.name}`, repository.id);
  }
  freeName(world, `${owner.login}/${name}`);
  const renamed = world.repositories.put({ ...repository, name, updatedAt: act.nowMs });
  tell({ ...act, repository: renamed }, "repository", "renamed", {
    changes: { repository: { name: { from: repository.name } } },
  });
  return renamed;
}

function tellOfChanges(act: Act, before: RepositoryRow): void {
  const { repository: after } = act;
  if (after.isArchived !== before.isArchived)
    tell(act, "repository", after.isArchived ? "archived" : "unarchived", {});
  if (after.visibility !== before.visibility)
    tell(act, "repository", after.visibility === "public" ? "publicized" : "privatized", {});
  const changes = {
    ...(after.description === before.description ? {} : { description: { from: before.description } }),
    ...(after.homepage === before.homepage ? {} : { homepage: { from: before.homepage } }),
    ...(after.defaultBranch === before.defaultBranch
      ? {}
      : { default_branch: { from: before.defaultBranch } }),
  };
  if (Object.keys(changes).length > 0) tell(act, "repository", "edited", { changes });
}

const mostTopics = 20;

/** @throws {Refusal} 422 */
export function setTopics(act: Act, names: readonly string[]): RepositoryRow {
  const topics = [...new Set(names.map((name) => name.toLowerCase()))];
  if (topics.length > mostTopics)
    throw new Refusal(422, `A repository cannot have more than ${mostTopics} topics.`);
  if (topics.some((name) => !/^[a-z0-9][a-z0-9-]{0,49}$/u.test(name))) {
    throw new Refusal(
      422,
      "Topics must start with a lowercase letter or number, consist of 50 characters or less, and can include hyphens.",
    );
  }
  const before = act.repository;
  if (topics.join() === before.topics.join()) return before;
  const repository = act.services.world.repositories.put({ ...before, topics, updatedAt: act.nowMs });
  tell({ ...act, repository }, "repository", "edited", { changes: { topics: { from: before.topics } } });
  return repository;
}

/**
 * Gives it to somebody else, at once. The old name leads to the new one; whoever could come in through the old owner's
 * teams no longer can.
 *
 * @param teamIds of an organisation that gets it, teams that shall read it
 * @throws {Refusal} 422
 */
export function transferRepository(
  act: Act,
  owner: AccountRow,
  given = act.repository.name,
  teamIds: readonly number[] = [],
): RepositoryRow {
  const { world } = act.services;
  const { repository } = act;
  if (owner.id === repository.ownerId)
    throw validationFailed({ resource: "Repository", field: "new_owner", code: "invalid" });
  const before = world.accounts.get(repository.ownerId)!;
  const name = normalizeRepositoryName(given);
  checkRepositoryName(world, owner, name, "Validation Failed");
  redirectName(world, `${before.login}/${repository.name}`, repository.id);
  freeName(world, `${owner.login}/${name}`);
  const { teamRepositories, collaborators } = world;
  for (const { id } of teamRepositories.by("repository", repository.id)) teamRepositories.remove(id);
  for (const { id, userId } of collaborators.by("repository", repository.id))
    if (userId === owner.id) collaborators.remove(id);
  for (const teamId of teamIds) {
    if (world.teams.get(teamId)?.organizationId !== owner.id) continue;
    teamRepositories.put({
      id: teamRepositories.nextId(),
      teamId,
      repositoryId: repository.id,
      role: "read",
    });
  }
  dropFieldValues(world, repository.id);
  retypeIssues(world, repository.id, owner.id);
  const moved = world.repositories.put({ ...repository, name, ownerId: owner.id, updatedAt: act.nowMs });
  tell({ ...act, repository: moved }, "repository", "transferred", {
    changes: {
      owner: {
        from: { [before.kind === "User" ? "user" : "organization"]: accountToJson(before, act.urls) },
      },
    },
  });
  return moved;
}
