/**
 * @module Finds again what a lost answer may have made: among the newest, by a mark that nobody else makes.
 */
import type { Recovery } from "../fetch/governed-request.ts";
import { isoSeconds, sinceAtGitHub } from "./github-time.ts";
import type { CallOptions, GitHubApi, RepoName, Session } from "./session.ts";

export interface Search<T> {
  readonly session: Session;
  readonly place: RepoName;
  readonly call: CallOptions;
  /** What to look for, for people: `an issue of octo/hello with <!-- … -->`. */
  readonly marker: string;
  /** @param since ISO 8601; what was to be made is not older */
  readonly look: (api: GitHubApi, since: string) => Promise<T | undefined>;
}

/** Made before the request is sent: from then on it can have been made. */
export function recoverBy<T>({ session, place, call, marker, look }: Search<T>): Recovery {
  const startedAt = session.clock.now();
  return {
    marker,
    async find(signal) {
      const terms: CallOptions = { lane: "interactive-write", ...call, signal };
      const since = await sinceAtGitHub(session, place, startedAt, terms);
      const api = await session.api(marker, terms);
      const found = await look(api, isoSeconds(since));
      return found === undefined ? undefined : Response.json(found, { status: 201 });
    },
  };
}
