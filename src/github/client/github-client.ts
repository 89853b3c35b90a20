/**
 * @module The client: everything that the operations beside this file can do, on one object with one credential.
 */
import type { Logger } from "../../base/logger.ts";
import { credentialFromEnvironment, type Environment } from "../auth/credential-from-environment.ts";
import { anonymousSource, createTokenSource } from "../auth/static-token.ts";
import type { TokenSource } from "../auth/token-source.ts";
import { type GitHubClock, systemClock } from "../clock.ts";
import { checkKeys, fetchOptionNames } from "../fetch/check-options.ts";
import {
  createGitHubFetch,
  type GitHubFetch,
  type GitHubFetchOptions,
  type LimitsView,
} from "../fetch/create-github-fetch.ts";
import { type ClientMethods, clientMethods } from "./client-methods.ts";
import { type CallOptions, createSession, type GitHubApi } from "./session.ts";

export interface GitHubClientOptions extends Omit<GitHubFetchOptions, "auth"> {
  /** The organisation that bare names of repositories belong to. Default: `GITHUB_ORG`. Never guessed. */
  readonly org?: string;
  /** A token, or where one comes from. Default: what the environment says. */
  readonly auth?: string | TokenSource;
  /** Another word for `auth`. */
  readonly token?: string;
  /** A GitHub App's id or client id; goes with `privateKey` or `privateKeyPath`. */
  readonly appId?: number | string;
  /** PEM, PKCS#1 or PKCS#8. */
  readonly privateKey?: string;
  /** A file that nobody else can read. */
  readonly privateKeyPath?: string;
  /** Where the environment holds no credential: `fail` at the first request (the default), ask `gh`, or go on as nobody. */
  readonly otherwise?: "fail" | "gh" | "anonymous";
  /** Default: `process.env`. `HUBSTEAD_GITHUB_ORG` goes before `GITHUB_ORG`, and so on. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: GitHubClock;
  readonly logger?: Logger;
}

export interface GitHubClient extends ClientMethods, AsyncDisposable {
  /** The governed fetch that everything goes through. */
  readonly fetch: GitHubFetch;
  /** Whether it goes on as nobody: what is not public it neither reads nor writes. */
  readonly isAnonymous: boolean;
  /** What was used of GitHub's limits, by each principal that requests were sent for, and who waits. */
  limits(): Promise<readonly LimitsView[]>;
  /** Octokit on the same fetch, with our errors: for what has no method here. @param about for messages: `octo/hello` */
  api(about: string, options?: CallOptions): Promise<GitHubApi>;
  close(): Promise<void>;
}

/** @throws {HubsteadError} `invalid_input` for options that make no sense; what is missing for a call is told by that call */
export const GitHubClient: new (options?: GitHubClientOptions) => GitHubClient = class {
  readonly fetch: GitHubFetch;
  readonly isAnonymous: boolean;

  constructor(options: GitHubClientOptions = {}) {
    checkKeys(options, [...ownOptionNames, ...fetchOptionNames], "the client");
    const { clock = systemClock } = options;
    // An App asks for its tokens under the same limits as everything else.
    const ownFetch: typeof globalThis.fetch = (input, init) => this.fetch(input, init);
    const configured = configure(options, ownFetch, clock);
    const { org, token, appId, privateKey, privateKeyPath, otherwise, env, ...own } = options;
    this.fetch = createGitHubFetch({ ...own, apiUrl: configured.apiUrl, auth: configured.source });
    this.isAnonymous = configured.source === anonymousSource;
    const session = createSession({
      ...configured,
      fetch: this.fetch,
      clock,
      lagMs: options.retry?.lagMs,
    });
    const basics = { limits: () => this.fetch.limits(), api: session.api };
    Object.assign(this, basics, clientMethods(session));
  }

  close(): Promise<void> {
    return this.fetch.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
} as unknown as new (
  options?: GitHubClientOptions,
) => GitHubClient;

interface Configured {
  readonly apiUrl: string;
  readonly source: TokenSource;
  readonly org: string | undefined;
}

const ownOptionNames: readonly string[] = [
  "org",
  "token",
  "appId",
  "privateKey",
  "privateKeyPath",
  "otherwise",
  "env",
] satisfies (keyof GitHubClientOptions)[];

/** What the program says goes before what the environment says. */
function configure(
  options: GitHubClientOptions,
  fetch: typeof globalThis.fetch,
  clock: GitHubClock,
): Configured {
  const { apiUrl, org, env = process.env, apiVersion, otherwise, token } = options;
  const { auth = token } = options;
  const fromEnvironment = credentialFromEnvironment({
    env: {
      ...env,
      ...appVariables(options),
      ...(apiUrl === undefined ? {} : { HUBSTEAD_GITHUB_API_URL: apiUrl }),
      ...(org === undefined ? {} : { HUBSTEAD_GITHUB_ORG: org }),
    },
    calls: {
      ...(isAppNamed(options) ? appOptionNames : {}),
      ...(apiUrl === undefined ? {} : { GITHUB_API_URL: "apiUrl" }),
      ...(org === undefined ? {} : { GITHUB_ORG: "org" }),
    },
    fetch,
    clock,
    allowInsecureLoopback: true,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(otherwise === undefined ? {} : { otherwise }),
  });
  return {
    apiUrl: fromEnvironment.apiUrl,
    org: fromEnvironment.org,
    source: typeof auth === "string" ? createTokenSource({ token: auth }) : (auth ?? fromEnvironment.source),
  };
}

/** For errors: nobody has set a variable of these names. */
const appOptionNames = {
  GITHUB_APP_ID: "appId",
  GITHUB_APP_PRIVATE_KEY: "privateKey",
  GITHUB_APP_PRIVATE_KEY_PATH: "privateKeyPath",
} satisfies Readonly<Record<string, keyof GitHubClientOptions>>;

function isAppNamed({ appId, privateKey, privateKeyPath }: GitHubClientOptions): boolean {
  return appId !== undefined || privateKey !== undefined || privateKeyPath !== undefined;
}

/** An App that the program names takes the place of one that the environment names, its key included. */
function appVariables(options: GitHubClientOptions): Environment {
  const { appId, privateKey, privateKeyPath } = options;
  if (!isAppNamed(options)) return {};
  return {
    GITHUB_APP_ID: undefined,
    GITHUB_APP_PRIVATE_KEY: undefined,
    GITHUB_APP_PRIVATE_KEY_PATH: undefined,
    HUBSTEAD_GITHUB_APP_ID: appId === undefined ? undefined : String(appId),
    HUBSTEAD_GITHUB_APP_PRIVATE_KEY: privateKey,
    HUBSTEAD_GITHUB_APP_PRIVATE_KEY_PATH: privateKeyPath,
  };
}
