/**
 * @module Makes GitHub Apps and installs them.
 */
import { generateKeyPairSync } from "node:crypto";
import { actionsAppId } from "../checks/commit-checks.ts";
import type { AppRow, InstallationRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import { addAccount } from "./accounts.ts";

export interface NewApp {
  readonly slug: string;
  readonly name?: string;
  readonly ownerId: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly id?: number;
  readonly botId?: number;
}

export function addApp(
  world: World,
  { slug, name, ownerId, permissions, events, id, botId }: NewApp,
  nowMs: number,
): AppRow {
  const { apps } = world;
  const appId = id ?? apps.nextId();
  const bot = addAccount(
    world,
    { login: `${slug}[bot]`, kind: "Bot", ...(botId === undefined ? {} : { id: botId }) },
    nowMs,
  );
  return apps.put({
    id: appId,
    slug,
    name: name ?? slug,
    clientId: `Iv23li${String(appId).padStart(14, "0")}`,
    ownerId,
    botId: bot.id,
    privateKey: "",
    publicKey: "",
    permissions: { metadata: "read", ...permissions },
    events,
    createdAt: nowMs,
    updatedAt: nowMs,
  });
}

/** Its key pair, made when somebody first asks for it: that takes a tenth of a second. */
export function withKeys({ apps }: World, app: AppRow): AppRow {
  if (app.privateKey !== "") return app;
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return apps.put({ ...app, publicKey, privateKey });
}

/** @param repositoryIds `null`: all that the account has and will have */
export function installApp(
  { installations }: World,
  app: AppRow,
  accountId: number,
  repositoryIds: readonly number[] | null,
  nowMs: number,
): InstallationRow {
  return installations.put({
    id: installations.nextId(),
    appId: app.id,
    accountId,
    permissions: app.permissions,
    repositoryIds,
    suspendedAt: null,
    createdAt: nowMs,
    updatedAt: nowMs,
  });
}

/** The app of which every Actions job has a token. */
const actions = { slug: "github-actions", id: actionsAppId, botId: 41_898_282 } as const;

/** @param ownerId whose it is where nobody has used it before */
export function actionsApp(world: World, ownerId: number, nowMs: number): AppRow {
  const known = world.apps.get(actions.id);
  return (
    known ??
    addApp(world, { ...actions, name: "GitHub Actions", ownerId, permissions: {}, events: [] }, nowMs)
  );
}

/** @returns the installation of GitHub Actions on an account */
export function actionsInstallation(world: World, accountId: number, nowMs: number): InstallationRow {
  const app = actionsApp(world, accountId, nowMs);
  const known = world.installations.by("account", accountId).find(({ appId }) => appId === app.id);
  return known ?? installApp(world, app, accountId, null, nowMs);
}
