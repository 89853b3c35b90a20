/**
 * @module An emulator, a clock that passes by itself, and a governed fetch between them, for tests.
 */
import { onTestFinished } from "vitest";
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import {
  createGitHubFetch,
  type GitHubFetch,
  type GitHubFetchOptions,
} from "../../src/github/fetch/create-github-fetch.ts";
import type { GitHubEvent } from "../../src/github/fetch/telemetry.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

export interface Governed {
  readonly github: EmulatedGitHub;
  readonly clock: VirtualClock;
  readonly fetch: GitHubFetch;
  readonly token: string;
  readonly events: GitHubEvent[];
  /** Calls the API through the governed fetch. @param path with its query */
  call(method: string, path: string, body?: unknown, fetch?: GitHubFetch): Promise<Response>;
}

const seed = {
  users: { ada: {}, bob: {} },
  repositories: { "ada/hello": { files: { "README.md": "# hello" } } },
} as unknown as NonNullable<StartOptions["seed"]>;

export async function startGoverned(
  options: GitHubFetchOptions = {},
  start: StartOptions = {},
): Promise<Governed> {
  const clock = createVirtualClock();
  const github = await startCheckedGitHub({ seed, clock: clock.now, checksRequests: true, ...start });
  const token = github.tokenFor({ user: "ada" } as never);
  const fetch = createGitHubFetch({
    apiUrl: github.url,
    auth: token,
    clock,
    fetch: clock.fetch,
    chance: () => 0.5,
    ...options,
  });
  const events: GitHubEvent[] = [];
  fetch.listen((event) => events.push(event));
  onTestFinished(async () => {
    await fetch.close();
    await github.close();
  });
  return {
    github,
    clock,
    fetch,
    token,
    events,
    call: (method, path, body, through = fetch) =>
      through(`${github.url}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      }),
  };
}
