/**
 * @module Every code example of gh-store's README, in its order, in TypeScript, and what it says happens on GitHub. Its command lines and
 * workflows are in `gh-store-command-line.test.ts`.
 */
import { expect, test } from "vitest";
import { openStage } from "../issues/stage.ts";

test("Basic Usage: create, update, get", async () => {
  await using stage = await openStage();
  const store = stage.store("ada");

  // Create object
  await store.create("metrics", { count: 0, last_updated: "2025-01-16T00:00:00Z" });

  // Update object
  await store.update("metrics", { count: 1 });
  // A workflow does this on GitHub; `update(…, { process: true })` does it at once.
  await store.processAll();

  // Get current state
  const { data } = await store.get("metrics");
  expect(`Current count: ${(data as { count: number }).count}`).toBe("Current count: 1");
  expect(data).toEqual({ count: 1, last_updated: "2025-01-16T00:00:00Z" });
});

test("Object Storage Model: labels, the state as the body, updates as comments, a thumb on what is processed", async () => {
  await using stage = await openStage();
  const store = stage.store("ada");
  const { issueNumber } = await store.create("metrics", { count: 0 });
  const [first, second] = [
    await store.update("metrics", { count: 1 }, { process: true }),
    await store.update("metrics", { field: "value" }, { process: true }),
  ];
  const issue = stage.github.state.issues.get(stage.issue(issueNumber).id)!;
  const labels = issue.labelIds.map((id) => stage.github.state.labels.get(id)!.name);
  expect(labels).toEqual(expect.arrayContaining(["stored-object", "UID:metrics"]));
  expect(stage.data(issueNumber)).toEqual({ count: 1, field: "value" });
  const [, ...updates] = stage.comments(issueNumber);
  expect(updates.map(({ id, body }) => [id, (JSON.parse(body) as { _data: unknown })._data])).toEqual([
    [first!.commentId, { count: 1 }],
    [second!.commentId, { field: "value" }],
  ]);
  for (const { id } of updates) {
    const reactions = stage.github.state.reactions.by("subject", `comment/${id}`);
    expect(reactions.map(({ content }) => content)).toEqual(["+1"]);
  }
});

test("Update Process: a comment, reopened, folded in the order of time, marked, the body written, closed", async () => {
  await using stage = await openStage();
  const store = stage.store("ada");
  const { issueNumber } = await store.create("metrics", { count: 0 });
  expect(stage.issue(issueNumber).state).toBe("closed");
  for (const count of [1, 2, 3]) await store.update("metrics", { count, [`k${count}`]: true });
  expect(stage.issue(issueNumber).state).toBe("open");
  expect(stage.data(issueNumber)).toEqual({ count: 0 });
  const { decisions } = await store.processUpdates(issueNumber);
  expect(decisions.map(({ counts }) => counts)).toEqual([true, true, true]);
  expect(stage.data(issueNumber)).toEqual({ count: 3, k1: true, k2: true, k3: true });
  expect(stage.issue(issueNumber).state).toBe("closed");
  expect((await store.processUpdates(issueNumber)).writes).toBe(0);
});

test("Key Features: versions, updates that are events, snapshots of a point in time", async () => {
  await using stage = await openStage();
  const store = stage.store("ada");
  await store.create("metrics", { count: 0 });
  for (const count of [1, 2]) await store.update("metrics", { count }, { process: true });
  expect((await store.history("metrics")).map(({ version, data }) => [version, data])).toEqual([
    [1, { count: 0 }],
    [2, { count: 1 }],
    [3, { count: 2 }],
  ]);
  const { text } = await store.snapshot();
  await store.update("metrics", { count: 9 }, { process: true });
  expect(JSON.parse(text)).toMatchObject({
    repository: "ada/data",
    objects: { metrics: { data: { count: 2 }, meta: { object_id: "metrics", issue_number: 1, version: 3 } } },
  });
});

test("Limitations: an object is limited to an issue, and said so before anything is written", async () => {
  await using stage = await openStage();
  await expect(stage.store("ada").create("large", { text: "x".repeat(65_000) })).rejects.toMatchObject({
    code: "invalid_input",
    data: { expected: 60_000 },
  });
  expect(stage.github.state.issues.all()).toEqual([]);
});
