/**
 * @module From an issue as GitHub has it to the object as it should be: which comments count and which do not, and what was written by
 * hand. Asks who may write, and nothing else; the same issue and the same answers always make the same object.
 */
import { type BodyHistory, type JudgedRevision, readBodyHistory, toComment } from "./body-history.ts";
import { type CountedComment, type FoldBase, type FoldedObject, foldObject, keyOfHandEdit } from "./fold.ts";
import type { CommentRecord, IssueRecord, Rename, Revision } from "./issue-record.ts";
import {
  judgeSigned,
  type Signatures,
  signaturesOf,
  signedInitialOf,
  unsignedBodies,
} from "./signed-comments.ts";
import { ghStoreLabels, type StoreLabels } from "./store-labels.ts";
import { contentOf } from "./store-reactions.ts";
import type { Account, Trust } from "./trust.ts";
import { virtualMerge } from "./virtual-merge.ts";
import { type CommentContent, type Continuation, readComment } from "./wire/comment.ts";
import { type Document, orderedText, readDocument } from "./wire/document.ts";
import { isLabelOf } from "./wire/object-label.ts";
import { type Checkpoint, hashOfBody, readTitle, type Title } from "./wire/title.ts";

/** A comment that says something else than prose, and what became of it. */
export interface Decision {
  readonly comment: CommentRecord;
  /** Whose it is: the author's, or that of somebody who edited it and may not write. */
  readonly by: Account | undefined;
  /** Why it counts, or does not, for the audit log. */
  readonly because: string;
  readonly counts: boolean;
}

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

type Read = CommentRecord & { readonly content: CommentContent };

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

interface Deciding {
  readonly trust: Trust;
  /** The reaction that says of a comment that it was applied. */
  readonly mark: string;
  /** Where changes have to be signed. */
  readonly signatures?: Signatures | undefined;
}

interface Reading extends Deciding {
  readonly id: string;
  readonly issue: IssueRecord;
  readonly comments: readonly Read[];
}

async function fold(reading: Reading, base: Base): Promise<ObjectState> {
  const { id, issue, comments, trust } = reading;
  const decisions = await decide(
    comments.filter(
      (comment) =>
        comment.id > base.commentId && comment.content.kind !== "prose" && comment.content.kind !== "initial",
    ),
    reading,
  );
  const counted = decisions.flatMap(({ counts, comment }) => (counts ? [toCounted(comment as Read)] : []));
  const createdAt = new Map(comments.map((comment) => [comment.id, comment.createdAt]));
  const history = readBodyHistory(base, counted, await judgeAll(base.since, issue, trust), createdAt);
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

/** What a title says that fits a label; the label alone, where the title says something of its own. */
export function titleOf(
  { title, labels }: Pick<IssueRecord, "title" | "labels">,
  prefix: string,
): Title | undefined {
  return fitting(title, labels, prefix) ?? titleFromLabel(labels, prefix);
}

function titleFromLabel(labels: readonly string[], prefix: string): Title | undefined {
  const [label] = labelsOf(labels, prefix);
  return label === undefined ? undefined : { id: label.slice(prefix.length) };
}

function labelsOf(labels: readonly string[], prefix: string): readonly string[] {
  const lower = prefix.toLowerCase();
  return labels.filter((name) => name.toLowerCase().startsWith(lower));
}

function fitting(title: string, labels: readonly string[], prefix: string): Title | undefined {
  // Until 0.2 the id itself was the label.
  const isBare = labels.includes(ghStoreLabels.base) && labelsOf(labels, prefix).length === 0;
  return readTitle(title).find(({ id }) =>
    labels.some((label) => isLabelOf(label, prefix, id) || (isBare && label === id)),
  );
}

/** The newest title of somebody who may write: the author of an issue may rename it without that. */
async function trustedTitleOf(
  { title, author, renames, labels }: IssueRecord,
  prefix: string,
  trust: Trust,
): Promise<Title | undefined> {
  // Before the oldest rename that is known; its author's where that is the first one.
  const first = { title: renames[0]?.from ?? title, by: renames.length < mostRenames ? author : undefined };
  for (const { title: text, by } of [...renames.toReversed(), first]) {
    const found = fitting(text, labels, prefix);
    if (found !== undefined && (await trust.verdictOn(by)).may) return found;
  }
  return titleFromLabel(labels, prefix);
}

// As many as are read.
const mostRenames = 100;

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

async function mayAll(accounts: readonly (Account | undefined)[], trust: Trust): Promise<boolean> {
  for (const account of accounts) if (!(await trust.verdictOn(account)).may) return false;
  return true;
}

/** The newest first; of a body that was never changed there is one. */
function revisionsOf({ revisions, body, author, createdAt }: IssueRecord): readonly Revision[] {
  return revisions.length > 0 ? revisions : [{ body, editor: author, at: createdAt }];
}

export function dataOf(body: string): Document | undefined {
  const read = readDocument(body);
  return read.problem === undefined ? read.value : undefined;
}

/**
 * Of the operations that stand after a comment, those that counted before it. Only about those anybody is asked who wrote them: a
 * stranger may have written down what somebody else was about to say.
 */
async function operationsBefore(
  commentId: number,
  comments: readonly Read[],
  deciding: Deciding,
): Promise<ReadonlySet<string>> {
  const later = new Set(
    comments.flatMap((comment) => (comment.id > commentId ? keysOf(comment.content) : [])),
  );
  const operations = new Set<string>();
  for (const comment of comments) {
    if (comment.id > commentId) break;
    const keys = keysOf(comment.content).filter((key) => later.has(key));
    if (keys.length > 0 && (await decide([comment], deciding)).every(({ counts }) => counts))
      for (const key of keys) operations.add(key);
  }
  return operations;
}

/** What counts once: operations, and hand edits that were noted. */
export function keysOf(content: CommentContent): readonly string[] {
  if (content.kind === "hand edit") return [keyOfHandEdit(content.edit)];
  return content.kind === "update" ? content.steps.flatMap(({ operation }) => operation ?? []) : [];
}

async function decide(comments: readonly Read[], deciding: Deciding): Promise<readonly Decision[]> {
  const decisions: Decision[] = [];
  for (const comment of comments) {
    // Nobody is asked about for the sake of what would not count from anybody.
    if (comment.content.kind === "malformed") {
      decisions.push({ comment, by: comment.author, counts: false, because: comment.content.why });
      continue;
    }
    const { trust, signatures } = deciding;
    if (signatures !== undefined) {
      decisions.push({ comment, by: comment.author, ...judgeSigned(comment, comment.content, signatures) });
      continue;
    }
    decisions.push((await decidedBefore(comment, deciding)) ?? (await decideOn(comment, trust)));
  }
  return decisions;
}

/**
 * What a processor has marked as applied stays so, whoever its author has become since, where nobody has changed it since. Only an
 * App's mark says that: people like what others wrote.
 */
async function decidedBefore(comment: Read, { trust, mark }: Deciding): Promise<Decision | undefined> {
  for (const { content, by, at } of comment.marks)
    if (
      content === mark &&
      by?.kind === "bot" &&
      (comment.editedAt ?? "") < at &&
      (await trust.isKnownToMay(by))
    )
      return { comment, by: comment.author, counts: true, because: `${by.login} has applied it before` };
  return undefined;
}

/** It is theirs who wrote it, and theirs who ever changed it: all of them must be such that it counts. */
async function decideOn(comment: Read, trust: Trust): Promise<Decision> {
  let because = "";
  for (const by of [comment.author, ...comment.editors]) {
    const verdict = await trust.verdictOn(by);
    if (!verdict.may) return { comment, by, counts: false, because: verdict.because };
    because ||= verdict.because;
  }
  return { comment, by: comment.author, counts: true, because };
}

async function unmarkedOf(
  comments: readonly Read[],
  { trust, mark }: Deciding,
): Promise<readonly CommentRecord[]> {
  const unmarked: CommentRecord[] = [];
  for (const comment of comments) {
    const { content, reactions, author } = comment;
    const isApplied = reactions.includes(mark);
    if (content.kind === "update" && content.isForAll && !isApplied && (await trust.isKnownToMay(author)))
      unmarked.push(comment);
  }
  return unmarked;
}

function toCounted({ id, content }: Read): CountedComment {
  return { id, content: content as CountedComment["content"] };
}

async function judgeAll(
  revisions: readonly Revision[],
  issue: IssueRecord,
  trust: Trust,
): Promise<readonly JudgedRevision[]> {
  const judged: JudgedRevision[] = [];
  for (const revision of revisions) {
    const { body, at, editor } = revision;
    const { may } = await trust.verdictOn(editor);
    const isMachines =
      isProcessed(body, at, editor, issue.renames) || (await holdsWhatStrangersSaid(revision, issue, trust));
    judged.push({ body, at, editor, mayWrite: may, isProcessed: may && isMachines });
  }
  return judged;
}

/** Whether gh-store's canonical read wrote it, with what somebody has said who may not write: nobody has meant it. */
async function holdsWhatStrangersSaid(
  { body, at }: Revision,
  { comments }: IssueRecord,
  trust: Trust,
): Promise<boolean> {
  const data = dataOf(body);
  if (data === undefined) return false;
  const text = orderedText(data);
  const isThis = (merged: Document | undefined) => merged !== undefined && orderedText(merged) === text;
  const before = comments.filter(({ createdAt }) => createdAt <= at);
  // GitHub's times are whole seconds: what came in the same one may have come too late.
  while (!isThis(virtualMerge(before))) if (before.pop()?.createdAt !== at) return false;
  const trusted: CommentRecord[] = [];
  for (const comment of before) {
    const everybody = [comment.author, ...comment.editors];
    const verdicts = await Promise.all(everybody.map((account) => trust.verdictOn(account)));
    if (verdicts.every(({ may }) => may)) trusted.push(comment);
  }
  return !isThis(virtualMerge(trusted));
}

// A processor writes title and body in one request; GitHub's clock may tick between them.
const togetherMs = 2_000;

/** Whether a processor wrote it: it then wrote a title with its checkpoint as well. */
function isProcessed(
  body: string,
  at: string,
  editor: Account | undefined,
  renames: readonly Rename[],
): boolean {
  const data = dataOf(body);
  if (data === undefined) return false;
  const hash = hashOfBody(data);
  return renames.some(
    ({ title, by, at: renamedAt }) =>
      by?.id === editor?.id &&
      Math.abs(Date.parse(renamedAt) - Date.parse(at)) <= togetherMs &&
      readTitle(title).some(({ checkpoint }) => checkpoint?.bodyHash === hash),
  );
}
