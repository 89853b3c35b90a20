/**
 * @module Credentials for whoever is to call the emulator: tokens of people, of apps' installations and of jobs, and what
 * an app signs in with.
 */
import { z } from "zod";
import { invalidInput } from "../errors.ts";
import { repositoriesOf } from "./access/installed.ts";
import { isGranted, type Level } from "./access/permissions.ts";
import { addToken, type NewToken } from "./acts/accounts.ts";
import { actionsInstallation, withKeys } from "./acts/apps.ts";
import { personalToken, repositoryNamed } from "./seed/plant.ts";
import type { Services } from "./services.ts";
import { parseSettings } from "./settings.ts";
import type { AccountRow } from "./world/account-rows.ts";
import type { AppRow, InstallationRow } from "./world/app-rows.ts";
import type { World } from "./world/world.ts";

const names = z.array(z.string());
const permissions = z.record(z.string(), z.enum(["read", "write", "admin"]));
const personSchema = z.strictObject({
  user: z.string(),
  scopes: names.optional(),
  permissions: permissions.optional(),
  repositories: names.optional(),
});
const appSchema = z.strictObject({
  app: z.string(),
  account: z.string().optional(),
  permissions: permissions.optional(),
  repositories: names.optional(),
});
const jobSchema = z.strictObject({ actions: z.string(), permissions: permissions.optional() });

/** @throws {HubsteadError} `invalid_input` */
function checkOwner(owner: unknown): void {
  if (typeof owner === "string") return;
  const has = (key: string) => typeof owner === "object" && owner !== null && key in owner;
  // By what it names, so that a mistake is told of the form that is meant.
  const schema = has("app") ? appSchema : has("actions") ? jobSchema : personSchema;
  parseSettings<unknown>(schema, owner, "the token's owner");
}

/** Whose token is wanted. */
export type TokenOwner =
  /** A person's login: a classic token with all scopes. */
  | string
  | { readonly user: string; readonly scopes?: readonly string[] }
  /** A fine-grained one. */
  | {
      readonly user: string;
      readonly permissions: Readonly<Record<string, string>>;
      /** As `owner/name`; all where absent. */
      readonly repositories?: readonly string[];
    }
  | {
      /** An app's slug. */
      readonly app: string;
      /** Where it is installed; may be absent where that is one account alone. */
      readonly account?: string;
      readonly permissions?: Readonly<Record<string, string>>;
      readonly repositories?: readonly string[];
    }
  /** A job's `GITHUB_TOKEN`, of the repository `owner/name`. */
  | { readonly actions: string; readonly permissions?: Readonly<Record<string, string>> };

/** What an app needs to sign in. */
export interface AppCredentials {
  readonly appId: number;
  readonly clientId: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
}

const hourMs = 3_600_000;
const jobPermissions = {
  contents: "write",
  issues: "write",
  pull_requests: "write",
  actions: "write",
  checks: "write",
  statuses: "write",
};

/** @throws {HubsteadError} `invalid_input` for somebody or something that is not there */
export function makeToken(services: Services, owner: TokenOwner): string {
  checkOwner(owner);
  return addToken(services.world, tokenOf(services, owner)).token;
}

function tokenOf(services: Services, owner: TokenOwner): NewToken {
  const { world } = services;
  if (typeof owner === "string") return personalToken(userNamed(world, owner).id);
  if ("actions" in owner) return jobToken(services, owner.actions, owner.permissions ?? jobPermissions);
  if ("app" in owner) return installationToken(services, owner);
  const { id } = userNamed(world, owner.user);
  if (!("permissions" in owner)) return personalToken(id, owner.scopes);
  return {
    ...personalToken(id, []),
    kind: "fine-grained",
    permissions: owner.permissions,
    repositoryIds: owner.repositories?.map((name) => repositoryNamed(services, name).id) ?? null,
  };
}

function jobToken(
  services: Services,
  fullName: string,
  permissions: Readonly<Record<string, string>>,
): NewToken {
  const { world, clock } = services;
  const repository = repositoryNamed(services, fullName);
  const installation = actionsInstallation(world, repository.ownerId, clock.now());
  return {
    kind: "actions",
    userId: null,
    scopes: [],
    installationId: installation.id,
    permissions,
    repositoryIds: [repository.id],
    expiresAt: clock.now() + hourMs,
  };
}

function installationToken(
  services: Services,
  { app: slug, account, permissions, repositories }: Extract<TokenOwner, { readonly app: string }>,
): NewToken {
  const { world, clock } = services;
  const installation = installationOf(world, slug, account);
  for (const [permission, level] of Object.entries(permissions ?? {})) {
    if (isGranted(installation.permissions, { permission, level: level as Level })) continue;
    const has = installation.permissions[permission] ?? "nothing";
    throw invalidInput(
      `${slug} has ${has} of the permission ${permission}, not ${level}`,
      "Grant it in the seed, under `permissions` of the app.",
    );
  }
  const covered = new Set(repositoriesOf(world, installation).map(({ id }) => id));
  return {
    kind: "installation",
    userId: null,
    scopes: [],
    installationId: installation.id,
    permissions: permissions ?? installation.permissions,
    repositoryIds:
      repositories?.map((name) => {
        const { id } = repositoryNamed(services, name);
        if (covered.has(id)) return id;
        throw invalidInput(`${slug} is not installed for ${name}`, installHint);
      }) ?? null,
    expiresAt: clock.now() + hourMs,
  };
}

const installHint = "Install it in the seed, under `installations` of the app.";

/** @param login may be absent for an app that is installed once */
function installationOf(world: World, slug: string, login: string | undefined): InstallationRow {
  const installations = world.installations.by("app", appNamed(world, slug).id);
  const loginOf = ({ accountId }: InstallationRow) => world.accounts.get(accountId)?.login ?? "";
  if (login !== undefined) {
    const found = installations.find((each) => loginOf(each).toLowerCase() === login.toLowerCase());
    if (found === undefined) throw invalidInput(`${slug} is not installed on ${login}`, installHint);
    return found;
  }
  const [only, second] = installations;
  if (only === undefined) throw invalidInput(`${slug} is not installed anywhere`, installHint);
  if (second === undefined) return only;
  throw invalidInput(
    `${slug} is installed on several accounts: ${installations.map(loginOf).join(", ")}`,
    "Name one of them as `account`.",
  );
}

/** @throws {HubsteadError} `invalid_input` */
export function appCredentialsOf({ world }: Services, slug: string): AppCredentials {
  const { id, clientId, privateKey } = withKeys(world, appNamed(world, slug));
  return { appId: id, clientId, privateKey };
}

function appNamed(world: World, slug: string): AppRow {
  const app = world.apps.find("slug", slug);
  if (app === undefined) throw invalidInput(`there is no app ${slug}`, "Name one in the seed, under `apps`.");
  return app;
}

function userNamed(world: World, login: string): AccountRow {
  const user = world.accounts.find("login", login.toLowerCase());
  if (user?.kind === "User") return user;
  throw invalidInput(`there is no person ${login}`, "Name one in the seed, under `users`.");
}
