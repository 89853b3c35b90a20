/**
 * @module What an object is: the fold of its initial state, of the comments that count, in order, and of the hand edits that were noted.
 * The same comments make the same object, however often and wherever they are folded. Who may write is decided before. Pure.
 */
import type { CommentContent, HandEdit, Step } from "./wire/comment.ts";
import { type Document, orderedText, writeDocument } from "./wire/document.ts";
import { applyEdit, Inapplicable } from "./wire/edits.ts";
import { maxTextBytes } from "./wire/write-comment.ts";

/** A comment that counts: somebody wrote it who may. */
export interface CountedComment {
  readonly id: number;
  readonly content: Exclude<CommentContent, { readonly kind: "prose" }>;
}

/** One change of the object, or one that could not be made. */
export interface FoldedStep {
  readonly commentId: number;
  readonly change: Step | HandEdit;
  /** After it; absent where it changed nothing. */
  readonly version?: number;
  /** Why it changed nothing, in words that go on after "because". */
  readonly why?: string;
  /** The object after it. */
  readonly data: Document;
}

export interface FoldedObject {
  readonly data: Document;
  /** 1 after create, and one more with each change. */
  readonly version: number;
  /** In the order in which they count. */
  readonly steps: readonly FoldedStep[];
  /** The comment of a newer version of ours, over which nothing can be folded. */
  readonly stoppedAt?: number;
}

/** What the comments are folded onto. */
export interface FoldBase {
  readonly data: Document;
  readonly version: number;
  /** Changes that are in it already: operations, and hand edits by {@link keyOfHandEdit}. */
  readonly operations?: ReadonlySet<string>;
}

/** @param comments in any order; an initial state is none of them */
export function foldObject(base: FoldBase, comments: readonly CountedComment[]): FoldedObject {
  const steps: FoldedStep[] = [];
  const operations = new Set(base.operations);
  let { data, version } = base;
  const apply = (commentId: number, change: Step | HandEdit, after: (data: Document) => Document): void => {
    const result = tryApply(data, after);
    if ("why" in result) {
      steps.push({ commentId, change, why: result.why, data });
      return;
    }
    data = result.data;
    steps.push({ commentId, change, version: ++version, data });
  };
  for (const { id, content } of inOrder(comments)) {
    if (content.kind === "newer") return { data, version, steps, stoppedAt: id };
    if (content.kind === "hand edit") {
      const key = keyOfHandEdit(content.edit);
      if (operations.has(key)) {
        steps.push({ commentId: id, change: content.edit, why: "it was noted twice", data });
        continue;
      }
      operations.add(key);
      // It stood in the body, however large.
      data = content.edit.data;
      steps.push({ commentId: id, change: content.edit, version: ++version, data });
    }
    if (content.kind !== "update") continue;
    for (const step of content.steps) {
      const { operation } = step;
      if (operation !== undefined && operations.has(operation)) {
        steps.push({ commentId: id, change: step, why: "the same change was sent twice", data });
        continue;
      }
      if (operation !== undefined) operations.add(operation);
      apply(id, step, (old) => step.edits.reduce(applyEdit, old));
    }
  }
  return { data, version, steps };
}

/** Two runs may note the same. */
export function keyOfHandEdit({ at, by, data }: HandEdit): string {
  return `${at} ${by.id} ${orderedText(data)}`;
}

/** As they were written; a hand edit where its author saw the object. */
function inOrder(comments: readonly CountedComment[]): readonly CountedComment[] {
  const placeOf = ({ id, content }: CountedComment) =>
    content.kind === "hand edit" ? content.edit.after : id;
  const rankOf = ({ content }: CountedComment) => (content.kind === "hand edit" ? 1 : 0);
  return [...comments].sort((a, b) => placeOf(a) - placeOf(b) || rankOf(a) - rankOf(b) || a.id - b.id);
}

function tryApply(
  old: Document,
  change: (old: Document) => Document,
): { readonly data: Document } | { readonly why: string } {
  try {
    const data = change(old);
    const size = sizeOf(data);
    // What is too large already may shrink.
    if (size > maxTextBytes && size > sizeOf(old))
      return { why: `the object would have ${size} bytes, ${maxTextBytes} at most` };
    return { data };
  } catch (error) {
    if (error instanceof Inapplicable) return { why: error.message };
    throw error;
  }
}

/** Of the body that says so. */
function sizeOf(data: Document): number {
  return Buffer.byteLength(writeDocument(data));
}
