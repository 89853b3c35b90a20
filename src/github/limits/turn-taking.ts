/**
 * @module Whose turn it is where some are more urgent than others: the urgent go first, but for one turn in eleven, which
 * goes to whoever was passed over all the while. So nobody waits for ever, and nobody urgent waits for more than one other.
 */

/** So many in a row go before somebody who waits. */
const turnsInRow = 10;
/** Stands for the turn of one who was passed over: worse than every rank, so that the next such turn is as far away. */
const exception = 99;

/** @param turns the ranks that were let in last */
export function isDue(turns: readonly number[] | undefined, rank: number): boolean {
  return turns?.length === turnsInRow && turns.every((other) => other < rank);
}

/** In which order those who wait go: the lower, the sooner. Who is due goes before whoever was let in all the while, not before better ones. */
export function orderOf(turns: readonly number[] | undefined, rank: number): number {
  return turns !== undefined && isDue(turns, rank) ? Math.max(...turns) - 0.5 : rank;
}

/** @param name under which the turns are noted */
export function noteTurn(turns: Map<string, number[]>, name: string, rank: number): void {
  const own = turns.get(name) ?? [];
  turns.set(name, [...own, isDue(own, rank) ? exception : rank].slice(-turnsInRow));
}
