/**
 * @module Where a line of a file stands in a diff: comments on lines need it both ways. Pure.
 *
 * @see https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request
 */
export type Side = "LEFT" | "RIGHT";

export interface DiffPlace {
  /** How many lines below the first `@@`. */
  readonly position: number;
  readonly side: Side;
  readonly line: number;
  /** The hunk, from its head to this line. */
  readonly hunk: string;
  /** How many hunks there are before. */
  readonly hunkIndex: number;
}

/** @param patch hunks as `git diff` prints them */
export function findLine(patch: string, line: number, side: Side): DiffPlace | undefined {
  for (const place of placesOf(patch)) {
    const at = side === "LEFT" ? place.left : place.right;
    if (at === line) return { ...place, side, line };
  }
  return undefined;
}

/** A line that is there no more is named on the left, every other one on the right. */
export function findPosition(patch: string, position: number): DiffPlace | undefined {
  for (const place of placesOf(patch)) {
    if (place.position !== position) continue;
    const side = place.right === undefined ? "LEFT" : "RIGHT";
    const line = place.right ?? place.left;
    return line === undefined ? undefined : { ...place, side, line };
  }
  return undefined;
}

interface Place extends Pick<DiffPlace, "position" | "hunk" | "hunkIndex"> {
  readonly left: number | undefined;
  readonly right: number | undefined;
}

function* placesOf(patch: string): Generator<Place> {
  let [left, right, hunkIndex] = [0, 0, -1];
  let head = 0;
  const lines = patch.split("\n");
  for (const [position, text] of lines.entries()) {
    const [, fromLeft, fromRight] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/u.exec(text) ?? [];
    if (fromLeft !== undefined) {
      [left, right, head] = [Number(fromLeft), Number(fromRight), position];
      hunkIndex++;
      continue;
    }
    const sign = text[0];
    if (sign !== " " && sign !== "+" && sign !== "-") continue;
    const hunk = () => lines.slice(head, position + 1).join("\n");
    yield {
      position,
      hunkIndex,
      get hunk() {
        return hunk();
      },
      left: sign === "+" ? undefined : left,
      right: sign === "-" ? undefined : right,
    };
    if (sign !== "+") left++;
    if (sign !== "-") right++;
  }
}
