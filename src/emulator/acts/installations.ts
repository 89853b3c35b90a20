/**
 * @module What is done to installations of GitHub Apps: tokens, suspension, removal.
 */
import { repositoriesOf } from "../access/installed.ts";
import type { Principal } from "../access/principal.ts";
import { Refusal } from "../http/refusal.ts";
import type { Services } from "../services.ts";
import { installationToJson } from "../shapes/app-json.ts";
import { nodeId } from "../shapes/node-id.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { Urls } from "../shapes/urls.ts";
import type { TokenRow } from "../world/account-rows.ts";
import type { InstallationRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import { addToken } from "./accounts.ts";

const tokenLifeMs = 3_600_000;
const mostRepositoriesNamed = 500;
const levels: readonly string[] = ["read", "write", "admin"];

export interface TokenWish {
  /** Names without their owner. */
  readonly repositories?: readonly string[] | undefined;
  readonly repositoryIds?: readonly number[] | undefined;
  readonly permissions?: Readonly<Record<string, string>> | undefined;
}

/** @throws {Refusal} 403 while suspended; 422 for more than the installation was given */
export function issueInstallationToken(
  { world, clock }: Services,
  installation: InstallationRow,
  wish: TokenWish,
): TokenRow {
  if (installation.suspendedAt !== null) throw new Refusal(403, "This installation has been suspended");
  return addToken(world, {
    kind: "installation",
    userId: null,
    scopes: [],
    installationId: installation.id,
    permissions: permissionsWished(installation, wish.permissions),
    repositoryIds: repositoriesWished(world, installation, wish),
    expiresAt: clock.now() + tokenLifeMs,
  });
}

function permissionsWished(
  { permissions }: InstallationRow,
  wished: TokenWish["permissions"],
): Readonly<Record<string, string>> {
  if (wished === undefined || Object.keys(wished).length === 0) return permissions;
  for (const [name, level] of Object.entries(wished)) {
    const given = Object.hasOwn(permissions, name) ? permissions[name]! : "";
    if (levels.indexOf(level) > levels.indexOf(given)) {
      throw new Refusal(422, "The permissions requested are not granted to this installation.");
    }
  }
  return { metadata: "read", ...wished };
}

function repositoriesWished(
  world: World,
  installation: InstallationRow,
  { repositories = [], repositoryIds = [] }: TokenWish,
): readonly number[] | null {
  const wished = [...repositories, ...repositoryIds];
  if (wished.length === 0) return null;
  if (wished.length > mostRepositoriesNamed) {
    throw new Refusal(422, `At most ${mostRepositoriesNamed} repositories can be named.`);
  }
  const given = repositoriesOf(world, installation);
  return wished.map((wish) => {
    const found = given.find(({ id, name }) =>
      typeof wish === "number" ? id === wish : name.toLowerCase() === wish.toLowerCase(),
    );
    if (found !== undefined) return found.id;
    throw new Refusal(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  });
}

/** Who changes an installation, and from where. */
export interface InstallationAct {
  readonly services: Services;
  readonly principal: Principal;
  readonly actorId: number;
  readonly urls: Urls;
  readonly nowMs: number;
}

export function setSuspended(
  act: InstallationAct,
  installation: InstallationRow,
  isSuspended: boolean,
): InstallationRow {
  if ((installation.suspendedAt !== null) === isSuspended) return installation;
  const changed = act.services.world.installations.put({
    ...installation,
    suspendedAt: isSuspended ? act.nowMs : null,
    updatedAt: act.nowMs,
  });
  tellOfInstallation(act, isSuspended ? "suspend" : "unsuspend", changed);
  return changed;
}

/** Its tokens end with it. */
export function removeInstallation(act: InstallationAct, installation: InstallationRow): void {
  const { installations, tokens } = act.services.world;
  tellOfInstallation(act, "deleted", installation);
  for (const { id, installationId } of tokens.all())
    if (installationId === installation.id) tokens.remove(id);
  installations.remove(installation.id);
}

function tellOfInstallation(act: InstallationAct, action: string, installation: InstallationRow): void {
  const { services, principal, actorId, urls } = act;
  const { world } = services;
  services.happened({
    event: "installation",
    action,
    appId: installation.appId,
    senderId: actorId,
    principal,
    urls,
    payload: {
      installation: installationToJson(world, installation, urls),
      repositories: repositoriesOf(world, installation).map((repository) => ({
        id: repository.id,
        node_id: nodeId("repository", repository.id),
        name: repository.name,
        full_name: fullNameOf(world, repository),
        private: repository.visibility !== "public",
      })),
    },
  });
}
