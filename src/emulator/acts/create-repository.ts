/**
 * @module Makes a repository for somebody who asks for one, with what comes with it: access, a first commit, a webhook.
 */
import type { Principal } from "../access/principal.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { type Act, tell } from "./act.ts";
import { commitFiles } from "./files.ts";
import { addRepository, type NewRepository } from "./repositories.ts";
import { checkRepositoryName, normalizeRepositoryName } from "./repository-names.ts";

export type NewRepositoryRequest = Omit<NewRepository, "ownerId"> & {
  /** Whether it begins with a README. */
  readonly hasReadme: boolean;
  /** Of the organisation, a team that gets access. */
  readonly teamId?: number;
};

/** @throws {Refusal} 422 */
export function createRepository(
  asker: Omit<Act, "repository" | "role">,
  owner: AccountRow,
  { hasReadme, teamId, ...input }: NewRepositoryRequest,
): RepositoryRow {
  const { world } = asker.services;
  const name = normalizeRepositoryName(input.name);
  checkRepositoryName(world, owner, name, "Repository creation failed.");
  const team = teamId === undefined ? undefined : world.teams.get(teamId);
  if (teamId !== undefined && team?.organizationId !== owner.id)
    throw validationFailed({ resource: "Repository", field: "team_id", code: "invalid" });
  checkMerging(input.merging);
  const repository = addRepository(
    world,
    { ...input, name, ownerId: owner.id, ownerLogin: owner.login },
    asker.nowMs,
  );
  if (team !== undefined) {
    const { teamRepositories } = world;
    teamRepositories.put({
      id: teamRepositories.nextId(),
      teamId: team.id,
      repositoryId: repository.id,
      role: "read",
    });
  }
  giveToMaker(world, asker.principal, repository);
  const act: Act = { ...asker, repository, role: "admin" };
  tell(act, "repository", "created", {});
  if (hasReadme) writeReadme(act);
  return world.repositories.get(repository.id)!;
}

/** A member who makes a repository administers it; an app that was given some repositories is given this one, too. */
function giveToMaker(world: World, principal: Principal, { id, ownerId }: RepositoryRow): void {
  if (principal.kind === "user" && principal.userId !== ownerId) {
    const { collaborators } = world;
    collaborators.put({
      id: collaborators.nextId(),
      repositoryId: id,
      userId: principal.userId,
      role: "admin",
    });
  }
  if (principal.kind !== "installation") return;
  // As they are now: others may have changed them since this request came.
  const installation = world.installations.get(principal.installation.id);
  if (installation !== undefined && installation.repositoryIds !== null)
    world.installations.put({ ...installation, repositoryIds: [...installation.repositoryIds, id] });
  const token = world.tokens.get(principal.token.id);
  if (token !== undefined && token.repositoryIds !== null)
    world.tokens.put({ ...token, repositoryIds: [...token.repositoryIds, id] });
}

function writeReadme(act: Act): void {
  const { name, description, defaultBranch } = act.repository;
  const text = description === null || description === "" ? `# ${name}` : `# ${name}\n${description}`;
  commitFiles(act, {
    branch: defaultBranch,
    message: "Initial commit",
    changes: [{ path: "README.md", content: Buffer.from(text) }],
  });
}

/** @throws {Refusal} 422 where no way to merge would be left */
export function checkMerging({
  allowMerge = true,
  allowSquash = true,
  allowRebase = true,
}: NonNullable<NewRepository["merging"]> = {}): void {
  if (allowMerge || allowSquash || allowRebase) return;
  throw new Refusal(422, "Validation Failed", [
    {
      resource: "Repository",
      field: "merge_commit_allowed",
      code: "custom",
      message: "Sorry, you need to allow at least one merge strategy. (no_merge_method)",
    },
  ]);
}
