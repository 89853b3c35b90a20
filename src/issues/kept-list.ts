/**
 * @module The list of all objects, kept from one time to the next: where nothing has changed since, one request says so.
 */
import type { GitHubApi } from "../github/client/session.ts";
import type { StorePlace } from "./find-object.ts";
import { mergeIssues } from "./issue-pages.ts";
import { asOf, inOrder, type ListedIssues, listWhole, type WholeList } from "./list-objects.ts";
import type { StoreLabels } from "./store-labels.ts";

export interface KeptList {
  /** @throws {HubsteadError} `busy` where objects are deleted faster than they can be listed */
  read(api: GitHubApi): Promise<ListedIssues>;
}

// An issue that was removed from the repository, not archived, is in no list of changes: it is in this one for as long at most.
const keptMs = 5 * 60_000;
// Characters of all bodies: a store that is larger is read anew each time.
const mostKept = 50_000_000;

/** @param now milliseconds since 1970 */
export function createKeptList(place: StorePlace, names: StoreLabels, now: () => number): KeptList {
  let kept: WholeList | undefined;
  let keptUntil = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const readNow = async (api: GitHubApi): Promise<ListedIssues> => {
    if (kept?.changes !== undefined && now() < keptUntil) {
      const { issues, at } = await kept.changes.look(api);
      mergeIssues(kept.issues, issues);
      return { issues: inOrder(kept.issues), asOf: asOf(at) };
    }
    const whole = await listWhole(api, place, names);
    let size = 0;
    for (const { issue } of whole.issues.values()) size += issue.body?.length ?? 0;
    kept = size <= mostKept ? whole : undefined;
    keptUntil = now() + keptMs;
    return { issues: inOrder(whole.issues), asOf: asOf(whole.startedAt) };
  };
  return {
    read(api) {
      // One after the other: of what one look has been told GitHub tells the next one that it has not changed.
      const reading = turn.then(() => readNow(api));
      turn = reading.catch(() => undefined);
      return reading;
    },
  };
}
