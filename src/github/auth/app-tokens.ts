/**
 * @module The credentials of a GitHub App: its own token for what only the App itself may ask, and for everything else a
 * token of its installation on the owner that a request is about. Tokens are kept in memory only.
 */
import type { KeyObject } from "node:crypto";
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { createAppCalls } from "./app-calls.ts";
import { isAppPath } from "./app-jwt.ts";
import { refusalToError } from "./app-refusals.ts";
import { createInstallations } from "./installations.ts";
import { parsePrivateKey, secretsOfKey } from "./private-key.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createTokenCache, type HeldToken } from "./token-cache.ts";
import type { Credential, TokenScope, TokenSource } from "./token-source.ts";
import { checkWish, narrowWish, type TokenWish, wishFor } from "./token-wish.ts";

export interface AppTokenOptions extends TokenWish {
  /** At least one of both; the client id is what GitHub prefers. */
  readonly appId?: number | string;
  readonly clientId?: string;
  /** As text, or how to get it: asked for when first needed, and again where that failed. */
  readonly privateKey: string | (() => Promise<KeyObject>);
  /** As `parseApiUrl` returns it. */
  readonly apiUrl: string;
  /** 2022-11-28 where absent. */
  readonly apiVersion?: string;
  /** Gets requests that carry their own `Authorization`, to the API only, with `redirect: "manual"`. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: GitHubClock;
  /** Whose installation is used for requests that are about no owner. */
  readonly org?: string;
}

/** A token as it is handed to others, git for instance. */
export interface InstallationToken {
  readonly token: string;
  readonly installationId: number;
  /** ISO 8601 UTC, by GitHub's clock. */
  readonly expiresAt: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly repositorySelection: string;
}

export interface AppTokenSource extends TokenSource {
  /** The token that {@link TokenSource.credentialFor} would use. @throws as that */
  tokenFor(scope: TokenScope, signal?: AbortSignal): Promise<InstallationToken>;
  /**
   * A source of tokens that can do less, for least privilege. It shares the tokens that this one has, and gives nothing
   * for what only the App itself may ask.
   *
   * @throws {HubsteadError} `invalid_input` for more than this one can do
   */
  scopedTo(wish: TokenWish): AppTokenSource;
}

// A new token is taken so long before the old one's end, or in the last quarter of its life, whichever is shorter.
const marginMs = 300_000;
// Where no new token can be had, the old one is used up to here.
const leastMs = 30_000;
// GitHub's machines learn of a new token one after the other; @octokit/auth-app waits 1, 2 and 3 s.
const newMs = 5_000;
const settlingMs = 2_000;
// A renewed token that is refused as well, within so long, is not renewed again: that would never end.
const renewalPauseMs = 60_000;
// So long a refusal that waits for a person is not asked for again.
const refusalMs = 10_000;

/** @throws {HubsteadError} `invalid_input` for a bad key as text, and for wishes that cannot be */
export function createAppTokenSource(options: AppTokenOptions): AppTokenSource {
  const { repositories, permissions } = options;
  const wish = {
    ...(repositories === undefined ? {} : { repositories }),
    ...(permissions === undefined ? {} : { permissions }),
  };
  checkWish(wish);
  return sourceOf(createEngine(options), wish, false);
}

function sourceOf(engine: Engine, wish: TokenWish, isScoped: boolean): AppTokenSource {
  const keyOf = (scope: TokenScope): TokenKey => {
    const owner = engine.ownerOf(scope);
    const body = wishFor(owner, wish);
    return { owner, wish: body, text: JSON.stringify([owner.toLowerCase(), body]) };
  };
  const isApps = (scope: TokenScope): boolean => {
    const isAsked = isAppPath(engine.pathOf(scope));
    if (isAsked && isScoped) {
      throw new HubsteadError(
        "forbidden",
        `${scope.path} takes the App's own token, which this credential is not`,
        {
          hint: "Ask with the App's source itself, not with one that was narrowed.",
        },
      );
    }
    return isAsked;
  };
  return {
    label: engine.label,
    async credentialFor(scope, signal) {
      if (isApps(scope)) return await engine.ownCredential();
      return credentialOf(await engine.take(keyOf(scope), signal));
    },
    async renew(refused, scope, signal) {
      if (isApps(scope)) return await engine.renewOwn(signal);
      const renewed = await engine.renew(refused, keyOf(scope), signal);
      return renewed === undefined ? undefined : credentialOf(renewed);
    },
    async tokenFor(scope, signal) {
      const held = await engine.take(keyOf(scope), signal);
      const { token, installationId, expiresAt, permissions, repositorySelection } = held;
      return { token, installationId, expiresAt, permissions, repositorySelection };
    },
    scopedTo: (narrow) => sourceOf(engine, narrowWish(wish, narrow), true),
    secrets: engine.secrets,
  };
}

interface TokenKey {
  readonly owner: string;
  readonly wish: ReturnType<typeof wishFor>;
  readonly text: string;
}

type Engine = ReturnType<typeof createEngine>;

/** What all sources of one App share. */
function createEngine(options: AppTokenOptions) {
  const { clock, apiUrl, org } = options;
  const issuer = issuerOf(options);
  const label = `GitHub App ${issuer}`;
  const { getKey, keySecrets } = keyHolder(options.privateKey);
  const { fetch, apiVersion = "2022-11-28" } = options;
  const calls = createAppCalls({ issuer, key: getKey, apiUrl, apiVersion, fetch, clock });
  const installations = createInstallations({ calls, clock, apiUrl, app: label });
  const cache = createTokenCache(clock.now);
  const mints = createSingleFlight<HeldToken>();
  const probes = createSingleFlight<void>();
  const refusals = new Map<string, { readonly error: HubsteadError; readonly untilMs: number }>();
  const base = new URL(apiUrl).pathname.replace(/\/$/u, "");

  const mint = async (key: TokenKey, isRenewed: boolean, signal: AbortSignal): Promise<HeldToken> => {
    const refused = refusals.get(key.text);
    if (refused !== undefined && refused.untilMs > clock.now()) throw refused.error;
    refusals.delete(key.text);
    try {
      const minted = await installations.mint(key.owner, key.wish, signal);
      const now = clock.now();
      const held = { ...minted, mintedAtMs: now, expiresAtMs: now + minted.lifeMs, isRenewed };
      cache.set(key.text, held);
      return held;
    } catch (error) {
      if (error instanceof HubsteadError && /^(?:not_found|forbidden|unauthorized)$/u.test(error.code))
        refusals.set(key.text, { error, untilMs: clock.now() + refusalMs });
      throw error;
    }
  };
  const share = (key: TokenKey, isRenewed: boolean, signal?: AbortSignal): Promise<HeldToken> =>
    mints(key.text, (shared) => mint(key, isRenewed, shared), signal);

  return {
    label,
    secrets: (): readonly string[] => [...keySecrets(), ...calls.secrets(), ...cache.secrets()],
    /** Without the path that an Enterprise Server's API has before all others. */
    pathOf: ({ path }: TokenScope): string =>
      base !== "" && path.startsWith(`${base}/`) ? path.slice(base.length) : path,
    ownerOf({ owner, path }: TokenScope): string {
      // What is under `/users/…` is public, or that user's alone: any installation will do.
      const isOfUser = /^(?:\/api\/v3)?\/users\//u.test(path);
      const found = isOfUser ? (org ?? owner) : (owner ?? org);
      if (found !== undefined) return found;
      throw invalidInput(
        `${path} names no owner, and ${label} has a token for each organisation`,
        "Set GITHUB_ORG to the organisation whose installation is to be used.",
        { path: "GITHUB_ORG" },
      );
    },
    async ownCredential(): Promise<Credential> {
      return { authorization: `Bearer ${await calls.jwt()}`, principal: `app:${issuer}` };
    },
    /** Asks for something cheap, to set the clock by the answer. */
    async renewOwn(signal?: AbortSignal): Promise<Credential> {
      const probe = async (shared: AbortSignal): Promise<void> => {
        const answer = await calls.ask("GET", "/app", undefined, shared);
        if (answer.status !== 200)
          throw refusalToError(answer, { app: label, what: "its own token", apiUrl });
      };
      await probes("", probe, signal);
      return await this.ownCredential();
    },
    async take(key: TokenKey, signal?: AbortSignal): Promise<HeldToken> {
      const held = cache.get(key.text);
      const leftMs = held === undefined ? 0 : held.expiresAtMs - clock.now();
      if (held !== undefined && leftMs > Math.min(marginMs, held.lifeMs / 4)) return held;
      try {
        return await share(key, false, signal);
      } catch (error) {
        if (held === undefined || leftMs < leastMs || !isPassing(error)) throw error;
        return held;
      }
    },
    async renew(refused: Credential, key: TokenKey, signal?: AbortSignal): Promise<HeldToken | undefined> {
      const held = cache.get(key.text);
      // Somebody else has renewed it already, or it was replaced before its end.
      if (held === undefined || credentialOf(held).authorization !== refused.authorization)
        return held ?? (await share(key, true, signal));
      const ageMs = clock.now() - held.mintedAtMs;
      if (held.isRenewed && ageMs < renewalPauseMs) return undefined;
      cache.drop(key.text);
      const renewed = await share(key, true, signal);
      if (ageMs < newMs) await clock.sleep(settlingMs, signal);
      return renewed;
    },
  };
}

function credentialOf({ token, installationId }: HeldToken): Credential {
  return { authorization: `Bearer ${token}`, principal: `installation:${installationId}` };
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof HubsteadError &&
    /^(?:remote_unavailable|rate_limited|ambiguous_write)$/u.test(error.code)
  );
}

/** @throws {HubsteadError} `invalid_input` */
function issuerOf({ appId, clientId }: AppTokenOptions): string {
  const issuer = String(clientId ?? appId ?? "").trim();
  if (/^(?:\d{1,15}|Iv[\w.]{10,60})$/u.test(issuer)) return issuer;
  throw invalidInput(
    issuer === "" ? "a GitHub App's id is missing" : "a GitHub App's id is a number, or its client id Iv…",
    "It stands at the top of the App's settings; GITHUB_APP_ID takes it.",
    { path: "GITHUB_APP_ID" },
  );
}

function keyHolder(given: AppTokenOptions["privateKey"]): {
  getKey: () => Promise<KeyObject>;
  keySecrets: () => readonly string[];
} {
  let secrets: readonly string[] = [];
  const keep = (key: KeyObject): KeyObject => {
    secrets = secretsOfKey(key);
    return key;
  };
  if (typeof given === "string") {
    const key = keep(parsePrivateKey(given, "the private key"));
    return { getKey: async () => key, keySecrets: () => secrets };
  }
  let key: Promise<KeyObject> | undefined;
  const getKey = async (): Promise<KeyObject> => {
    key ??= given().then(keep);
    try {
      return await key;
    } catch (error) {
      // A file can be put right while the program runs.
      key = undefined;
      throw error;
    }
  };
  return { getKey, keySecrets: () => secrets };
}
