/**
 * @module What networks, clocks and other processors do to changes: the trust tests G1, G3 and G12, and the races that gh-store lost.
 */
import { expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import type { Fault } from "../../src/emulator/faults.ts";
import type { GitHubClient } from "../../src/github/client/github-client.ts";
import { type CountedComment, foldObject } from "../../src/issues/fold.ts";
import { randomRuns } from "../random-runs.ts";
import { processUpdates } from "./gh-store-model.ts";
import { ghStoreComment, inAHurry, openStage, type Stage } from "./stage.ts";

const { seed } = randomRuns(1);
const { numRuns: operations } = randomRuns(5_000, 100_000);

function hurried(stage: Stage, login: string, fetch?: typeof globalThis.fetch): GitHubClient {
  return stage.client(login, { ...inAHurry(), ...(fetch === undefined ? {} : { fetch }) });
}

const faults: readonly Fault[] = [
  { effect: "none", does: { kind: "status", status: 500 } },
  { effect: "done", does: { kind: "status", status: 500 } },
  { effect: "none", does: { kind: "status", status: 502 } },
  { effect: "done", does: { kind: "status", status: 502 } },
  { effect: "none", does: { kind: "reset" } },
  { effect: "done", does: { kind: "reset" } },
  { does: { kind: "prefix", mutations: 1 } },
  { effect: "done", does: { kind: "cut" } },
];

test(`G1: ${operations} changes, of whose requests every fifth goes wrong, count once each`, {
  timeout: 3_600_000,
}, async () => {
  await using stage = await openStage();
  const dice = createDice(seed);
  const objects = Array.from({ length: 25 }, (_, index) => `object-${index}`);
  const creator = stage.store("ada");
  const numbers: number[] = [];
  for (const id of objects) numbers.push((await creator.create(id, { items: [], sum: 0 })).issueNumber);
  for (const fault of faults)
    stage.github.faults.add({ operation: "graphql", probability: 0.2 / faults.length, ...fault });
  const acknowledged = new Set<number>();
  const sent = objects.map(() => new Set<number>());
  let next = 0;
  while (next < operations) {
    // A process of its own each time; some die between the request and its answer, whose promises nobody hears of any more.
    const dies = dice.chance(0.1);
    const dead = new Promise<never>(() => {});
    const client = hurried(stage, dice.pick(["ada", "bob"]), async (input, init) => {
      const answer = await fetch(input, init);
      const isWrite = typeof init?.body === "string" && init.body.includes("addComment");
      return dies && isWrite ? dead : answer;
    });
    const store = stage.store("ada", { github: client });
    const which = dice.below(objects.length);
    const burst = Array.from({ length: 1 + dice.below(40) }, () => next++);
    for (const item of burst) sent[which]!.add(item);
    const told = burst.map(async (item) => {
      if (item % 2 === 0) await store.append(objects[which]!, "/items", [item]);
      else await store.increment(objects[which]!, "/sum", 2 ** (item % 3));
      acknowledged.add(item);
    });
    const settled = Promise.allSettled(told);
    if (dies) await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 30))]);
    else await settled;
    if (dice.chance(0.1))
      await stage
        .store("max", { github: hurried(stage, "max") })
        .processUpdates(numbers[which]!)
        .catch(() => undefined);
  }
  const asked = stage.github.requests.count("graphql");
  const wentWrong = stage.github.requests.list("graphql").filter(({ status }) => status >= 500).length;
  stage.github.faults.clear();
  const processor = stage.store("ada");
  expect((await processor.processAll()).failed).toEqual([]);
  let duplicates = 0;
  for (const [which, number] of numbers.entries()) {
    const { items, sum } = stage.data(number) as { items: number[]; sum: number };
    const why = `SEED=${seed} ${objects[which]}`;
    expect(new Set(items).size, why).toBe(items.length);
    const evens = [...sent[which]!].filter((item) => item % 2 === 0);
    expect(evens, why).toEqual(expect.arrayContaining(items));
    expect(items, why).toEqual(expect.arrayContaining(evens.filter((item) => acknowledged.has(item))));
    // Odd ones are known by what they add: no more than was sent, no less than was acknowledged.
    const odds = [...sent[which]!].filter((item) => item % 2 === 1);
    const total = (of: readonly number[]) => of.reduce((all, item) => all + 2 ** (item % 3), 0);
    expect(sum, why).toBeLessThanOrEqual(total(odds));
    expect(sum, why).toBeGreaterThanOrEqual(total(odds.filter((item) => acknowledged.has(item))));
    const history = await processor.history(objects[which]!);
    duplicates += history.filter(({ because }) => because === "the same change was sent twice").length;
  }
  // Nobody sends again without having looked.
  expect(duplicates).toBeLessThanOrEqual(operations / 100);
  expect(acknowledged.size).toBeGreaterThan(operations / 2);
  // Half of the faults are answers.
  expect(wentWrong).toBeGreaterThan(asked / 20);
});

test("G3: 200 answers that say 200 and hold something else are told, with what GitHub has kept", async () => {
  await using stage = await openStage();
  const store = stage.store("bob");
  const { issueNumber } = await store.create("a", { n: 0 });
  const api = stage.github.faults;
  for (let turn = 0; turn < 100; turn++) {
    // GitHub keeps less of a comment than was sent, or the body as it was.
    const node = { fullDatabaseId: `${9_000_000_000 + turn}`, body: `{"n": ${turn}` };
    const labels = { nodes: [{ name: "stored-object" }] };
    const data = { addComment: { commentEdge: { node } }, updateIssue: { issue: { state: "OPEN", labels } } };
    api.add({ operation: "graphql", times: 1, does: { kind: "status", status: 200, body: { data } } });
    await expect(store.update("a", { n: turn })).rejects.toMatchObject({
      code: "invalid_input",
      data: { commentId: 9_000_000_000 + turn },
      hint: expect.anything(),
    });
  }
  expect(stage.comments(issueNumber)).toHaveLength(1);
  for (let turn = 0; turn < 100; turn++) {
    api.add({
      operation: "issues/create",
      times: 1,
      does: {
        kind: "status",
        status: 201,
        body: { ...(await stage.as("bob", `GET /issues/${issueNumber}`)), body: "{" },
      },
    });
    await expect(store.create(`b-${turn}`, { n: turn })).rejects.toMatchObject({
      code: "invalid_input",
      data: { bytes: expect.any(Number), expected: 60_000 },
    });
  }
  expect(stage.data(issueNumber)).toEqual({ n: 0 });
});

test("G3: a body that GitHub answers 200 to, and does not keep, is told, and no update is lost over it", async () => {
  await using stage = await openStage();
  // Within GitHub's limit as gh-store writes it, beyond it where nobody is mentioned.
  const text = "@".repeat(50_000);
  const number = await stage.ghStoreObject("a", { text, n: 0 });
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  const store = stage.store("ada");
  for (let turn = 0; turn < 2; turn++) {
    await expect(store.processUpdates(number)).rejects.toMatchObject({
      code: "invalid_input",
      data: { bytes: expect.any(Number), expected: 60_000 },
      hint: expect.stringContaining("Shrink"),
    });
    expect(stage.data(number)).toEqual({ text, n: 0 });
  }
  expect((await store.processAll()).failed).toMatchObject([{ id: "a" }]);
  await stage.say("bob", number, ghStoreComment({ text: "small" }));
  await store.processAll();
  expect(stage.data(number)).toEqual({ text: "small", n: 1 });
});

test("G12: 1,000 sets of changes make the same object in any order of arrival, under clocks that are off by a day", () => {
  const dice = createDice(seed);
  const aDayMs = 86_400_000;
  for (let turn = 0; turn < 1_000; turn++) {
    const comments = Array.from({ length: 2 + dice.below(8) }, (_, index): CountedComment => {
      const time = new Date(
        Date.parse("2026-11-20T10:00:00Z") + (dice.fraction() * 2 - 1) * aDayMs,
      ).toISOString();
      const id = index + 1;
      if (dice.chance(0.15)) {
        const after = dice.below(id);
        return {
          id,
          content: {
            kind: "hand edit",
            edit: { data: { n: index }, after, by: { login: "ada", id: 1 }, at: time },
          },
        };
      }
      const edit = dice.pick([
        { op: "merge", data: { [`k${dice.below(3)}`]: index } } as const,
        { op: "increment", path: "/n", by: index } as const,
        { op: "append", path: "/items", items: [index] } as const,
        { op: "unset", paths: [`/k${dice.below(3)}`] } as const,
        { op: "replace", data: { n: index } } as const,
      ]);
      // Some are sent twice.
      const operation = `op-${dice.chance(0.2) ? dice.below(id) : index}`;
      return {
        id,
        content: {
          kind: "update",
          isForAll: edit.op === "merge",
          steps: [{ operation, time, edits: [edit] }],
        },
      };
    });
    const fold = (some: readonly CountedComment[]) =>
      foldObject({ data: { n: 0, items: [] }, version: 1 }, some);
    const shuffled = comments
      .map((comment) => ({ comment, at: dice.fraction() }))
      .sort((a, b) => a.at - b.at);
    expect(fold(shuffled.map(({ comment }) => comment)), `SEED=${seed}`).toEqual(fold(comments));
  }
});

test("G12: writers whose clocks are a day off write in the order of GitHub's comments", async () => {
  await using stage = await openStage();
  const aDayMs = 86_400_000;
  const writers = [-aDayMs, 0, aDayMs].map((offMs) => stage.store("bob", { now: () => Date.now() + offMs }));
  const { issueNumber } = await writers[2]!.create("a", { items: [] });
  for (let turn = 0; turn < 30; turn++) await writers[turn % 3]!.append("a", "/items", [turn]);
  for (const processor of writers) await processor.processUpdates(issueNumber);
  expect(stage.data(issueNumber)).toEqual({ items: Array.from({ length: 30 }, (_, turn) => turn) });
});

test("a processor that writes late what it has read early takes nothing back", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  // Ours has read, and is about to write, when another one folds, marks and closes.
  let isFirst = true;
  const slow = stage.client("ada", {
    fetch: async (input, init) => {
      const isWrite = typeof init?.body === "string" && init.body.includes("mutation");
      if (isFirst && isWrite) {
        isFirst = false;
        await stage.say("bob", number, ghStoreComment({ m: 2 }));
        await stage.store("max").processUpdates(number);
      }
      return fetch(input, init);
    },
  });
  await stage.store("ada", { github: slow }).processUpdates(number);
  expect(stage.data(number)).toEqual({ n: 1, m: 2 });
  expect(stage.issue(number).state).toBe("closed");
});

test("a comment that comes while its issue is processed is not left behind in a closed issue", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { items: 0 });
  await stage.say("bob", number, ghStoreComment({ k0: 0 }));
  let writes = 0;
  const watched = stage.client("ada", {
    fetch: async (input, init) => {
      const isWrite = typeof init?.body === "string" && init.body.includes("mutation");
      // It finds the issue open, so that nothing starts another run.
      if (isWrite && ++writes <= 5)
        await stage.say("bob", number, ghStoreComment({ [`k${writes}`]: writes }));
      return fetch(input, init);
    },
  });
  await stage.store("ada", { github: watched }).processUpdates(number);
  expect(stage.data(number)).toEqual({ items: 0, k0: 0, k1: 1, k2: 2, k3: 3, k4: 4, k5: 5 });
  expect(stage.issue(number).state).toBe("closed");
});

test.each([0, 1, 2, 3])(
  "a run that ends after %i of its writes is finished by the next one, and applies nothing twice",
  async (mutations) => {
    await using stage = await openStage();
    const store = stage.store("bob");
    const { issueNumber: number } = await store.create("a", { n: 0 });
    for (let turn = 0; turn < 3; turn++) await store.increment("a", "/n");
    await stage.say("cid", number, ghStoreComment({ m: 1 }));
    const processor = stage.store("ada");
    stage.github.faults.add({
      operation: "graphql",
      after: 1,
      times: 1,
      does: { kind: "prefix", mutations },
    });
    // And the one that looks what became of it, so that it is as if it had died.
    stage.github.faults.add({ operation: "graphql", after: 1, times: 1, does: { kind: "reset" } });
    await processor.processUpdates(number).catch(() => undefined);
    stage.github.faults.clear();
    await stage.store("max").processAll();
    expect(stage.data(number)).toEqual({ n: 3, m: 1 });
    expect(stage.issue(number).state).toBe("closed");
  },
);

test("what gh-store left in a closed issue, without a mark or a body, is found and folded", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  // Its processor had listed before this came, and closes now.
  const run = processUpdates(
    { body: stage.issue(number).body, labels: [], state: "open", comments: [] },
    () => true,
  );
  await stage.as("ada", `PATCH /issues/${number}`, { body: run.body, state: "closed" });
  expect((await stage.store("ada").processAll()).processed).toMatchObject([{ id: "a", version: 2 }]);
  expect(stage.data(number)).toEqual({ n: 1 });
});
