/**
 * @module Sends updates of objects: those of one object that wait at the same time travel in one comment, each still a change of its own.
 * The comment and the reopening that starts the processor are one request.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GitHubApi } from "../github/client/session.ts";
import { isOfSameId } from "./object-life.ts";
import type { NewestComments, Signer } from "./signer.ts";
import { signatureBytes } from "./signing/statement.ts";
import type { StoreLabels } from "./store-labels.ts";
import type { Step } from "./wire/comment.ts";
import { maxTextBytes, writeUpdateComment } from "./wire/write-comment.ts";

/** An issue that is known to be an object's. */
export interface KnownIssue {
  readonly nodeId: string;
  readonly number: number;
}

/** What became of an update. */
export interface UpdateSent {
  readonly issueNumber: number;
  /** Of the comment that holds it, maybe among others. */
  readonly commentId: number;
}

export interface UpdateQueue {
  /**
   * @param issueOf is asked once for all that travels together
   * @throws {HubsteadError} `invalid_input` for one that no comment holds; `ambiguous_write` where nobody can tell whether it was
   *   sent; as the client does
   */
  send(id: string, step: Step, issueOf: () => Promise<KnownIssue>): Promise<UpdateSent>;
}

interface Waiting {
  readonly step: Step;
  readonly resolve: (sent: UpdateSent) => void;
  readonly reject: (error: unknown) => void;
}

export interface UpdateQueueParts {
  readonly names: StoreLabels;
  /** Moves an object on whose issue takes no more comments. */
  readonly makeRoom: (issueNumber: number) => Promise<unknown>;
  /** The issue is not the object's any more. */
  readonly forget: (id: string) => void;
  readonly github: Pick<GitHubClient, "api">;
  readonly clientVersion: string;
  readonly now: () => number;
  /** Where changes are signed. */
  readonly signer?: Signer | undefined;
}

export function createUpdateQueue(parts: UpdateQueueParts): UpdateQueue {
  const { clientVersion, now, signer } = parts;
  const mostBytes = maxTextBytes - (signer === undefined ? 0 : signatureBytes);
  const queues = new Map<string, Waiting[]>();

  const textOf = (batch: readonly Waiting[], issueNumber: number): string =>
    writeUpdateComment(
      batch.map(({ step }) => step),
      { clientVersion, time: new Date(now()).toISOString(), issueNumber },
    );

  /** As many from the front as fit into one comment. */
  const takeBatch = (queue: Waiting[], issueNumber: number): Waiting[] => {
    let count = queue.length;
    while (count > 1 && Buffer.byteLength(textOf(queue.slice(0, count), issueNumber)) > mostBytes)
      count = Math.ceil(count / 2);
    return queue.splice(0, count);
  };

  const drain = async (id: string, queue: Waiting[], issueOf: () => Promise<KnownIssue>): Promise<void> => {
    while (queue.length > 0) {
      // What is asked for in the same turn of the event loop comes along.
      await new Promise((resolve) => setImmediate(resolve));
      let batch = queue.splice(0, queue.length);
      try {
        const issue = await issueOf();
        queue.unshift(...batch);
        batch = takeBatch(queue, issue.number);
        const text = textOf(batch, issue.number);
        checkSize(id, text, mostBytes);
        const posting = { id, text, operation: batch[0]!.step.operation! };
        const sent = await post(issue, posting, parts).catch(async (error: unknown) => {
          if (!isFull(error)) throw error;
          await parts.makeRoom(issue.number);
          parts.forget(id);
          return post(await issueOf(), posting, parts);
        });
        for (const { resolve } of batch) resolve(sent);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(id);
  };

  return {
    send(id, step, issueOf) {
      const { promise, resolve, reject } = Promise.withResolvers<UpdateSent>();
      const queue = queues.get(id) ?? [];
      queue.push({ step, resolve, reject });
      if (!queues.has(id)) {
        queues.set(id, queue);
        void drain(id, queue, issueOf);
      }
      return promise;
    },
  };
}

function checkSize(id: string, text: string, mostBytes: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= mostBytes) return;
  throw new HubsteadError("invalid_input", `an update of ${JSON.stringify(id)} has ${bytes} bytes`, {
    hint: `A comment holds ${mostBytes} bytes: change less at once, or split the object.`,
    data: { bytes, expected: mostBytes },
  });
}

interface CommentJson {
  readonly fullDatabaseId: string;
  readonly body: string;
}

const reopenQuery = (more: string) => `mutation($reopen: UpdateIssueInput!) {
  updateIssue(input: $reopen) { issue { state labels(first: 100) { nodes { name } } ${more} } }
}`;
// With what stands there now: somebody else may have said something with the same key.
const signedFields = "comments(last: 50) { totalCount nodes { fullDatabaseId body } }";
const sendQuery = (more: string) => `mutation($comment: AddCommentInput!, $reopen: UpdateIssueInput!) {
  addComment(input: $comment) { commentEdge { node { fullDatabaseId body } } }
  updateIssue(input: $reopen) { issue { state labels(first: 100) { nodes { name } } ${more} } }
}`;

interface Posting {
  readonly id: string;
  readonly text: string;
  /** One of those in it. */
  readonly operation: string;
}

type Posted = UpdateSent & { readonly newest: NewestComments };

// More processes with one key than these, all writing to one object at once, should have keys of their own.
const mostTurns = 20;

/** Signed, where changes are: again where another process with the same key was faster, before anything is promised. */
async function post(issue: KnownIssue, posting: Posting, parts: UpdateQueueParts): Promise<UpdateSent> {
  const { signer } = parts;
  if (signer === undefined) return sentOf(await postUpdate(issue, posting, parts));
  const object = { id: posting.id, issueNumber: issue.number };
  for (let turn = 0; turn < mostTurns; turn++) {
    const text = await signer.sign(object, posting.text);
    const posted = await postUpdate(issue, { ...posting, text }, parts).catch((error: unknown) => {
      signer.forget(issue.number);
      throw error;
    });
    const isInOrder = await signer
      .isInOrder(object, posted.commentId, posted.newest)
      .catch((cause: unknown) => {
        throw unsure(posted, cause);
      });
    if (isInOrder) return sentOf(posted);
  }
  throw new HubsteadError(
    "busy",
    `others sign what they say in issue ${issue.number} with the same key, and are faster`,
    {
      hint: "Give each process a key of its own; what was sent counts for nothing.",
      data: { retryAfterMs: 60_000 },
    },
  );
}

function sentOf({ issueNumber, commentId }: Posted): UpdateSent {
  return { issueNumber, commentId };
}

function unsure({ commentId, issueNumber }: Posted, cause: unknown): HubsteadError {
  const message = `nobody knows whether comment ${commentId} of issue ${issueNumber} stands where its signature says`;
  return new HubsteadError("ambiguous_write", message, {
    hint: "Look into the history of the object before you do it again.",
    data: { commentId, issueNumber },
    cause,
  });
}

async function postUpdate(
  { nodeId, number }: KnownIssue,
  { id, text, operation }: Posting,
  { github, names, forget, signer }: UpdateQueueParts,
): Promise<Posted> {
  const more = signer === undefined ? "" : signedFields;
  const about = `an update in issue ${number}`;
  const marker = `a comment of #${number} with ${operation}`;
  const find = async (signal: AbortSignal): Promise<Response | undefined> => {
    const api = await github.api(about, { signal });
    const node = await findComment(api, nodeId, text);
    if (node === undefined) return undefined;
    // The request may have died between the comment and the reopening.
    const reopened = await api.graphql<object>(reopenQuery(more), { reopen: { id: nodeId, state: "OPEN" } });
    return Response.json({ data: { addComment: { commentEdge: { node } }, ...reopened } });
  };
  const api = await github.api(about, { recovery: { marker, find } });
  const { addComment, updateIssue } = await api.graphql<{
    readonly addComment: { readonly commentEdge: { readonly node: CommentJson } };
    readonly updateIssue: {
      readonly issue: {
        readonly labels: { readonly nodes: readonly { readonly name: string }[] };
        readonly comments?: { readonly totalCount: number; readonly nodes: readonly CommentJson[] };
      };
    };
  }>(sendQuery(more), { comment: { subjectId: nodeId, body: text }, reopen: { id: nodeId, state: "OPEN" } });
  const { node } = addComment.commentEdge;
  if (node.body !== text)
    throw new HubsteadError(
      "invalid_input",
      `GitHub has kept something else than what was sent to issue ${number}`,
      {
        hint: "Look at the comment, and delete it; then send less at once.",
        data: { commentId: Number(node.fullDatabaseId) },
      },
    );
  const commentId = Number(node.fullDatabaseId);
  const labels = updateIssue.issue.labels.nodes.map(({ name }) => name);
  const { totalCount = 0, nodes = [] } = updateIssue.issue.comments ?? {};
  const comments = nodes.map(({ fullDatabaseId, body }) => ({ id: Number(fullDatabaseId), body }));
  const posted = {
    issueNumber: number,
    commentId,
    newest: { comments, hasOlder: totalCount > nodes.length },
  };
  if (labels.some((name) => name.toLowerCase() === names.base.toLowerCase())) return posted;
  forget(id);
  // It has moved on to another issue, to which whoever folds this one carries the update.
  if (isOfSameId({ labels }, id, names)) return posted;
  await api.graphql("mutation($close: CloseIssueInput!) { closeIssue(input: $close) { clientMutationId } }", {
    close: { issueId: nodeId },
  });
  throw new HubsteadError("not_found", `the object of issue ${number} was deleted by somebody else`, {
    hint: "What was sent lies in that issue, and counts when the object is restored; or create it anew.",
    data: { issueNumber: number, commentId },
  });
}

/** GitHub takes 2,500 comments of an issue. */
function isFull(error: unknown): boolean {
  return (
    error instanceof HubsteadError &&
    error.code === "forbidden" &&
    /commenting is disabled/iu.test(error.message)
  );
}

/** Among the newest; operations in its text are nobody else's. */
async function findComment(api: GitHubApi, nodeId: string, text: string): Promise<CommentJson | undefined> {
  const { node } = await api.graphql<{
    readonly node: {
      readonly comments: { readonly nodes: readonly (CommentJson & { readonly viewerDidAuthor: boolean })[] };
    } | null;
  }>(
    "query($id: ID!) { node(id: $id) { ... on Issue { comments(last: 100) { nodes { fullDatabaseId body viewerDidAuthor } } } } }",
    { id: nodeId },
  );
  return node?.comments.nodes.find(({ body, viewerDidAuthor }) => viewerDidAuthor && body === text);
}
