/**
 * @module From an issue as GitHub has it to the object as it should be: which comments count and which do not, and what was written by
 * hand. Asks who may write, and nothing else; the same issue and the same answers always make the same object.
 */
import { type BodyHistory, type JudgedRevision, readBodyHistory, toComment } from "./body-history.ts";
import { type CountedComment, type FoldBase, type FoldedObject, foldObject, keyOfHandEdit } from "./fold.ts";
import type { CommentRecord, IssueRecord, Rename, Revision } from "./issue-record.ts";
import type { Account, Trust } from "./trust.ts";
import { type CommentContent, readComment } from "./wire/comment.ts";
import { type Document, readDocument } from "./wire/document.ts";
import { isLabelOf } from "./wire/object-label.ts";
import { hashOfBody, readTitle, type Title } from "./wire/title.ts";

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
  readonly base: FoldBase;
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
  /** What became of the body since, oldest first. */
  readonly since: readonly Revision[];
  readonly operations: ReadonlySet<string>;
}

type Read = CommentRecord & { readonly content: CommentContent };

/**
 * @param uidPrefix of labels that name objects: `UID:`
 * @param from `start` for all that ever happened; else what a checkpoint covers is taken as it stands there
 */
export async function readObject(
  issue: IssueRecord,
  trust: Trust,
  uidPrefix: string,
  from: "checkpoint" | "start" = "checkpoint",
): Promise<ObjectState | NoObject> {
  const title = titleOf(issue, uidPrefix);
  if (title === undefined) return { because: `it has no label ${uidPrefix}…` };
  const comments = issue.comments.map((comment) => ({ ...comment, content: readComment(comment.body) }));
  const checkpoint = from === "start" ? undefined : await baseAtCheckpoint(issue, title, comments, trust);
  const base = checkpoint ?? (await baseAtStart(issue, comments, trust));
  if ("because" in base) return base;
  const decisions = await decide(
    comments.filter(
      ({ id, content }) => id > base.commentId && content.kind !== "prose" && content.kind !== "initial",
    ),
    trust,
  );
  const counted = decisions.flatMap(({ counts, comment }) => (counts ? [toCounted(comment as Read)] : []));
  // One that was noted late stands among what the checkpoint covers: all has to be folded anew.
  const isLate = ({ content }: CountedComment) =>
    content.kind === "hand edit" &&
    content.edit.after < base.commentId &&
    !base.operations.has(keyOfHandEdit(content.edit));
  if (checkpoint !== undefined && counted.some(isLate)) return readObject(issue, trust, uidPrefix, "start");
  const createdAt = new Map(comments.map(({ id, createdAt: at }) => [id, at]));
  const history = readBodyHistory(base, counted, await judgeAll(base.since, issue, trust), createdAt);
  return {
    id: title.id,
    base,
    folded: foldObject(base, [...counted, ...history.handEdits.map(toComment)]),
    decidedUpTo: decisions.at(-1)?.comment.id ?? base.commentId,
    unmarked: await unmarkedOf(
      comments.filter(({ id }) => id <= base.commentId),
      trust,
    ),
    decisions,
    history,
  };
}

/** The title's reading that fits the label; the label alone, where the title says something of its own. */
export function titleOf(
  { title, labels }: Pick<IssueRecord, "title" | "labels">,
  prefix: string,
): Title | undefined {
  const lower = prefix.toLowerCase();
  const label = labels.find((name) => name.toLowerCase().startsWith(lower));
  if (label === undefined) return undefined;
  return (
    readTitle(title).find(({ id }) => isLabelOf(label, prefix, id)) ?? { id: label.slice(prefix.length) }
  );
}

/** Where a processor has left off. Who may not write may have written the title of an issue of their own. */
async function baseAtCheckpoint(
  issue: IssueRecord,
  { checkpoint }: Title,
  comments: readonly Read[],
  trust: Trust,
): Promise<Base | undefined> {
  if (checkpoint === undefined) return undefined;
  const revisions = revisionsOf(issue);
  const index = revisions.findIndex(({ body }) => {
    const data = dataOf(body);
    return data !== undefined && hashOfBody(data) === checkpoint.bodyHash;
  });
  // Somebody wrote between what the processor read and what it wrote: only the whole history tells what.
  const isAlone = issue.revisionCount - index <= checkpoint.revisions;
  const titledBy = issue.renames.length === 0 ? issue.author : issue.renames.at(-1)!.by;
  if (index === -1 || !isAlone || !(await trust.verdictOn(titledBy)).may) return undefined;
  return {
    data: dataOf(revisions[index]!.body)!,
    version: checkpoint.version,
    commentId: checkpoint.commentId,
    since: revisions.slice(0, index).reverse(),
    operations: operationsOf(comments.filter(({ id }) => id <= checkpoint.commentId)),
  };
}

async function baseAtStart(
  issue: IssueRecord,
  comments: readonly Read[],
  trust: Trust,
): Promise<Base | NoObject> {
  const { may, because } = await trust.verdictOn(issue.author);
  if (!may) return { because: `its author may not write: ${because}` };
  const revisions = revisionsOf(issue);
  const initial = comments.find(
    ({ content, author, editors }) =>
      content.kind === "initial" &&
      author?.id === issue.author?.id &&
      editors.every((by) => by?.id === author?.id),
  )?.content;
  const data = initial?.kind === "initial" ? initial.data : dataOf(revisions.at(-1)!.body);
  if (data === undefined) return { because: "it has neither an initial state nor a body that is JSON" };
  return {
    data,
    version: 1,
    commentId: 0,
    since: revisions.slice(0, -1).reverse(),
    operations: new Set(),
  };
}

/** The newest first; of a body that was never changed there is one. */
function revisionsOf({ revisions, body, author, createdAt }: IssueRecord): readonly Revision[] {
  return revisions.length > 0 ? revisions : [{ body, editor: author, at: createdAt }];
}

function dataOf(body: string): Document | undefined {
  const read = readDocument(body);
  return read.problem === undefined ? read.value : undefined;
}

function operationsOf(comments: readonly Read[]): ReadonlySet<string> {
  const keys = comments.flatMap(({ content }) => {
    if (content.kind === "hand edit") return [keyOfHandEdit(content.edit)];
    return content.kind === "update" ? content.steps.flatMap(({ operation }) => operation ?? []) : [];
  });
  return new Set(keys);
}

async function decide(comments: readonly Read[], trust: Trust): Promise<readonly Decision[]> {
  const decisions: Decision[] = [];
  for (const comment of comments) {
    // Nobody is asked about for the sake of what would not count from anybody.
    if (comment.content.kind === "malformed") {
      decisions.push({ comment, by: comment.author, counts: false, because: comment.content.why });
      continue;
    }
    decisions.push((await decidedBefore(comment, trust)) ?? (await decideOn(comment, trust)));
  }
  return decisions;
}

/**
 * What a processor has marked as applied stays so, whoever its author has become since. Only an App's mark says that: people like
 * what others wrote.
 */
async function decidedBefore(comment: Read, trust: Trust): Promise<Decision | undefined> {
  for (const { content, by } of comment.marks)
    if (content === "THUMBS_UP" && by?.kind === "bot" && (await trust.isKnownToMay(by)))
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

async function unmarkedOf(comments: readonly Read[], trust: Trust): Promise<readonly CommentRecord[]> {
  const unmarked: CommentRecord[] = [];
  for (const comment of comments) {
    const { content, marks, author } = comment;
    const isApplied = marks.some((mark) => mark.content === "THUMBS_UP");
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
  { renames }: IssueRecord,
  trust: Trust,
): Promise<readonly JudgedRevision[]> {
  const judged: JudgedRevision[] = [];
  for (const { body, at, editor } of revisions) {
    const { may } = await trust.verdictOn(editor);
    judged.push({
      body,
      at,
      editor,
      mayWrite: may,
      isProcessed: may && isProcessed(body, at, editor, renames),
    });
  }
  return judged;
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
