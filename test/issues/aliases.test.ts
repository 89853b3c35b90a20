/**
 * @module Ids that stand for other objects, as gh-store's labels say it: who follows them, and what is written to them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import { ghStoreComment, openStage, type Stage } from "./stage.ts";

let stage: Stage;
let store: IssueStore;

beforeEach(async () => {
  stage = await openStage();
  store = stage.store("ada");
});
afterEach(() => stage[Symbol.asyncDispose]());

const long = `paper:${"x".repeat(60)}, with a comma`;

test("an id stands for another one, through others, also where a label is too short for it", async () => {
  for (const id of ["a", "b", long]) await store.create(id, { id });
  await store.createAlias("a", "b");
  await store.createAlias("b", long);
  expect(await store.resolve("a")).toBe(long);
  expect(await store.resolve(long)).toBe(long);
  expect(await store.findAliases()).toEqual({ a: "b", b: long });
  expect(await store.findAliases("b")).toEqual({ a: "b" });
  // Its own data stay.
  expect((await store.get("a")).data).toEqual({ id: "a" });
  const { relationships } = JSON.parse((await store.snapshot()).text) as { relationships: unknown };
  expect(relationships).toEqual({ aliases: { a: "b", b: long } });
});

test("a second alias, a circle, itself, and what is not there are refused", async () => {
  for (const id of ["a", "b", "c"]) await store.create(id, {});
  await store.createAlias("a", "b");
  await store.createAlias("a", "b");
  await expect(store.createAlias("a", "c")).rejects.toMatchObject({ code: "already_exists" });
  await expect(store.createAlias("b", "a")).rejects.toMatchObject({ code: "invalid_input" });
  await expect(store.createAlias("c", "c")).rejects.toMatchObject({ code: "invalid_input" });
  await expect(store.createAlias("c", "none")).rejects.toMatchObject({ code: "not_found" });
  await expect(store.createAlias("none", "c")).rejects.toMatchObject({ code: "not_found" });
  await expect(store.resolve("none")).rejects.toMatchObject({ code: "not_found" });
});

test("a circle that other tools have made is named, and processing comes to its end", async () => {
  const [a] = [await stage.ghStoreObject("a", {}), await stage.ghStoreObject("b", {})];
  await stage.as("ada", `POST /issues/${a}/labels`, { labels: ["ALIAS-TO:b"] });
  await stage.as("ada", "POST /issues/2/labels", { labels: ["ALIAS-TO:a"] });
  await expect(store.resolve("a")).rejects.toMatchObject({ code: "corrupt" });
  await stage.say("bob", a, ghStoreComment({ x: 1 }));
  expect((await store.processAll()).failed).toEqual([]);
  for (const id of ["a", "b"])
    expect(await store.get(id)).toMatchObject({ data: { x: 1 }, isPending: false });
});

test("what is written to an alias counts for its object, once, and what was written before does not", async () => {
  await store.create("paper", { title: "T", n: 0 });
  const { issueNumber } = await store.create("old", { n: 0 });
  await store.increment("old", "/n", 5, { process: true });
  stage.github.clock.advance(2_000);
  await store.createAlias("old", "paper");
  stage.github.clock.advance(2_000);
  const { processed } = await store.increment("old", "/n", 1, { process: true });
  expect(processed?.passedOn).toMatchObject({ id: "paper", version: 2 });
  await stage.say("bob", issueNumber, ghStoreComment({ read: true }));
  for (let run = 0; run < 2; run++) await store.processAll();
  expect((await store.get("paper")).data).toEqual({ title: "T", n: 1, read: true });
  expect((await store.get("old")).data).toEqual({ n: 6, read: true });
  expect((await store.history("paper")).slice(1)).toMatchObject([
    { by: "ada", issueNumber, version: 2 },
    { by: "bob", issueNumber, version: 3 },
  ]);
});

test("a label by somebody who may not write makes no alias that counts", async () => {
  await store.create("paper", { n: 0 });
  const { issueNumber } = await store.create("old", { n: 0 });
  await stage.as("ada", "POST /labels", { name: "ALIAS-TO:paper", color: "fbca04" });
  await stage.as("tria", `POST /issues/${issueNumber}/labels`, { labels: ["ALIAS-TO:paper"] });
  await store.update("old", { n: 7 }, { process: true });
  expect((await store.get("paper")).data).toEqual({ n: 0 });
});

test("an object that was deprecated leads to the other one, takes no update, and can be restored", async () => {
  await store.create("old", { n: 1 }, { labels: ["team:a"] });
  const { issueNumber: number } = await store.create("new", { n: 2 });
  const other = stage.store("bob");
  await other.get("old");
  await store.deprecate("old", "new", { reason: "merged" });
  expect(await store.resolve("old")).toBe("new");
  await expect(store.get("old")).rejects.toMatchObject({ code: "not_found" });
  await expect(other.update("old", { n: 3 })).rejects.toMatchObject({ code: "not_found" });
  expect((await store.list()).objects.map(({ id }) => id)).toEqual(["new"]);
  const labels = (await stage.as("ada", "GET /issues/1/labels")) as unknown as { name: string }[];
  expect(labels.map(({ name }) => name).sort()).toEqual(
    [
      `DEPRECATED-BY:${number}`,
      "MERGED-INTO:new",
      "UID:old",
      "deprecated-object",
      "gh-store",
      "team:a",
    ].sort(),
  );
  expect(stage.comments(1).map(({ body }) => body)).toContain(
    "Deprecated in favour of `new` (issue 2): merged.",
  );
  expect(await store.restore("old")).toMatchObject({ id: "old", data: { n: 1 }, labels: ["team:a"] });
  expect(await store.resolve("old")).toBe("old");
  await expect(store.deprecate("new", "new")).rejects.toMatchObject({ code: "invalid_input" });
});
