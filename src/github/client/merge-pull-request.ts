/**
 * @module Merges a pull request, at once or when its checks have passed. Whatever becomes of the answer, what counts is whether
 * it is merged.
 *
 * @see https://docs.github.com/rest/pulls/pulls#merge-a-pull-request
 */
import { HubsteadError } from "../../errors.ts";
import { placeIn } from "./place.ts";
import type { CallOptions, Session } from "./session.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

export interface MergeOptions extends CallOptions {
  /** Default: `merge`. */
  readonly method?: MergeMethod;
  readonly commitTitle?: string;
  readonly commitMessage?: string;
  /** The id that its branch must have now. */
  readonly expectedHead?: string;
}

export interface PullRequestMerged {
  /** `unchanged` where it was merged already. */
  readonly outcome: "merged" | "unchanged";
  /** Of the commit that it has become, where GitHub has told it: the newer API tells it only to whoever merges. */
  readonly sha: string | undefined;
}

/** @see PullRequestMethods.mergePullRequest */
export async function mergePullRequest(
  session: Session,
  name: string,
  number: number,
  { method = "merge", commitTitle, commitMessage, expectedHead, ...call }: MergeOptions,
): Promise<PullRequestMerged> {
  const { api, place } = await placeIn(session, name, `pull request ${number}`, {
    lane: "interactive-write",
    ...call,
  });
  const read = async () => {
    const { data } = await api.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...place,
      pull_number: number,
    });
    const { merge_commit_sha: sha } = data as { readonly merge_commit_sha?: string | null };
    return { isMerged: data.merged, sha: sha ?? undefined };
  };
  const before = await read();
  if (before.isMerged) return { outcome: "unchanged", sha: before.sha };
  try {
    const { data } = await api.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...place,
      pull_number: number,
      merge_method: method,
      ...(commitTitle === undefined ? {} : { commit_title: commitTitle }),
      ...(commitMessage === undefined ? {} : { commit_message: commitMessage }),
      ...(expectedHead === undefined ? {} : { sha: expectedHead }),
    });
    return { outcome: "merged", sha: data.sha };
  } catch (error) {
    if (!(error instanceof HubsteadError) || !mayBeMerged(error)) throw error;
    // By an earlier attempt whose answer was lost, or by somebody else.
    const after = await read();
    if (after.isMerged) return { outcome: "merged", sha: after.sha };
    throw error.data["status"] === 405 ? notMergeable(error) : error;
  }
}

function mayBeMerged({ code, data }: HubsteadError): boolean {
  return code === "ambiguous_write" || code === "remote_unavailable" || data["status"] === 405;
}

function notMergeable(error: HubsteadError): HubsteadError {
  return new HubsteadError("version_conflict", error.message, {
    hint: "Resolve its conflicts, wait for its checks or reviews, or use enableAutoMerge.",
    data: error.data,
    cause: error,
  });
}

const enabling = `mutation ($id: ID!, $mergeMethod: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: $mergeMethod }) {
    pullRequest { autoMergeRequest { enabledAt } }
  }
}`;

/** @see PullRequestMethods.enableAutoMerge */
export async function enableAutoMerge(
  session: Session,
  name: string,
  number: number,
  { method = "merge", ...call }: CallOptions & { readonly method?: MergeMethod },
): Promise<void> {
  const { api, place } = await placeIn(session, name, `pull request ${number}`, {
    // GraphQL's path does not say whose repository it is about.
    owner: session.repo(name).owner,
    lane: "interactive-write",
    ...call,
  });
  const { data } = await api.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...place,
    pull_number: number,
  });
  if (data.merged || data.auto_merge != null) return;
  await api.graphql(enabling, { id: data.node_id, mergeMethod: method.toUpperCase() });
}
