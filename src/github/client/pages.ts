/**
 * @module Pages of a list, by the `Link` headers that lead from one to the next. Of a link only the place in the list is taken, so
 * that no answer decides where the next request goes, or what it asks for.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubApi } from "./session.ts";

type Parameters = Readonly<Record<string, unknown>>;

/**
 * @param route `GET /repos/{owner}/{repo}/issues`
 * @param entriesOf of a page's body; where absent, the body is the list
 * @returns all pages; an entry may stand on two of them
 */
export async function readPages<T>(
  api: GitHubApi,
  route: string,
  parameters: Parameters,
  entriesOf: (data: unknown) => readonly T[] = (data) => data as readonly T[],
): Promise<readonly (readonly T[])[]> {
  const pages: (readonly T[])[] = [];
  const asked = new Set<string>();
  let next: Parameters | undefined = {};
  while (next !== undefined) {
    const key = JSON.stringify(next);
    if (asked.has(key)) throw circle(route);
    asked.add(key);
    const page: Page = await readPage(api, route, { per_page: 100, ...next, ...parameters });
    if (page.data !== undefined) pages.push(entriesOf(page.data));
    next = page.next;
  }
  return pages;
}

interface Page {
  readonly data: unknown;
  readonly next: Parameters | undefined;
}

async function readPage(api: GitHubApi, route: string, parameters: Parameters): Promise<Page> {
  try {
    const { data, headers } = await api.request(route, parameters);
    return { data, next: nextIn(headers.link) };
  } catch (error) {
    // From entry 10,000 on GitHub takes no page numbers, and its refusal says how to go on, from the beginning.
    const next = error instanceof HubsteadError ? nextIn(error.data["link"]) : undefined;
    if (next?.["after"] === undefined) throw error;
    return { data: undefined, next };
  }
}

// What GitHub names the place by. Octokit would take others for the request itself: `method`, `url`, `baseUrl`, `owner`.
const placeParameters: ReadonlySet<string> = new Set(["page", "after", "before", "cursor"]);

function nextIn(link: unknown): Parameters | undefined {
  if (typeof link !== "string") return undefined;
  const [, url] = /<([^>]*)>;\s*rel="next"/u.exec(link) ?? [];
  if (url === undefined || !URL.canParse(url)) return undefined;
  return Object.fromEntries([...new URL(url).searchParams].filter(([name]) => placeParameters.has(name)));
}

function circle(route: string): HubsteadError {
  return new HubsteadError("remote_unavailable", `the pages of ${route} lead in a circle`, {
    hint: "Try again; if it stays so, something between here and GitHub changes its answers.",
    data: { route },
  });
}
