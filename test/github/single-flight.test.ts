/**
 * @module Equal reads at one time are one, and nobody's patience is another's.
 */
import { expect, test } from "vitest";
import { startGoverned } from "./governed.ts";

const listing = "/repos/ada/hello/issues";

test("equal reads at one time are one request, and each gets its own answer", async () => {
  const { call, github } = await startGoverned();
  const responses = await Promise.all(Array.from({ length: 20 }, () => call("GET", listing)));
  expect(await Promise.all(responses.map((response) => response.json()))).toEqual(
    Array.from({ length: 20 }, () => []),
  );
  expect(github.requests.count("issues/list-for-repo")).toBe(1);
});

test("reads one after the other are two requests", async () => {
  const { call, github } = await startGoverned();
  await call("GET", listing);
  await call("GET", listing);
  expect(github.requests.count("issues/list-for-repo")).toBe(2);
});

test("a read after a write is not answered by one that has begun before the write", async () => {
  const { call, github } = await startGoverned();
  github.faults.add({ operation: "issues/list-for-repo", times: 1, does: { kind: "latency", ms: 500 } });
  const early = call("GET", listing);
  await call("POST", listing, { title: "written" });
  const late = call("GET", listing);
  expect(await (await late).json()).toMatchObject([{ title: "written" }]);
  await early;
  expect(github.requests.count("issues/list-for-repo")).toBe(2);
});

test("what differs in its media type, its credential or its lane is not equal", async () => {
  const { call, fetch, github } = await startGoverned();
  const bob = github.tokenFor({ user: "bob" } as never);
  await Promise.all([
    call("GET", listing),
    fetch(`${github.url}${listing}`, { headers: { accept: "application/vnd.github.raw+json" } }),
    fetch(`${github.url}${listing}`, { headers: { authorization: `Bearer ${bob}` } }),
    call("GET", listing, undefined, fetch.with({ lane: "backfill" })),
  ]);
  expect(github.requests.count("issues/list-for-repo")).toBe(4);
});

test("tokens that count for the same principal share no answer", async () => {
  const { fetch, github } = await startGoverned(
    { principal: "installation:1" },
    {
      seed: {
        users: { ada: {}, bob: {} },
        repositories: { "ada/own": { visibility: "private", files: { s: "secret" } } },
      },
    },
  );
  const read = (user: string) =>
    fetch(`${github.url}/repos/ada/own/contents/s`, {
      headers: { authorization: `Bearer ${github.tokenFor({ user } as never)}` },
    }).then(({ status }) => status);
  expect(await Promise.all([read("ada"), read("bob"), read("ada")])).toEqual([200, 404, 200]);
  // Nor one that was kept.
  expect(await read("bob")).toBe(404);
  expect(await read("ada")).toBe(200);
});

test("who gives up stops nobody else, and the last one stops the request", async () => {
  const { fetch, github } = await startGoverned();
  github.faults.add({ operation: "issues/list-for-repo", times: 1, does: { kind: "latency", ms: 300 } });
  const [first, second] = [new AbortController(), new AbortController()];
  const url = `${github.url}${listing}`;
  const abandoned = fetch(url, { signal: first.signal });
  const kept = fetch(url, { signal: second.signal });
  first.abort();
  await expect(abandoned).rejects.toThrow("aborted");
  expect((await kept).status).toBe(200);
  expect(github.requests.count("issues/list-for-repo")).toBe(1);
});

test("a request that was given up while it waited for its turn is never sent", async () => {
  const { call, fetch, github, clock } = await startGoverned();
  await call("POST", listing, { title: "a" });
  const stop = new AbortController();
  const waiting = fetch(`${github.url}${listing}`, {
    method: "POST",
    body: '{"title":"b"}',
    signal: stop.signal,
  });
  stop.abort();
  await expect(waiting).rejects.toThrow("aborted");
  await clock.sleep(5_000);
  expect(github.requests.count("issues/create")).toBe(1);
});

test("a flight that fails is not followed by one request for each passenger", async () => {
  const { call, github } = await startGoverned({ cache: false, retry: { attempts: 1 } });
  github.faults.add({ operation: "issues/list-for-repo", does: { kind: "reset" } });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => call("GET", listing)));
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  expect(github.requests.count("issues/list-for-repo")).toBe(1);
});

test("passengers of a flight whose first one had less time share the next one", async () => {
  const { call, fetch, github, clock } = await startGoverned({ cache: false });
  github.faults.add({ operation: "issues/list-for-repo", times: 1, does: { kind: "timeout", ms: 20_000 } });
  const hasty = call("GET", listing, undefined, fetch.with({ timeoutMs: 1_000 }));
  const others = Array.from({ length: 10 }, () => call("GET", listing));
  const since = clock.now();
  await expect(hasty).rejects.toMatchObject({ code: "remote_unavailable" });
  for (const response of await Promise.all(others)) expect(response.status).toBe(200);
  expect(clock.now() - since).toBeLessThan(5_000);
  expect(github.requests.count("issues/list-for-repo")).toBe(2);
});
