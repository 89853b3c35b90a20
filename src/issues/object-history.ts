/**
 * @module All that ever happened to an object: its changes with the versions that they made, and what did not count.
 */

import type { IssueRecord } from "./issue-record.ts";
import type { ObjectState } from "./object-state.ts";
import { titleOf } from "./object-title.ts";
import type { Document } from "./wire/document.ts";
import type { Edit } from "./wire/edits.ts";

export interface HistoryEntry {
  /** `checkpoint`: the object as it was processed, where what came before cannot be told any more: it was edited, or is gone. */
  readonly kind: "create" | "update" | "hand edit" | "checkpoint";
  /** That it made; absent where it changed nothing. */
  readonly version?: number;
  /** Why it changed nothing: who may not write, what does not apply, what was sent twice. Goes on after "because". */
  readonly because?: string;
  /** A login; absent for an account that was deleted. */
  readonly by?: string;
  /** ISO 8601, by GitHub's clock. */
  readonly at: string;
  /** Absent for the first one. */
  readonly commentId?: number;
  /** The issue in which it was said. */
  readonly issueNumber: number;
  readonly edits?: readonly Edit[];
  /** The object after it. */
  readonly data: Document;
  /** Not folded into the body yet. */
  readonly isPending: boolean;
}

/** With the number of the comment that says it, in its own issue; 0 for what the issue begins with. */
interface Placed {
  readonly place: number;
  readonly entry: HistoryEntry;
}

/** @param state read from the start */
export function toHistory(issue: IssueRecord, state: ObjectState, uidPrefix: string): readonly Placed[] {
  const comments = new Map(issue.comments.map((comment) => [comment.id, comment]));
  const processedUpTo = titleOf(issue, uidPrefix)?.checkpoint?.commentId ?? 0;
  const here = { issueNumber: issue.number, isPending: false };
  const created: HistoryEntry = { ...here, ...firstEntry(issue, state) };
  const changes = state.folded.steps.map(({ commentId, change, version, why, data }): Placed => {
    const outcome = {
      ...here,
      ...(version === undefined ? {} : { version }),
      ...(why === undefined ? {} : { because: why }),
      data,
    };
    if (!("edits" in change)) {
      const { by, at } = change;
      return { place: commentId, entry: { ...outcome, kind: "hand edit", by: by.login, at } };
    }
    const { author, createdAt } = comments.get(commentId)!;
    const said = change.from ?? { issue: issue.number, comment: commentId, by: author, at: createdAt };
    const entry: HistoryEntry = {
      ...outcome,
      kind: "update",
      ...byOf(said.by),
      at: said.at,
      issueNumber: said.issue,
      // What another issue was made with no comment says.
      ...(said.comment === 0 ? {} : { commentId: said.comment }),
      edits: change.edits,
      isPending: issue.isOpen && commentId > processedUpTo,
    };
    return { place: commentId, entry };
  });
  const refused = state.decisions.flatMap(({ counts, comment, by, because }): Placed[] => {
    const { id, createdAt: at } = comment;
    const entry: HistoryEntry = {
      ...here,
      kind: "update",
      because,
      ...byOf(by),
      at,
      commentId: id,
      data: null,
    };
    return counts ? [] : [{ place: id, entry }];
  });
  return withRefused([{ place: 0, entry: created }, ...changes], refused);
}

function firstEntry(
  { author, createdAt, comments }: IssueRecord,
  { base: { version, data, commentId } }: ObjectState,
): Pick<HistoryEntry, "kind" | "version" | "by" | "at" | "data"> {
  if (commentId === 0) return { kind: "create", version, ...byOf(author), at: createdAt, data };
  const covered = comments.findLast(({ id }) => id <= commentId);
  return { kind: "checkpoint", version, at: covered?.createdAt ?? createdAt, data };
}

/** What did not count stands where it was said, with the object as it was then. */
function withRefused(changes: readonly Placed[], refused: readonly Placed[]): readonly Placed[] {
  const all = [...changes];
  for (const { place, entry } of refused) {
    const index = all.findLastIndex((one) => one.place < place) + 1;
    all.splice(index, 0, { place, entry: { ...entry, data: all[index - 1]?.entry.data ?? null } });
  }
  return all;
}

/**
 * What happened in the issues that an object was in, one after the other.
 *
 * @param earlier in the issue before
 * @param upTo the newest comment there that the later one begins with
 */
export function joinHistories(
  earlier: readonly Placed[],
  upTo: number,
  later: readonly Placed[],
): readonly Placed[] {
  const [, ...since] = later;
  return [...earlier.filter(({ place }) => place <= upTo), ...since];
}

function byOf(account: { readonly login: string } | undefined): { readonly by?: string } {
  return account === undefined ? {} : { by: account.login };
}

/**
 * The object at a moment.
 *
 * @param at a version, or ISO 8601
 * @returns `undefined` where it had none such, or was not there yet
 */
export function entryAt(history: readonly HistoryEntry[], at: number | string): HistoryEntry | undefined {
  const versions = history.filter(({ version }) => version !== undefined);
  if (typeof at === "number") return versions.find(({ version }) => version === at);
  const moment = Date.parse(at);
  return versions.findLast((entry) => Date.parse(entry.at) <= moment);
}
