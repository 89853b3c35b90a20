/**
 * @module The second half of creating objects: the initial state of each as a comment, and its issue closed. Many go in one request,
 * which GitHub carries out one by one; what a lost one has done is looked up, and only the rest is sent again.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { CallOptions, GitHubApi } from "../github/client/session.ts";
import type { StoreLabels } from "./store-labels.ts";
import { contentOf, type ReactionName } from "./store-reactions.ts";
import { type ObjectIssue, toObjectIssue } from "./stored-object.ts";

/** An issue that was opened for an object. */
export interface OpenedIssue {
  readonly nodeId: string;
  readonly number: number;
  /** The label that names its object. */
  readonly label: string;
  /** Its initial comment. */
  readonly text: string;
}

/** By an issue's number: all issues with the same label, of which others may have made some meanwhile. */
export type SameLabelled = ReadonlyMap<number, readonly ObjectIssue[]>;

/** So many in one request: each takes two mutations, and GitHub has been seen to refuse more than twenty. */
export const mostFinishedAtOnce = 10;

export interface FinishParts {
  readonly github: Pick<GitHubClient, "api">;
  readonly names: StoreLabels;
  /** Strangers' comments are refused by GitHub itself then. What they say before it is locked counts as little as it would after. */
  readonly lock: boolean;
  /** Whether some of it may have been done before: then what is there is looked up first. Of several initial comments the first counts. */
  readonly mayBeDone?: boolean;
  readonly call?: CallOptions;
}

/**
 * One request for all of them.
 *
 * @param issues at most {@link mostFinishedAtOnce}
 * @throws {HubsteadError} as the client does; some of them may be finished then
 */
export async function finishIssues(
  issues: readonly OpenedIssue[],
  parts: FinishParts,
): Promise<SameLabelled> {
  const { github, names, lock, mayBeDone = false, call = {} } = parts;
  const { initialState } = names.reactions;
  const found = new Map<number, readonly ObjectIssue[]>();
  const comments: string[] = [];
  let left: readonly Unfinished[] = issues.map((issue) => ({ issue, isCommented: false }));
  const takeIn = (answer: Answer): void => {
    for (const [index, { issue }] of left.entries()) {
      const commentId = answer[`comment${index}`]?.commentEdge?.node.id;
      if (commentId !== undefined) comments.push(commentId);
      const same = answer[`close${index}`]?.issue.repository.issues.nodes;
      if (same !== undefined)
        found.set(
          issue.number,
          same.flatMap((node) => toIssue(node, names)).sort((a, b) => a.issue.number - b.issue.number),
        );
    }
    left = left.flatMap(({ issue, isCommented }, index) =>
      found.has(issue.number) ? [] : [{ issue, isCommented: isCommented || `comment${index}` in answer }],
    );
  };
  if (mayBeDone) takeIn(await findDone(await github.api(aboutOf(left), call), left));
  while (left.length > 0) takeIn(await send(left, { github, lock, call }));
  if (initialState !== undefined && comments.length > 0)
    await mark(await github.api(aboutOf(left), { ...call, again: true }), comments, initialState);
  return found;
}

interface Unfinished {
  readonly issue: OpenedIssue;
  readonly isCommented: boolean;
}

type Answer = Readonly<Record<string, (Closed & Partial<Commented>) | undefined>>;
interface Commented {
  readonly commentEdge: { readonly node: { readonly id: string } };
}
interface Closed {
  readonly issue: { readonly repository: { readonly issues: { readonly nodes: readonly SameLabel[] } } };
}

function aboutOf(issues: readonly Unfinished[]): string {
  return `the initial state of ${issues.map(({ issue }) => `#${issue.number}`).join(", ")}`;
}

async function send(
  issues: readonly Unfinished[],
  { github, lock, call }: Required<Pick<FinishParts, "github" | "lock" | "call">>,
): Promise<Answer> {
  const about = aboutOf(issues);
  const find = async (signal: AbortSignal): Promise<Response | undefined> => {
    const data = await findDone(await github.api(about, { signal }), issues);
    return Object.keys(data).length === 0 ? undefined : Response.json({ data });
  };
  const api = await github.api(about, { ...call, recovery: { marker: about, find } });
  const texts = issues.flatMap(({ issue, isCommented }, index) =>
    isCommented ? [] : [[`text${index}`, issue.text]],
  );
  return api.graphql(
    finishDocument(
      issues.map(({ isCommented }) => isCommented),
      lock,
    ),
    {
      ...variablesOf(issues),
      ...Object.fromEntries(texts),
    },
  );
}

/** The mutation. @param isCommented of each issue, whether its comment is there already */
export function finishDocument(isCommented: readonly boolean[], lock = false): string {
  const text = (index: number) => (isCommented[index] ? "" : `, $text${index}: String!`);
  const declared = isCommented.map((_, index) => `$id${index}: ID!, $label${index}: [String!]${text(index)}`);
  const fields = isCommented.flatMap((isThere, index) => [
    isThere
      ? []
      : `comment${index}: addComment(input: { subjectId: $id${index}, body: $text${index} }) { commentEdge { node { id } } }`,
    lock ? `lock${index}: lockLockable(input: { lockableId: $id${index} }) { clientMutationId }` : [],
    `close${index}: closeIssue(input: { issueId: $id${index} }) { issue { ${sameLabelled(index)} } }`,
  ]);
  return `mutation(${declared.join(", ")}) {\n${fields.flat().join("\n")}\n}`;
}

function variablesOf(issues: readonly Unfinished[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    issues.flatMap(({ issue }, index) => [
      [`id${index}`, issue.nodeId],
      [`label${index}`, [issue.label]],
    ]),
  );
}

function sameLabelled(index: number): string {
  return `repository {
    issues(first: 20, labels: $label${index}, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { id number title state createdAt updatedAt labels(first: 100) { nodes { name } } }
    }
  }`;
}

/** What a request whose answer was lost has done, in the form of its answer. */
async function findDone(api: GitHubApi, issues: readonly Unfinished[]): Promise<Answer> {
  const declared = issues.map((_, index) => `$id${index}: ID!, $label${index}: [String!]`);
  const fields = issues.map(
    (_, index) =>
      `issue${index}: node(id: $id${index}) { ... on Issue { state comments { totalCount } ${sameLabelled(index)} } }`,
  );
  const read = await api.graphql<Readonly<Record<string, FoundIssue | null>>>(
    `query(${declared.join(", ")}) {\n${fields.join("\n")}\n}`,
    variablesOf(issues),
  );
  const done: Record<string, Closed> = {};
  for (const [index, { isCommented }] of issues.entries()) {
    const issue = read[`issue${index}`];
    if (!issue || issue.comments.totalCount === 0) continue;
    if (!isCommented) done[`comment${index}`] = { issue };
    if (issue.state === "CLOSED") done[`close${index}`] = { issue };
  }
  return done;
}

/** For people: gh-store reads none. A failure of it is no failure of the objects, which are there. */
async function mark(api: GitHubApi, comments: readonly string[], name: ReactionName): Promise<void> {
  const fields = comments.map(
    (_, index) =>
      `mark${index}: addReaction(input: { subjectId: $id${index}, content: ${contentOf(name)} }) { clientMutationId }`,
  );
  const declared = comments.map((_, index) => `$id${index}: ID!`).join(", ");
  try {
    await api.graphql(
      `mutation(${declared}) {\n${fields.join("\n")}\n}`,
      Object.fromEntries(comments.map((id, index) => [`id${index}`, id])),
    );
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
  }
}

type FoundIssue = Closed["issue"] & {
  readonly state: string;
  readonly comments: { readonly totalCount: number };
};

interface SameLabel {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly labels: { readonly nodes: readonly { readonly name: string }[] };
}

function toIssue(
  { id, number, title, state, createdAt, updatedAt, labels }: SameLabel,
  names: StoreLabels,
): readonly ObjectIssue[] {
  const listed = {
    number,
    node_id: id,
    title,
    state: state.toLowerCase(),
    labels: labels.nodes,
    comments: 0,
    created_at: createdAt,
    updated_at: updatedAt,
  };
  const object = toObjectIssue(listed, names);
  return object === undefined ? [] : [object];
}
