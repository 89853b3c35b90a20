/**
 * @module Lists and snapshots of stores of any size: whole, up to date, and one request answered 304 where nothing has changed.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import type { GitHubClient } from "../../src/github/client/github-client.ts";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import { clientFor, countedBy, objectIssue, repo, startPlace } from "./place.ts";

let now: number;
let github: EmulatedGitHub;
let client: GitHubClient;
let store: IssueStore;

beforeEach(async () => {
  now = Date.parse("2026-11-20T10:00:00Z");
  await start(150);
});
afterEach(async () => {
  await client.close();
  await github.close();
});

async function start(count: number): Promise<void> {
  const issues = Array.from({ length: count }, (_, index) => objectIssue(`object-${index + 1}`, { n: 0 }));
  github = await startPlace({
    clock: () => now,
    seed: { users: { ada: {} }, repositories: { [repo]: { issues } } },
  });
  now += 3_600_000;
  client = clientFor(github, "ada");
  store = openIssueStore({ repo, github: client, now: () => now });
}

async function requestsOf(deed: () => Promise<unknown>): Promise<readonly string[]> {
  github.requests.clear();
  await deed();
  return countedBy(github);
}

const ids = async () => (await store.list()).objects.map(({ id }) => id);
const unchanged = ["issues/list-for-repo 304"];

test("150 objects take three requests, and where nothing has changed one that costs nothing", async () => {
  expect(await requestsOf(() => store.list())).toHaveLength(3);
  expect(await requestsOf(() => store.list())).toEqual(unchanged);
  expect(await requestsOf(() => store.snapshot())).toEqual(unchanged);
  expect((await store.list()).objects).toHaveLength(150);
});

test("that all of them have just been changed costs a list no more", async () => {
  for (let number = 1; number <= 150; number++) await client.editIssue(repo, number, { body: '{"n":1}' });
  now += 3_000;
  expect(await requestsOf(() => store.list())).toHaveLength(3);
});

test("a page of objects takes one request, and the same one again", async () => {
  await Promise.all([client.close(), github.close()]);
  await start(60);
  expect(await requestsOf(() => store.list())).toEqual(["issues/list-for-repo 200"]);
  expect(await requestsOf(() => store.list())).toEqual(unchanged);
  expect(await requestsOf(() => store.snapshot())).toEqual(unchanged);
  const since = new Date(now).toISOString();
  await store.listUpdatedSince(since);
  expect(await requestsOf(() => store.listUpdatedSince(since))).toEqual(unchanged);
  const { text } = await store.snapshot();
  await store.updateSnapshot(text);
  expect(await requestsOf(() => store.updateSnapshot(text))).toEqual(unchanged);
  expect((await store.updateSnapshot(text)).text).toBe(text);
});

test("what has changed, come and gone since the last list is in the next one", async () => {
  await store.list();
  await client.editIssue(repo, 7, { body: '{"n":1}' });
  await store.delete("object-9");
  await store.create("new", {});
  const { objects } = await store.list();
  expect(objects).toHaveLength(150);
  expect(objects.find(({ id }) => id === "object-7")?.data).toEqual({ n: 1 });
  expect(objects.map(({ issueNumber }) => issueNumber)).toEqual(
    objects.map(({ issueNumber }) => issueNumber).sort((a, b) => a - b),
  );
  expect(await ids()).not.toContain("object-9");
  expect(await ids()).toContain("new");
  await store.restore("object-9");
  expect(await ids()).toContain("object-9");
});

test("lists that are asked for at the same time are each as new as when they were asked for", async () => {
  await store.list();
  const lists: Promise<readonly string[]>[] = [];
  for (let index = 0; index < 4; index++) {
    await store.create(`new-${index}`, {});
    lists.push(ids());
  }
  const found = await Promise.all(lists);
  for (const [index, list] of found.entries()) expect(list).toContain(`new-${index}`);
});

test("an issue that was removed altogether is in no list after five minutes", async () => {
  await store.list();
  const { data } = await (await client.api("an issue")).request(`GET /repos/${repo}/issues/5`);
  await (await client.api("an issue")).graphql(
    "mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }",
    { id: (data as { readonly node_id: string }).node_id },
  );
  now += 300_000;
  expect(await ids()).not.toContain("object-5");
  expect(await openIssueStore({ repo, github: client }).list()).toMatchObject({ objects: { length: 149 } });
});

test("a list that a copy behind it answers takes back nothing that was seen", async () => {
  await store.list();
  const dataOf7 = async () => (await store.list()).objects[6]!.data;
  for (const n of [1, 2]) {
    now += 20_000;
    // The emulator remembers for as long as its lists are behind.
    github.lag.listsMs = 60_000;
    await client.editIssue(repo, 7, { body: `{"n":${n}}` });
    github.lag.listsMs = 0;
    expect(await dataOf7()).toEqual({ n });
  }
  github.lag.listsMs = 10_000;
  expect(await dataOf7()).toEqual({ n: 2 });
  const { objects } = await openIssueStore({ repo, github: client }).list();
  expect(objects[6]!.data).toEqual({ n: 1 });
});

test("a time at the very beginning is since ever", async () => {
  expect((await store.listUpdatedSince("1970-01-01T00:00:00Z")).objects).toHaveLength(150);
});

test("since a moment, 120 changed objects are all listed", async () => {
  const since = new Date(now).toISOString();
  const { text } = await store.snapshot();
  for (let number = 1; number <= 120; number++) await client.editIssue(repo, number, { body: '{"n":1}' });
  expect((await store.listUpdatedSince(since)).objects).toHaveLength(120);
  const snapshot = JSON.parse((await store.updateSnapshot(text)).text) as {
    readonly objects: Readonly<Record<string, { readonly data: { readonly n: number } }>>;
  };
  expect(Object.values(snapshot.objects).filter(({ data }) => data.n === 1)).toHaveLength(120);
});
