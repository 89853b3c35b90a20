/**
 * @module Makes the issue of a new object in two requests: the issue, then its initial state and its closing in one. Of several that are
 * made at the same time the lowest number is the object.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GitHubApi } from "../github/client/session.ts";
import { liveOf, type StorePlace } from "./find-object.ts";
import { deprecationLabels } from "./object-life.ts";
import { relabel } from "./relabel.ts";
import type { Signer } from "./signer.ts";
import { signatureBytes } from "./signing/statement.ts";
import type { StoreLabels } from "./store-labels.ts";
import { contentOf, type ReactionName } from "./store-reactions.ts";
import { type ListedIssue, type ObjectIssue, toObjectIssue } from "./stored-object.ts";
import { type Document, writeDocument } from "./wire/document.ts";
import { writeTitle } from "./wire/title.ts";
import { maxTextBytes, writeInitialComment } from "./wire/write-comment.ts";

export interface NewObject {
  readonly id: string;
  readonly data: Document;
  /** The one that names it. */
  readonly label: string;
  /** The highest number of an issue that had this id before; 0 for none. */
  readonly after: number;
  /** The user's own, and of its status. */
  readonly labels: readonly string[];
  /** An explicit type, where the id does not begin with it. */
  readonly type?: string;
}

export interface CreateParts {
  readonly github: Pick<GitHubClient, "api">;
  readonly place: StorePlace;
  readonly names: StoreLabels;
  readonly clientVersion: string;
  /** Whether only those who may write are to comment on it. */
  readonly lock: boolean;
  readonly now: () => number;
  readonly signer?: Signer | undefined;
}

/**
 * @throws {HubsteadError} `invalid_input` for one that no issue holds, before anything is written; `already_exists` where somebody else
 *   has made it at the same time; `ambiguous_write`
 */
export async function createObject(object: NewObject, parts: CreateParts): Promise<ObjectIssue> {
  const { github, place, names } = parts;
  const body = writeDocument(object.data);
  // The issue's number is not known yet: the longest one stands for it.
  const longest = initialComment(object, parts, 999_999_999);
  const longestBytes = Buffer.byteLength(longest) + (parts.signer === undefined ? 0 : signatureBytes);
  const bytes = Math.max(Buffer.byteLength(body), longestBytes);
  if (bytes > maxTextBytes) throw tooLarge(object.id, bytes);
  await parts.signer?.ready();
  const about = `the object ${object.id} in ${place.owner}/${place.repo}`;
  const labels = [names.system, names.base, object.label, ...object.labels];
  const title = writeTitle(object.id);
  const find = async (signal: AbortSignal): Promise<Response | undefined> => {
    const found = await findOwn(await github.api(about, { signal }), place, { ...object, title, body });
    return found === undefined ? undefined : Response.json(found, { status: 201 });
  };
  const api = await github.api(about, { recovery: { marker: `an issue "${title}" of one's own`, find } });
  const { data } = await api.request("POST /repos/{owner}/{repo}/issues", { ...place, title, body, labels });
  const issue = data as ListedIssue;
  if (issue.body !== body) throw tooLarge(object.id, bytes);
  const unsigned = initialComment(object, parts, issue.number);
  const signedObject = { id: object.id, issueNumber: issue.number, isNew: true };
  const text = (await parts.signer?.sign(signedObject, unsigned)) ?? unsigned;
  const { all, commentNodeId } = await writeInitialState(await github.api(about), issue, text, {
    ...parts,
    label: object.label,
  });
  const winner = liveOf(all.filter(({ id }) => id === object.id));
  if (winner !== undefined && winner.issue.number < issue.number) {
    const add = deprecationLabels(object.id, winner.issue.number, names);
    await relabel(await github.api(about), { ...place, number: issue.number }, { add, remove: [names.base] });
    throw madeTwice(object.id, issue.number, winner);
  }
  const { initialState } = names.reactions;
  if (initialState !== undefined)
    await mark(await github.api(about, { again: true }), commentNodeId, initialState);
  return toObjectIssue({ ...issue, state: "closed", comments: 1 }, names)!;
}

function initialComment(
  { data, id, label, type }: NewObject,
  parts: CreateParts,
  issueNumber: number,
): string {
  const isShortened = label !== parts.names.uidPrefix + id;
  return writeInitialComment(
    data,
    { clientVersion: parts.clientVersion, time: new Date(parts.now()).toISOString(), issueNumber },
    { ...(isShortened ? { id } : {}), ...(type === undefined ? {} : { type }) },
  );
}

// What strangers say before it is locked counts as little as it would after.
const initialQuery = (
  lock: boolean,
) => `mutation($comment: AddCommentInput!, $close: CloseIssueInput!, $label: [String!]${lock ? ", $lock: LockLockableInput!" : ""}) {
  addComment(input: $comment) { commentEdge { node { id } } }
  ${lock ? "lockLockable(input: $lock) { clientMutationId }" : ""}
  closeIssue(input: $close) {
    issue {
      repository {
        issues(first: 20, labels: $label, orderBy: { field: CREATED_AT, direction: DESC }) {
          nodes { id number title state createdAt updatedAt labels(first: 100) { nodes { name } } }
        }
      }
    }
  }
}`;
interface InitialTerms {
  readonly label: string;
  readonly names: StoreLabels;
  readonly lock: boolean;
}

/** @returns with the issues of the same label, in order: others may have made them meanwhile */
async function writeInitialState(
  api: GitHubApi,
  issue: ListedIssue,
  text: string,
  { label, names, lock }: InitialTerms,
): Promise<{ readonly all: readonly ObjectIssue[]; readonly commentNodeId: string }> {
  const { addComment, closeIssue } = await api.graphql<{
    readonly addComment: { readonly commentEdge: { readonly node: { readonly id: string } } };
    readonly closeIssue: {
      readonly issue: { readonly repository: { readonly issues: { readonly nodes: readonly SameLabel[] } } };
    };
  }>(initialQuery(lock), {
    comment: { subjectId: issue.node_id, body: text },
    close: { issueId: issue.node_id },
    label: [label],
    ...(lock ? { lock: { lockableId: issue.node_id } } : {}),
  });
  const objects = closeIssue.issue.repository.issues.nodes.flatMap(
    ({ id, number, title, state, createdAt, updatedAt, labels }) => {
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
      return toObjectIssue(listed, names) ?? [];
    },
  );
  const all = objects.sort((a, b) => a.issue.number - b.issue.number);
  return { all, commentNodeId: addComment.commentEdge.node.id };
}

/** For people: gh-store reads none. A failure of it is no failure of the object, which is there. */
async function mark(api: GitHubApi, subjectId: string, name: ReactionName): Promise<void> {
  const query = "mutation($mark: AddReactionInput!) { addReaction(input: $mark) { clientMutationId } }";
  try {
    await api.graphql(query, { mark: { subjectId, content: contentOf(name) } });
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
  }
}

interface SameLabel {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly labels: { readonly nodes: readonly { readonly name: string }[] };
}

/** What the lost request may have made: an issue of one's own with the same title and body, which was not there before. */
async function findOwn(
  api: GitHubApi,
  place: StorePlace,
  {
    label,
    after,
    title,
    body,
  }: Pick<NewObject, "label" | "after"> & { readonly title: string; readonly body: string },
): Promise<ListedIssue | undefined> {
  const { data } = await api.request("GET /repos/{owner}/{repo}/issues", {
    ...place,
    labels: label,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 100,
  });
  const { viewer } = await api.graphql<{ readonly viewer: { readonly login: string } }>(
    "{ viewer { login } }",
  );
  return data.find(
    (issue) =>
      issue.number > after &&
      issue.title === title &&
      issue.body === body &&
      issue.user?.login === viewer.login,
  ) as ListedIssue | undefined;
}

function tooLarge(id: string, bytes: number): HubsteadError {
  return new HubsteadError(
    "invalid_input",
    `the object ${JSON.stringify(id)} has ${bytes} bytes in an issue`,
    {
      hint: `An issue holds ${maxTextBytes} bytes: split the object, or keep large parts in files.`,
      data: { bytes, expected: maxTextBytes },
    },
  );
}

function madeTwice(id: string, number: number, winner: ObjectIssue): HubsteadError {
  return new HubsteadError(
    "already_exists",
    `somebody else has made ${JSON.stringify(id)} at the same time`,
    {
      hint: `Issue ${winner.issue.number} is the object; what was sent is kept in issue ${number}, which is deprecated. Change the object with \`update\`.`,
      data: { id, issueNumber: winner.issue.number, duplicate: number },
    },
  );
}
