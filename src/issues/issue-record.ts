/**
 * @module An object's issue as it stands on GitHub, with its comments and who touched what: read whole, in one request for each
 * hundred comments. Decides nothing.
 */
import type { GitHubApi } from "../github/client/session.ts";
import type { Account } from "./trust.ts";

export interface CommentRecord {
  readonly id: number;
  /** For GraphQL. */
  readonly nodeId: string;
  readonly body: string;
  /** ISO 8601, by GitHub's clock. */
  readonly createdAt: string;
  /** `undefined` for an account that was deleted. */
  readonly author: Account | undefined;
  /** Everybody who ever changed it; `undefined` among them for an account that was deleted. */
  readonly editors: readonly (Account | undefined)[];
  /** ISO 8601; absent where it was never changed. */
  readonly editedAt?: string;
  /** Contents of the reactions that there are, whose ever, and however many. */
  readonly reactions: readonly string[];
  /** Reactions, the first ones: a mark among them may be anybody's. */
  readonly marks: readonly Mark[];
}

interface Mark {
  readonly content: string;
  readonly by: Account | undefined;
  /** ISO 8601. */
  readonly at: string;
}

/** The body as it once was. */
export interface Revision {
  readonly body: string;
  readonly editor: Account | undefined;
  /** ISO 8601. */
  readonly at: string;
}

export interface Rename {
  /** What it was called before. */
  readonly from: string;
  readonly title: string;
  readonly by: Account | undefined;
  /** ISO 8601. */
  readonly at: string;
}

export interface IssueRecord {
  readonly nodeId: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly labels: readonly string[];
  readonly author: Account | undefined;
  /** Titles that it was given after the first one, the newest hundred, in order. */
  readonly renames: readonly Rename[];
  /** How often the body was written; 0 where it was never changed. */
  readonly revisionCount: number;
  /** The newest hundred, the newest first. */
  readonly revisions: readonly Revision[];
  /** In order. */
  readonly comments: readonly CommentRecord[];
}

/** Of whoever did something. */
export const actor = "__typename login ... on User { databaseId } ... on Bot { databaseId }";
// GitHub gives `databaseId` as a number of 31 bits, which ids of comments have outgrown.
const commentFields = `
  pageInfo { hasNextPage endCursor }
  nodes {
    id fullDatabaseId body createdAt lastEditedAt
    author { ${actor} }
    userContentEdits(first: 10) { pageInfo { hasNextPage } nodes { editor { ${actor} } } }
    reactionGroups { content createdAt }
    reactions(first: 40) { nodes { content createdAt user { __typename login databaseId } } }
  }`;
/** Of an issue: also for the answer of a write. */
export const issueFields = `
  id number title body state createdAt updatedAt
  author { ${actor} }
  labels(first: 100) { nodes { name } }
  timelineItems(last: 100, itemTypes: [RENAMED_TITLE_EVENT]) {
    nodes { ... on RenamedTitleEvent { actor { ${actor} } previousTitle currentTitle createdAt } }
  }
  userContentEdits(first: 100) { totalCount nodes { editedAt diff editor { ${actor} } } }
  comments(first: 100) { ${commentFields} }`;

const issueQuery = `query($owner: String!, $repo: String!, $number: Int!) {
  viewer { __typename login databaseId }
  repository(owner: $owner, name: $repo) { issue(number: $number) { ${issueFields} } }
}`;
const commentsQuery = `query($id: ID!, $after: String!) {
  node(id: $id) { ... on Issue { comments(first: 100, after: $after) { ${commentFields} } } }
}`;

export interface ActorJson {
  readonly __typename: string;
  readonly login: string;
  readonly databaseId?: number | null;
}

interface CommentsJson {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly {
    readonly id: string;
    readonly fullDatabaseId: string;
    readonly body: string;
    readonly createdAt: string;
    readonly lastEditedAt: string | null;
    readonly author: ActorJson | null;
    readonly userContentEdits: {
      readonly pageInfo: { readonly hasNextPage: boolean };
      readonly nodes: readonly { readonly editor: ActorJson | null }[];
    } | null;
    readonly reactions: {
      readonly nodes: readonly {
        readonly content: string;
        readonly createdAt: string;
        readonly user: ActorJson | null;
      }[];
    };
    readonly reactionGroups:
      | readonly { readonly content: string; readonly createdAt: string | null }[]
      | null;
  }[];
}

/** What {@link issueFields} ask for. */
export interface IssueJson {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "OPEN" | "CLOSED";
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly author: ActorJson | null;
  readonly labels: { readonly nodes: readonly { readonly name: string }[] } | null;
  readonly timelineItems: {
    readonly nodes: readonly {
      readonly actor: ActorJson | null;
      readonly previousTitle: string;
      readonly currentTitle: string;
      readonly createdAt: string;
    }[];
  };
  readonly userContentEdits: {
    readonly totalCount: number;
    readonly nodes: readonly {
      readonly editedAt: string;
      readonly diff: string | null;
      readonly editor: ActorJson | null;
    }[];
  } | null;
  readonly comments: CommentsJson;
}

export interface IssuePlace {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** @throws {HubsteadError} `not_found` where there is no issue of that number */
export async function readIssue(
  api: GitHubApi,
  place: IssuePlace,
): Promise<IssueRecord & { readonly reader: Account }> {
  const { viewer, repository } = await api.graphql<{
    readonly viewer: ActorJson;
    readonly repository: { readonly issue: IssueJson };
  }>(issueQuery, { ...place });
  return { ...(await wholeIssue(api, repository.issue)), reader: toAccount(viewer)! };
}

/** @returns whose token it is */
export async function readReader(api: GitHubApi): Promise<Account> {
  const { viewer } = await api.graphql<{ readonly viewer: ActorJson }>(
    "{ viewer { __typename login databaseId } }",
  );
  return toAccount(viewer)!;
}

/** With the comments that did not fit into one answer. */
export async function wholeIssue(api: GitHubApi, issue: IssueJson): Promise<IssueRecord> {
  const comments = issue.comments.nodes.map(toComment);
  for (let { pageInfo } = issue.comments; pageInfo.hasNextPage; ) {
    const { node } = await api.graphql<{ readonly node: { readonly comments: CommentsJson } }>(
      commentsQuery,
      {
        id: issue.id,
        after: pageInfo.endCursor,
      },
    );
    comments.push(...node.comments.nodes.map(toComment));
    ({ pageInfo } = node.comments);
  }
  return {
    nodeId: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    isOpen: issue.state === "OPEN",
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    labels: issue.labels?.nodes.map(({ name }) => name) ?? [],
    author: toAccount(issue.author),
    renames: issue.timelineItems.nodes.map(({ actor: by, previousTitle, currentTitle, createdAt }) => ({
      from: previousTitle,
      title: currentTitle,
      by: toAccount(by),
      at: createdAt,
    })),
    revisionCount: issue.userContentEdits?.totalCount ?? 0,
    revisions: (issue.userContentEdits?.nodes ?? []).map(({ editedAt, diff, editor }) => ({
      body: diff ?? "",
      editor: toAccount(editor),
      at: editedAt,
    })),
    comments: comments.sort((a, b) => a.id - b.id),
  };
}

function toComment(json: CommentsJson["nodes"][number]): CommentRecord {
  const {
    id,
    fullDatabaseId,
    body,
    createdAt,
    lastEditedAt,
    author,
    userContentEdits,
    reactions,
    reactionGroups,
  } = json;
  const editors = (userContentEdits?.nodes ?? []).map(({ editor }) => toAccount(editor));
  return {
    id: Number(fullDatabaseId),
    nodeId: id,
    body,
    createdAt,
    author: toAccount(author),
    // Who edited it still earlier nobody knows.
    editors: userContentEdits?.pageInfo.hasNextPage ? [...editors, undefined] : editors,
    ...(lastEditedAt === null ? {} : { editedAt: lastEditedAt }),
    reactions: (reactionGroups ?? []).flatMap((group) => (group.createdAt === null ? [] : [group.content])),
    marks: reactions.nodes.map(({ content, createdAt: at, user }) => ({ content, by: toAccount(user), at })),
  };
}

export function toAccount(json: ActorJson | null): Account | undefined {
  if (json === null || typeof json.databaseId !== "number") return undefined;
  // Whose token it is, GitHub calls a user, also where it is an App's.
  const login = json.login.replace(/\[bot\]$/u, "");
  const isBot = json.__typename === "Bot" || login !== json.login;
  return { id: json.databaseId, login, kind: isBot ? "bot" : "user" };
}
