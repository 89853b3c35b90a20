/**
 * @module Credentials for whoever is to call the emulator: tokens of people, of apps' installations and of jobs, and what
 * an app signs in with.
 */
import { invalidInput } from "../errors.ts";
import { addToken, type NewToken } from "./acts/accounts.ts";
import { actionsInstallation, withKeys } from "./acts/apps.ts";
import { personalToken, repositoryNamed } from "./seed/plant.ts";
import type { Services } from "./services.ts";
import type { AccountRow } from "./world/account-rows.ts";
import type { AppRow } from "./world/app-rows.ts";
import type { World } from "./world/world.ts";

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
      /** Where it is installed. */
      readonly account: string;
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
  return addToken(services.world, tokenOf(services, owner)).token;
}

function tokenOf(services: Services, owner: TokenOwner): NewToken {
  const { world } = services;
  if (typeof owner === "string") return personalToken(userNamed(world, owner).id);
  if ("actions" in owner) return jobToken(services, owner.actions, owner.permissions ?? jobPermissions);
  const named = "repositories" in owner ? owner.repositories : undefined;
  const repositoryIds = named?.map((name) => repositoryNamed(services, name).id) ?? null;
  if ("app" in owner) return { ...installationToken(services, owner), repositoryIds };
  const { id } = userNamed(world, owner.user);
  if (!("permissions" in owner)) return personalToken(id, owner.scopes);
  return {
    ...personalToken(id, []),
    kind: "fine-grained",
    permissions: owner.permissions,
    repositoryIds,
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
  { world, clock }: Services,
  { app: slug, account: login, permissions }: Extract<TokenOwner, { readonly app: string }>,
): NewToken {
  const app = appNamed(world, slug);
  const account = world.accounts.find("login", login.toLowerCase());
  const installation = world.installations
    .by("app", app.id)
    .find(({ accountId }) => accountId === account?.id);
  if (installation === undefined) {
    throw invalidInput(
      `${slug} is not installed on ${login}`,
      "Install it in the seed, under `installations` of the app.",
    );
  }
  return {
    kind: "installation",
    userId: null,
    scopes: [],
    installationId: installation.id,
    permissions: permissions ?? installation.permissions,
    repositoryIds: null,
    expiresAt: clock.now() + hourMs,
  };
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
