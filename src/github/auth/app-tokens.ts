/**
 * @module The credentials of a GitHub App: its own token for what only the App itself may ask, and for everything else a
 * token of its installation on the owner that a request is about. Tokens are kept in memory only.
 */
import type { KeyObject } from "node:crypto";
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";
import { type AppCalls, createAppCalls } from "./app-calls.ts";
import { isAppPath } from "./app-jwt.ts";
import { refusalToError } from "./app-refusals.ts";
import { isAppIdentity, isLogin } from "./identities.ts";
import { createInstallations } from "./installations.ts";
import { parsePrivateKey, secretsOfKey } from "./private-key.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createTokenKeeper, type TokenKeeper, type TokenKey } from "./token-keeper.ts";
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
  /**
   * Gets requests to the API that carry the App's own `Authorization`, with `redirect: "manual"`. It must send them as they
   * are, and hand a 401 back: asking this source for another credential meanwhile would wait for itself.
   */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: GitHubClock;
  /** Whose installation is used for requests that are about no owner. */
  readonly org?: string;
}

/** A token as it is handed to others, git for instance. */
interface InstallationToken {
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

/** @throws {HubsteadError} `invalid_input` for a bad key as text, and for ids and wishes that cannot be */
export function createAppTokenSource(options: AppTokenOptions): AppTokenSource {
  const { clock, apiUrl, repositories, permissions, apiVersion = "2022-11-28" } = options;
  const wish = {
    ...(repositories === undefined ? {} : { repositories }),
    ...(permissions === undefined ? {} : { permissions }),
  };
  checkWish(wish);
  const issuer = issuerOf(options);
  const label = `GitHub App ${issuer}`;
  const { getKey, keySecrets } = keyHolder(options.privateKey);
  const calls = createAppCalls({ issuer, key: getKey, apiUrl, apiVersion, fetch: options.fetch, clock });
  const keeper = createTokenKeeper(createInstallations({ calls, clock, apiUrl, app: label }), clock);
  const parts = { issuer, label, apiUrl, org: options.org, calls, keeper };
  const secrets = () => [...keySecrets(), ...calls.secrets(), ...keeper.secrets()];
  return sourceOf({ ...parts, own: ownCredential(parts), secrets }, wish, false);
}

/** What all sources of one App share. */
interface AppParts {
  readonly issuer: string;
  /** `GitHub App 12`. */
  readonly label: string;
  readonly apiUrl: string;
  readonly org: string | undefined;
  readonly calls: AppCalls;
  readonly keeper: TokenKeeper;
}

interface OwnCredential {
  get(): Promise<Credential>;
  renew(signal?: AbortSignal): Promise<Credential>;
}

/** The App's own token, not an installation's. */
function ownCredential({ issuer, label, apiUrl, calls }: AppParts): OwnCredential {
  const probes = createSingleFlight<void>();
  const get = async () => ({ authorization: `Bearer ${await calls.jwt()}`, principal: `app:${issuer}` });
  // By the answer to a question that costs little, the clock is set, or the key is found to be wrong.
  const probe = async (signal: AbortSignal): Promise<void> => {
    const answer = await calls.ask("GET", "/app", undefined, signal);
    if (answer.status !== 200) throw refusalToError(answer, { app: label, what: "its own token", apiUrl });
  };
  return {
    get,
    async renew(signal) {
      await probes("", probe, signal);
      return await get();
    },
  };
}

interface SourceParts extends AppParts {
  readonly own: OwnCredential;
  secrets(): readonly string[];
}

/** @param isScoped whether it was narrowed, so that it gives nothing away that is the App's own */
function sourceOf(parts: SourceParts, wish: TokenWish, isScoped: boolean): AppTokenSource {
  const { keeper, own, label } = parts;
  const keyOf = (scope: TokenScope): TokenKey => {
    const owner = ownerOf(scope, parts);
    return { owner, wish: wishFor(owner, wish) };
  };
  const isForApp = ({ path }: TokenScope): boolean => {
    const isAsked = isAppPath(withoutBase(path, parts.apiUrl));
    if (isAsked && isScoped) {
      throw new HubsteadError("forbidden", `${path} takes the App's own token, and this credential is less`, {
        hint: "Ask with the App's source itself, not with one that was narrowed.",
      });
    }
    return isAsked;
  };
  return {
    label,
    async credentialFor(scope, signal) {
      return isForApp(scope) ? await own.get() : credentialOf(await keeper.take(keyOf(scope), signal));
    },
    async renew({ authorization = "" }, scope, signal) {
      if (isForApp(scope)) return await own.renew(signal);
      const renewed = await keeper.renew(authorization.replace(/^\S+ /u, ""), keyOf(scope), signal);
      return renewed === undefined ? undefined : credentialOf(renewed);
    },
    async tokenFor(scope, signal) {
      const held = await keeper.take(keyOf(scope), signal);
      const { token, installationId, expiresAt, permissions, repositorySelection } = held;
      return { token, installationId, expiresAt, permissions, repositorySelection };
    },
    scopedTo: (narrow) => sourceOf(parts, narrowWish(wish, narrow), true),
    secrets: parts.secrets,
  };
}

function credentialOf({ token, installationId }: InstallationToken): Credential {
  return { authorization: `Bearer ${token}`, principal: `installation:${installationId}` };
}

/** An Enterprise Server's API has a path of its own before all others. */
function withoutBase(path: string, apiUrl: string): string {
  const base = new URL(apiUrl).pathname.replace(/\/$/u, "");
  return base !== "" && path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}

/** @throws {HubsteadError} `invalid_input` where nothing says whose installation is meant; it is never guessed */
function ownerOf({ owner, path }: TokenScope, { org, label, apiUrl }: AppParts): string {
  // What is under `/users/…` is public, or that user's alone: any installation will do.
  const isOfUser = withoutBase(path, apiUrl).startsWith("/users/");
  const found = isOfUser ? (org ?? owner) : (owner ?? org);
  if (found === undefined) {
    throw invalidInput(
      `${path} names no owner, and ${label} has a token for each organisation`,
      "Set GITHUB_ORG to the organisation whose installation is to be used.",
      { path: "GITHUB_ORG" },
    );
  }
  if (isLogin(found)) return found;
  throw invalidInput(
    `${JSON.stringify(found)} is no login of a user or an organisation`,
    "Write it as it stands in the URL of its page: github.com/LOGIN.",
  );
}

/** @throws {HubsteadError} `invalid_input` */
function issuerOf({ appId, clientId }: AppTokenOptions): string {
  const issuer = String(clientId ?? appId ?? "").trim();
  if (isAppIdentity(issuer)) return issuer;
  throw invalidInput(
    issuer === "" ? "a GitHub App's id is missing" : "a GitHub App's id is a number, or its client id Iv…",
    "It stands at the top of the App's settings; `appId` (GITHUB_APP_ID) takes it.",
    { path: "appId" },
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
    return { getKey: async () => key, keySecrets: () => [...secrets, given] };
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
