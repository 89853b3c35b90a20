import { expect, test } from "vitest";
import { createStory } from "../../test/story.ts";
import { createCausalLog } from "./causal-log.ts";
import { type Change, changeId, type Draft, type LoggedChange } from "./change.ts";

const create: Draft = { kind: "create", type: "task", set: { a: 1 } };

/** The change as it travels: with what its replica had seen since its previous change. */
function sent({ change, seen }: LoggedChange): Change {
  const { [change.replica]: _, ...others } = seen;
  return Object.keys(others).length === 0 ? change : { ...change, seen: others };
}

const idOf = ({ change }: LoggedChange) => changeId(change);

test("an empty log knows nothing", () => {
  const log = createCausalLog();
  expect(log.get("task-1")).toBeUndefined();
  expect(log.logOf("task-1")).toEqual([]);
  expect([log.vector(), log.waiting(), log.entities()]).toEqual([{}, [], []]);
});

test("a change waits until all that its writer had seen is there", () => {
  const story = createStory();
  const first = story.write("A", create);
  const second = story.write("B", { kind: "update", set: { a: 2 } }, { sees: [first] });
  const third = story.write("B", { kind: "update", set: { a: 3 } });
  const log = createCausalLog();
  log.receive(sent(third));
  log.receive(sent(second));
  expect(log.get("task-1")).toBeUndefined();
  expect(log.waiting()).toHaveLength(2);
  expect(log.vector()).toEqual({});
  log.receive(sent(first));
  expect(log.get("task-1")).toMatchObject({ data: { a: 3 }, version: 3 });
  expect(log.waiting()).toEqual([]);
  expect(log.vector()).toEqual({ [first.change.replica]: 1, [second.change.replica]: 2 });
});

test("it waits for changes of other entities too", () => {
  const story = createStory();
  const other = story.write("A", { kind: "create", type: "note" }, { entity: "note-1" });
  const change = story.write("B", create, { sees: [other] });
  const log = createCausalLog();
  log.receive(sent(change));
  expect(log.waiting()).toHaveLength(1);
  log.receive(sent(other));
  expect(log.entities()).toEqual(["note-1", "task-1"]);
});

test("a change that is there, or waits, already changes nothing when it comes again", () => {
  const story = createStory();
  const first = story.write("A", create);
  const second = story.write("A", { kind: "update", set: { b: 1 } });
  const log = createCausalLog();
  log.receive(sent(second));
  log.receive({ ...sent(second), set: { b: 666 } });
  log.receive(sent(first));
  log.receive(sent(first));
  log.receive({ ...sent(second), set: { b: 667 } });
  expect(log.get("task-1")).toMatchObject({ data: { a: 1, b: 1 }, version: 2 });
  expect(log.logOf("task-1")).toHaveLength(2);
});

test("a fast clock waits for nothing", () => {
  const story = createStory();
  const log = createCausalLog();
  log.receive(sent(story.write("A", create, { at: 7_000_000_000 })));
  expect(log.get("task-1")).toMatchObject({ version: 1, updatedAt: "2248-11-10T20:26:40.000Z" });
  expect(log.waiting()).toEqual([]);
});

test("a change whose clock is not after all that its writer had seen is malformed, and nothing is built on it", () => {
  const story = createStory();
  const first = story.write("A", create, { at: 50 });
  const broken = story.write("B", { kind: "update", set: { a: 2 } }, { sees: [first], at: 10 });
  const onTop = story.write("B", { kind: "update", set: { a: 3 } }, { at: 60 });
  const steppedBack = story.write("A", { kind: "update", set: { a: 4 } }, { at: 40 });
  const changes = [first, broken, onTop, steppedBack].map(sent);
  for (const order of [changes, changes.toReversed()]) {
    const log = createCausalLog();
    for (const change of [...order, ...order]) log.receive(change);
    expect(log.get("task-1")).toMatchObject({ data: { a: 1 }, version: 1, conflicts: [] });
    expect(log.malformed().map(changeId).sort()).toEqual([broken, steppedBack].map(idOf).sort());
    expect(log.waiting().map(changeId)).toEqual([idOf(onTop)]);
  }
});

test("a policy decides from when somebody had seen it", () => {
  const story = createStory();
  const first = story.write("A", create);
  const log = createCausalLog();
  const left = story.write("A", { kind: "update", set: { a: 2 } });
  const right = story.write("B", { kind: "update", set: { b: 2 } }, { sees: [first] });
  const policy = story.write(
    "P",
    { kind: "create", set: { resolver: "last-write-wins" } },
    { entity: "policy:task" },
  );
  for (const entry of [first, left, right, policy]) log.receive(sent(entry));
  expect(log.get("task-1")).toMatchObject({ data: { a: 2, b: 2 }, conflicts: [] });
  log.receive(sent(story.write("C", { kind: "update", set: { c: 1 } }, { sees: [first, policy] })));
  expect(log.get("task-1")).toMatchObject({
    data: { a: 1, c: 1 },
    conflicts: [{ resolver: "last-write-wins" }],
  });
});

test("policies themselves follow the default policy", () => {
  const story = createStory();
  const log = createCausalLog();
  const about = story.write("P", { kind: "create", set: { resolver: "defer" } }, { entity: "policy:policy" });
  const first = story.write(
    "A",
    { kind: "create", set: { resolver: "defer" } },
    { entity: "policy:task", sees: [about] },
  );
  const left = story.write("A", { kind: "update", set: { resolver: "callback" } }, { entity: "policy:task" });
  const right = story.write(
    "B",
    { kind: "update", set: { resolver: "merge-fields" } },
    { entity: "policy:task", sees: [first] },
  );
  for (const entry of [about, first, left, right]) log.receive(sent(entry));
  expect(log.get("policy:task")).toMatchObject({
    data: { resolver: "merge-fields" },
    conflicts: [{ resolver: "merge-fields" }],
  });
});
