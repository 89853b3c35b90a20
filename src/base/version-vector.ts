/**
 * @module Version vectors: how many changes of each replica somebody had folded. They alone decide causality.
 */

/** Highest sequence number by replica. A replica that is absent counts as 0. */
export type VersionVector = Readonly<Record<string, number>>;

/** True when `a` contains everything that `b` contains. */
export function dominates(a: VersionVector, b: VersionVector): boolean {
  for (const replica in b) if ((a[replica] ?? 0) < b[replica]!) return false;
  return true;
}

/** The smallest vector that contains both. */
export function mergeVectors(a: VersionVector, b: VersionVector): VersionVector {
  const merged: Record<string, number> = { ...a };
  for (const replica in b) merged[replica] = Math.max(merged[replica] ?? 0, b[replica]!);
  return merged;
}

/** The entries in which `to` is ahead of `from`; merging them into `from` gives `to` again. */
export function vectorDifference(from: VersionVector, to: VersionVector): VersionVector {
  const ahead: Record<string, number> = {};
  for (const replica in to) if (to[replica]! > (from[replica] ?? 0)) ahead[replica] = to[replica]!;
  return ahead;
}
