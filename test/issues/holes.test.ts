/**
 * @module What strangers, people who may not write any more, and clocks that are wrong could once do to objects, each as the story that
 * showed it.
 */
import { expect, test } from "vitest";
import { readIssue } from "../../src/issues/issue-record.ts";
import { readObject } from "../../src/issues/object-state.ts";
import { namesOfStore } from "../../src/issues/store-labels.ts";
import { createTrust } from "../../src/issues/trust.ts";
import { ghStoreComment, openStage } from "./stage.ts";

const aDayMs = 86_400_000;
const reactions = ["-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

test("what a newer version wrote is told as such, and nothing behind it is decided", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  await stage.say("bob", number, ghStoreComment({ before: 1 }));
  const newer = await stage.say("bob", number, JSON.stringify({ _data: {}, _meta: { hubstead: { v: 2 } } }));
  const behind = await stage.say("bob", number, ghStoreComment({ behind: 1 }));
  const store = stage.store("ada");
  for (let turn = 0; turn < 2; turn++)
    await expect(store.processUpdates(number)).rejects.toMatchObject({
      code: "unsupported_format",
      data: { commentId: newer },
    });
  expect(stage.data(number)).toEqual({ n: 0, before: 1 });
  expect(stage.issue(number).state).toBe("open");
  // gh-store would take a mark for its own.
  expect(stage.github.state.reactions.all().filter(({ subject }) => subject.endsWith(`${behind}`))).toEqual(
    [],
  );
});

test("strangers' reactions, however many, hold up nothing", async () => {
  const strangers = ["e1", "e2", "e3", "e4"];
  await using stage = await openStage({ users: Object.fromEntries(strangers.map((login) => [login, {}])) });
  const number = await stage.ghStoreObject("a", { n: 0 });
  const id = await stage.say("bob", number, ghStoreComment({ n: 1 }));
  for (const login of strangers)
    for (const content of reactions)
      await stage.as(login, `POST /issues/comments/${id}/reactions`, { content });
  const { writes } = await stage.store("ada").processUpdates(number);
  expect([stage.data(number), writes]).toEqual([{ n: 1 }, 1]);
});

test("a stranger's old comment that is made to say what somebody else is about to say suppresses nothing", async () => {
  await using stage = await openStage();
  const store = stage.store("bob");
  const { issueNumber: number } = await store.create("a", { n: 0 });
  const old = await stage.say("eve", number, "hello");
  await stage.say("bob", number, ghStoreComment({ more: 1 }));
  await stage.store("ada").processUpdates(number);
  await store.increment("a", "/n");
  await stage.as("eve", `PATCH /issues/comments/${old}`, { body: stage.comments(number).at(-1)!.body });
  await stage.store("ada").processUpdates(number);
  expect(stage.data(number)).toEqual({ n: 1, more: 1 });
});

test("an App's mark speaks for what it has seen, not for what its author made of it later", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  const id = await stage.say("bob", number, ghStoreComment({ n: 1 }));
  await stage.as("ada", "DELETE /collaborators/bob");
  const client = stage.client("ada");
  const clock = { now: () => stage.github.clock.now() };
  const trust = createTrust({
    github: client,
    repo: "ada/data",
    clock,
    lists: { users: ["ada"], apps: ["keeper"] },
  });
  const asMarked = async () => {
    const record = await readIssue(await client.api("a"), { owner: "ada", repo: "data", number });
    const by = { id: 7, login: "keeper", kind: "bot" } as const;
    const marks = [
      { content: "THUMBS_UP", by, at: new Date(stage.github.clock.now() + 30_000).toISOString() },
    ];
    const marked = record.comments.map((comment) => (comment.id === id ? { ...comment, marks } : comment));
    return { ...record, comments: marked };
  };
  const before = await asMarked();
  expect(await readObject(before, trust, namesOfStore())).toMatchObject({ folded: { data: { n: 1 } } });
  stage.github.clock.advance(aDayMs);
  await stage.as("bob", `PATCH /issues/comments/${id}`, { body: ghStoreComment({ n: 666 }) });
  const edited = (await asMarked()).comments.map((comment) => ({
    ...comment,
    marks: before.comments.at(-1)!.marks,
  }));
  expect(await readObject({ ...before, comments: edited }, trust, namesOfStore())).toMatchObject({
    folded: { data: { n: 0 } },
  });
});

test("a body that somebody wrote over who may not write any more is found, and put right", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 }, "cid");
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  await stage.store("ada").processUpdates(number);
  await stage.as("ada", "DELETE /collaborators/cid");
  await stage.as("cid", `PATCH /issues/${number}`, { body: '{"n": 666}' });
  await stage.store("ada").processAll();
  expect(stage.data(number)).toEqual({ n: 1 });
});

test("an author who may not write any more hides no update behind a title and a closed issue", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 }, "cid");
  await stage.store("ada").processUpdates(number);
  await stage.as("ada", "DELETE /collaborators/cid");
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  const title = stage.issue(number).title.replace(/\[\w+/u, "[zzzzzzz");
  await stage.as("cid", `PATCH /issues/${number}`, { state: "closed", title });
  await stage.store("ada").processAll();
  expect(stage.data(number)).toEqual({ n: 1 });
});

test("an author who may not write any more hides nobody's hand edit by writing the old body again", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 }, "bob");
  const id = await stage.say("bob", number, ghStoreComment({ m: 1 }));
  await stage.store("ada").processUpdates(number);
  const { body } = stage.issue(number);
  await stage.as("ada", "DELETE /collaborators/bob");
  stage.github.clock.advance(3_600_000);
  await stage.as("cid", `PATCH /issues/${number}`, { body: '{"n": 7, "m": 1}' });
  stage.github.clock.advance(3_600_000);
  await stage.as("bob", `PATCH /issues/${number}`, { body });
  await stage.as("bob", `PATCH /issues/comments/${id}`, { body: ghStoreComment({ m: 5 }) });
  await stage.store("ada").processUpdates(number);
  expect(stage.data(number)).toEqual({ n: 7, m: 1 });
});

const longId = "a paper with a name of more than fifty characters, and commas";

test("a long id outlives a title of somebody's own", async () => {
  await using stage = await openStage();
  const { issueNumber: number } = await stage.store("bob").create(longId, { n: 0 });
  await stage.as("bob", `PATCH /issues/${number}`, { title: "My paper" });
  expect(await stage.store("ada").processUpdates(number)).toMatchObject({ id: longId });
  expect((await stage.store("ada").get(longId)).data).toEqual({ n: 0 });
});

test("a second label of another object's does not rename a long id", async () => {
  await using stage = await openStage();
  await stage.as("ada", "POST /labels", { name: "UID:a", color: "0366d6" });
  const { issueNumber: number } = await stage.store("bob").create(longId, { n: 0 });
  const labels = stage.github.state.labels.all().map(({ name }) => name);
  await stage.as("ada", `PATCH /issues/${number}`, {
    labels: ["UID:a", ...labels.filter((name) => /^UID|store/u.test(name))],
  });
  await stage.store("ada").processUpdates(number);
  expect((await stage.store("ada").list()).objects.map(({ id }) => id)).toEqual([longId]);
});

test("what an edited comment said when it was folded is not told as something else", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  const id = await stage.say("bob", number, ghStoreComment({ n: 1 }));
  const store = stage.store("ada");
  await store.processUpdates(number);
  await stage.as("bob", `PATCH /issues/comments/${id}`, { body: ghStoreComment({ n: 2 }) });
  await store.update("a", { m: 1 }, { process: true });
  expect((await store.history("a")).map(({ kind, version, data }) => [kind, version, data])).toEqual([
    ["checkpoint", 3, { n: 1, m: 1 }],
  ]);
  await expect(store.getAt("a", 1)).rejects.toMatchObject({ code: "not_found" });
});

test.each([-aDayMs, aDayMs])("a snapshot by a clock that is off by %i ms misses no change", async (offMs) => {
  await using stage = await openStage();
  const store = stage.store("ada", { now: () => stage.github.clock.now() + offMs });
  await store.create("a", { n: 0 });
  stage.github.clock.advance(5_000);
  const { text } = await store.snapshot();
  stage.github.clock.advance(5_000);
  await store.update("a", { n: 1 }, { process: true });
  expect(JSON.parse((await store.updateSnapshot(text)).text).objects.a.data).toEqual({ n: 1 });
});

test.each([-aDayMs, aDayMs])(
  "a create whose answer is lost makes one issue, under a clock that is off by %i ms",
  async (offMs) => {
    await using stage = await openStage();
    stage.github.faults.add({
      operation: "issues/create",
      times: 1,
      effect: "done",
      does: { kind: "reset" },
    });
    const github = stage.client("ada", { retry: { attempts: 3, firstPauseMs: 5, lagMs: 5 } });
    await stage.store("ada", { github, now: () => Date.now() + offMs }).create("a", { n: 1 });
    expect(stage.github.state.issues.all()).toHaveLength(1);
    expect((await stage.store("bob").get("a")).data).toEqual({ n: 1 });
  },
);

test("of two objects with one id the lower number is the object, also where the other is older", async () => {
  await using stage = await openStage();
  const [first, second] = [
    await stage.ghStoreObject("a", { n: 1 }),
    await stage.ghStoreObject("a", { n: 2 }),
  ];
  // As one that was transferred here.
  const row = stage.issue(second);
  const { issues } = stage.github.state;
  issues.put({ ...issues.get(row.id)!, createdAt: issues.get(row.id)!.createdAt - aDayMs });
  const { objects, duplicates } = await stage.store("ada").list();
  expect(objects.map(({ issueNumber }) => issueNumber)).toEqual([first]);
  expect(duplicates).toEqual([{ id: "a", issueNumber: second }]);
  expect((await stage.store("ada").get("a")).issueNumber).toBe(first);
});

test("a large float of Python's is shown after a run as it was before", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", {});
  await stage.as("ada", `PATCH /issues/${number}`, { body: '{"x": 1e+16}' });
  await stage.say(
    "bob",
    number,
    ghStoreComment("X").replace('"X"', '{"y": 1.5e+300, "z": 123456789012345680000.0}'),
  );
  await stage.store("ada").processUpdates(number);
  expect(stage.issue(number).body).toContain('"z": 1.2345678901234568e+20');
  expect((await stage.store("ada").get("a")).data).toEqual({ x: 1e16, y: 1.5e300, z: 123456789012345680000 });
});
