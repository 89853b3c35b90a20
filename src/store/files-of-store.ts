/**
 * @module Which files belong to a store: its own, and those that stand beside it while it is open, or for good.
 */

/** @param path the store's file @returns the others, there or not */
export function filesBeside(path: string): readonly string[] {
  return ["-wal", "-shm", "-journal", "-replica"].map((end) => path + end);
}
