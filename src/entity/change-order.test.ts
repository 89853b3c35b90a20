import { expect, test } from "vitest";
import { createStory, nameOf } from "../../test/story.ts";
import { compareChanges, headsOf, orderForFold, pastOf } from "./change-order.ts";

test("the order of the fold is clock, then replica, then seq", () => {
  const story = createStory();
  story.write("B", { kind: "update" }, { at: 10 });
  story.write("A", { kind: "update" }, { at: 10 });
  story.write("B", { kind: "update" }, { at: 10 });
  story.write("C", { kind: "update" }, { at: 5 });
  expect(orderForFold(story.log).map(nameOf)).toEqual(["C1", "A1", "B1", "B2"]);
  const [first] = story.log;
  expect(compareChanges(first!.change, first!.change)).toBe(0);
});

test("each change counts once, however often it is there", () => {
  const story = createStory();
  story.write("A", { kind: "create" });
  story.write("B", { kind: "update" });
  expect(orderForFold([...story.log, ...story.log]).map(nameOf)).toEqual(["A1", "B1"]);
});

test("of equal origins the lowest clock counts, and remembers the others", () => {
  const story = createStory();
  story.write("B", { kind: "update", origin: "x" }, { at: 20 });
  story.write("A", { kind: "update", origin: "x" }, { at: 10 });
  story.write("C", { kind: "update", origin: "y" }, { at: 5 });
  story.write("D", { kind: "update" }, { at: 15 });
  const ordered = orderForFold(story.log);
  expect(ordered.map(nameOf)).toEqual(["C1", "A1", "D1"]);
  expect(ordered.map(({ copies }) => copies?.map(({ replica }) => replica[0]))).toEqual([
    undefined,
    ["b"],
    undefined,
  ]);
});

test("ordering twice is ordering once, and alters nothing", () => {
  const story = createStory();
  story.write("B", { kind: "update", origin: "x" }, { at: 20 });
  story.write("A", { kind: "update", origin: "x" }, { at: 10 });
  const given = Object.freeze([...story.log]);
  const once = orderForFold(given);
  expect(orderForFold(once)).toEqual(once);
});

test("the past of a change is all that its writer had folded, and itself", () => {
  const story = createStory();
  const first = story.write("A", { kind: "create" });
  const blind = story.write("B", { kind: "update" });
  const tip = story.write("C", { kind: "update" }, { sees: [first] });
  expect(pastOf(story.log, tip).map(nameOf)).toEqual(["A1", "C1"]);
  expect(pastOf(story.log, blind).map(nameOf)).toEqual(["B1"]);
});

test("heads are the changes that no other one had seen", () => {
  const story = createStory();
  const first = story.write("A", { kind: "create" });
  story.write("B", { kind: "update" }, { sees: [first] });
  story.write("C", { kind: "update" }, { sees: [first] });
  expect(headsOf(story.log).map(nameOf)).toEqual(["B1", "C1"]);
  story.write("D", { kind: "update" }, { sees: story.log });
  expect(headsOf(story.log).map(nameOf)).toEqual(["D1"]);
  expect(headsOf([])).toEqual([]);
});
