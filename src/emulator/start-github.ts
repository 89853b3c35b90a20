/**
 * @module Starts a GitHub on this machine.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { HubsteadError, invalidInput } from "../errors.ts";
import { type Actions, createActions } from "./actions/create-actions.ts";
import { createLogServer } from "./actions/log-server.ts";
import { addToken } from "./acts/accounts.ts";
import { actionsInstallation, withKeys } from "./acts/apps.ts";
import { createEmulatorClock, type EmulatorClock } from "./clock.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createFolderGitStore } from "./git/folder-git-store.ts";
import { mountRawFiles } from "./git/raw-files.ts";
import { mountSmartHttp } from "./git/smart-http.ts";
import { mountGraphql } from "./graphql/mount-graphql.ts";
import { createCourier, type Webhooks } from "./hooks/courier.ts";
import type { Happening } from "./hooks/happening.ts";
import type { Answered, ServerParts } from "./http/exchange.ts";
import { principalName } from "./http/response.ts";
import { createServer } from "./http/server.ts";
import { createLag, type Lag, lagOf, mostLagMs } from "./lag.ts";
import { type LimitSettings, limitsFrom } from "./limits/limits.ts";
import { createPrimaryBudgets } from "./limits/primary-budgets.ts";
import { createSecondaryGuard } from "./limits/secondary-limits.ts";
import { githubSizes, type Sizes } from "./limits/sizes.ts";
import { servedOperations } from "./operations/served.ts";
import { createRequests, type Requests } from "./requests.ts";
import { personalToken, plant, repositoryNamed } from "./seed/plant.ts";
import { parseSeed, type Seed } from "./seed/seed.ts";
import type { Services } from "./services.ts";
import { createUrls } from "./shapes/urls.ts";
import { openStateFolder } from "./world/state-folder.ts";
import { createWorld, type World } from "./world/world.ts";

export interface StartOptions {
  /** A free one where absent. */
  readonly port?: number;
  /** What there is at the start; left out of account where the state folder holds a GitHub already. */
  readonly seed?: Seed;
  /** Keeps everything in a folder, so that the next start finds it. */
  readonly stateDir?: string;
  /** The wall time in milliseconds since 1970; the machine's where absent. */
  readonly clock?: () => number;
  /** Where the chances of faults come from; the same seed gives the same ones. */
  readonly faults?: { readonly seed: number };
  /** Other limits than GitHub's; `false` for none. */
  readonly limits?: false | LimitSettings;
  /** Other sizes of files, listings and trees than GitHub's. */
  readonly sizes?: Partial<Sizes>;
  /** Hosts that webhooks may be on besides this machine, as `name` or `name:port`. */
  readonly allowHosts?: readonly string[];
  /** Hears of each answer, for checks. */
  readonly onAnswer?: (answered: Answered) => void;
}

/** Whose token is wanted. */
export type TokenOwner =
  /** A person's login. */
  | string
  | { readonly user: string; readonly scopes?: readonly string[] }
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

export interface EmulatedGitHub extends AsyncDisposable {
  /** Without a slash at its end. Also the base URL of the API; an Enterprise Server's is `${url}/api/v3`. */
  readonly url: string;
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly lag: Lag;
  readonly requests: Requests;
  readonly webhooks: Webhooks;
  readonly actions: Actions;
  /** Everything that there is, for assertions. */
  readonly state: World;
  /** @throws {HubsteadError} `invalid_input` for somebody or something that is not there */
  tokenFor(owner: TokenOwner): string;
  /** @throws {HubsteadError} `invalid_input` */
  appCredentials(slug: string): AppCredentials;
  close(): Promise<void>;
}

const hourMs = 3_600_000;

/** @throws {HubsteadError} `invalid_input` for a wrong seed; `busy` for a port that is taken */
export async function startGitHub(options: StartOptions = {}): Promise<EmulatedGitHub> {
  const clock = createEmulatorClock(options.clock);
  const lag = createLag();
  const folder = options.stateDir === undefined ? undefined : openStateFolder(options.stateDir);
  const { world, asOf, stored } = createWorld({
    now: clock.now,
    memoryMs: () => (lag.listsMs + lag.readsMs > 0 ? mostLagMs : 0),
    changed: (collection, id, row) => folder?.changed(collection, id, row),
  });
  folder?.load(stored);
  const limits = limitsFrom(options.limits);
  const budgets = createPrimaryBudgets(limits, clock.now);
  const git = createFolderGitStore(
    options.stateDir === undefined ? undefined : join(options.stateDir, "git"),
  );
  const requests = createRequests();
  const faults = createFaults(options.faults?.seed ?? 1);
  const courier = createCourier({
    world,
    clock,
    seed: options.faults?.seed ?? 1,
    allowHosts: options.allowHosts ?? [],
    noted: () => folder?.flush(),
  });
  let happenings: Happening[] = [];
  const services: Services = {
    world,
    clock,
    budgets,
    git,
    sizes: { ...githubSizes, ...options.sizes },
    courier,
    logs: createLogServer(world, clock),
    happened: (happening) => void happenings.push(happening),
  };
  const settle = (): void => {
    // What is told starts runs, of which others are told.
    while (happenings.length > 0) {
      const told = happenings;
      happenings = [];
      for (const happening of told) {
        courier.send(happening);
        actions.hear(happening);
      }
    }
    actions.drive();
    folder?.flush();
  };
  const actions = createActions({ services, urls: () => createUrls(url, ""), settle });
  const parts: ServerParts = {
    services,
    limits,
    budgets,
    secondary: limits.secondary === false ? undefined : createSecondaryGuard(limits.secondary, clock.now),
    pickFault: faults.pick,
    worldFor(operation, method) {
      const behindMs = method === "GET" ? lagOf(lag, operation) : 0;
      return behindMs === 0 ? world : asOf(clock.now() - behindMs);
    },
    settle,
    answered(answered) {
      const { operation, incoming, principal, content, answer } = answered;
      requests.add({
        operation,
        method: incoming.method,
        path: incoming.target,
        body: content,
        status: answer.status,
        by:
          principal === undefined
            ? "unknown"
            : principalName(principal, (id) => world.accounts.get(id)?.login ?? "ghost"),
        at: new Date(clock.now()).toISOString(),
      });
      options.onAnswer?.(answered);
    },
  };
  if (world.accounts.all().length === 0)
    plant(parseSeed(options.seed ?? { users: { octocat: {} } }), services);
  folder?.flush();
  const app = createServer(parts, servedOperations, (mounted) => {
    mountGraphql(mounted, parts);
    mountSmartHttp(mounted, parts);
    mountRawFiles(mounted, parts);
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(options.port ?? 0, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    folder?.close();
    git.close();
    throw portTaken(options.port, cause);
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const github: EmulatedGitHub = {
    url,
    clock,
    faults,
    lag,
    requests,
    webhooks: courier,
    actions,
    state: world,
    tokenFor(owner) {
      const token = makeToken(services, owner);
      folder?.flush();
      return token;
    },
    appCredentials(slug) {
      const { id, clientId, privateKey } = withKeys(world, appNamed(world, slug));
      folder?.flush();
      return { appId: id, clientId, privateKey };
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await actions.close();
      await courier.close();
      await services.logs.close();
      folder?.close();
      git.close();
    },
    [Symbol.asyncDispose]: () => github.close(),
  };
  return github;
}

function portTaken(port: number | undefined, cause: unknown): unknown {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new HubsteadError("busy", `the port ${port} is taken`, {
        hint: "Name another one, or none for a free one.",
        data: { port, retryAfterMs: 1_000 },
        cause,
      });
    case "EACCES":
      return new HubsteadError("forbidden", `the port ${port} may not be used`, {
        hint: "Ports below 1024 belong to the system: name a higher one.",
        data: { port, needed: "listen" },
        cause,
      });
    default:
      return cause;
  }
}

function appNamed(world: World, slug: string) {
  const app = world.apps.find("slug", slug);
  if (app === undefined) throw invalidInput(`there is no app ${slug}`, "Name one in the seed, under `apps`.");
  return app;
}

function userNamed(world: World, login: string) {
  const user = world.accounts.find("login", login.toLowerCase());
  if (user?.kind !== "User")
    throw invalidInput(`there is no person ${login}`, "Name one in the seed, under `users`.");
  return user;
}

function makeToken(services: Services, owner: TokenOwner): string {
  const { world, clock } = services;
  if (typeof owner === "string") return addToken(world, personalToken(userNamed(world, owner).id)).token;
  if ("actions" in owner) {
    const repository = repositoryNamed(services, owner.actions);
    const installation = actionsInstallation(world, repository.ownerId, clock.now());
    return addToken(world, {
      kind: "actions",
      userId: null,
      scopes: [],
      installationId: installation.id,
      permissions: owner.permissions ?? {
        contents: "write",
        issues: "write",
        pull_requests: "write",
        actions: "write",
      },
      repositoryIds: [repository.id],
      expiresAt: clock.now() + hourMs,
    }).token;
  }
  const named = "repositories" in owner ? owner.repositories : undefined;
  const repositoryIds = named?.map((name) => repositoryNamed(services, name).id) ?? null;
  if ("app" in owner) {
    const app = appNamed(world, owner.app);
    const account = world.accounts.find("login", owner.account.toLowerCase());
    const installation = world.installations
      .by("app", app.id)
      .find(({ accountId }) => accountId === account?.id);
    if (installation === undefined) {
      throw invalidInput(`${owner.app} is not installed on ${owner.account}`, "Install it in the seed.");
    }
    return addToken(world, {
      kind: "installation",
      userId: null,
      scopes: [],
      installationId: installation.id,
      permissions: owner.permissions ?? installation.permissions,
      repositoryIds,
      expiresAt: clock.now() + hourMs,
    }).token;
  }
  const { id } = userNamed(world, owner.user);
  if (!("permissions" in owner)) return addToken(world, personalToken(id, owner.scopes)).token;
  return addToken(world, {
    kind: "fine-grained",
    userId: id,
    scopes: [],
    installationId: null,
    permissions: owner.permissions,
    repositoryIds,
    expiresAt: null,
  }).token;
}
