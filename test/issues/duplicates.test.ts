/**
 * @module G5 and what gh-store leaves behind: several issues of one id become one object, and nothing that was said is lost.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import { ghStoreComment, inAHurry, openStage, type Stage } from "./stage.ts";

let stage: Stage;
let store: IssueStore;

beforeEach(async () => {
  stage = await openStage();
  store = stage.store("ada");
});
afterEach(() => stage[Symbol.asyncDispose]());

const liveIssues = () =>
  stage.github.state.issues
    .all()
    .filter(({ labelIds }) =>
      labelIds.some((id) => stage.github.state.labels.get(id)?.name === "stored-object"),
    );

test("eight writers who create the same object make one, 100 times (G5)", async () => {
  const stores = ["ada", "max", "bob", "cid", "ada", "max", "bob", "cid"].map((login) => stage.store(login));
  for (let round = 0; round < 100; round++) {
    const id = `object-${round}`;
    const made = await Promise.allSettled(stores.map((one, index) => one.create(id, { by: index })));
    const created = made.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const refused = made.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    expect(created).toHaveLength(1);
    for (const reason of refused) expect(reason).toMatchObject({ code: "already_exists" });
    expect((await store.get(id)).data).toEqual(created[0]!.data);
  }
  expect(liveIssues()).toHaveLength(100);
  expect(await store.findDuplicates()).toEqual([]);
});

test("duplicates that gh-store has made become one object, the lowest number, with all that was said in each", async () => {
  const first = await stage.ghStoreObject("metrics", { a: 1, own: "first", n: 1 });
  const second = await stage.ghStoreObject("metrics", { a: 2, more: { b: 1 } }, "bob");
  await stage.say("bob", first, ghStoreComment({ first: true }));
  await stage.say("bob", second, ghStoreComment({ second: true, more: { c: 2 } }));
  expect(await store.findDuplicates()).toEqual([{ id: "metrics", issueNumbers: [first, second] }]);
  expect(await store.deduplicate()).toEqual([{ id: "metrics", kept: first, deprecated: [second] }]);
  const expected = { a: 1, own: "first", n: 1, first: true, more: { b: 1, c: 2 }, second: true };
  const { data, issueNumber, isPending } = await store.get("metrics");
  expect({ data, issueNumber, isPending }).toEqual({ data: expected, issueNumber: first, isPending: false });
  expect(await store.findDuplicates()).toEqual([]);
  expect(await store.deduplicate("metrics")).toEqual([]);
  const labels = (await stage.as("ada", `GET /issues/${second}/labels`)) as unknown as { name: string }[];
  expect(labels.map(({ name }) => name).sort()).toEqual([
    `DEPRECATED-BY:${first}`,
    "MERGED-INTO:metrics",
    "UID:metrics",
    "deprecated-object",
    "gh-store",
  ]);
  const history = await store.history("metrics");
  expect(history.map(({ by, issueNumber: said }) => `${by} in ${said}`)).toEqual([
    `ada in ${first}`,
    `bob in ${first}`,
    `bob in ${second}`,
    `bob in ${second}`,
  ]);
});

test("what is said in a duplicate after it was deprecated still counts, once", async () => {
  const first = await stage.ghStoreObject("counter", { n: 0 });
  const second = await stage.ghStoreObject("counter", { n: 0 });
  await store.deduplicate();
  await stage.say("bob", second, ghStoreComment({ late: 1 }));
  await stage.say("eve", second, ghStoreComment({ stolen: 1 }));
  for (let run = 0; run < 2; run++) expect((await store.processAll()).failed).toEqual([]);
  expect(await store.get("counter")).toMatchObject({
    data: { n: 0, late: 1 },
    issueNumber: first,
    version: 3,
  });
  expect(stage.issue(second).state).toBe("closed");
});

test("a stranger who has written down what a processor will say suppresses nothing", async () => {
  const first = await stage.ghStoreObject("counter", { n: 0 });
  const second = await stage.ghStoreObject("counter", { n: 0 });
  await store.deduplicate();
  const late = await stage.say("bob", second, ghStoreComment({ late: 1 }));
  const step = { operation: `#${second}/${late}`, edits: [{ op: "merge", data: {} }] };
  await stage.say("eve", first, JSON.stringify({ _data: {}, _meta: { hubstead: { v: 1, steps: [step] } } }));
  await store.processUpdates(first);
  await store.processAll();
  expect((await store.get("counter")).data).toEqual({ n: 0, late: 1 });
});

test("a run that ends anywhere is finished by the next one, and nothing counts twice", async () => {
  const hasty = stage.store("ada", { github: stage.client("ada", inAHurry()) });
  for (let asked = 0; asked < 40; asked++) {
    const id = `object-${asked}`;
    await stage.ghStoreObject(id, { items: [1] });
    const other = await stage.ghStoreObject(id, { extra: { items: [1] } });
    const step = { operation: `${id}-1`, edits: [{ op: "append", path: "/extra/items", items: [2] }] };
    await stage.say(
      "bob",
      other,
      JSON.stringify({ _data: {}, _meta: { hubstead: { v: 1, steps: [step] } } }),
    );
    const endFault = stage.github.faults.add({
      after: Math.floor(asked / 2),
      times: 1,
      effect: asked % 2 === 0 ? "none" : "done",
      does: { kind: "status", status: 502 },
    });
    await hasty.deduplicate(id).catch((error: unknown) => expect(error).toHaveProperty("code"));
    endFault();
    await hasty.deduplicate(id);
    await hasty.processAll();
    expect((await hasty.get(id)).data).toEqual({ items: [1], extra: { items: [1, 2] } });
    expect(await hasty.findDuplicates()).toEqual([]);
  }
});
