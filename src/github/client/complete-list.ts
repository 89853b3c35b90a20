/**
 * @module Lists that are whole: pages move while they are read, and what moves from one to the one before is never seen.
 */
import { HubsteadError } from "../../errors.ts";

const mostPasses = 5;

/**
 * Reads a list of several pages until two passes have found the same. A second pass of unchanged pages costs nothing of the
 * primary limit: they are answered from the cache.
 *
 * @param about for the message: `the secrets of octo/hello`
 * @param readPages all pages, in an order that stands as firm as GitHub allows
 * @returns each entry once
 * @throws {HubsteadError} `busy` where the list changes faster than it can be read
 */
export async function readWholeList<T>(
  about: string,
  keyOf: (entry: T) => string,
  readPages: () => Promise<readonly (readonly T[])[]>,
): Promise<readonly T[]> {
  let before: string | undefined;
  for (let pass = 0; pass < mostPasses; pass++) {
    const pages = await readPages();
    const entries = new Map(pages.flat().map((entry) => [keyOf(entry), entry]));
    const found = [...entries.keys()].sort().join();
    if (pages.length <= 1 || found === before) return [...entries.values()];
    before = found;
  }
  throw new HubsteadError("busy", `${about} change faster than they can be read`, {
    hint: "Try again in a moment.",
    data: { retryAfterMs: 10_000 },
  });
}
