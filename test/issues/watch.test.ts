/**
 * @module What a watcher is told: everything once, for one request that costs nothing where nothing has changed.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import type { GitHubClient } from "../../src/github/client/github-client.ts";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import type { ObjectChange } from "../../src/issues/object-change.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import type { WatchOptions } from "../../src/issues/watch-objects.ts";
import { clientFor, createGate, type Gate, objectIssue, repo, startPlace } from "./place.ts";

let now: number;
let github: EmulatedGitHub;
let client: GitHubClient;
let store: IssueStore;
let over: AbortController;
let gate: Gate;
let watchingClient: GitHubClient;

beforeEach(async () => {
  now = Date.parse("2026-11-20T10:00:00Z");
  await start();
});
afterEach(async () => {
  over.abort();
  await Promise.all([client.close(), watchingClient.close()]);
  await github.close();
});

async function start(issues: readonly ReturnType<typeof objectIssue>[] = []): Promise<void> {
  const repositories = { [repo]: { collaborators: { bob: "write" as const }, issues } };
  github = await startPlace({
    clock: () => now,
    seed: { users: { ada: {}, bob: {}, eve: {} }, repositories },
  });
  client = clientFor(github, "ada");
  store = openIssueStore({ repo, github: client });
  gate = createGate();
  watchingClient = clientFor(github, "bob", { fetch: gate.fetch });
  over = new AbortController();
}

/** Watches in the background, by looks that begin when they are let. */
function watching(options: WatchOptions = {}) {
  const told: ObjectChange[] = [];
  const watched = openIssueStore({ repo, github: watchingClient, now: () => now });
  const done = (async () => {
    const changes = watched.watch({ signal: over.signal, intervalMs: 1, ...options });
    for await (const change of changes) told.push(change);
  })();
  // What goes wrong is for whoever waits for the end.
  done.catch(() => undefined);
  const news = async (): Promise<readonly ObjectChange[]> => {
    // One that ends after all that has happened, and the next one begins.
    await gate.letThrough(2);
    await gate.untilAsked();
    return told.splice(0);
  };
  return { done, news };
}

/** From now on. */
async function watchingFromNow(options: WatchOptions = {}) {
  const watch = watching(options);
  expect(await watch.news()).toEqual([]);
  return watch;
}

const inShort = (changes: readonly ObjectChange[]) => changes.map(({ kind, id }) => `${kind} ${id}`);

test("each change is told once, with the object as it is", async () => {
  await store.create("old", { n: 0 });
  const { news } = await watchingFromNow();
  await store.create("a", { n: 1 });
  expect(await news()).toMatchObject([
    { kind: "created", id: "a", issueNumber: 2, version: 1, object: { data: { n: 1 } } },
  ]);
  await store.update("a", { n: 2 });
  expect(await news()).toMatchObject([
    { kind: "pending", id: "a", object: { isPending: true, data: { n: 1 } } },
  ]);
  await store.processUpdates(2);
  expect(await news()).toMatchObject([
    { kind: "updated", id: "a", version: 2, object: { data: { n: 2 }, isPending: false } },
  ]);
  await store.delete("old");
  const [deleted, ...others] = await news();
  expect(deleted).toMatchObject({ kind: "deleted", id: "old", issueNumber: 1, at: "2026-11-20T10:00:00Z" });
  expect(deleted).not.toHaveProperty("object");
  expect(others).toEqual([]);
  await store.restore("old");
  expect(inShort(await news())).toEqual(["restored old"]);
  expect(await news()).toEqual([]);
});

test("what changes twice within a second, with a look in between, is told twice", async () => {
  await store.create("a", { n: 0 });
  const { news } = await watchingFromNow();
  for (const n of [1, 2, 3]) {
    await store.update("a", { n }, { process: true });
    expect(await news()).toMatchObject([{ kind: "updated", version: n + 1, object: { data: { n } } }]);
  }
});

test("what is created anew under the id of a deleted object is created, or an update where nobody saw it gone", async () => {
  await store.create("a", { n: 1 });
  const { news } = await watchingFromNow();
  await store.delete("a");
  await store.create("a", { n: 2 });
  expect(await news()).toMatchObject([{ kind: "updated", id: "a", issueNumber: 2 }]);
  await store.delete("a");
  expect(inShort(await news())).toEqual(["deleted a"]);
  await store.create("a", { n: 3 });
  expect(await news()).toMatchObject([{ kind: "created", id: "a", issueNumber: 3 }]);
});

test("what was deleted before and comes back is restored", async () => {
  await store.create("a", { n: 1 });
  await store.delete("a");
  now += 3_600_000;
  const { news } = await watchingFromNow();
  await client.createComment(repo, 1, "Still needed?");
  expect(await news()).toEqual([]);
  await store.restore("a");
  expect(inShort(await news())).toEqual(["restored a"]);
});

test("what came and went between two looks is not told", async () => {
  const { news } = await watchingFromNow();
  await store.create("short", {});
  await store.delete("short");
  expect(await news()).toEqual([]);
});

test("an issue that was removed altogether is told within ten minutes", async () => {
  await store.create("kept", {});
  await store.create("removed", {});
  const { news } = await watchingFromNow();
  const api = await client.api("an issue");
  const { data } = await api.request("GET /repos/ada/data/issues/2");
  await api.graphql("mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }", {
    id: (data as { node_id: string }).node_id,
  });
  expect(await news()).toEqual([]);
  now += 600_000;
  await gate.letThrough(2);
  expect(await news()).toMatchObject([{ kind: "deleted", id: "removed", issueNumber: 2 }]);
  now += 600_000;
  await gate.letThrough(1);
  expect(await news()).toEqual([]);
});

test("talk under an object and issues that are none are not told", async () => {
  await store.create("a", {});
  const { news } = await watchingFromNow();
  const eve = clientFor(github, "eve");
  await eve.createComment(repo, 1, "What is this?");
  await eve.createIssue(repo, "It is broken");
  await eve.close();
  expect(await news()).toEqual([]);
});

test("a duplicate is not told; that the object is another issue now is an update", async () => {
  await store.create("a", { n: 1 });
  const { news } = await watchingFromNow();
  const api = await client.api("a duplicate");
  const body = '{"n":2}';
  const labels = ["gh-store", "stored-object", "UID:a"];
  const issue = { owner: "ada", repo: "data", title: "Stored Object: a", body, labels };
  await api.request("POST /repos/{owner}/{repo}/issues", issue);
  expect(await news()).toEqual([]);
  await client.removeLabel(repo, 1, "stored-object");
  expect(await news()).toMatchObject([
    { kind: "updated", id: "a", issueNumber: 2, object: { data: { n: 2 } } },
  ]);
});

test("a body that is no JSON is told as it stands there", async () => {
  await store.create("a", { n: 1 });
  const { news } = await watchingFromNow();
  await client.editIssue(repo, 1, { body: "Hello" });
  expect(await news()).toMatchObject([{ kind: "updated", id: "a", unreadable: { body: "Hello" } }]);
});

test("where nothing has changed a look is one request, always the same, answered 304", async () => {
  await store.create("a", {});
  const { news } = await watchingFromNow();
  const asked = async () => {
    github.requests.clear();
    await gate.letThrough(4);
    await gate.untilAsked();
    return new Set(github.requests.list().map(({ path, status }) => `${status} ${path}`));
  };
  const [first, ...others] = await asked();
  expect(first).toMatch(/^304 .*&since=2026-11-20T09%3A58%3A55.000Z$/u);
  expect(others).toEqual([]);
  await store.update("a", { n: 1 }, { process: true });
  expect(inShort(await news())).toEqual(["updated a"]);
  expect(await asked()).toEqual(new Set([first]));
});

test("120 changes within a second are told once each, and one request looks whether there are more", async () => {
  await Promise.all([client.close(), watchingClient.close(), github.close()]);
  await start(Array.from({ length: 120 }, (_, index) => objectIssue(`object-${index}`, { n: 0 })));
  now += 600_000;
  const watch = watching();
  // The list has two pages, and one look sees what has moved while they were read.
  await gate.letThrough(4);
  expect(await watch.news()).toEqual([]);
  for (let number = 1; number <= 120; number++) await client.editIssue(repo, number, { body: '{"n":1}' });
  const news = [...(await watch.news()), ...(await watch.news()), ...(await watch.news())];
  expect(news.map(({ issueNumber }) => issueNumber).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 120 }, (_, index) => index + 1),
  );
  now += 600_000;
  await gate.letThrough(4);
  await gate.untilAsked();
  github.requests.clear();
  await gate.letThrough(4);
  await gate.untilAsked();
  const asked = github.requests.list().map(({ path, status }) => `${status} ${path}`);
  expect(new Set(asked).size).toBe(1);
  expect(asked[0]).toMatch(/^304 /u);
  await client.editIssue(repo, 1, { body: '{"n":2}' });
  const more = [...(await watch.news()), ...(await watch.news())];
  expect(more).toMatchObject([{ kind: "updated", issueNumber: 1, object: { data: { n: 2 } } }]);
});

test("what comes late to the second page is told, though the first one has not changed", async () => {
  await Promise.all([client.close(), watchingClient.close(), github.close()]);
  await start(Array.from({ length: 121 }, (_, index) => objectIssue(`object-${index}`, { n: 0 })));
  now += 600_000;
  const watch = watching();
  await gate.letThrough(4);
  expect(await watch.news()).toEqual([]);
  for (let number = 1; number <= 120; number++) await client.editIssue(repo, number, { body: '{"n":1}' });
  const news = [...(await watch.news()), ...(await watch.news()), ...(await watch.news())];
  expect(news).toHaveLength(120);
  // A server whose clock is behind, or that has told the others late.
  now -= 20_000;
  await client.editIssue(repo, 121, { body: '{"n":1}' });
  now += 40_000;
  const late = [...(await watch.news()), ...(await watch.news()), ...(await watch.news())];
  expect(late).toMatchObject([{ kind: "updated", issueNumber: 121 }]);
});

test("what lists show late, and in another order, is told all the same, once", async () => {
  await store.create("a", { n: 0 });
  await store.create("b", { n: 0 });
  now += 600_000;
  const { news } = await watchingFromNow();
  github.lag.listsMs = 30_000;
  await store.update("a", { n: 1 }, { process: true });
  now += 1_000;
  await store.update("b", { n: 1 }, { process: true });
  expect(await news()).toEqual([]);
  now += 29_500;
  expect(inShort(await news())).toEqual(["updated a"]);
  github.lag.listsMs = 0;
  expect(inShort(await news())).toEqual(["updated b"]);
});

test("what a copy that is behind shows is not told again, and takes nothing back", async () => {
  await store.create("a", { n: 0 });
  const { news } = await watchingFromNow();
  for (const n of [1, 2]) {
    now += 20_000;
    // The emulator remembers for as long as its lists are behind.
    github.lag.listsMs = 60_000;
    await store.update("a", { n }, { process: true });
    github.lag.listsMs = 0;
    expect(inShort(await news())).toEqual(["updated a"]);
  }
  github.lag.listsMs = 10_000;
  github.requests.clear();
  expect(await news()).toEqual([]);
  expect(github.requests.list()[0]).toMatchObject({ status: 200 });
  github.lag.listsMs = 0;
  expect(await news()).toEqual([]);
});

test("what was changed before, and is shown only after it has begun, is told", async () => {
  await store.create("a", { n: 0 });
  now += 600_000;
  github.lag.listsMs = 30_000;
  await store.update("a", { n: 1 }, { process: true });
  now += 20_000;
  const { news } = await watchingFromNow();
  github.lag.listsMs = 0;
  expect(await news()).toMatchObject([{ kind: "updated", id: "a", object: { data: { n: 1 } } }]);
});

test("since a moment: what was created, changed and deleted from then on is told first", async () => {
  for (const id of ["kept", "changed", "deleted", "deleted-before"]) await store.create(id, {});
  await store.delete("deleted-before");
  now += 3_600_000;
  const since = new Date(now).toISOString();
  await store.update("changed", { n: 1 }, { process: true });
  await store.delete("deleted");
  await store.create("new", {});
  await store.create("short", {});
  await store.delete("short");
  const { news } = watching({ since });
  await gate.letThrough(1);
  expect(inShort(await news())).toEqual(["updated changed", "deleted deleted", "created new"]);
  expect(await news()).toEqual([]);
});

test("two watchers of one client, since the same moment, are both told", async () => {
  await store.create("a", { n: 0 });
  const since = new Date(now).toISOString();
  now += 600_000;
  const kinds: string[] = [];
  const reading = clientFor(github, "ada");
  for (let watcher = 0; watcher < 2; watcher++)
    for await (const { kind } of openIssueStore({ repo, github: reading }).watch({ since })) {
      kinds.push(kind);
      break;
    }
  await reading.close();
  expect(kinds).toEqual(["created", "created"]);
});

test("a look that breaks off after its first page misses nothing of the second", async () => {
  await Promise.all([client.close(), watchingClient.close(), github.close()]);
  await start(Array.from({ length: 150 }, (_, index) => objectIssue(`object-${index}`, { n: 0 })));
  const since = new Date(now).toISOString();
  now += 600_000;
  const { news } = watching({ since });
  // The list of all objects has two pages, the look that belongs to it one; then comes the first page of its own.
  await gate.letThrough(4);
  await gate.untilAsked();
  const mend = github.faults.add({
    operation: "issues/list-for-repo",
    does: { kind: "status", status: 502 },
  });
  await gate.letThrough(1);
  await gate.untilAsked();
  mend();
  const told = [...(await news()), ...(await news())];
  expect(told).toHaveLength(150);
});

test("an outage is waited for, and nothing is missed meanwhile", async () => {
  await store.create("a", { n: 0 });
  const { news } = await watchingFromNow();
  const mend = github.faults.add({
    operation: "issues/list-for-repo",
    does: { kind: "status", status: 502 },
  });
  await gate.letThrough(1);
  await store.update("a", { n: 1 }).catch(() => undefined);
  await store.processUpdates(1);
  mend();
  expect(inShort(await news())).toEqual(["updated a"]);
});

test.each([
  ["by the client", {}],
  ["by the watcher", { maxWaitMs: 1 }],
])("a limit is waited for, %s", async (_, options) => {
  await watchingClient.close();
  watchingClient = clientFor(github, "bob", { fetch: gate.fetch, ...options });
  await store.create("a", { n: 0 });
  const { news } = await watchingFromNow();
  const headers = {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": `${now / 1_000 + 1}`,
  };
  const body = { message: "API rate limit exceeded" };
  const does = { kind: "status", status: 403, body, headers } as const;
  github.faults.add({ operation: "issues/list-for-repo", times: 1, does });
  await gate.letThrough(1);
  await client.editIssue(repo, 1, { body: '{"n":1}' });
  expect(inShort(await news())).toEqual(["updated a"]);
});

test("what no waiting mends ends it with an error", async () => {
  const { done } = await watchingFromNow();
  await gate.untilAsked();
  await client.deleteRepo(repo, { confirm: repo });
  await gate.letThrough(1);
  await expect(done).rejects.toMatchObject({ code: "not_found" });
});

test("its signal ends it, in a pause, in a request, and before it has begun", async () => {
  const { done: pausing } = await watchingFromNow({ intervalMs: 20 });
  over.abort(new Error("enough"));
  await pausing;
  over = new AbortController();
  const { done: asking } = watching();
  await gate.untilAsked();
  over.abort();
  await asking;
  over = new AbortController();
  over.abort();
  await watching().done;
});

test("who breaks off ends it, also while it asks", async () => {
  const changes = openIssueStore({ repo, github: watchingClient }).watch();
  const next = changes.next();
  await gate.untilAsked();
  expect(await changes.return?.()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
});

test("an interval or a time that is none is refused", () => {
  for (const intervalMs of [0, -1, Number.NaN, "1" as unknown as number])
    expect(() => store.watch({ intervalMs })).toThrow(expect.objectContaining({ code: "invalid_input" }));
  expect(() => store.watch({ since: "yesterday" })).toThrow(
    expect.objectContaining({ code: "invalid_input" }),
  );
});
