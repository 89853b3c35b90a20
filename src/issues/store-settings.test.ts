/**
 * What a store is set to: other names of labels, other reactions, locked issues.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCheckedGitHub } from "../../test/emulator/checked-github.ts";
import type { EmulatedGitHub } from "../emulator/start-github.ts";
import { GitHubClient } from "../github/client/github-client.ts";
import { parseGhStoreConfig } from "./gh-store-config.ts";
import type { IssueStoreOptions } from "./issue-store.ts";
import { openIssueStore } from "./open-issue-store.ts";
import { processObject } from "./process-object.ts";
import { namesOfStore } from "./store-labels.ts";
import { toStoreOptions } from "./store-options.ts";
import { createTrust } from "./trust.ts";

let github: EmulatedGitHub;
let client: GitHubClient;

beforeEach(async () => {
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      repositories: {
        "ada/data": { collaborators: { bob: "write" }, files: { CODEOWNERS: "* @eve\n" } },
      },
    },
  });
  client = new GitHubClient({
    apiUrl: github.url,
    token: github.tokenFor("ada"),
    cache: false,
    retry: { attempts: 1 },
    limits: { mutationGapMs: 0 },
  });
});
afterEach(async () => {
  await client.close();
  await github.close();
});

const open = (options: Partial<IssueStoreOptions> = {}) =>
  openIssueStore({ repo: "ada/data", github: client, ...options });
const operations = () => github.requests.list().map(({ operation }) => operation);

async function as(login: string, route: string, body?: object) {
  const [method, path] = route.split(" ") as [string, string];
  const response = await fetch(`${github.url}/repos/ada/data${path}`, {
    method,
    headers: { authorization: `Bearer ${github.tokenFor(login)}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: whatever GitHub answers
  return { status: response.status, body: (await response.json().catch(() => undefined)) as any };
}

/** As gh-store writes it. */
const payload = (data: object) =>
  JSON.stringify({
    _data: data,
    _meta: { client_version: "0.11.2", timestamp: "2026-11-20T09:56:38+00:00", update_mode: "append" },
  });

async function marksOf(commentId: number): Promise<readonly string[]> {
  const { body } = await as("ada", `GET /issues/comments/${commentId}/reactions`);
  return (body as { content: string }[]).map(({ content }) => content);
}

describe("labels of other names", () => {
  const names = { base: "thing", uidPrefix: "id=" };

  test("are those that objects are made with, found by, listed by and processed by", async () => {
    const store = open({ names });
    await store.create("metrics", { count: 0 }, { labels: ["team:a"] });
    await store.update("metrics", { count: 1 }, { process: true });
    expect((await as("ada", "GET /issues/1")).body.labels.map(({ name }: { name: string }) => name)).toEqual([
      "gh-store",
      "thing",
      "id=metrics",
      "team:a",
    ]);
    expect(await store.get("metrics")).toMatchObject({
      id: "metrics",
      data: { count: 1 },
      labels: ["team:a"],
    });
    expect((await store.list()).objects).toMatchObject([{ id: "metrics" }]);
    expect((await store.find(["team:a"])).objects).toMatchObject([{ id: "metrics" }]);
    expect(JSON.parse((await store.snapshot()).text).objects).toHaveProperty("metrics");
    expect((await store.getAt("metrics", 1)).data).toEqual({ count: 0 });
    await as("bob", "POST /issues/1/comments", { body: payload({ count: 2 }) });
    expect((await store.processAll()).processed).toMatchObject([{ id: "metrics", version: 3 }]);
    await store.delete("metrics");
    await expect(store.get("metrics")).rejects.toMatchObject({ code: "not_found" });
    expect(await store.restore("metrics")).toMatchObject({ data: { count: 2 } });
  });

  test("keep stores in one repository apart", async () => {
    await open().create("a", { of: "gh-store" });
    await open({ names }).create("a", { of: "things" });
    expect((await open().get("a")).data).toEqual({ of: "gh-store" });
    expect((await open({ names }).get("a")).data).toEqual({ of: "things" });
    expect((await open({ names }).list()).objects).toHaveLength(1);
    expect((await open().list()).objects).toHaveLength(1);
  });

  test("that no label can have are refused before anything is sent", () => {
    expect(() => open({ names: { uidPrefix: "" } })).toThrow(/no name of a label/u);
    expect(() => open({ names: { base: "gh-store" } })).toThrow(/cannot be told from/u);
    expect(operations()).toEqual([]);
  });
});

describe("other reactions", () => {
  test("mark what was applied and what was refused, and where both would be the same, the other is another", async () => {
    const store = open({ reactions: { processed: "confused" } });
    await store.create("a", {});
    const { commentId } = await store.update("a", { n: 1 });
    const bad = await as("bob", "POST /issues/1/comments", { body: "[1]" });
    await store.processUpdates(1);
    expect(await marksOf(commentId)).toEqual(["confused"]);
    expect(await marksOf(bad.body.id)).not.toContain("confused");
    expect(() => open({ reactions: { processed: "eyes", refused: "eyes" } })).toThrow(/both be marked/u);
    expect(() => open({ reactions: { processed: "thumbsup" as "eyes" } })).toThrow(/no reaction "thumbsup"/u);
  });

  test("of gh-store's are read as its marks: what has one does not wait, what has another does", async () => {
    const store = open({ reactions: { processed: "eyes" } });
    const labels = ["gh-store", "stored-object", "UID:old"];
    await as("ada", "POST /issues", { title: "Stored Object: old", body: '{"n": 1}', labels });
    const done = await as("ada", "POST /issues/1/comments", { body: payload({ n: 1 }) });
    await as("ada", `POST /issues/comments/${done.body.id}/reactions`, { content: "eyes" });
    await as("ada", "PATCH /issues/1", { state: "closed" });
    expect((await store.processAll()).processed).toEqual([]);
    const waits = await as("ada", "POST /issues/1/comments", { body: payload({ n: 2 }) });
    await as("ada", `POST /issues/comments/${waits.body.id}/reactions`, { content: "+1" });
    expect((await store.processAll()).processed).toMatchObject([{ id: "old" }]);
    expect((await store.get("old")).data).toEqual({ n: 2 });
    expect(await marksOf(waits.body.id)).toEqual(["+1", "eyes"]);
  });

  test("on initial states cost a request each, and none where nobody has asked for them", async () => {
    await open({ reactions: { initialState: "rocket" } }).create("a", {});
    expect(operations()).toHaveLength(4);
    const [first] = (await as("ada", "GET /issues/1/comments")).body;
    expect(await marksOf(first.id)).toEqual(["rocket"]);
    github.requests.clear();
    await open().create("b", {});
    expect(operations()).toHaveLength(3);
  });
});

describe("locked objects (T6)", () => {
  test("are locked in the request that closes them", async () => {
    await open({ lock: true }).create("a", { n: 0 });
    expect(operations()).toEqual(["issues/list-for-repo", "issues/create", "graphql"]);
    expect((await as("ada", "GET /issues/1")).body).toMatchObject({ locked: true, state: "closed" });
    await open().create("b", { n: 0 });
    expect((await as("ada", "GET /issues/2")).body.locked).toBe(false);
  });

  test("take no word and no sign from strangers, and every change of who may write, ours and gh-store's", async () => {
    const store = open({ lock: true });
    await store.create("a", { n: 0 });
    const { commentId } = await store.update("a", { n: 1 }, { process: true });
    const stranger = await as("eve", "POST /issues/1/comments", { body: payload({ n: 66 }) });
    expect(stranger).toMatchObject({ status: 403 });
    expect((await as("eve", `POST /issues/comments/${commentId}/reactions`, { content: "+1" })).status).toBe(
      403,
    );
    expect((await as("bob", "POST /issues/1/comments", { body: payload({ n: 2 }) })).status).toBe(201);
    expect((await as("bob", "PATCH /issues/1", { state: "open" })).status).toBe(200);
    expect(await store.processUpdates(1)).toMatchObject({ version: 3 });
    expect(await store.get("a")).toMatchObject({ data: { n: 2 }, isPending: false });
    expect((await as("ada", "GET /issues/1")).body.locked).toBe(true);
  });
});

test("the issue that a locked object goes on in is locked", async () => {
  const store = open({ lock: true });
  await store.create("a", { n: 0 });
  for (const n of [1, 2, 3]) await store.update("a", { n });
  const clock = { now: () => github.clock.now() };
  await processObject(
    { owner: "ada", repo: "data", number: 1 },
    {
      github: client,
      trustFor: (self) => createTrust({ github: client, repo: "ada/data", clock, self }),
      names: namesOfStore(),
      clientVersion: "hubstead 0.1.0",
      now: clock.now,
      lock: true,
      maxComments: 3,
    },
  );
  expect((await as("ada", "GET /issues/2")).body).toMatchObject({ locked: true, state: "closed" });
  expect(await open().get("a")).toMatchObject({ data: { n: 3 }, issueNumber: 2 });
});

describe("what configurations say", () => {
  test("makes the options of a store", async () => {
    const config = parseGhStoreConfig(
      new TextEncoder().encode("store:\n  base_label: thing\n  processed_reaction: heart\n"),
      "config.yml",
    );
    const options = toStoreOptions({
      github: client,
      settings: { repo: "ada/data", trust: { users: ["eve"] }, lock: true },
      ghStore: config,
    });
    const store = openIssueStore(options);
    await store.create("a", {});
    const { body } = await as("ada", "GET /issues/1");
    expect(body.locked).toBe(true);
    expect(body.labels.map(({ name }: { name: string }) => name)).toContain("thing");
    const { commentId } = await store.update("a", { n: 1 }, { process: true });
    expect(await marksOf(commentId)).toEqual(["heart"]);
  });

  test("about CODEOWNERS makes those count whom it names", async () => {
    const store = openIssueStore(
      toStoreOptions({ github: client, settings: { repo: "ada/data", trust: { codeowners: true } } }),
    );
    await store.create("a", { n: 0 });
    await as("eve", "POST /issues/1/comments", { body: payload({ n: 1 }) });
    await store.processUpdates(1);
    expect((await store.get("a")).data).toEqual({ n: 1 });
  });

  test("about the repository gives way to what the user says, and one of the two is needed", () => {
    const settings = { repo: "eve/elsewhere" };
    expect(toStoreOptions({ github: client, repo: "ada/data", settings }).repo).toBe("ada/data");
    expect(toStoreOptions({ github: client, settings }).repo).toBe("eve/elsewhere");
    expect(() => toStoreOptions({ github: client })).toThrow(/which repository/u);
  });

  test("never says where requests go: the client stays the one that was handed in", () => {
    const settings = { repo: "ada/data", github: "evil", apiUrl: "https://evil.example" } as object;
    const ghStore = { store: { github: "evil", repo: "evil/repo" } as object };
    const options = toStoreOptions({ github: client, settings, ghStore });
    expect(options.github).toBe(client);
    expect(options.repo).toBe("ada/data");
    expect(options).not.toHaveProperty("apiUrl");
  });
});
