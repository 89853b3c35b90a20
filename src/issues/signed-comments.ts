/**
 * @module The comments of an object whose changes are signed: which of them count, and which initial state it begins with. Who stands in
 * the file of keys may write, and nobody else is asked.
 */
import type { CommentRecord, IssueRecord, Revision } from "./issue-record.ts";
import { type CheckedSignatures, checkSignatures } from "./signing/check-signatures.ts";
import type { Trust } from "./trust.ts";
import { type CommentContent, readComment } from "./wire/comment.ts";
import { type Document, readDocument } from "./wire/document.ts";
import { hashOfBody, type Title } from "./wire/title.ts";

export interface Signatures extends CheckedSignatures {
  /** What a processor has told and marked before. */
  readonly decidedUpTo: number;
}

/** @returns `undefined` where nothing has to be signed */
export async function signaturesOf(
  { number, comments }: IssueRecord,
  { id, checkpoint }: Title,
  { readKeys }: Trust,
): Promise<Signatures | undefined> {
  if (readKeys === undefined) return undefined;
  const { repositoryId, keys } = await readKeys();
  const place = { repositoryId, objectId: id, issueNumber: number };
  return { ...checkSignatures(comments, keys, place), decidedUpTo: checkpoint?.commentId ?? 0 };
}

/**
 * What is signed is what was said, whoever has touched it since. The same comments and keys come to the same for everybody, so what was
 * decided stays decided.
 */
export function judgeSigned(
  { id }: Pick<CommentRecord, "id">,
  content: CommentContent,
  { verdicts }: CheckedSignatures,
): { readonly counts: boolean; readonly because: string } {
  const { isValid, because } = verdicts.get(id)!;
  const isOfBody = isValid && content.kind === "hand edit";
  return isOfBody ? { counts: false, because: unsignable } : { counts: isValid, because };
}

const unsignable = "a body cannot be signed";

export interface SignedInitial {
  readonly commentId: number;
  readonly content: Extract<CommentContent, { readonly kind: "initial" }>;
}

/** The first one that counts. */
export function signedInitialOf(
  comments: readonly CommentRecord[],
  { verdicts }: CheckedSignatures,
): SignedInitial | undefined {
  for (const { id, body } of comments) {
    if (!verdicts.get(id)!.isValid) continue;
    const content = readComment(body);
    if (content.kind === "initial") return { commentId: id, content };
  }
  return undefined;
}

/** Bodies that said something else than what was signed, the oldest first. */
export function unsignedBodies(
  { revisions }: IssueRecord,
  states: readonly Document[],
): readonly { readonly revision: Revision; readonly because: string }[] {
  const known = new Set(states.map(hashOfBody));
  const isState = ({ body }: Revision): boolean => {
    const { value } = readDocument(body) as { value?: Document };
    return value !== undefined && known.has(hashOfBody(value));
  };
  return revisions
    .filter((revision) => !isState(revision))
    .map((revision) => ({ revision, because: unsignable }))
    .reverse();
}
