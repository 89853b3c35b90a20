/**
 * @module What a call on something of a repository begins with.
 */
import type { CallOptions, GitHubApi, Session } from "./session.ts";

export interface Place {
  readonly api: GitHubApi;
  /** For the path of a request. */
  readonly place: { readonly owner: string; readonly repo: string };
  /** For messages: `issue 7 of octo/hello`. */
  readonly about: string;
}

/** @throws {HubsteadError} `invalid_input` for a name that is none */
export async function placeIn(
  session: Session,
  name: string,
  what: string,
  call: CallOptions = {},
): Promise<Place> {
  const { owner, repo } = session.repo(name);
  const about = `${what} of ${owner}/${repo}`;
  return { api: await session.api(about, call), place: { owner, repo }, about };
}
