/**
 * @module Who wrote what a body once was: a processor, somebody who may write, or somebody who may not.
 */
import type { JudgedRevision } from "./body-history.ts";
import { type Deciding, mayAll } from "./decisions.ts";
import type { CommentRecord, IssueRecord, Rename, Revision } from "./issue-record.ts";
import type { Account } from "./trust.ts";
import { virtualMerge } from "./virtual-merge.ts";
import { type Document, orderedText, readDocument } from "./wire/document.ts";
import { hashOfBody, readTitle } from "./wire/title.ts";

export async function judgeRevisions(
  revisions: readonly Revision[],
  issue: IssueRecord,
  deciding: Deciding,
): Promise<readonly JudgedRevision[]> {
  const judged: JudgedRevision[] = [];
  for (const revision of revisions) {
    const { body, at, editor } = revision;
    const { may } = await deciding.trust.verdictOn(editor);
    const isMachines =
      isProcessed(body, at, editor, issue.renames) ||
      (await holdsWhatStrangersSaid(revision, issue, deciding));
    judged.push({ body, at, editor, mayWrite: may, isProcessed: may && isMachines });
  }
  return judged;
}

/** Whether gh-store's canonical read wrote it, with what somebody has said who may not write: nobody has meant it. */
async function holdsWhatStrangersSaid(
  { body, at }: Revision,
  { comments }: IssueRecord,
  deciding: Deciding,
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
    if ((await isApplied(comment, deciding)) || (await mayAll(everybody, deciding.trust)))
      trusted.push(comment);
  }
  return !isThis(virtualMerge(trusted));
}

/** By gh-store's processor, when its author still might: canonical reads mark nothing. */
async function isApplied({ marks }: CommentRecord, { trust, mark }: Deciding): Promise<boolean> {
  for (const { content, by } of marks) if (content === mark && (await trust.isKnownToMay(by))) return true;
  return false;
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

export function dataOf(body: string): Document | undefined {
  const read = readDocument(body);
  return read.problem === undefined ? read.value : undefined;
}
