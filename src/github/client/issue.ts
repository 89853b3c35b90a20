/**
 * @module Issues, comments, labels and reactions as the client shows them.
 */
import { HubsteadError } from "../../errors.ts";

/** Who wrote something. */
export interface Author {
  /** Stays when the login changes hands. */
  readonly id: number;
  readonly login: string;
}

export interface Issue {
  readonly id: number;
  /** For GraphQL. */
  readonly nodeId: string;
  readonly number: number;
  readonly title: string;
  /** As GitHub has it, with the mark at its end by which a lost create is found again. */
  readonly body: string;
  readonly state: "open" | "closed";
  /** `completed`, `not_planned`, `duplicate`, `reopened`. */
  readonly stateReason: string | undefined;
  /** Of an account that was deleted: `ghost`, or nobody. */
  readonly author: Author | undefined;
  readonly labels: readonly string[];
  readonly assignees: readonly Author[];
  /** The milestone's number. */
  readonly milestone: number | undefined;
  readonly locked: boolean;
  readonly lockReason: string | undefined;
  readonly commentCount: number;
  /** GitHub lists pull requests among the issues. */
  readonly isPullRequest: boolean;
  readonly htmlUrl: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | undefined;
}

export interface AuthorJson {
  readonly id: number | bigint;
  readonly login: string;
}

export interface IssueJson {
  readonly id: number | bigint;
  readonly node_id: string;
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly state_reason?: string | null | undefined;
  readonly user: AuthorJson | null;
  readonly labels: readonly (string | { readonly name?: string | undefined })[];
  readonly assignees?: readonly AuthorJson[] | null | undefined;
  readonly milestone: { readonly number: number } | null;
  readonly locked: boolean;
  readonly active_lock_reason?: string | null | undefined;
  readonly comments: number;
  readonly pull_request?: unknown;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
}

export function toIssue(json: IssueJson): Issue {
  return {
    id: Number(json.id),
    nodeId: json.node_id,
    number: json.number,
    title: json.title,
    body: json.body ?? "",
    state: json.state === "closed" ? "closed" : "open",
    stateReason: json.state_reason ?? undefined,
    author: toAuthor(json.user),
    labels: json.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
    assignees: (json.assignees ?? []).map(({ id, login }) => ({ id: Number(id), login })),
    milestone: json.milestone?.number,
    locked: json.locked,
    lockReason: json.active_lock_reason ?? undefined,
    commentCount: json.comments,
    isPullRequest: json.pull_request !== undefined && json.pull_request !== null,
    htmlUrl: json.html_url,
    createdAt: json.created_at,
    updatedAt: json.updated_at,
    closedAt: json.closed_at ?? undefined,
  };
}

export function toAuthor(json: AuthorJson | null | undefined): Author | undefined {
  return json == null ? undefined : { id: Number(json.id), login: json.login };
}

// GitHub's own; its message says 65,536 characters, which is something else.
const mostBodyBytes = 262_144;

/**
 * GitHub answers 200 to an update that is too long, and keeps the old body.
 *
 * @throws {HubsteadError} `invalid_input` where what GitHub has is not what was sent
 * @see https://github.com/peter-evans/create-issue-from-file/issues/1049
 */
export function checkKept(sent: string, kept: string | null | undefined, about: string): void {
  if (plain(sent) === plain(kept ?? "")) return;
  const sentBytes = Buffer.byteLength(sent);
  throw new HubsteadError(
    "invalid_input",
    `GitHub has not taken the body of ${about}, and kept another one`,
    {
      hint:
        sentBytes > mostBodyBytes
          ? `It has ${sentBytes} bytes and GitHub takes ${mostBodyBytes}; shorten it.`
          : "Read it again: somebody else may have changed it at the same time.",
      data: { path: "body", sentBytes, keptBytes: Buffer.byteLength(kept ?? ""), mostBytes: mostBodyBytes },
    },
  );
}

/** Ends of lines and white space at the end are not what is meant. */
function plain(body: string): string {
  return body.replaceAll("\r\n", "\n").trimEnd();
}
