/**
 * @module Whether a change of one file has landed whose answer was lost: its commit is looked for in the file's history, until
 * GitHub must be showing it.
 */

import { type Place, readEntry } from "./read-file.ts";
import { type GitHubApi, unlessMissing } from "./session.ts";

/** A change that may have been made. */
export interface Sought {
  readonly place: Place;
  /** The file's id before it, to which GitHub has compared; `undefined` for no file. */
  readonly base: string | undefined;
  /** Its id after it. */
  readonly wanted: string | undefined;
  readonly message: string;
}

/** `others`: somebody else's commit came on the base, so that this one cannot have. */
export type Landed = { readonly by: "us"; readonly sha: string } | { readonly by: "others" };

// How far back it is looked; each costs a request.
const mostLookedAt = 10;

/** @returns `undefined` where the history does not show it yet, or nothing has happened */
export async function findFileCommit(
  api: GitHubApi,
  { place, base, wanted, message }: Sought,
): Promise<Landed | undefined> {
  const { owner, repo, path, ref } = place;
  const { data: commits } = await api.request("GET /repos/{owner}/{repo}/commits", {
    owner,
    repo,
    path,
    per_page: mostLookedAt,
    ...(ref == null ? {} : { sha: ref }),
  });
  for (const [at, { sha, commit }] of commits.entries()) {
    const id = (await unlessMissing(readEntry(api, { ...place, ref: sha })))?.sha;
    if (id === wanted && commit.message === message) return { by: "us", sha };
    if (id === base) return at === 0 ? undefined : { by: "others" };
  }
  // Before the file's first commit there was none.
  const isWhole = commits.length > 0 && commits.length < mostLookedAt;
  return isWhole && base === undefined ? { by: "others" } : undefined;
}
