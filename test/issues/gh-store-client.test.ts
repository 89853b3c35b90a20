/**
 * @module gh-store's own client for JavaScript, as it is published, and ours at the same store: what one writes the other reads, and both
 * go on from there.
 */
import { GitHubStoreClient } from "gh-store-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let ours: IssueStore;
let theirs: GitHubStoreClient;

beforeEach(async () => {
  stage = await openStage();
  const { fetch } = globalThis;
  // It knows of no other GitHub.
  vi.stubGlobal("fetch", (input: string | URL, init?: RequestInit) =>
    fetch(String(input).replace("https://api.github.com", stage.github.url), init),
  );
  ours = stage.store("ada");
  theirs = new GitHubStoreClient(stage.github.tokenFor("bob"), "ada/data");
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await stage[Symbol.asyncDispose]();
});

const rich = {
  count: 0,
  name: "Ünïcödé 😀",
  to: "@octocat fixes #1",
  deep: { list: [1, { a: null }], empty: {} },
};

test("what we create it gets, lists, and has the history of", async () => {
  const { issueNumber } = await ours.create("metrics", rich, {
    labels: ["team:a"],
    status: "open",
    type: "metric",
  });
  const { meta, data } = await theirs.getObject("metrics");
  expect(data).toEqual(rich);
  expect(meta).toMatchObject({ objectId: "metrics", label: "UID:metrics", issueNumber, version: 2 });
  expect((await theirs.listAll())["metrics"]?.data).toEqual(rich);
  expect(await theirs.getObjectHistory("metrics")).toMatchObject([{ type: "initial_state", data: rich }]);
});

test("what it creates we get, list, find, and have the history of", async () => {
  await theirs.createObject("metrics", rich, ["TODO:x"]);
  const expected = { id: "metrics", data: rich, labels: ["TODO:x"], isPending: false, version: 1 };
  expect(await ours.get("metrics")).toMatchObject(expected);
  expect((await ours.list()).objects).toMatchObject([expected]);
  expect((await ours.find(["TODO:x"])).objects).toMatchObject([expected]);
  expect(await ours.history("metrics")).toMatchObject([
    { kind: "create", version: 1, by: "bob", data: rich },
  ]);
});

test("what it updates we process, and it reads what came of it", async () => {
  await ours.create("metrics", rich);
  await theirs.getObject("metrics");
  // It returns the object as it was.
  expect((await theirs.updateObject("metrics", { count: 1, deep: { more: true } })).data).toEqual(rich);
  expect((await ours.get("metrics")).isPending).toBe(true);
  expect((await ours.processAll()).processed).toMatchObject([{ id: "metrics", version: 2 }]);
  const expected = { ...rich, count: 1, deep: { ...rich.deep, more: true } };
  expect((await ours.get("metrics")).data).toEqual(expected);
  expect((await theirs.getObject("metrics")).data).toEqual(expected);
  expect(await ours.history("metrics")).toMatchObject([
    { by: "ada" },
    { by: "bob", version: 2, data: expected },
  ]);
});

test("what we change, in ways that it lacks, too, it reads as it came out", async () => {
  await theirs.createObject("metrics", { count: 0, list: [1], old: true });
  await Promise.all([
    ours.update("metrics", { owner: "ada" }),
    ours.increment("metrics", "/count", 41),
    ours.append("metrics", "/list", [2, 3]),
    ours.unset("metrics", ["/old"]),
  ]);
  await ours.increment("metrics", "/count", 1, { process: true });
  const expected = { count: 42, list: [1, 2, 3], owner: "ada" };
  expect((await theirs.getObject("metrics")).data).toEqual(expected);
  expect((await theirs.listAll())["metrics"]?.data).toEqual(expected);
  await ours.replace("metrics", ["no", "object"], { process: true });
  expect((await theirs.getObject("metrics")).data).toEqual(["no", "object"]);
});

test("both write at once, and nothing is lost", async () => {
  await theirs.createObject("metrics", { ours: 0, theirs: 0 });
  await Promise.all([
    ...Array.from({ length: 5 }, () => ours.increment("metrics", "/ours")),
    ...Array.from({ length: 5 }, (_, index) =>
      // It does not find what is open, and says so after it has written.
      theirs.updateObject("metrics", { [`k${index}`]: index }).catch(() => undefined),
    ),
  ]);
  await ours.processAll();
  expect((await theirs.getObject("metrics")).data).toEqual({
    ours: 5,
    theirs: 0,
    k0: 0,
    k1: 1,
    k2: 2,
    k3: 3,
    k4: 4,
  });
});

test("what we delete is not listed by it, and comes back for both", async () => {
  await theirs.createObject("metrics", { n: 1 });
  await ours.delete("metrics");
  expect(await theirs.listAll()).toEqual({});
  await expect(new GitHubStoreClient(null, "ada/data").getObject("metrics")).rejects.toThrow(
    "No object found",
  );
  await ours.restore("metrics");
  expect((await theirs.getObject("metrics")).data).toEqual({ n: 1 });
  expect((await ours.get("metrics")).data).toEqual({ n: 1 });
});

test("without a token it reads ours, and what changed since", async () => {
  const reader = new GitHubStoreClient(null, "ada/data");
  await ours.create("old", { n: 1 });
  stage.github.clock.advance(60_000);
  const since = new Date(stage.github.clock.now() - 30_000);
  await ours.create("new", { n: 2 });
  expect(Object.keys(await reader.listUpdatedSince(since))).toEqual(["new"]);
  expect((await reader.getObject("old")).data).toEqual({ n: 1 });
});

test("objects of both are in one snapshot", async () => {
  await theirs.createObject("theirs", rich);
  await ours.create("ours", rich);
  const { objects } = JSON.parse((await ours.snapshot()).text) as {
    objects: Record<string, { data: unknown }>;
  };
  expect([objects["theirs"]?.data, objects["ours"]?.data]).toEqual([rich, rich]);
});
