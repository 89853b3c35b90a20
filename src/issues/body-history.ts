/**
 * @module What became of a body since a checkpoint: which of its revisions are folds that some processor wrote, and which somebody wrote
 * by hand. A hand edit counts where its author saw the object, under the updates that were not yet folded. Pure.
 */
import { type CountedComment, type FoldBase, foldObject } from "./fold.ts";
import type { HandEdit } from "./wire/comment.ts";
import { type Document, orderedText, readDocument } from "./wire/document.ts";

/** A revision after the base, with whoever wrote it judged. */
export interface JudgedRevision {
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
  /** `undefined` where the account was deleted. */
  readonly editor: { readonly id: number; readonly login: string } | undefined;
  readonly mayWrite: boolean;
  /** Whether a processor of ours wrote it, be it late, over what another one had written. */
  readonly isProcessed: boolean;
}

export interface BodyHistory {
  /** Not noted in a comment yet, in order. */
  readonly handEdits: readonly HandEdit[];
  /** What does not count: who may not write, or wrote what is no JSON. */
  readonly undone: readonly {
    readonly revision: Pick<JudgedRevision, "body" | "at" | "editor">;
    readonly because: string;
  }[];
}

/** The states that a body goes through as comments are folded, in order. */
type Chain = readonly State[];
interface State {
  /** The newest comment in it. */
  readonly after: number;
  readonly text: string;
  /** That made it what it is. */
  readonly edit?: HandEdit;
}

/**
 * @param base what the first of the revisions was written over, and the comment that it is folded up to
 * @param comments that count, those after the base
 * @param revisions oldest first
 * @param createdAt of each comment, ISO 8601
 */
export function readBodyHistory(
  base: FoldBase & { readonly commentId: number },
  comments: readonly CountedComment[],
  revisions: readonly JudgedRevision[],
  createdAt: ReadonlyMap<number, string>,
): BodyHistory {
  const handEdits: HandEdit[] = [];
  const undone: BodyHistory["undone"][number][] = [];
  const chainNow = () => chainOf(base, [...comments, ...handEdits.map(toComment)]);
  // gh-store folds what it knows, over the same base.
  const byGhStore = chainOf(base, comments.filter(isKnownToGhStore));
  let current = chainNow();
  // Where in it the body has come to, and when.
  let place = 0;
  let lastWrittenAt = "";
  // Whose hand edit it holds, if anybody's.
  let byHand: number | undefined;
  const earlier: { readonly chain: Chain; readonly place: number }[] = [];
  for (const revision of revisions) {
    const { value, problem } = readDocument(revision.body) as { value?: Document; problem?: string };
    if (problem !== undefined || value === undefined) {
      undone.push({ revision, because: `it is ${problem}` });
      continue;
    }
    const text = orderedText(value);
    // What was written later than the body cannot be in it.
    const isState = (state: State) =>
      state.text === text && (createdAt.get(state.after) ?? "") <= revision.at;
    const reached = current.findLastIndex((state, index) => index >= place && isState(state));
    if (reached !== -1) {
      place = reached;
      lastWrittenAt = revision.at;
      byHand = undefined;
      continue;
    }
    if (revision.isProcessed) continue;
    const { after } = current[place]!;
    // gh-store has folded on without having seen the hand edit, or without what gh-store does not know.
    const isFold =
      byGhStore.some((state) => state.after > after && isState(state)) ||
      earlier.some((was) => was.chain.some((state, index) => index > was.place && isState(state))) ||
      (revision.editor?.id !== byHand && isLate(current.slice(0, place), isState, revision, lastWrittenAt));
    if (isFold) continue;
    if (!revision.mayWrite || revision.editor === undefined) {
      undone.push({ revision, because: `${revision.editor?.login ?? "a deleted account"} may not write` });
      continue;
    }
    const { id, login } = revision.editor;
    earlier.push({ chain: current, place });
    const edit = { data: value, after, by: { id, login }, at: revision.at };
    handEdits.push(edit);
    byHand = id;
    current = chainNow();
    place = current.findIndex((state) => state.edit === edit);
  }
  return { handEdits, undone };
}

// A run of gh-store's that takes longer does not happen.
const longestRunMs = 10 * 60_000;

/**
 * gh-store's runs may overlap: the later one then writes an older state. Somebody who takes everything back by hand does so later, as
 * a rule; and no update gets lost where this is wrong.
 */
function isLate(
  earlierStates: Chain,
  isState: (state: State) => boolean,
  { at }: JudgedRevision,
  lastWrittenAt: string,
): boolean {
  return Date.parse(at) - Date.parse(lastWrittenAt) <= longestRunMs && earlierStates.some(isState);
}

/** As comments that are still to be written: after all others at the same place. */
export function toComment(edit: HandEdit, index: number): CountedComment {
  return { id: Number.MAX_SAFE_INTEGER - 1_000_000 + index, content: { kind: "hand edit", edit } };
}

function chainOf(
  base: FoldBase & { readonly commentId: number },
  comments: readonly CountedComment[],
): Chain {
  const { steps } = foldObject(base, comments);
  return [
    { after: base.commentId, text: orderedText(base.data) },
    ...steps.map(({ commentId, change, data }) => {
      const text = orderedText(data);
      return "edits" in change ? { after: commentId, text } : { after: change.after, text, edit: change };
    }),
  ];
}

function isKnownToGhStore({ content }: CountedComment): boolean {
  return content.kind === "update" && content.isForAll;
}
