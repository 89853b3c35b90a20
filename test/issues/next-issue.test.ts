/**
 * @module G4: GitHub takes 2,500 comments of an issue. An object whose issue nears that goes on in another one, and nobody notices.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import { inAHurry, openStage, type Stage } from "./stage.ts";

let stage: Stage;
let store: IssueStore;

beforeEach(async () => {
  stage = await openStage();
  store = stage.store("ada");
});
afterEach(() => stage[Symbol.asyncDispose]());

const append = (item: number) =>
  JSON.stringify({
    _data: {},
    _meta: {
      hubstead: {
        v: 1,
        steps: [{ operation: `op-${item}`, edits: [{ op: "append", path: "/items", items: [item] }] }],
      },
    },
  });

/** Straight into an issue, in order. */
async function say(number: number, texts: readonly string[]): Promise<void> {
  for (const text of texts) await stage.as("bob", `POST /issues/${number}/comments`, { body: text });
}

/** So much that strangers say, without the thousands of requests that it takes. */
function talk(number: number, count: number): void {
  const { comments, issues, accounts } = stage.github.state;
  const issue = issues.get(stage.issue(number).id)!;
  const at = stage.github.clock.now();
  const authorId = accounts.find("login", "eve")!.id;
  for (let index = 0; index < count; index++)
    comments.put({
      id: comments.nextId(),
      repositoryId: issue.repositoryId,
      issueId: issue.id,
      authorId,
      body: `talk ${index}`,
      appId: null,
      edits: [],
      createdAt: at,
      updatedAt: at,
    });
  issues.put({ ...issue, commentsEver: issue.commentsEver + count, updatedAt: at });
}

const itemsOf = async () => ((await store.get("log")).data as { readonly items: readonly number[] }).items;
const labelsOf = async (number: number) =>
  ((await stage.as("ada", `GET /issues/${number}/labels`)) as unknown as { name: string }[]).map(
    ({ name }) => name,
  );

test("an object goes on in another issue at 2,000 comments: in order, with its versions, for gh-store, too", async () => {
  const { issueNumber: first } = await store.create(
    "log",
    { items: [] },
    { labels: ["team:a"], status: "on" },
  );
  talk(first, 1_990);
  await say(first, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(append));
  await store.processUpdates(first);
  const { issueNumber: second, version, labels, status } = await store.get("log");
  expect(second).not.toBe(first);
  expect({ version, labels, status }).toEqual({ version: 10, labels: ["team:a"], status: "on" });
  expect(await labelsOf(first)).toEqual(
    expect.arrayContaining(["deprecated-object", `DEPRECATED-BY:${second}`]),
  );
  expect(await labelsOf(first)).not.toContain("stored-object");
  expect(await labelsOf(second)).toEqual(
    expect.arrayContaining(["gh-store", "stored-object", "UID:log", `CONTINUES:${first}`]),
  );
  await store.append("log", "/items", [10], { process: true });
  expect(await itemsOf()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const history = await store.history("log");
  expect(history.flatMap(({ version: one }) => one ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect((await store.getAt("log", 4)).data).toEqual({ items: [1, 2, 3] });
  expect((await store.list()).objects).toHaveLength(1);
  expect((await store.list()).duplicates).toEqual([]);
});

test("10,000 comments in any issue that was the object's come out in order, none lost, none twice (G4)", async () => {
  const { issueNumber } = await store.create("log", { items: [] });
  let number = issueNumber;
  for (let item = 1; item <= 100; item++) {
    talk(number, 99);
    await say(number, [append(item)]);
    if (item % 10 !== 0) continue;
    expect((await store.processAll()).failed).toEqual([]);
    // Who knows the issue from before writes there once more.
    await say(number, [append(1_000 + item)]);
    await store.processAll();
    number = (await store.get("log")).issueNumber;
  }
  const issues = new Set((await store.history("log")).map((entry) => entry.issueNumber));
  expect(issues.size).toBe(5);
  const items = await itemsOf();
  expect(items.filter((item) => item <= 100)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect([...items].filter((item) => item > 100)).toEqual(
    Array.from({ length: 10 }, (_, index) => 1_010 + index * 10),
  );
});

test("two processors that move it on at once agree on one issue", async () => {
  const other = stage.store("max");
  const { issueNumber: first } = await store.create("log", { items: [] });
  talk(first, 1_999);
  await say(first, [append(1)]);
  await Promise.all([store.processUpdates(first), other.processUpdates(first)]);
  await store.update("log", { more: true }, { process: true });
  await store.processAll();
  expect((await store.get("log")).data).toEqual({ items: [1], more: true });
  expect((await other.list()).objects).toHaveLength(1);
  expect(await store.findDuplicates()).toEqual([]);
});

test("a writer who finds it full moves it on, and the update counts", async () => {
  const { issueNumber: first } = await store.create("log", { items: [] });
  talk(first, 2_499);
  await store.append("log", "/items", [1]);
  await store.processAll();
  expect(await itemsOf()).toEqual([1]);
  expect((await store.get("log")).issueNumber).not.toBe(first);
});

test("a run that ends anywhere is finished by the next one", async () => {
  const hasty = stage.store("ada", { github: stage.client("ada", inAHurry()) });
  for (let asked = 0; asked < 30; asked++) {
    const id = `log-${asked}`;
    const { issueNumber } = await hasty.create(id, { items: [] });
    await say(issueNumber, [append(1)]);
    // Deleted ones count: so an issue may be full that holds few.
    const full = stage.github.state.issues.find("number", `1/${issueNumber}`)!;
    stage.github.state.issues.put({ ...full, commentsEver: 2_500 });
    const endFault = stage.github.faults.add({
      after: Math.floor(asked / 2),
      times: 1,
      effect: asked % 2 === 0 ? "none" : "done",
      does: { kind: "status", status: 502 },
    });
    await hasty.append(id, "/items", [2]).catch((error: unknown) => expect(error).toHaveProperty("code"));
    endFault();
    await hasty.append(id, "/items", [3], { process: true });
    await hasty.processAll();
    const { items } = (await hasty.get(id)).data as { readonly items: readonly number[] };
    expect(items.filter((item) => item !== 2)).toEqual([1, 3]);
    expect(new Set(items).size).toBe(items.length);
    expect(await hasty.findDuplicates()).toEqual([]);
  }
});
