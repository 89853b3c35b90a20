/**
 * @module Finds again what a lost answer may have made: among the newest, by a mark that nobody else makes.
 */
import type { Recovery } from "../fetch/governed-request.ts";
import { isoSeconds, sinceAtGitHub } from "./github-time.ts";
import type { AuthorJson } from "./issue.ts";
import { isByOneself } from "./oneself.ts";
import type { CallOptions, GitHubApi, RepoName, Session } from "./session.ts";

/** What somebody has written. */
interface Written {
  readonly user: (AuthorJson & { readonly type?: string }) | null;
}

export interface Search<T extends Written> {
  readonly session: Session;
  readonly place: RepoName;
  readonly call: CallOptions;
  /** What to look for, for people: `an issue of octo/hello with <!-- … -->`. */
  readonly marker: string;
  /** @param since ISO 8601; what was to be made is not older @returns what comes into question, whoever has written it */
  readonly look: (api: GitHubApi, since: string) => Promise<readonly T[]>;
}

/** Made before the request is sent: from then on it can have been made. */
export function recoverBy<T extends Written>({ session, place, call, marker, look }: Search<T>): Recovery {
  const startedAt = session.clock.now();
  return {
    marker,
    async find(signal) {
      const terms: CallOptions = { lane: "interactive-write", ...call, signal };
      const since = await sinceAtGitHub(session, place, startedAt, terms);
      const api = await session.api(marker, terms);
      for (const found of await look(api, isoSeconds(since))) {
        // Anybody may copy a mark, or know it beforehand where it is no chance number.
        if (await isByOneself(session, api, place, found.user, signal))
          return Response.json(found, { status: 201 });
      }
      return undefined;
    },
  };
}
