/**
 * @module Questions about who had seen what in a long log, answered without reading all of it each time. Pure.
 */
import { type LoggedChange, saw } from "./change.ts";
import { compareChanges, headsOf } from "./change-order.ts";

export interface Causality {
  /** The heads of what the writer of a change had seen of the log. */
  headsSeenBy(entry: LoggedChange): readonly LoggedChange[];
  /** The one whose writer had seen most of the log; of equals the later one. */
  bestInformed(entries: readonly LoggedChange[]): LoggedChange;
}

/** @param log in the order of the fold */
export function createCausality(log: readonly LoggedChange[]): Causality {
  const byReplica = Map.groupBy(log, ({ change }) => change.replica);
  for (const own of byReplica.values()) own.sort((a, b) => a.change.seq - b.change.seq);
  // Who saw a copy of an outside event saw the event, but perhaps nothing else of the replica whose record counts.
  const hasCopies = log.some(({ copies }) => copies !== undefined);
  const counts = new Map<LoggedChange, number>();

  const countSeenBy = (entry: LoggedChange): number => {
    const known = counts.get(entry);
    if (known !== undefined) return known;
    const count = hasCopies
      ? log.filter((earlier) => saw(entry, earlier)).length
      : [...byReplica].reduce((sum, [replica, own]) => sum + countUpTo(own, entry.seen[replica] ?? 0), 0);
    counts.set(entry, count);
    return count;
  };

  return {
    headsSeenBy(entry) {
      if (hasCopies) return headsOf(log.filter((earlier) => saw(entry, earlier)));
      const newest = [...byReplica].map(
        ([replica, own]) => own[countUpTo(own, entry.seen[replica] ?? 0) - 1],
      );
      const known = newest.filter((earlier) => earlier !== undefined);
      return known.length < 2 ? known : headsOf(known.sort((a, b) => compareChanges(a.change, b.change)));
    },
    bestInformed(entries) {
      const ordered = entries.toSorted((a, b) => compareChanges(a.change, b.change));
      return ordered.reduce((best, entry) => (countSeenBy(entry) >= countSeenBy(best) ? entry : best));
    },
  };
}

/** How many of a replica's changes, in order of seq, go up to a seq. */
function countUpTo(own: readonly LoggedChange[], seq: number): number {
  let low = 0;
  let high = own.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (own[middle]!.change.seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
