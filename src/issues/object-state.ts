/**
 * @module From an issue as GitHub has it to the object as it should be: which comments count and which do not, and what was written by
 * hand. Asks who may write, and nothing else; the same issue and the same answers always make the same object.
 */
import { type BodyHistory, readBodyHistory, toComment } from "./body-history.ts";
import {
  type Deciding,
  type Decision,
  decide,
  mayAll,
  operationsBefore,
  type Read,
  toCounted,
  unmarkedOf,
} from "./decisions.ts";
import { type CountedComment, type FoldBase, type FoldedObject, foldObject, keyOfHandEdit } from "./fold.ts";
import type { CommentRecord, IssueRecord, Revision } from "./issue-record.ts";
import { dataOf, judgeRevisions } from "./judge-revisions.ts";
import { trustedTitleOf } from "./object-title.ts";
import { type Signatures, signaturesOf, signedInitialOf, unsignedBodies } from "./signed-comments.ts";
import type { StoreLabels } from "./store-labels.ts";
import { contentOf } from "./store-reactions.ts";
import type { Trust } from "./trust.ts";
import { type CommentContent, type Continuation, readComment } from "./wire/comment.ts";
import { type Checkpoint, hashOfBody } from "./wire/title.ts";

export interface ObjectState {
  readonly id: string;
  /** What the comments were folded onto. */
  readonly base: Base;
  readonly counted: readonly CountedComment[];
  readonly folded: FoldedObject;
  /** The newest comment that is decided, prose apart; 0 where there is none. */
  readonly decidedUpTo: number;
  /** Applied by an earlier run, as it seems, which did not come to mark them: gh-store would apply them again. */
  readonly unmarked: readonly CommentRecord[];
  /** Of comments that the checkpoint does not cover, in order. */
  readonly decisions: readonly Decision[];
  readonly history: BodyHistory;
}

/** An issue that looks like an object and is none; `because` goes on after "because". */
export interface NoObject {
  readonly because: string;
}

interface Base extends FoldBase {
  readonly commentId: number;
  /** What the object went on with here; known of a state that was read from the start. */
  readonly continues?: Continuation;
  /** What became of the body since, oldest first. */
  readonly since: readonly Revision[];
  readonly operations: ReadonlySet<string>;
}

/**
 * @param from `start` for all that ever happened; else what a checkpoint covers is taken as it stands there
 */
export async function readObject(
  issue: IssueRecord,
  trust: Trust,
  { uidPrefix, reactions }: Pick<StoreLabels, "uidPrefix" | "reactions">,
  from: "checkpoint" | "start" = "checkpoint",
): Promise<ObjectState | NoObject> {
  const title = await trustedTitleOf(issue, uidPrefix, trust);
  if (title === undefined) return { because: `it has no label ${uidPrefix}…` };
  const comments = issue.comments.map((comment) => ({ ...comment, content: readComment(comment.body) }));
  const deciding = { trust, mark: contentOf(reactions.processed) };
  const read: Reading = { id: title.id, issue, comments, ...deciding };
  const signatures = await signaturesOf(issue, title, trust);
  if (signatures !== undefined) return readSigned({ ...read, signatures }, from);
  const left = title.checkpoint === undefined ? undefined : await baseAtCheckpoint(read, title.checkpoint);
  const fromCheckpoint = left === undefined ? undefined : await fold(read, left.base);
  if (
    fromCheckpoint !== undefined &&
    from !== "start" &&
    left!.overwritten.length === 0 &&
    !hasLate(fromCheckpoint)
  )
    return fromCheckpoint;
  // Something stands among what the checkpoint covers, which only all that ever happened puts into its place.
  const start = await baseAtStart(read, left !== undefined);
  if ("because" in start) return start;
  const fromStart = await fold(read, start);
  if (left === undefined || leadsTo(fromStart, title.checkpoint!)) return fromStart;
  // Comments have gone, or were edited, or their authors may not write any more: what was decided stays decided.
  const undone = left.overwritten.map((revision) => ({ revision, because: "a processor wrote over it" }));
  const { history } = fromCheckpoint!;
  return { ...fromCheckpoint!, history: { ...history, undone: [...undone, ...history.undone] } };
}

interface Reading extends Deciding {
  readonly id: string;
  readonly issue: IssueRecord;
  readonly comments: readonly Read[];
}

async function fold(reading: Reading, base: Base): Promise<ObjectState> {
  const { id, issue, comments } = reading;
  const decisions = await decide(
    comments.filter(
      (comment) =>
        comment.id > base.commentId && comment.content.kind !== "prose" && comment.content.kind !== "initial",
    ),
    reading,
  );
  const counted = decisions.flatMap(({ counts, comment }) => (counts ? [toCounted(comment as Read)] : []));
  const createdAt = new Map(comments.map((comment) => [comment.id, comment.createdAt]));
  const history = readBodyHistory(base, counted, await judgeRevisions(base.since, issue, reading), createdAt);
  return {
    id,
    base,
    counted,
    folded: foldObject(base, [...counted, ...history.handEdits.map(toComment)]),
    decidedUpTo: decisions.at(-1)?.comment.id ?? base.commentId,
    unmarked: await unmarkedOf(
      comments.filter((comment) => comment.id <= base.commentId),
      reading,
    ),
    decisions,
    history,
  };
}

/**
 * Always from the start: whoever may write may write a title, and a body, and has no key for that. A checkpoint says only what need not be
 * marked and told once more.
 */
async function readSigned(
  reading: Reading & { readonly signatures: Signatures },
  from: "checkpoint" | "start",
): Promise<ObjectState | NoObject> {
  const { comments, signatures, issue } = reading;
  const { verdicts, decidedUpTo } = signatures;
  const initial = signedInitialOf(comments, signatures);
  if (initial === undefined) return { because: "nobody whose change counts has signed its initial state" };
  const { data, continues } = initial.content;
  const after = comments.filter(({ id }) => id > initial.commentId);
  const state = await fold(
    { ...reading, comments: after },
    {
      data,
      version: continues?.version ?? 1,
      commentId: 0,
      since: [],
      operations: new Set(),
      ...(continues === undefined ? {} : { continues }),
    },
  );
  const undone = unsignedBodies(issue, [data, ...state.folded.steps.map((step) => step.data)]);
  const whole = { ...state, history: { handEdits: [], undone } };
  if (from === "start") return whole;
  const covered = comments.filter(({ id }) => id <= decidedUpTo && verdicts.get(id)!.isValid);
  return {
    ...whole,
    decisions: state.decisions.filter(({ comment }) => comment.id > decidedUpTo),
    unmarked: await unmarkedOf(covered, reading),
  };
}

/** Whether a hand edit was noted that stands before the checkpoint. */
function hasLate({ base, counted }: ObjectState): boolean {
  return counted.some(
    ({ content }) =>
      content.kind === "hand edit" &&
      content.edit.after < base.commentId &&
      !base.operations.has(keyOfHandEdit(content.edit)),
  );
}

/** Whether what a checkpoint covers comes to what it says. */
function leadsTo({ base, counted }: ObjectState, { commentId, bodyHash }: Checkpoint): boolean {
  const covered = counted.filter(({ id }) => id <= commentId);
  return hashOfBody(foldObject(base, covered).data) === bodyHash;
}

interface Left {
  readonly base: Base;
  /** What somebody wrote between what the processor had read and what it wrote. */
  readonly overwritten: readonly Revision[];
}

/** Where a processor has left off. */
async function baseAtCheckpoint(reading: Reading, checkpoint: Checkpoint): Promise<Left | undefined> {
  const { issue, comments } = reading;
  const revisions = revisionsOf(issue);
  const isWritten = ({ body }: Revision) => {
    const data = dataOf(body);
    return data !== undefined && hashOfBody(data) === checkpoint.bodyHash;
  };
  // Where the processor thought that it wrote, or later: somebody else was faster. Who writes the same again comes later still.
  const expected = Math.max(0, issue.revisionCount - checkpoint.revisions);
  const found = revisions.slice(0, expected + 1).findLastIndex(isWritten);
  const index = found === -1 ? revisions.findIndex(isWritten) : found;
  if (index === -1) return undefined;
  const more = Math.max(0, expected - index);
  return {
    base: {
      data: dataOf(revisions[index]!.body)!,
      version: checkpoint.version,
      commentId: checkpoint.commentId,
      since: revisions.slice(0, index).reverse(),
      operations: await operationsBefore(checkpoint.commentId, comments, reading),
    },
    overwritten: revisions.slice(index + 1, index + 1 + more),
  };
}

/** @param isAccepted whether a processor has taken the issue for an object before, whoever its author is by now */
async function baseAtStart({ issue, trust }: Reading, isAccepted: boolean): Promise<Base | NoObject> {
  const { may, because } = await trust.verdictOn(issue.author);
  if (!may && !isAccepted) return { because: `its author may not write: ${because}` };
  const revisions = revisionsOf(issue);
  const initial = await initialOf(issue, trust, "");
  const data = initial?.data ?? dataOf(revisions.at(-1)!.body);
  if (data === undefined) return { because: "it has neither an initial state nor a body that is JSON" };
  const { continues } = initial ?? {};
  return {
    data,
    version: continues?.version ?? 1,
    commentId: 0,
    since: revisions.slice(0, -1).reverse(),
    operations: new Set(),
    ...(continues === undefined ? {} : { continues }),
  };
}

/** The author's own, or that of whoever has finished what another processor had begun. */
export async function initialOf(
  issue: IssueRecord,
  trust: Trust,
  prefix: string,
): Promise<Extract<CommentContent, { readonly kind: "initial" }> | undefined> {
  const { author: opener, comments } = issue;
  if (trust.readKeys !== undefined) {
    const title = await trustedTitleOf(issue, prefix, trust);
    const signatures = title === undefined ? undefined : await signaturesOf(issue, title, trust);
    return signatures === undefined ? undefined : signedInitialOf(comments, signatures)?.content;
  }
  for (const { body, author, editors } of comments) {
    const content = readComment(body);
    if (content.kind !== "initial") continue;
    const isOwn = author?.id === opener?.id && editors.every((by) => by?.id === author?.id);
    if (isOwn || (content.continues !== undefined && (await mayAll([author, ...editors], trust))))
      return content;
  }
  return undefined;
}

/** The newest first; of a body that was never changed there is one. */
function revisionsOf({ revisions, body, author, createdAt }: IssueRecord): readonly Revision[] {
  return revisions.length > 0 ? revisions : [{ body, editor: author, at: createdAt }];
}
