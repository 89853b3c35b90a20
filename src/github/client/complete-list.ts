/**
 * @module Lists that are whole: pages move while they are read, and what moves from one to the one before is never seen.
 */
import { HubsteadError } from "../../errors.ts";

const mostPasses = 5;

/** What a page says of the list that it belongs to. */
interface CountedBody {
  readonly total_count?: number;
}

/** Notes how many entries there are in all, and hands the page's body on. */
export type NoteTotal = <Body extends CountedBody>(body: unknown) => Body;

/**
 * Reads a list of several pages until two passes have found the same, and as many as GitHub counts. A second pass of unchanged
 * pages costs nothing of the primary limit: they are answered from the cache.
 *
 * @param about for the message: `the secrets of octo/hello`
 * @param readPages all pages, in an order that stands as firm as GitHub allows; where pages tell how many entries there are
 *   in all, their bodies are to be noted
 * @returns each entry once
 * @throws {HubsteadError} `busy` where the list changes faster than it can be read, and where GitHub counts more than it shows
 */
export async function readWholeList<T>(
  about: string,
  keyOf: (entry: T) => string,
  readPages: (noted: NoteTotal) => Promise<readonly (readonly T[])[]>,
): Promise<readonly T[]> {
  let before: string | undefined;
  let total = 0;
  const noted = <Body extends CountedBody>(body: unknown): Body => {
    total = (body as Body).total_count ?? 0;
    return body as Body;
  };
  let shown = 0;
  for (let pass = 0; pass < mostPasses; pass++) {
    total = 0;
    const pages = await readPages(noted);
    const entries = new Map(pages.flat().map((entry) => [keyOf(entry), entry]));
    shown = entries.size;
    const found = [...entries.keys()].sort().join();
    if (shown >= total && (pages.length <= 1 || found === before)) return [...entries.values()];
    before = found;
  }
  const isShort = shown < total;
  throw new HubsteadError(
    "busy",
    isShort
      ? `${about} are not shown whole: ${shown} of ${total}`
      : `${about} change faster than they can be read`,
    { hint: "Try again in a moment.", data: { retryAfterMs: 10_000, ...(isShort ? { shown, total } : {}) } },
  );
}
