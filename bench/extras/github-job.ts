/** @module One job of reads and comments, as programs do it that share nothing but GitHub's API. */
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";

export interface Job {
  readonly client: string;
  readonly open: (baseUrl: string, auth: string) => Promise<OpenJob>;
}

export interface OpenJob extends AsyncDisposable {
  read(issue: number): Promise<unknown>;
  comment(issue: number): Promise<unknown>;
}

const place = { owner: "ada", repo: "data" };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const entry = new URL("../../dist/github/index.js", import.meta.url);

function jobOf(octokit: Octokit, close: () => Promise<void>): OpenJob {
  return {
    read: (issue_number) => octokit.rest.issues.get({ ...place, issue_number }),
    comment: (issue_number) => octokit.rest.issues.createComment({ ...place, issue_number, body: "a" }),
    [Symbol.asyncDispose]: close,
  };
}

export const jobs: readonly Job[] = [
  {
    client: "@octokit/rest with the governed fetch",
    async open(baseUrl, auth) {
      const { createGitHubFetch }: typeof import("../../src/github/index.ts") = await import(entry.href);
      const fetch = createGitHubFetch({ lane: "sync" });
      return jobOf(new Octokit({ auth, baseUrl, request: { fetch }, log: silent }), () => fetch.close());
    },
  },
  {
    client: "@octokit/rest with throttling and retry",
    async open(baseUrl, auth) {
      const Throttled = Octokit.plugin(throttling, retry);
      // As their documentation recommends: twice.
      const again = (_: number, __: object, ___: unknown, retryCount: number) => retryCount < 2;
      const throttle = { onRateLimit: again, onSecondaryRateLimit: again };
      return jobOf(new Throttled({ auth, baseUrl, throttle, log: silent }), async () => undefined);
    },
  },
];
