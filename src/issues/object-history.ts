/**
 * @module All that ever happened to an object: its changes with the versions that they made, and what did not count.
 */

import type { IssueRecord } from "./issue-record.ts";
import type { ObjectState } from "./object-state.ts";
import { titleOf } from "./object-state.ts";
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
  readonly edits?: readonly Edit[];
  /** The object after it. */
  readonly data: Document;
  /** Not folded into the body yet. */
  readonly isPending: boolean;
}

/** @param state read from the start */
export function toHistory(
  issue: IssueRecord,
  state: ObjectState,
  uidPrefix: string,
): readonly HistoryEntry[] {
  const comments = new Map(issue.comments.map((comment) => [comment.id, comment]));
  const processedUpTo = titleOf(issue, uidPrefix)?.checkpoint?.commentId ?? 0;
  const created = firstEntry(issue, state);
  const changes = state.folded.steps.map(({ commentId, change, version, why, data }): HistoryEntry => {
    const outcome = {
      ...(version === undefined ? {} : { version }),
      ...(why === undefined ? {} : { because: why }),
    };
    if (!("edits" in change))
      return { kind: "hand edit", ...outcome, by: change.by.login, at: change.at, data, isPending: false };
    const comment = comments.get(commentId)!;
    return {
      kind: "update",
      ...outcome,
      ...byOf(comment.author?.login),
      at: comment.createdAt,
      commentId,
      edits: change.edits,
      data,
      isPending: issue.isOpen && commentId > processedUpTo,
    };
  });
  const refused = state.decisions.flatMap(({ counts, comment, by, because }): HistoryEntry[] =>
    counts
      ? []
      : [
          {
            kind: "update",
            because,
            ...byOf(by?.login),
            at: comment.createdAt,
            commentId: comment.id,
            data: null,
            isPending: false,
          },
        ],
  );
  return [created, ...withRefused(changes, refused)];
}

function firstEntry(issue: IssueRecord, { base }: ObjectState): HistoryEntry {
  const { version, data, commentId } = base;
  if (commentId === 0)
    return {
      kind: "create",
      version,
      ...byOf(issue.author?.login),
      at: issue.createdAt,
      data,
      isPending: false,
    };
  const covered = issue.comments.findLast(({ id }) => id <= commentId);
  return { kind: "checkpoint", version, at: covered?.createdAt ?? issue.createdAt, data, isPending: false };
}

/** What did not count stands where it was said, with the object as it was then. */
function withRefused(
  changes: readonly HistoryEntry[],
  refused: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const all = [...changes];
  for (const entry of refused) {
    const place =
      all.findLastIndex(({ commentId }) => commentId !== undefined && commentId < entry.commentId!) + 1;
    all.splice(place, 0, { ...entry, data: all[place - 1]?.data ?? null });
  }
  return all;
}

function byOf(login: string | undefined): { readonly by?: string } {
  return login === undefined ? {} : { by: login };
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
