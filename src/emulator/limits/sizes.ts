/**
 * @module How much of a repository's files GitHub takes, and answers at once. Settable, so that a test need not make so much.
 *
 * @see https://docs.github.com/rest/repos/contents#get-repository-content
 * @see https://docs.github.com/rest/git/trees#get-a-tree
 */
import { z } from "zod";
import { parseSettings } from "../settings.ts";

export interface Sizes {
  /** Of a file whose content the contents API shows inside JSON. */
  readonly inlineBytes: number;
  /** Of a file that the API gives at all. */
  readonly blobBytes: number;
  /** Of a file that a push brings. */
  readonly pushedBytes: number;
  /** Entries of a folder's listing. */
  readonly listedEntries: number;
  /** Beyond these two a recursive tree is cut, and says so. */
  readonly treeEntries: number;
  readonly treeBytes: number;
  /** Below so many a file that is attached to a release must have. */
  readonly assetBytes: number;
}

export const githubSizes: Sizes = {
  inlineBytes: 1_048_576,
  blobBytes: 104_857_600,
  pushedBytes: 104_857_600,
  listedEntries: 1_000,
  treeEntries: 100_000,
  treeBytes: 7_340_032,
  assetBytes: 2_147_483_648,
};

const count = z.number().min(0).optional();
const settings = z.strictObject({
  inlineBytes: count,
  blobBytes: count,
  pushedBytes: count,
  listedEntries: count,
  treeEntries: count,
  treeBytes: count,
  assetBytes: count,
});

/** GitHub's, but for those that are named. @throws {HubsteadError} `invalid_input` for a size that there is not */
export function sizesFrom(given: Partial<Sizes> = {}): Sizes {
  parseSettings(settings, given, "the sizes");
  return { ...githubSizes, ...given };
}
