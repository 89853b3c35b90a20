/**
 * @module What a processor has come to, change by change, in words: what was applied, what was refused, what does not apply, which
 * edit by hand was undone. Pure.
 */
import type { Processed } from "../../../issues/process-object.ts";

export interface Outcome {
  /** The object in which it counts: of an alias, the one that it stands for. */
  readonly id: string;
  readonly issueNumber: number;
  /** `void`: it counts and changes nothing. `undone`: somebody wrote the body by hand who may not. */
  readonly outcome: "applied" | "refused" | "void" | "undone";
  readonly commentId?: number;
  /** That it made. */
  readonly version?: number;
  /** A login; absent for an account that was deleted. */
  readonly by?: string;
  /** Goes on after "because"; absent where it was applied. */
  readonly because?: string;
}

/** In the order of the comments; then those of the issue in which what was said here counts as well. */
export function outcomesOf(processed: Processed): readonly Outcome[] {
  const { id, number: issueNumber, decisions, changes, undone, passedOn } = processed;
  const decided = decisions.flatMap(({ comment, counts, by, because }): Outcome[] => {
    const from = { id, issueNumber, commentId: comment.id, ...(by === undefined ? {} : { by: by.login }) };
    if (!counts) return [{ outcome: "refused", ...from, because }];
    return changes
      .filter(({ commentId }) => commentId === comment.id)
      .map(({ version, why }) =>
        version === undefined
          ? { outcome: "void", ...from, ...(why === undefined ? {} : { because: why }) }
          : { outcome: "applied", ...from, version },
      );
  });
  return [
    ...decided,
    ...undone.map(({ revision: { editor }, because }): Outcome => {
      return {
        outcome: "undone",
        id,
        issueNumber,
        ...(editor === undefined ? {} : { by: editor.login }),
        because,
      };
    }),
    ...(passedOn === undefined ? [] : outcomesOf(passedOn)),
  ];
}
