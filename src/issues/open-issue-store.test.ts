import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../test/emulator/checked-github.ts";
import type { EmulatedGitHub } from "../emulator/start-github.ts";
import { GitHubClient } from "../github/client/github-client.ts";
import type { IssueStore } from "./issue-store.ts";
import { openIssueStore } from "./open-issue-store.ts";

let github: EmulatedGitHub;
let client: GitHubClient;
let store: IssueStore;

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: { users: { ada: {}, bob: {} }, repositories: { "ada/data": { collaborators: { bob: "write" } } } },
  });
  client = clientOf("ada");
  store = openIssueStore({ repo: "ada/data", github: client });
});
afterEach(async () => {
  await client.close();
  await github.close();
});

function clientOf(login: string, fetch?: typeof globalThis.fetch) {
  return new GitHubClient({
    ...(fetch === undefined ? {} : { fetch }),
    apiUrl: github.url,
    token: github.tokenFor(login),
    cache: false,
    retry: { attempts: 1 },
    limits: {
      mutationGapMs: 0,
      contentPerMinute: 10_000,
      contentPerHour: 100_000,
      issuesPerMinute: 10_000,
      issuesPerHour: 100_000,
      pointsPerMinute: 1_000_000,
      reserve: 0,
    },
  });
}

const operations = () => github.requests.list().map(({ operation }) => operation);

test("an object is created in three requests, and read in one", async () => {
  expect(await store.create("metrics", { count: 0 }, { labels: ["team:a"], status: "open" })).toMatchObject({
    id: "metrics",
    data: { count: 0 },
    version: 1,
    issueNumber: 1,
    labels: ["team:a"],
    status: "open",
    isPending: false,
  });
  expect(operations()).toEqual(["issues/list-for-repo", "issues/create", "graphql"]);
  github.requests.clear();
  expect(await store.get("metrics")).toMatchObject({ data: { count: 0 }, version: 1 });
  expect(operations()).toEqual(["issues/list-for-repo"]);
});

test("an update of a known object is one request, processed three more", async () => {
  await store.create("metrics", { count: 0 });
  github.requests.clear();
  const { commentId, processed } = await store.update("metrics", { count: 1 }, { process: true });
  expect(commentId).toBeGreaterThan(0);
  expect(processed).toMatchObject({ version: 2, writes: 1 });
  expect(operations()).toEqual(["graphql", "graphql", "graphql"]);
  expect(await store.get("metrics")).toMatchObject({ data: { count: 1 }, version: 2, isPending: false });
});

test("what gh-store lacks is done as well", async () => {
  await store.create("a", { n: 1, list: [1], old: true });
  await store.increment("a", "/n", 4);
  await store.append("a", "/list", [2, 3]);
  await store.unset("a", ["/old"]);
  expect((await store.get("a")).isPending).toBe(true);
  await store.processUpdates(1);
  expect(await store.get("a")).toMatchObject({ data: { n: 5, list: [1, 2, 3] }, version: 4 });
  await store.replace("a", { only: "this" }, { process: true });
  expect(await store.get("a")).toMatchObject({ data: { only: "this" }, version: 5 });
});

test("updates of one object that wait together travel together, and each counts", async () => {
  await store.create("a", { n: 0 });
  github.requests.clear();
  await Promise.all(Array.from({ length: 100 }, () => store.increment("a", "/n")));
  expect(operations().length).toBeLessThanOrEqual(3);
  await store.processUpdates(1);
  expect(await store.get("a")).toMatchObject({ data: { n: 100 }, version: 101 });
});

test("what is there already is not created again, and what is not there is named", async () => {
  await store.create("a", {});
  await expect(store.create("a", {})).rejects.toMatchObject({
    code: "already_exists",
    data: { issueNumber: 1 },
  });
  await expect(store.get("b")).rejects.toMatchObject({ code: "not_found" });
  await expect(store.update("b", {})).rejects.toMatchObject({ code: "not_found" });
});

test.each(["x".repeat(120), "note,with,commas", "Ärger über 日本", "paper:arxiv.2301.1"])(
  "the id %j works",
  async (id) => {
    await store.create(id, { id });
    expect(await store.get(id)).toMatchObject({ id, data: { id } });
    await store.update(id, { more: 1 }, { process: true });
    expect((await store.list()).objects.map((object) => [object.id, object.data])).toEqual([
      [id, { id, more: 1 }],
    ]);
  },
);

test("ids that differ in their case alone are two objects", async () => {
  await store.create("Foo", { big: true });
  await store.create("foo", { big: false });
  expect((await store.get("Foo")).data).toEqual({ big: true });
  expect((await store.get("foo")).data).toEqual({ big: false });
  expect((await store.list()).objects.map(({ id }) => id)).toEqual(["Foo", "foo"]);
});

test("an object that no issue holds is refused before anything is written", async () => {
  github.requests.clear();
  await expect(store.create("a", { text: "x".repeat(60_000) })).rejects.toMatchObject({
    code: "invalid_input",
  });
  expect(operations()).toEqual(["issues/list-for-repo"]);
});

test("a number that JavaScript cannot hold is told, not rounded", async () => {
  await store.create("a", { n: 1 });
  await fetch(`${github.url}/repos/ada/data/issues/1`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${github.tokenFor("bob")}` },
    body: JSON.stringify({ body: '{"n": 9007199254740993}' }),
  });
  await expect(store.get("a")).rejects.toMatchObject({
    code: "unsupported_format",
    data: { body: '{"n": 9007199254740993}' },
  });
  await store.update("a", { m: 1 }, { process: true });
  expect((await store.list()).unreadable).toMatchObject([
    { id: "a", body: '{\n  "n": 9007199254740993,\n  "m": 1\n}' },
  ]);
});

test("of eight writers that create the same object one does, and all see the same", async () => {
  const clients = Array.from({ length: 8 }, () => clientOf("bob"));
  const made = await Promise.allSettled(
    clients.map((one, index) =>
      openIssueStore({ repo: "ada/data", github: one }).create("same", { by: index }),
    ),
  );
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const first = github.state.issues.all().find(({ number }) => number === 1)!;
  expect((await store.get("same")).data).toEqual(JSON.parse(first.body ?? ""));
  await Promise.all(clients.map((one) => one.close()));
});

test("a deleted object is gone, keeps its labels and its history, and comes back", async () => {
  await store.create("a", { n: 1 }, { labels: ["TODO:x"] });
  await store.update("a", { n: 2 }, { process: true });
  await store.delete("a");
  await expect(store.get("a")).rejects.toMatchObject({ code: "not_found" });
  expect((await store.list()).objects).toEqual([]);
  expect(github.state.issues.all()[0]).toMatchObject({ state: "closed" });
  expect(await store.restore("a")).toMatchObject({ id: "a", data: { n: 2 }, version: 2, labels: ["TODO:x"] });
  expect(await store.get("a")).toMatchObject({ data: { n: 2 }, version: 2 });
  await store.delete("a");
  await store.create("a", { other: true });
  await expect(store.restore("a")).rejects.toMatchObject({ code: "already_exists" });
});

test("put makes an object, and makes it so", async () => {
  await store.put("a", { n: 1, old: true });
  await store.put("a", { n: 2 }, { process: true });
  expect(await store.get("a")).toMatchObject({ data: { n: 2 }, version: 2, issueNumber: 1 });
});

test("objects are found by labels of one's own", async () => {
  await store.create("a", {}, { labels: ["TODO:hydrate", "x"] });
  await store.create("b", {}, { labels: ["x"] });
  expect((await store.find(["TODO:hydrate"])).objects.map(({ id }) => id)).toEqual(["a"]);
  expect((await store.find(["x"])).objects.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("every version can be looked at again, by its number and by its time", async () => {
  await store.create("a", { n: 1 });
  github.clock.advance(60_000);
  const between = new Date(github.clock.now() + 1_000).toISOString();
  github.clock.advance(60_000);
  await store.update("a", { n: 2 }, { process: true });
  await store.increment("a", "/n", 40);
  const history = await store.history("a");
  expect(
    history.map(({ kind, version, by, data, isPending }) => [kind, version, by, data, isPending]),
  ).toEqual([
    ["create", 1, "ada", { n: 1 }, false],
    ["update", 2, "ada", { n: 2 }, false],
    ["update", 3, "ada", { n: 42 }, true],
  ]);
  expect((await store.getAt("a", 2)).data).toEqual({ n: 2 });
  expect((await store.getAt("a", between)).data).toEqual({ n: 1 });
  await expect(store.getAt("a", 9)).rejects.toMatchObject({ code: "not_found" });
});

test("all that waits is found, also where the issue is closed", async () => {
  for (const id of ["a", "b", "c", "d"]) await store.create(id, { n: 0 });
  await store.increment("a", "/n");
  await store.increment("b", "/n");
  await client.editIssue("ada/data", 2, { state: "closed" });
  // Of somebody who may not write.
  await clientOf("bob").createComment("ada/data", 3, "thanks!");
  const { processed, failed } = await store.processAll();
  expect([processed.map(({ id, version }) => [id, version]), failed]).toEqual([
    [
      ["a", 2],
      ["b", 2],
    ],
    [],
  ]);
  expect((await store.processAll()).processed).toEqual([]);
});

test("a list of many pages has each object once, also when one is deleted while it is read", async () => {
  for (let index = 0; index < 205; index++) await store.create(`n${index}`, { index });
  github.clock.advance(60_000);
  github.requests.clear();
  expect((await store.list()).objects).toHaveLength(205);
  expect(operations()).toHaveLength(4);
  // Deleted once the first page is read, it moves all others forward by one.
  let isFirst = true;
  const slow = clientOf("ada", async (input, init) => {
    const answer = await fetch(input, init);
    if (isFirst) {
      isFirst = false;
      await store.delete("n7");
    }
    return answer;
  });
  const list = openIssueStore({ repo: "ada/data", github: slow }).list();
  expect((await list).objects.map(({ id }) => id)).toEqual(
    Array.from({ length: 205 }, (_, index) => `n${index}`).filter((id) => id !== "n7"),
  );
});

test("a snapshot is gh-store's file, with pending objects and true versions", async () => {
  await store.create("a", { name: "Ünïcödé 😀", n: 1 });
  await store.create("b", { list: [] });
  await store.update("a", { n: 2 }, { process: true });
  await store.update("b", { waiting: true });
  const { text, objectCount } = await store.snapshot();
  expect(objectCount).toBe(2);
  expect(text).toMatch(
    /^\{\n {2}"snapshot_time": "\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00",\n {2}"repository": "ada\/data",\n {2}"objects": \{\n {4}"b": \{\n {6}"data": \{\n {8}"list": \[\]\n {6}\},/u,
  );
  expect(text).toContain('"name": "\\u00dcn\\u00efc\\u00f6d\\u00e9 \\ud83d\\ude00"');
  expect(JSON.parse(text).objects.a.meta).toMatchObject({ issue_number: 1, object_id: "a", version: 2 });
});

test("a snapshot is brought up to date: what changed, what is new, what is gone", async () => {
  for (const id of ["a", "b", "c"]) await store.create(id, { id });
  const { text } = await store.snapshot();
  expect((await store.updateSnapshot(text)).text).toBe(text);
  github.clock.advance(5_000);
  await store.delete("b");
  await store.update("c", { more: 1 }, { process: true });
  await store.create("d", {});
  const updated = await store.updateSnapshot(text);
  expect(Object.keys(JSON.parse(updated.text).objects)).toEqual(["d", "c", "a"]);
  expect(JSON.parse(updated.text).objects.c.data).toEqual({ id: "c", more: 1 });
  const whole = (await store.snapshot()).text;
  expect(JSON.parse(updated.text).objects).toEqual(JSON.parse(whole).objects);
  await expect(store.updateSnapshot("{}")).rejects.toMatchObject({ code: "invalid_input" });
});

test.each<[string, () => Promise<unknown>]>([
  ["an empty id", () => store.create("", {})],
  ["an id with a line break", () => store.get("a\nb")],
  ["an id that is too long", () => store.update("x".repeat(201), {})],
  ["a change that is no object", () => store.update("a", [1] as never)],
  ["a pointer that is none", () => store.unset("a", ["field"])],
  ["the whole object as a field", () => store.unset("a", [""])],
  ["items that are no list", () => store.append("a", "/list", 1 as never)],
  ["NaN", () => store.increment("a", "/n", Number.NaN)],
  ["a key __proto__", () => store.replace("a", JSON.parse('{"__proto__": 1}'))],
  ["a label with a comma", () => store.create("a", {}, { labels: ["x,y"] })],
  ["a label that is a list of letters", () => store.find("abc" as never)],
  ["a time that is none", () => store.listUpdatedSince("yesterday")],
])("%s is refused before anything is sent", async (_, call) => {
  await expect(call()).rejects.toMatchObject({ code: "invalid_input", data: expect.anything() });
  expect(operations()).toEqual([]);
});

test("an update of what somebody else has deleted is told, and another one finds the new object", async () => {
  await store.create("a", { n: 1 });
  const other = openIssueStore({ repo: "ada/data", github: clientOf("bob") });
  await other.delete("a");
  await expect(store.update("a", { n: 2 })).rejects.toMatchObject({
    code: "not_found",
    data: { issueNumber: 1 },
  });
  expect(github.state.issues.all()[0]).toMatchObject({ state: "closed" });
  await other.create("a", { n: 3 });
  expect(await store.update("a", { m: 1 }, { process: true })).toMatchObject({ issueNumber: 2 });
  expect((await store.get("a")).data).toEqual({ n: 3, m: 1 });
});
