/**
 * @module Starts a GitHub on this machine.
 */
import { join } from "node:path";
import { type Actions, createActions } from "./actions/create-actions.ts";
import { createLogServer } from "./actions/log-server.ts";
import { renameAccount } from "./acts/accounts.ts";
import { createEmulatorClock, type EmulatorClock } from "./clock.ts";
import { type AppCredentials, appCredentialsOf, makeToken, type TokenOwner } from "./credentials.ts";
import { createFaults, type FaultSettings, type Faults, parseFaultSettings } from "./faults.ts";
import { createFolderGitStore } from "./git/folder-git-store.ts";
import { mountRawFiles } from "./git/raw-files.ts";
import { createRememberingGitStore } from "./git/remembering-git-store.ts";
import { mountSmartHttp } from "./git/smart-http.ts";
import { mountGraphql } from "./graphql/mount-graphql.ts";
import { createCourier, type Webhooks } from "./hooks/courier.ts";
import type { Happening } from "./hooks/happening.ts";
import { mountControl } from "./http/control.ts";
import type { Answered, ServerParts } from "./http/exchange.ts";
import { type Listening, listen } from "./http/listen.ts";
import { principalName } from "./http/response.ts";
import { createServer } from "./http/server.ts";
import { createLag, type Lag, lagOf, mostLagMs } from "./lag.ts";
import { type LimitSettings, limitsFrom } from "./limits/limits.ts";
import { createPrimaryBudgets } from "./limits/primary-budgets.ts";
import { createSecondaryGuard } from "./limits/secondary-limits.ts";
import { type Sizes, sizesFrom } from "./limits/sizes.ts";
import { servedOperations } from "./operations/served.ts";
import { createAssetStore } from "./releases/asset-store.ts";
import { downloadAt } from "./releases/downloads.ts";
import { mountReleaseFiles } from "./releases/release-files.ts";
import { createRequests, type Requests } from "./requests.ts";
import { plant } from "./seed/plant.ts";
import { parseSeed, type Seed } from "./seed/seed.ts";
import type { Services } from "./services.ts";
import { createUrls } from "./shapes/urls.ts";
import { mountWebFlowKey } from "./signing/mount-web-flow-key.ts";
import { checkOptions } from "./start-options.ts";
import { openStateFolder } from "./world/state-folder.ts";
import { createWorld, type World } from "./world/world.ts";

export interface StartOptions {
  /** A free one where absent. */
  readonly port?: number;
  /** What there is at the start; left out of account where the state folder holds a GitHub already. */
  readonly seed?: Seed;
  /** Keeps everything in a folder, so that the next start finds it. Of one emulator at a time. */
  readonly stateDir?: string;
  /** The wall time in milliseconds since 1970; the machine's where absent. */
  readonly clock?: () => number;
  /** What goes wrong from the start, and where chances come from. */
  readonly faults?: FaultSettings;
  /** Other limits than GitHub's; `false` for none. */
  readonly limits?: false | LimitSettings;
  /** Other sizes of files, listings and trees than GitHub's. */
  readonly sizes?: Partial<Sizes>;
  /** Whether programs in other languages may drive it over HTTP, below `/_emulator`. */
  readonly control?: boolean;
  /** Hosts that webhooks may be on besides this machine, as `name` or `name:port`. */
  readonly allowHosts?: readonly string[];
  /** Hears of each answer, for checks. */
  readonly onAnswer?: (answered: Answered) => void;
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
  /** Gives a person or an organisation another name; the old one leads to its repositories. @throws {HubsteadError} `invalid_input` */
  renameAccount(login: string, newLogin: string): void;
  close(): Promise<void>;
}

/** What faults can hit. */
const faultyNames = [
  ...servedOperations.map(({ name }) => name),
  "graphql",
  "git/upload-pack",
  "git/receive-pack",
  "web/raw-file",
  "web/release-file",
];

/** @throws {HubsteadError} `invalid_input` for a wrong seed, fault, limit or size; `busy` for a port or a state folder that is taken */
export async function startGitHub(options: StartOptions = {}): Promise<EmulatedGitHub> {
  checkOptions(options);
  const seed = parseSeed(options.seed ?? { users: { octocat: {} } });
  const { seed: faultSeed = 1, list = [] } = parseFaultSettings(options.faults ?? {});
  const faults = createFaults(faultSeed, faultyNames);
  for (const fault of list) faults.add(fault);
  const limits = limitsFrom(options.limits);
  const sizes = sizesFrom(options.sizes);
  const lag = createLag();
  const memoryMs = () => (lag.listsMs + lag.readsMs > 0 ? mostLagMs : 0);
  const folder = options.stateDir === undefined ? undefined : openStateFolder(options.stateDir);
  const clock = createEmulatorClock(
    options.clock,
    folder && { movedByMs: folder.movedByMs(), moved: folder.keepMovedBy },
  );
  const { world, asOf, stored } = createWorld({
    now: clock.now,
    memoryMs,
    changed: (collection, id, row) => folder?.changed(collection, id, row),
  });
  folder?.load(stored);
  const budgets = createPrimaryBudgets(limits, clock.now, world);
  const files = createFolderGitStore(
    options.stateDir === undefined ? undefined : join(options.stateDir, "git"),
  );
  const git = createRememberingGitStore(files, { now: clock.now, memoryMs });
  const assets = createAssetStore(
    options.stateDir === undefined ? undefined : join(options.stateDir, "assets"),
  );
  const requests = createRequests();
  const courier = createCourier({
    world,
    clock,
    seed: faultSeed,
    allowHosts: options.allowHosts ?? [],
    noted: () => folder?.tryFlush(),
  });
  let happenings: Happening[] = [];
  const services: Services = {
    world,
    clock,
    budgets,
    git,
    assets,
    sizes,
    courier,
    logs: createLogServer(world, clock, (path) => downloadAt({ world, git, assets }, path)),
    happened: (happening) => void happenings.push(happening),
  };
  const tell = (): void => {
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
  };
  const settle = (): void => {
    tell();
    folder?.flush();
  };
  const settleMeanwhile = (): void => {
    tell();
    folder?.tryFlush();
  };
  const actions = createActions({ services, urls: () => createUrls(url, ""), settle: settleMeanwhile });
  const isRead = (method: string) => method === "GET" || method === "HEAD";
  const closing = new AbortController();
  const parts: ServerParts = {
    services,
    limits,
    budgets,
    secondary: limits.secondary === false ? undefined : createSecondaryGuard(limits.secondary, clock.now),
    pickFault: faults.pick,
    worldFor(operation, method) {
      const behindMs = isRead(method) ? lagOf(lag, operation) : 0;
      return behindMs === 0 ? world : asOf(clock.now() - behindMs);
    },
    gitFor(operation, method) {
      const behindMs = isRead(method) ? lagOf(lag, operation) : 0;
      return behindMs === 0 ? git : git.asOf(clock.now() - behindMs);
    },
    closing: closing.signal,
    settle,
    answered(answered) {
      const { operation, incoming, principal, content, contentLength, answer } = answered;
      const record = {
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
      };
      requests.add(record, contentLength);
      options.onAnswer?.(answered);
    },
  };
  const app = createServer(parts, servedOperations, (mounted) => {
    if (options.control === true) mountControl(mounted, () => github);
    mountGraphql(mounted, parts);
    mountSmartHttp(mounted, parts);
    mountRawFiles(mounted, parts);
    mountReleaseFiles(mounted, parts);
    mountWebFlowKey(mounted, parts);
  });
  const isThere = (id: number): boolean => world.repositories.get(id) !== undefined;
  const plantSeed = (): void => {
    try {
      plant(seed, services);
    } catch (error) {
      folder?.drop();
      git.keepOnly(() => false);
      throw error;
    }
  };
  const closeStores = async (): Promise<void> => {
    await actions.close();
    await courier.close();
    await services.logs.close();
    try {
      folder?.close();
    } finally {
      git.close();
      assets.close();
    }
  };
  let listening: Listening;
  try {
    git.keepOnly(isThere);
    assets.keepOnly((id) => world.releaseAssets.get(id) !== undefined);
    if (world.accounts.all().length === 0) plantSeed();
    folder?.flush();
    listening = await listen(app, options.port ?? 0);
  } catch (error) {
    await closeStores();
    throw error;
  }
  const { url } = listening;
  let closed: Promise<void> | undefined;

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
      const credentials = appCredentialsOf(services, slug);
      folder?.flush();
      return credentials;
    },
    renameAccount(login, newLogin) {
      renameAccount(world, login, newLogin, clock.now());
      folder?.flush();
    },
    close() {
      closing.abort();
      closed ??= listening.close().then(closeStores);
      return closed;
    },
    [Symbol.asyncDispose]: () => github.close(),
  };
  return github;
}
