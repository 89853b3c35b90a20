/**
 * @module What operations of the client stand on, in front of an emulator: each answer and each request is held against
 * GitHub's description.
 */

import type { TokenOwner } from "../../src/emulator/credentials.ts";
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import { createTokenSource } from "../../src/github/auth/static-token.ts";
import { createSession, type Session } from "../../src/github/client/session.ts";
import { createGitHubFetch, type GitHubFetchOptions } from "../../src/github/fetch/create-github-fetch.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createFastClock } from "./fast-clock.ts";

/** GitHub's two versions of its API. */
export const apiVersions = ["2022-11-28", "2026-03-10"] as const;

export interface EmulatedSession extends AsyncDisposable {
  readonly github: EmulatedGitHub;
  readonly session: Session;
  /** Another one on the same emulator. */
  sessionFor(owner: TokenOwner, options?: GitHubFetchOptions, prefix?: "/api/v3"): Session;
}

export interface SessionOptions extends StartOptions {
  /** Whose token; default: `ada`'s. */
  readonly as?: TokenOwner;
  readonly org?: string;
  readonly fetch?: GitHubFetchOptions;
}

// A minute of the client's passes in 1.2 s; an attempt may take 36 seconds of ours.
const speed = 50;
const patient: GitHubFetchOptions = {
  attemptTimeoutMs: 30 * 60_000,
  timeoutMs: 24 * 3_600_000,
  maxWaitMs: 24 * 3_600_000,
};

export async function startSession(options: SessionOptions = {}): Promise<EmulatedSession> {
  const { as = "ada", org = "acme", fetch: fetchOptions, ...start } = options;
  const github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin", bob: "member" } } },
      repositories: { "acme/app": { files: { "README.md": "# App\n" } }, "acme/empty": {} },
    },
    ...start,
  });
  const fetches: AsyncDisposable[] = [];
  const clock = createFastClock(speed);
  const sessionFor: EmulatedSession["sessionFor"] = (owner, own = {}, prefix = undefined) => {
    const apiUrl = `${github.url}${prefix ?? ""}`;
    const source = createTokenSource({ token: github.tokenFor(owner) });
    const fetch = createGitHubFetch({
      clock,
      ...patient,
      ...fetchOptions,
      ...own,
      apiUrl,
      auth: source,
    });
    fetches.push(fetch);
    const { lagMs } = { ...fetchOptions?.retry, ...own.retry };
    return createSession({ apiUrl, fetch, source, clock, org, lagMs });
  };
  return {
    github,
    session: sessionFor(as),
    sessionFor,
    async [Symbol.asyncDispose]() {
      for (const fetch of fetches) await fetch[Symbol.asyncDispose]();
      await github.close();
    },
  };
}
