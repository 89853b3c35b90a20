/**
 * @module All live objects, those included that are so new that GitHub's lists do not show them yet: issues are numbered one after the
 * other, and a single one is shown at once. Whoever makes many objects must not make one twice.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubApi } from "../github/client/session.ts";
import type { StorePlace } from "./find-object.ts";
import { listIssues } from "./list-objects.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type ListedIssue, type ObjectIssue, toObjectIssue } from "./stored-object.ts";

interface ListParts {
  readonly place: StorePlace;
  readonly names: StoreLabels;
  readonly now: () => number;
}

export interface IssuesNow {
  /** In order of their numbers. */
  readonly issues: readonly ObjectIssue[];
  /** The number of the newest issue or pull request of the repository. */
  readonly newest: number;
  /** Numbers of those that somebody else may be making right now. */
  readonly notOurs: ReadonlySet<number>;
}

// Whoever creates an object comes to the second half of it at once, or not at all.
const makingMs = 10 * 60_000;

export async function listIssuesNow(api: GitHubApi, parts: ListParts): Promise<IssuesNow> {
  const { place, names } = parts;
  const { issues: listed } = await listIssues(api, place, names);
  const highest = Math.max(await newestNumber(api, place), ...listed.map(({ issue }) => issue.number));
  const beyond = await issuesBeyond(api, place, highest);
  const found = beyond.flatMap((issue) => toObjectIssue(issue, names) ?? []);
  const issues = [...listed, ...found].filter(({ life }) => life === "live");
  const newest = Math.max(highest, ...beyond.map(({ number }) => number));
  return { issues, newest, notOurs: await beingMadeByOthers(api, issues, parts.now()) };
}

/** Of all issues and pull requests, as far as lists show them; 0 where there is none. */
async function newestNumber(api: GitHubApi, { owner, repo }: StorePlace): Promise<number> {
  const { data } = await api.request("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 1,
  });
  return data[0]?.number ?? 0;
}

async function issuesBeyond(
  api: GitHubApi,
  { owner, repo }: StorePlace,
  highest: number,
): Promise<readonly ListedIssue[]> {
  const found: ListedIssue[] = [];
  for (let number = highest + 1; ; number++) {
    try {
      const { data } = await api.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
        owner,
        repo,
        issue_number: number,
      });
      // One that was moved to another repository is told of from there.
      if (data.number === number) found.push(data as ListedIssue);
    } catch (error) {
      if (!(error instanceof HubsteadError) || error.code !== "not_found") throw error;
      // Deleted ones are gone, and later ones may be there.
      if (error.data["status"] !== 410) return found;
    }
  }
}

async function beingMadeByOthers(
  api: GitHubApi,
  issues: readonly ObjectIssue[],
  now: number,
): Promise<ReadonlySet<number>> {
  const fresh = issues.filter(
    ({ issue }) =>
      issue.state === "open" && issue.comments === 0 && Date.parse(issue.created_at) > now - makingMs,
  );
  if (fresh.length === 0) return new Set();
  const { viewer } = await api.graphql<{ readonly viewer: { readonly login: string } }>(
    "{ viewer { login } }",
  );
  return new Set(
    fresh.filter(({ issue }) => issue.user?.login !== viewer.login).map(({ issue }) => issue.number),
  );
}
