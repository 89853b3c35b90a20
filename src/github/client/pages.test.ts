import { expect, test } from "vitest";
import { type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { readPages } from "./pages.ts";

/** Answers in which the links to other pages are changed. */
function withLinks(change: (link: string) => string, seen: string[] = []): typeof globalThis.fetch {
  return async (input, init) => {
    seen.push(String(input));
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    const link = headers.get("link");
    if (link !== null) headers.set("link", change(link));
    return new Response(await response.arrayBuffer(), { status: response.status, headers });
  };
}

const start = (wire: typeof globalThis.fetch) =>
  startSession({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/app": { issues: Array.from({ length: 7 }, (_, at) => ({ title: `${at}` })) } },
    },
    fetch: { fetch: wire, cache: false },
  });

async function titles({ session }: EmulatedSession): Promise<readonly string[]> {
  const pages = await readPages<{ readonly title: string }>(
    await session.api(""),
    "GET /repos/{owner}/{repo}/issues",
    { owner: "acme", repo: "app", direction: "asc", per_page: 2 },
  );
  return pages.flat().map(({ title }) => title);
}

test("a link to another host leads nowhere but to the next page here", async () => {
  const seen: string[] = [];
  const evil = (link: string) => link.replaceAll(/http:\/\/[^/]+\/[^?]*/gu, "https://evil.example/steal");
  await using emulated = await start(withLinks(evil, seen));
  expect(await titles(emulated)).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
  expect(seen.every((url) => url.startsWith(`${emulated.github.url}/repos/acme/app/issues?`))).toBe(true);
});

test("a link changes nothing of the request but the page", async () => {
  const seen: string[] = [];
  const more =
    "&method=DELETE&url=/repos/acme/other&baseUrl=http://evil.example&owner=bob&repo=other&state=closed";
  const evil = (link: string) => link.replaceAll(/\?([^>]*)>/gu, `?$1${more}&per_page=1&direction=desc>`);
  await using emulated = await start(withLinks(evil, seen));
  expect(await titles(emulated)).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
  expect(seen.map((url) => url.slice(emulated.github.url.length))).toEqual(
    [1, 2, 3, 4].map(
      (page) => `/repos/acme/app/issues?per_page=2${page === 1 ? "" : `&page=${page}`}&direction=asc`,
    ),
  );
  expect(emulated.github.requests.list().every(({ method }) => method === "GET")).toBe(true);
});

test("links that lead in a circle end in an error", async () => {
  await using emulated = await start(withLinks((link) => link.replaceAll(/([?&]page=)\d+/gu, "$12")));
  await expect(titles(emulated)).rejects.toMatchObject({ code: "remote_unavailable" });
  expect(emulated.github.requests.list().length).toBeLessThan(5);
});
