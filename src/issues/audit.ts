/**
 * @module The audit log of an object: each change and each attempt at one, who it was, what became of it, and why. Derived from what
 * GitHub keeps, so that nobody has to have written it down.
 */
import type { StoreParts } from "./aliases.ts";
import { type IssueRecord, readIssue } from "./issue-record.ts";
import { type ObjectState, readObject } from "./object-state.ts";
import type { Account, Trust } from "./trust.ts";
import type { Edit } from "./wire/edits.ts";

export interface AuditEntry {
  readonly id: string;
  /** Where it was said. */
  readonly issueNumber: number;
  /** Absent for an edit of the body. */
  readonly commentId?: number;
  /** ISO 8601, by GitHub's clock. */
  readonly at: string;
  /** A login; absent for an account that was deleted. */
  readonly by?: string;
  /**
   * `refused`: who wrote or edited it may not write, or it is no change; `void`: it could not be made, or was sent twice; `undone`: a
   * hand edit of somebody who may not write.
   */
  readonly outcome: "applied" | "refused" | "void" | "undone";
  /** Words that go on after "because". */
  readonly because: string;
  /** That it made. */
  readonly version?: number;
  /** What it changes, where it is a change; of a hand edit the whole object. */
  readonly edits?: readonly Edit[];
}

export interface AuditParts extends StoreParts {
  /** @param reader whose token it is */
  readonly trustFor: (reader: Account) => Trust;
}

/** In order; through all issues that the object was in. One request for each hundred comments. */
export async function readAudit(
  id: string,
  number: number,
  parts: AuditParts,
): Promise<readonly AuditEntry[]> {
  const { api, place, names, trustFor } = parts;
  const issue = await readIssue(api, { ...place, number });
  const state = await readObject(issue, trustFor(issue.reader), names, "start");
  if ("because" in state) return [refusedObject(id, issue, state.because)];
  const here = entriesOf(id, issue, state);
  const { continues } = state.base;
  if (continues === undefined || continues.issue >= number) return here;
  const before = await readAudit(id, continues.issue, parts);
  // What came too late there was carried to here.
  return [...before.filter(({ commentId = 0 }) => commentId <= continues.comment), ...here];
}

function refusedObject(id: string, { number, createdAt, author }: IssueRecord, because: string): AuditEntry {
  return { id, issueNumber: number, at: createdAt, ...byOf(author), outcome: "refused", because };
}

function entriesOf(id: string, issue: IssueRecord, state: ObjectState): readonly AuditEntry[] {
  const here = { id, issueNumber: issue.number };
  // Times are whole seconds: within one of them the comment counts that an entry stands at, or behind.
  const places = new Map<AuditEntry, number>();
  const placed = (entry: AuditEntry, commentId: number): AuditEntry => {
    places.set(entry, commentId);
    return entry;
  };
  const decisions = new Map(state.decisions.map((decision) => [decision.comment.id, decision]));
  const entries: AuditEntry[] = state.folded.steps.map(({ commentId, change, version, why }) => {
    const outcome =
      version === undefined ? ({ outcome: "void" } as const) : ({ outcome: "applied", version } as const);
    if (!("edits" in change)) {
      const { at, by, data } = change;
      const because = why ?? `${by.login} may write, and has edited the body`;
      const edits = [{ op: "replace", data }] as const;
      return placed({ ...here, at, ...byOf(by), ...outcome, because, edits }, change.after);
    }
    const { comment, because } = decisions.get(commentId)!;
    const said = change.from ?? {
      issue: issue.number,
      comment: commentId,
      by: comment.author,
      at: comment.createdAt,
    };
    const entry = {
      ...here,
      issueNumber: said.issue,
      ...(said.comment === 0 ? {} : { commentId: said.comment }),
      at: said.at,
      ...byOf(said.by),
      ...outcome,
      because: why ?? because,
      edits: change.edits,
    };
    return placed(entry, commentId);
  });
  for (const { counts, comment, by, because } of state.decisions)
    if (!counts)
      entries.push(
        placed(
          {
            ...here,
            commentId: comment.id,
            at: comment.createdAt,
            ...byOf(by),
            outcome: "refused",
            because,
          },
          comment.id,
        ),
      );
  for (const { revision, because } of state.history.undone)
    entries.push({ ...here, at: revision.at, ...byOf(revision.editor), outcome: "undone", because });
  const placeOf = (entry: AuditEntry) => places.get(entry) ?? Number.POSITIVE_INFINITY;
  return entries.sort((a, b) => {
    if (a.at !== b.at) return a.at < b.at ? -1 : 1;
    return placeOf(a) === placeOf(b) ? 0 : placeOf(a) - placeOf(b);
  });
}

function byOf(account: { readonly login: string } | undefined): { readonly by?: string } {
  return account === undefined ? {} : { by: account.login };
}
