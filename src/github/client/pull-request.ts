/**
 * @module A pull request as the client shows it.
 */
import { type Author, type AuthorJson, toAuthor } from "./issue.ts";

export interface PullRequestEnd {
  /** A branch. */
  readonly ref: string;
  readonly sha: string;
  /** `owner/repo`; of a fork that was deleted, nothing. */
  readonly repository: string | undefined;
}

export interface PullRequest {
  readonly id: number;
  /** For GraphQL. */
  readonly nodeId: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly isDraft: boolean;
  readonly isMerged: boolean;
  /** Whether it can be merged; `undefined` in lists, and while GitHub finds it out. */
  readonly isMergeable: boolean | undefined;
  readonly head: PullRequestEnd;
  readonly base: PullRequestEnd;
  readonly author: Author | undefined;
  readonly htmlUrl: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | undefined;
  readonly mergedAt: string | undefined;
}

interface EndJson {
  readonly ref: string;
  readonly sha: string;
  readonly repo: { readonly full_name: string } | null;
}

export interface PullRequestJson {
  readonly id: number | bigint;
  readonly node_id: string;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly draft?: boolean;
  readonly mergeable?: boolean | null;
  readonly head: EndJson;
  readonly base: EndJson;
  readonly user: AuthorJson | null;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
  readonly merged_at: string | null;
}

export function toPullRequest(json: PullRequestJson): PullRequest {
  return {
    id: Number(json.id),
    nodeId: json.node_id,
    number: json.number,
    title: json.title,
    body: json.body ?? "",
    state: json.state === "closed" ? "closed" : "open",
    isDraft: json.draft ?? false,
    isMerged: json.merged_at !== null,
    isMergeable: json.mergeable ?? undefined,
    head: toEnd(json.head),
    base: toEnd(json.base),
    author: toAuthor(json.user),
    htmlUrl: json.html_url,
    createdAt: json.created_at,
    updatedAt: json.updated_at,
    closedAt: json.closed_at ?? undefined,
    mergedAt: json.merged_at ?? undefined,
  };
}

function toEnd({ ref, sha, repo }: EndJson): PullRequestEnd {
  return { ref, sha, repository: repo?.full_name };
}
