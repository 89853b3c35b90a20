/**
 * @module Which of the known names a mistyped one was meant to be.
 */

/**
 * The known name that fewest single-letter edits lead to (swapped neighbours are one), unless that would take more
 * than about a third of its letters.
 */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  // Beyond, nobody mistyped a name; the work grows with the product of the lengths.
  const wanted = typed.slice(0, 60).toLowerCase();
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const edits = countEdits(wanted, name.toLowerCase());
    if (
      edits <= Math.max(1, Math.floor(name.length / 3)) &&
      edits < (best?.edits ?? Number.POSITIVE_INFINITY)
    ) {
      best = { name, edits };
    }
  }
  return best?.name;
}

/** Insertions, deletions, replacements and swaps of neighbours. @see Damerau 1964, optimal string alignment */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
