/**
 * @module What every operation of the client stands on: Octokit over the governed fetch, with our errors, and names of
 * repositories made whole.
 */
import type { Octokit as Core } from "@octokit/core";
import type { PaginateInterface } from "@octokit/plugin-paginate-rest";
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { TokenSource } from "../auth/token-source.ts";
import type { GitHubClock } from "../clock.ts";
import { checkKeys, termNames } from "../fetch/check-options.ts";
import type { GitHubFetch, RequestTerms } from "../fetch/create-github-fetch.ts";
import { usualLagMs } from "../fetch/retry.ts";
import { deadlineOf, termsWithin } from "./call-deadline.ts";

/**
 * Octokit's typed `request`, `graphql` and `paginate`. They throw {@link HubsteadError}s. A 304 is an answer: `status` says so, and
 * `data` is empty.
 */
export type GitHubApi = Core & { readonly paginate: PaginateInterface };

/** What each method takes besides its own parameters. */
export interface CallOptions extends RequestTerms {
  readonly signal?: AbortSignal;
}

export interface RepoName {
  readonly owner: string;
  readonly repo: string;
}

export interface Session {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly fetch: GitHubFetch;
  /** Where the fetch has its credentials from: for what is not sent through it, as git is. */
  readonly source: TokenSource;
  readonly clock: GitHubClock;
  /** How far what GitHub shows may be behind what was written. */
  readonly lagMs: number;
  /** @param about what a call is about, for messages: `octo/hello` */
  api(about: string, options?: CallOptions): Promise<GitHubApi>;
  /**
   * @param name `owner/repo`, or `repo` of the configured organisation
   * @throws {HubsteadError} `invalid_input` for a name that is none, and for a bare one where no organisation is configured
   */
  repo(name: string): RepoName;
  /** The configured organisation. @throws {HubsteadError} `invalid_input` where there is none */
  org(): string;
}

export interface SessionParts {
  readonly apiUrl: string;
  readonly fetch: GitHubFetch;
  readonly source: TokenSource;
  readonly clock: GitHubClock;
  readonly org: string | undefined;
  /** As the fetch has it; default: as the fetch does by default. */
  readonly lagMs?: number | undefined;
}

/** Every method hands on what it does not know itself: what is none of these is a mistake. */
const callOptions = [...termNames, "signal"];

// Letters, digits, `-`, `_` and `.`; owners of managed users have `_`.
const namePattern = /^[\w.-]{1,100}$/u;

export function createSession({
  apiUrl,
  fetch,
  source,
  clock,
  org,
  lagMs = usualLagMs,
}: SessionParts): Session {
  const mustGetOrg = (): string => {
    if (org !== undefined) return org;
    throw invalidInput(
      "no organisation is configured",
      "Set GITHUB_ORG (in Actions: HUBSTEAD_GITHUB_ORG), or name the repository in full, as OWNER/REPO.",
      { path: "GITHUB_ORG" },
    );
  };
  return {
    apiUrl,
    fetch,
    source,
    clock,
    lagMs,
    org: mustGetOrg,
    async api(about, options = {}) {
      checkKeys(options, callOptions, about === "" ? "the call" : `the call about ${about}`);
      const { signal, ...terms } = options;
      const deadlineAt = deadlineOf(options, clock);
      const within: typeof globalThis.fetch = async (input, init) =>
        fetch.with(termsWithin(terms, deadlineAt, clock))(input, init);
      const { createOctokit } = await import("./octokit.ts");
      return createOctokit({
        apiUrl,
        about,
        fetch: Number.isFinite(deadlineAt) ? within : fetch.with(terms),
        signal,
        secrets: () => source.secrets(),
        own: { clock, lagMs, deadlineAt },
      });
    },
    repo(name) {
      if (typeof name !== "string") {
        throw invalidInput("a repository is named by text", "Write OWNER/REPO.", { path: "repo" });
      }
      const parts = name.split("/");
      const [owner, repo] = parts.length === 1 ? [mustGetOrg(), parts[0]!] : [parts[0]!, parts[1] ?? ""];
      const isName = (part: string) => namePattern.test(part) && part !== "." && part !== "..";
      if (parts.length > 2 || !isName(owner) || !isName(repo)) {
        throw invalidInput(`${JSON.stringify(name)} is no repository's name`, "Write OWNER/REPO.", {
          path: "repo",
          expected: "OWNER/REPO",
        });
      }
      return { owner, repo };
    },
  };
}

/** @returns `undefined` where what is asked for is not there */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof HubsteadError && error.code === "not_found") return undefined;
    throw error;
  }
}
