/**
 * @module Order and causality within the changes of one entity: the order of the fold, who had seen what, heads. Pure.
 */
import { type Change, type LoggedChange, saw } from "./change.ts";

/** The order of the fold: clock, then replica, then seq. Extends causality. */
export function compareChanges(a: Change, b: Change): number {
  if (a.clock !== b.clock) return a.clock < b.clock ? -1 : 1;
  if (a.replica !== b.replica) return a.replica < b.replica ? -1 : 1;
  return a.seq - b.seq;
}

/**
 * In the order of the fold, each change once, each outside event once: of equal origins the lowest clock counts,
 * and remembers the others as its copies.
 */
export function orderForFold(changes: readonly LoggedChange[]): LoggedChange[] {
  const ordered = [...changes].sort((a, b) => compareChanges(a.change, b.change));
  const byOrigin = new Map<string, Change[]>();
  const counted = ordered.filter(({ change }, index) => {
    const previous = ordered[index - 1]?.change;
    if (previous !== undefined && previous.replica === change.replica && previous.seq === change.seq)
      return false;
    if (change.origin === undefined) return true;
    const records = byOrigin.get(change.origin);
    if (records === undefined) byOrigin.set(change.origin, [change]);
    else records.push(change);
    return records === undefined;
  });
  return counted.map((entry) => {
    const { origin } = entry.change;
    const copies = origin === undefined ? [] : byOrigin.get(origin)!.slice(1);
    return copies.length === 0 ? entry : { ...entry, copies };
  });
}

/** A change with all that its writer had folded, in the order of `log`. */
export function pastOf(log: readonly LoggedChange[], tip: LoggedChange): LoggedChange[] {
  return log.filter((entry) => tip === entry || saw(tip, entry));
}

/** The changes that no other one of them had seen. @param changes in the order of the fold */
export function headsOf(changes: readonly LoggedChange[]): readonly LoggedChange[] {
  let heads: LoggedChange[] = [];
  for (const entry of changes) heads = [...heads.filter((head) => !saw(entry, head)), entry];
  return heads;
}
