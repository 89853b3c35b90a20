/**
 * @module A repository for objects in the emulator, with somebody who owns it, a writer and a stranger, and clients that wait for nothing.
 */
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient, type GitHubClientOptions } from "../../src/github/client/github-client.ts";
import { type CheckedOptions, startCheckedGitHub } from "../emulator/checked-github.ts";

export const repo = "ada/data";

export function startPlace(options: CheckedOptions = {}): Promise<EmulatedGitHub> {
  return startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      repositories: { [repo]: { collaborators: { bob: "write" } } },
    },
    ...options,
  });
}

/** @param login `undefined`: nobody */
export function clientFor(
  github: EmulatedGitHub,
  login: string | undefined,
  options: GitHubClientOptions = {},
): GitHubClient {
  return new GitHubClient({
    apiUrl: github.url,
    env: {},
    ...(login === undefined ? { otherwise: "anonymous" as const } : { token: github.tokenFor(login) }),
    retry: { attempts: 1 },
    limits: {
      mutationGapMs: 0,
      contentPerMinute: 100_000,
      contentPerHour: 1_000_000,
      issuesPerMinute: 100_000,
      issuesPerHour: 1_000_000,
      pointsPerMinute: 10_000_000,
      reserve: 0,
    },
    ...options,
  });
}

/** As GitHub has counted them: an answer 304 is free. */
export function countedBy(github: EmulatedGitHub): string[] {
  return github.requests.list().map(({ operation, status }) => `${operation} ${status}`);
}

/** Seeds an object that gh-store has made. */
export function objectIssue(id: string, data: object) {
  return {
    title: `Stored Object: ${id}`,
    body: JSON.stringify(data),
    author: "ada",
    labels: ["gh-store", "stored-object", `UID:${id}`],
    state: "closed" as const,
  };
}

export interface Gate {
  readonly fetch: typeof globalThis.fetch;
  /** Lets so many requests through, those first that stand before it already. */
  letThrough(count: number): Promise<void>;
  /** Until a request stands before it. */
  untilAsked(): Promise<void>;
}

/** Before the network: who asks waits here until the test goes on. */
export function createGate(): Gate {
  const waiting: { readonly open: () => void; readonly signal: AbortSignal | null | undefined }[] = [];
  let asked = Promise.withResolvers<void>();
  const untilAsked = async (): Promise<void> => {
    while (waiting.every(({ signal }) => signal?.aborted)) await asked.promise;
  };
  return {
    async fetch(input, init) {
      const { promise, resolve: open, reject } = Promise.withResolvers<void>();
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason), { once: true });
      waiting.push({ open, signal: init?.signal });
      asked.resolve();
      asked = Promise.withResolvers();
      await promise;
      return fetch(input, init);
    },
    untilAsked,
    async letThrough(count) {
      for (let left = count; left > 0; left--) {
        await untilAsked();
        waiting
          .splice(
            waiting.findIndex(({ signal }) => !signal?.aborted),
            1,
          )[0]!
          .open();
      }
    },
  };
}
