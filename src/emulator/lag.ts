/**
 * @module How far answers are behind what was written. Nothing is behind unless it is asked for.
 */
export interface Lag {
  /** Of lists and searches: what was written less than so long ago does not show in them yet. At most a minute. */
  listsMs: number;
  /** Of single reads, as from a replica. At most a minute. */
  readsMs: number;
}

export const mostLagMs = 60_000;

export function createLag(): Lag {
  return { listsMs: 0, readsMs: 0 };
}

/** By how much the answer to a read is behind. @param operation GitHub's operation id */
export function lagOf({ listsMs, readsMs }: Lag, operation: string): number {
  const isList = /^list$|^search\/|\/(?:list|search)/u.test(operation);
  return Math.min(mostLagMs, isList ? listsMs : readsMs);
}
