/**
 * @module Issues of a repository as the REST API lists them, page by page, with what each page says of when and whether it is new.
 */
import type { GitHubApi } from "../github/client/session.ts";
import { usualLagMs } from "../github/fetch/retry.ts";
import type { StorePlace } from "./find-object.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type ListedIssue, type ObjectIssue, toObjectIssue } from "./stored-object.ts";
import { readTitle } from "./wire/title.ts";

export interface PagesWhich {
  readonly labels?: string;
  /** Milliseconds since 1970: changed then or later, to the second. */
  readonly since?: number | undefined;
  readonly sort: "created" | "updated";
  readonly direction: "asc" | "desc";
}

export interface IssuesPage {
  /** Those of the store. */
  readonly objects: readonly ObjectIssue[];
  /** By GitHub's clock, which `since` goes by; milliseconds since 1970. */
  readonly at: number;
  /** Pages with the same one, of the same address, are the same; absent where GitHub gives none. */
  readonly etag: string | undefined;
  /** When the newest change on the page was made, milliseconds since 1970; 0 on an empty one. */
  readonly newestAt: number;
  /** Infinity on an empty one. */
  readonly oldestAt: number;
}

// The clocks of two machines.
const skewMs = 60_000;
// GitHub finds nothing since 1970-01-01T00:00:00Z.
const earliestMs = 1_000;

export async function* issuePages(
  api: GitHubApi,
  { owner, repo }: StorePlace,
  names: StoreLabels,
  { since, ...which }: PagesWhich,
): AsyncGenerator<IssuesPage> {
  const route = "GET /repos/{owner}/{repo}/issues";
  for await (const { data, headers } of api.paginate.iterator(route, {
    owner,
    repo,
    state: "all",
    per_page: 100,
    ...which,
    ...(since === undefined ? {} : { since: new Date(Math.max(since, earliestMs)).toISOString() }),
  })) {
    const issues = data as readonly ListedIssue[];
    const times = issues.map(({ updated_at }) => Date.parse(updated_at));
    const date = Date.parse(headers.date ?? "");
    yield {
      objects: issues.flatMap((issue) => toObjectIssue(issue, names) ?? []),
      at: Number.isNaN(date) ? Date.now() - skewMs : date,
      etag: headers.etag,
      newestAt: Math.max(0, ...times),
      oldestAt: Math.min(...times),
    };
  }
}

interface Looked {
  /** The one that changed last first; also some that have not changed. */
  readonly issues: readonly ObjectIssue[];
  /** When GitHub was asked, by its clock, milliseconds since 1970. */
  readonly at: number;
}

export interface ChangeLook {
  /**
   * Issues that may have changed since the last look. One request where nothing has changed, which GitHub answers with 304.
   *
   * @param backTo milliseconds since 1970: what was changed before need not be among them
   */
  look(api: GitHubApi, backTo?: number): Promise<Looked>;
}

/**
 * Looks again and again for what changes, always by the same address as long as a page holds it. Lists are behind what was written, and
 * by different times: each look goes back so far that whatever comes late is seen, and who asks compares.
 *
 * @param from milliseconds since 1970, by GitHub's clock: sees what is changed from then on
 */
export function createChangeLook(place: StorePlace, names: StoreLabels, from: number): ChangeLook {
  let since = from;
  let newestAt = from;
  // Of the first page when it was last read to the end of the list: the client's cache may have it from somebody else.
  let seenEtag: string | undefined;
  return {
    async look(api, backTo = 0) {
      const issues: ObjectIssue[] = [];
      let [pages, at, newest] = [0, 0, newestAt];
      let etag: string | undefined;
      for await (const page of issuePages(api, place, names, {
        since,
        // What changes comes to the first page, however many there are.
        sort: "updated",
        direction: "desc",
      })) {
        pages++;
        if (pages === 1) ({ at, etag } = page);
        const isSeen = pages === 1 && etag !== undefined && etag === seenEtag;
        // What comes late may come to a later page, as long as anything may come late.
        if (isSeen && at - newestAt > usualLagMs) return { issues, at };
        newest = Math.max(newest, page.newestAt);
        issues.push(...page.objects);
        if (page.oldestAt < backTo) break;
      }
      newestAt = newest;
      seenEtag = etag;
      const later = Math.max(since, newestAt - usualLagMs);
      if (pages > 1 && later > since) [since, seenEtag] = [later, undefined];
      return { issues, at };
    },
  };
}

/** @returns those that were taken: older states, which copies of GitHub's that are behind still show, are not. */
export function mergeIssues(
  known: Map<number, ObjectIssue>,
  seen: readonly ObjectIssue[],
): readonly { readonly before: ObjectIssue | undefined; readonly after: ObjectIssue }[] {
  return seen.flatMap((after) => {
    const before = known.get(after.issue.number);
    if (before !== undefined && isBehind(after, before)) return [];
    known.set(after.issue.number, after);
    return [{ before, after }];
  });
}

function isBehind(one: ObjectIssue, other: ObjectIssue): boolean {
  const between = Date.parse(one.issue.updated_at) - Date.parse(other.issue.updated_at);
  if (between !== 0) return between < 0;
  // Within a second: processors count what they write.
  const [its, others] = [one, other].map(({ issue }) => readTitle(issue.title)[0]?.checkpoint);
  if (its === undefined || others === undefined) return its === undefined && others !== undefined;
  return its.version < others.version || its.revisions < others.revisions;
}
