/**
 * @module Which comments count, and why: by who wrote and changed them, or by their signatures.
 */
import { type CountedComment, keyOfHandEdit } from "./fold.ts";
import type { CommentRecord } from "./issue-record.ts";
import { judgeSigned, type Signatures } from "./signed-comments.ts";
import type { Account, Trust } from "./trust.ts";
import type { CommentContent } from "./wire/comment.ts";

/** A comment that says something else than prose, and what became of it. */
export interface Decision {
  readonly comment: CommentRecord;
  /** Whose it is: the author's, or that of somebody who edited it and may not write. */
  readonly by: Account | undefined;
  /** Why it counts, or does not, for the audit log. */
  readonly because: string;
  readonly counts: boolean;
}

export type Read = CommentRecord & { readonly content: CommentContent };

export interface Deciding {
  readonly trust: Trust;
  /** The reaction that says of a comment that it was applied. */
  readonly mark: string;
  /** Where changes have to be signed. */
  readonly signatures?: Signatures | undefined;
}

/**
 * Of the operations that stand after a comment, those that counted before it. Only about those anybody is asked who wrote them: a
 * stranger may have written down what somebody else was about to say.
 */
export async function operationsBefore(
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

export async function decide(comments: readonly Read[], deciding: Deciding): Promise<readonly Decision[]> {
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

export async function unmarkedOf(
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

export function toCounted({ id, content }: Read): CountedComment {
  return { id, content: content as CountedComment["content"] };
}

export async function mayAll(accounts: readonly (Account | undefined)[], trust: Trust): Promise<boolean> {
  for (const account of accounts) if (!(await trust.verdictOn(account)).may) return false;
  return true;
}
