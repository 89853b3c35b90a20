/**
 * @module The client: everything that the operations beside this file can do, on one object with one credential.
 */
import type { Logger } from "../../base/logger.ts";
import { credentialFromEnvironment } from "../auth/credential-from-environment.ts";
import type { TokenSource } from "../auth/token-source.ts";
import { type GitHubClock, systemClock } from "../clock.ts";
import {
  createGitHubFetch,
  type GitHubFetch,
  type GitHubFetchOptions,
} from "../fetch/create-github-fetch.ts";
import { type RepositoryMethods, repositoryMethods } from "./repositories.ts";
import { createSession } from "./session.ts";

export interface GitHubClientOptions extends Omit<GitHubFetchOptions, "auth"> {
  /** The organisation that bare names of repositories belong to. Default: `GITHUB_ORG`. Never guessed. */
  readonly org?: string;
  /** A token, or where one comes from. Default: what the environment says. */
  readonly auth?: string | TokenSource;
  /** Default: `process.env`. `HUBSTEAD_GITHUB_ORG` goes before `GITHUB_ORG`, and so on. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: GitHubClock;
  readonly logger?: Logger;
}

export interface GitHubClient extends RepositoryMethods, AsyncDisposable {
  /** The governed fetch that everything goes through. */
  readonly fetch: GitHubFetch;
  close(): Promise<void>;
}

/** @throws {HubsteadError} `invalid_input` for options that make no sense; what is missing for a call is told by that call */
export const GitHubClient: new (options?: GitHubClientOptions) => GitHubClient = class {
  readonly fetch: GitHubFetch;

  constructor(options: GitHubClientOptions = {}) {
    const configured = credentialFromEnvironment(options.env ?? process.env, options);
    const { apiUrl, org } = configured;
    this.fetch = createGitHubFetch({ ...options, apiUrl, auth: configured.source });
    const session = createSession({
      apiUrl,
      org,
      fetch: this.fetch,
      source: configured.source,
      clock: options.clock ?? systemClock,
    });
    Object.assign(this, repositoryMethods(session));
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
