/**
 * @module Pull requests: opened, read, listed, merged, closed.
 */

import { mustBeObject, mustBeText } from "./check-arguments.ts";
import { readWholeList } from "./complete-list.ts";
import type { CreatePullRequestOptions, PullRequestCreated } from "./create-pull-request.ts";
import type { MergeMethod, MergeOptions, PullRequestMerged } from "./merge-pull-request.ts";
import { namingNeeds } from "./needed-of.ts";
import { readPages } from "./pages.ts";
import { placeIn } from "./place.ts";
import { type PullRequest, type PullRequestJson, toPullRequest } from "./pull-request.ts";
import type { CallOptions, Session } from "./session.ts";

export interface ListPullRequestsOptions extends CallOptions {
  /** Default: `all`. */
  readonly state?: "open" | "closed" | "all";
  /** A branch of the repository; of a fork, `owner:branch`. */
  readonly head?: string;
  readonly base?: string;
}

export interface PullRequestMethods {
  /**
   * Opens a pull request, or returns the one that is open from that branch to that branch.
   *
   * @param options or its title, and after it the head and perhaps the base
   * @throws {HubsteadError} `invalid_input`, with `data.reason` `no_commits_between` where there is nothing to merge;
   *   `ambiguous_write` with `data.marker`
   */
  createPullRequest(
    repo: string,
    options: string | CreatePullRequestOptions,
    head?: string,
    base?: string,
  ): Promise<PullRequestCreated>;
  /** @throws {HubsteadError} `not_found` */
  getPullRequest(repo: string, number: number, options?: CallOptions): Promise<PullRequest>;
  /**
   * All pull requests, the oldest first.
   *
   * @throws {HubsteadError} `busy` where they change faster than they can be read: never a part of them
   */
  listPullRequests(repo: string, options?: ListPullRequestsOptions): Promise<readonly PullRequest[]>;
  /**
   * Merges it, unless it is merged.
   *
   * @throws {HubsteadError} `version_conflict` where its branch is not as expected, or it cannot be merged as it is; `forbidden`;
   *   `ambiguous_write`
   */
  mergePullRequest(repo: string, number: number, options?: MergeOptions): Promise<PullRequestMerged>;
  /** Closes it without merging, unless it is closed. */
  closePullRequest(repo: string, number: number, options?: CallOptions): Promise<PullRequest>;
  /**
   * Lets GitHub merge it as soon as everything that the branch requires is there; over GraphQL.
   *
   * @throws {HubsteadError} `invalid_input` where the repository does not allow it, or nothing is left to wait for; `forbidden`
   */
  enableAutoMerge(
    repo: string,
    number: number,
    options?: CallOptions & { readonly method?: MergeMethod },
  ): Promise<void>;
}

// Loaded with the first call: most programs that use the client merge nothing.
const merging = () => import("./merge-pull-request.ts");

/** @see https://docs.github.com/rest/pulls/pulls */
export function pullRequestMethods(session: Session): PullRequestMethods {
  return namingNeeds<PullRequestMethods>({
    async createPullRequest(repo, given, head = undefined, base = undefined) {
      const options =
        typeof given === "string"
          ? {
              title: given,
              head: mustBeText(head, "the branch with the changes", "head"),
              ...(base === undefined ? {} : { base }),
            }
          : mustBeObject(given, "what createPullRequest was given after the repository", "options");
      const { createPullRequest } = await import("./create-pull-request.ts");
      return createPullRequest(session, repo, options);
    },
    async getPullRequest(repo, number, options) {
      const { api, place } = await placeIn(session, repo, `pull request ${number}`, options);
      const { data } = await api.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
        ...place,
        pull_number: number,
      });
      return toPullRequest(data);
    },
    async listPullRequests(repo, { state = "all", head, base, ...call } = {}) {
      const { api, place, about } = await placeIn(session, repo, "the pull requests", call);
      const read = () =>
        readPages<PullRequestJson>(api, "GET /repos/{owner}/{repo}/pulls", {
          ...place,
          state,
          sort: "created",
          direction: "asc",
          ...(head === undefined ? {} : { head: head.includes(":") ? head : `${place.owner}:${head}` }),
          ...(base === undefined ? {} : { base }),
        });
      return (await readWholeList(about, ({ id }) => String(id), read)).map(toPullRequest);
    },
    mergePullRequest: async (repo, number, options = {}) =>
      (await merging()).mergePullRequest(session, repo, number, options),
    async closePullRequest(repo, number, options) {
      const { api, place } = await placeIn(session, repo, `pull request ${number}`, options);
      const { data } = await api.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
        ...place,
        pull_number: number,
        state: "closed",
      });
      return toPullRequest(data);
    },
    enableAutoMerge: async (repo, number, options = {}) =>
      (await merging()).enableAutoMerge(session, repo, number, options),
  });
}
