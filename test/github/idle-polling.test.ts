/**
 * @module G14: a poll that finds nothing new costs nothing.
 */
import { expect, test } from "vitest";
import { startSession } from "./emulated-session.ts";
import { startGoverned } from "./governed.ts";

test("who asks with an ETag of their own gets the 304 as a value, from Octokit, too", async () => {
  await using emulated = await startSession({ fetch: { cache: false } });
  const api = await emulated.session.api("acme/app");
  const route = "GET /repos/{owner}/{repo}";
  const place = { owner: "acme", repo: "app" };
  const first = await api.request(route, place);
  const etag = first.headers.etag!;
  const second = await api.request(route, { ...place, headers: { "if-none-match": etag } });
  expect(second).toMatchObject({ status: 304, data: "", headers: { etag } });
});

test("in a day of polling an unchanged repository every two minutes only the first poll is counted", {
  timeout: 120_000,
}, async () => {
  const { call, clock, fetch, github } = await startGoverned();
  await call("POST", "/repos/ada/hello/issues", { title: "a" });
  const poll = fetch.with({ lane: "poll" });
  const paths = [
    "/repos/ada/hello/issues?state=all&sort=updated&direction=asc&since=2026-01-01T00:00:00Z",
    "/repos/ada/hello/issues/comments?sort=updated&direction=asc&since=2026-01-01T00:00:00Z",
  ];
  const remaining = async () => {
    const response = await call("GET", "/rate_limit");
    const { resources } = (await response.json()) as { resources: { core: { used: number } } };
    return resources.core.used;
  };
  for (const path of paths) await call("GET", path, undefined, poll);
  const day = clock.now() + 86_400_000;
  let polls = 0;
  while (clock.now() < day) {
    // The hour's allowance begins anew each hour: what is counted would show.
    const before = await remaining();
    for (const path of paths) {
      const response = await call("GET", path, undefined, poll);
      expect([response.status, response.headers.get("x-hubstead-cache")]).toEqual([200, "revalidated"]);
      expect(Array.isArray(await response.json())).toBe(true);
      polls++;
    }
    expect(await remaining()).toBeLessThanOrEqual(before);
    await clock.sleep(120_000);
  }
  expect(polls).toBeGreaterThan(1_400);
  expect(
    github.requests.list("issues/list-for-repo").every(({ status }) => status === 304 || status === 200),
  ).toBe(true);
});

test("what has changed is seen with the next poll", async () => {
  const { call, fetch } = await startGoverned();
  const poll = fetch.with({ lane: "poll" });
  const titles = async () =>
    (
      (await (await call("GET", "/repos/ada/hello/issues", undefined, poll)).json()) as { title: string }[]
    ).map(({ title }) => title);
  expect(await titles()).toEqual([]);
  await call("POST", "/repos/ada/hello/issues", { title: "a" });
  expect(await titles()).toEqual(["a"]);
  await call("PATCH", "/repos/ada/hello/issues/1", { title: "b" });
  expect(await titles()).toEqual(["b"]);
  expect(await titles()).toEqual(["b"]);
});

test("a 304 that the caller asked for is a value", async () => {
  const { call, fetch, github } = await startGoverned();
  const first = await call("GET", "/repos/ada/hello");
  const etag = first.headers.get("etag")!;
  const second = await fetch(`${github.url}/repos/ada/hello`, { headers: { "if-none-match": etag } });
  expect([second.status, await second.text()]).toEqual([304, ""]);
});

test("what one may not read any more is not shown from the cache", async () => {
  const { call, github, fetch } = await startGoverned(
    {},
    {
      seed: {
        users: { ada: {}, bob: {} },
        repositories: { "bob/secret": { visibility: "private", collaborators: { ada: "read" } } },
      },
    },
  );
  expect((await call("GET", "/repos/bob/secret")).status).toBe(200);
  const bob = github.tokenFor({ user: "bob" } as never);
  await fetch(`${github.url}/repos/bob/secret/collaborators/ada`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${bob}` },
  });
  expect((await call("GET", "/repos/bob/secret")).status).toBe(404);
});
