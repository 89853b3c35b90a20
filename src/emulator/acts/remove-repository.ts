/**
 * @module Removes a repository, with its files and everything that hangs on it.
 */
import { repositoriesOf } from "../access/installed.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import type { Row } from "../world/collection.ts";
import type { Act } from "./act.ts";

interface Rows {
  readonly rows: readonly Row[];
  remove(id: number): void;
}

/** Webhooks of its organisation and of apps are told; its own ones are gone. */
export function removeRepository(act: Act): void {
  const { services, principal, actor, repository, urls, version, role } = act;
  const { world, git } = services;
  const owner = world.accounts.get(repository.ownerId)!;
  // Told of while it can still be shown: when webhooks are sent, it is gone.
  services.happened({
    event: "repository",
    action: "deleted",
    ...(owner.kind === "Organization" ? { organizationId: owner.id } : {}),
    gone: {
      ownerId: owner.id,
      installationIds: world.installations
        .by("account", owner.id)
        .filter((installation) => repositoriesOf(world, installation).some(({ id }) => id === repository.id))
        .map(({ id }) => id),
    },
    senderId: actor.id,
    principal,
    urls,
    payload: { repository: repositoryToJson(world, repository, { urls, role, version }) },
  });
  for (const { rows, remove } of dependentsOf(act)) for (const { id } of rows) remove(id);
  for (const installation of world.installations.by("account", owner.id)) {
    const { repositoryIds } = installation;
    if (repositoryIds?.includes(repository.id))
      world.installations.put({
        ...installation,
        repositoryIds: repositoryIds.filter((id) => id !== repository.id),
      });
  }
  for (const { id, repositoryId } of world.redirects.all())
    if (repositoryId === repository.id) world.redirects.remove(id);
  leaveForks(act);
  world.repositories.remove(repository.id);
  git.remove(repository.id);
}

/** Forks of it hang on what it was a fork of itself; of none they are repositories of their own. */
function leaveForks({ services: { world }, repository: { id, parentId } }: Act): void {
  for (const { parentId: _, ...fork } of world.repositories.by("parent", id))
    world.repositories.put(parentId === undefined ? { ...fork, isFork: false } : { ...fork, parentId });
}

/** Those that hang on others before the others. */
function dependentsOf({ services: { world, assets }, repository: { id } }: Act): Rows[] {
  const issues = world.issues.by("repository", id);
  const comments = world.comments.by("repository", id);
  const hooks = world.hooks.by("owner", `repository/${id}`);
  const runs = world.runs.by("repository", id);
  const scope = `repository/${id}`;
  const ofEnvironments = (row: { readonly scope: string }) => row.scope.startsWith(`environment/${id}/`);
  const subjects = [
    ...issues.map((row) => `issue/${row.id}`),
    ...comments.map((row) => `comment/${row.id}`),
    ...world.releases.by("repository", id).map((row) => `release/${row.id}`),
  ];
  const reactions = subjects.flatMap((subject) => world.reactions.by("subject", subject));
  const sealed = [world.secrets, world.variables, world.sealingKeys].map((collection) => ({
    rows: [
      ...collection.by("scope", scope),
      ...(collection.all() as readonly (Row & { readonly scope: string })[]).filter(ofEnvironments),
    ],
    remove: collection.remove,
  }));
  const lists = [
    world.collaborators,
    world.invitations,
    world.teamRepositories,
    world.protections,
    world.rulesets,
    world.events,
    world.labels,
    world.milestones,
    world.issueFieldValues,
    world.movedIssues,
    world.workflows,
    world.releases,
    world.stars,
    world.subscriptions,
    world.artifacts,
    world.environments,
    world.statuses,
    world.reviewComments,
    world.reviews,
    world.renamedBranches,
    world.checkRuns,
    world.checkSuites,
  ].map((collection) => ({ rows: collection.by("repository", id), remove: collection.remove }));
  const removeAsset = (assetId: number): void => {
    world.releaseAssets.remove(assetId);
    assets.remove(assetId);
  };
  return [
    { rows: world.releaseAssets.by("repository", id), remove: removeAsset },
    { rows: reactions, remove: world.reactions.remove },
    { rows: comments, remove: world.comments.remove },
    { rows: issues, remove: world.issues.remove },
    {
      rows: hooks.flatMap((hook) => world.deliveries.by("hook", hook.id)),
      remove: world.deliveries.remove,
    },
    { rows: hooks, remove: world.hooks.remove },
    { rows: runs.flatMap((run) => world.jobs.by("run", run.id)), remove: world.jobs.remove },
    { rows: runs, remove: world.runs.remove },
    ...sealed,
    ...lists,
  ];
}
