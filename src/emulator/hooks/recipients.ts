/**
 * @module Which webhooks are told of something: of the repository, of its organisation, of the apps installed there.
 */

import { repositoriesOf } from "../access/installed.ts";
import { isGranted } from "../access/permissions.ts";
import type { HookRow, InstallationRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import type { Happening } from "./happening.ts";
import { permissionOfEvent } from "./hook-events.ts";

export interface Recipient {
  readonly hook: HookRow;
  /** Of an app. */
  readonly installation: InstallationRow | undefined;
}

export function recipientsOf(world: World, happening: Happening): readonly Recipient[] {
  const { event, hookId, appId, repositoryId } = happening;
  if (hookId !== undefined) {
    const hook = world.hooks.get(hookId);
    return hook === undefined ? [] : [{ hook, installation: undefined }];
  }
  const ownerId =
    (repositoryId === undefined ? undefined : world.repositories.get(repositoryId)?.ownerId) ??
    happening.organizationId ??
    happening.gone?.ownerId;
  // What concerns the app itself it always hears.
  if (appId !== undefined) {
    const ofRepository = ({ accountId }: InstallationRow) =>
      repositoryId !== undefined && accountId === ownerId;
    const installation = world.installations.by("app", appId).find(ofRepository);
    return activeHooks(world, `app/${appId}`).map((hook) => ({ hook, installation }));
  }
  const own = [
    ...(repositoryId === undefined ? [] : activeHooks(world, `repository/${repositoryId}`)),
    ...(ownerId === undefined ? [] : activeHooks(world, `organization/${ownerId}`)),
  ].filter(({ events }) => events.includes("*") || events.includes(event));
  const installations =
    ownerId === undefined
      ? []
      : world.installations
          .by("account", ownerId)
          .filter((installation) => hears(world, installation, happening));
  return [
    ...own.map(withoutInstallation),
    ...installations.flatMap((installation) =>
      activeHooks(world, `app/${installation.appId}`).map((hook) => ({ hook, installation })),
    ),
  ];
}

function activeHooks({ hooks }: World, owner: HookRow["owner"]): readonly HookRow[] {
  return hooks.by("owner", owner).filter(({ isActive }) => isActive);
}

function withoutInstallation(hook: HookRow): Recipient {
  return { hook, installation: undefined };
}

function hears(
  world: World,
  installation: InstallationRow,
  { event, repositoryId, gone }: Happening,
): boolean {
  const app = world.apps.get(installation.appId);
  const permission = permissionOfEvent(event);
  return (
    installation.suspendedAt === null &&
    permission !== undefined &&
    app?.events.includes(event) === true &&
    isGranted(installation.permissions, { permission, level: "read" }) &&
    (gone === undefined || gone.installationIds.includes(installation.id)) &&
    (repositoryId === undefined || repositoriesOf(world, installation).some(({ id }) => id === repositoryId))
  );
}
