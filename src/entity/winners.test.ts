import { describe, expect, test } from "vitest";
import { createStory, type Story } from "../../test/story.ts";
import type { JsonObject } from "../base/json.ts";
import type { Draft, LoggedChange } from "./change.ts";

const update = (set: JsonObject): Draft => ({ kind: "update", set });
const resolve = (set: JsonObject): Draft => ({ kind: "resolve", set });

function begin(resolver: string, set: JsonObject = { a: 1, b: 1 }): { story: Story; first: LoggedChange } {
  const story = createStory();
  const policy = story.write("P", { kind: "create", set: { resolver } }, { entity: "policy:task" });
  return { story, first: story.write("A", { kind: "create", type: "task", set }, { sees: [policy] }) };
}

describe("last-write-wins", () => {
  test("the state is what the writer of the latest head saw, plus that change", () => {
    const { story, first } = begin("last-write-wins");
    story.write("B", { ...update({ a: 2, x: 1 }), status: "closed" }, { sees: [first] });
    story.write("C", update({ b: 2 }), { sees: [first] });
    expect(story.fold()).toMatchObject({ data: { a: 1, b: 2 }, status: "active", version: 3 });
    expect(story.conflicts()).toEqual([": B1 C1 (last-write-wins)"]);
  });

  test("everything that a head builds on is lost or kept with it", () => {
    const { story, first } = begin("last-write-wins");
    story.write("B", update({ a: 2 }), { sees: [first] });
    story.write("B", update({ a: 3 }), { at: 20 });
    story.write("C", update({ b: 2 }), { sees: [first], at: 10 });
    expect(story.fold().data).toEqual({ a: 3, b: 1 });
    expect(story.conflicts()).toEqual([": C1 B2 (last-write-wins)"]);
  });

  test("any edit of somebody who saw all heads closes the conflict, and builds on the winner", () => {
    const { story, first } = begin("last-write-wins");
    story.write("B", update({ a: 2 }), { sees: [first] });
    story.write("C", update({ b: 2 }), { sees: [first] });
    story.write("B", update({ z: 1 }), { sees: story.log });
    expect(story.fold()).toMatchObject({ data: { a: 1, b: 2, z: 1 }, conflicts: [] });
  });

  test("heads that make the same state are in no conflict", () => {
    const { story, first } = begin("last-write-wins");
    story.write("B", update({ a: 2 }), { sees: [first] });
    story.write("C", update({ a: 2 }), { sees: [first] });
    expect(story.fold()).toMatchObject({ data: { a: 2, b: 1 }, conflicts: [] });
  });

  test("heads that say the same on top of different states are in conflict", () => {
    const { story, first } = begin("last-write-wins");
    story.write("B", update({ a: 2 }), { sees: [first] });
    story.write("B", update({ b: 2 }));
    story.write("C", update({ b: 2 }), { sees: [first] });
    expect(story.fold().data).toEqual({ a: 1, b: 2 });
    expect(story.conflicts()).toEqual([": B2 C1 (last-write-wins)"]);
  });

  test("the same id created twice shows one of both whole", () => {
    const { story } = begin("last-write-wins");
    story.write("B", { kind: "create", type: "task", set: { c: 1 } }, { sees: story.policies });
    expect(story.fold().data).toEqual({ c: 1 });
    expect(story.conflicts()).toEqual([": A1 B1 (last-write-wins)"]);
  });
});

describe("higher-version-wins", () => {
  test("the head whose writer had seen more of the entity's changes wins, whatever the clocks say", () => {
    const { story, first } = begin("higher-version-wins");
    story.write("B", update({ a: 2 }), { sees: [first] });
    story.write("B", update({ a: 3 }));
    story.write("C", update({ b: 2 }), { sees: [first], at: 60 });
    expect(story.fold().data).toEqual({ a: 3, b: 1 });
    expect(story.conflicts()).toEqual([": B2 C1 (higher-version-wins)"]);
  });

  test("of equals the later clock wins", () => {
    const { story, first } = begin("higher-version-wins");
    story.write("C", update({ b: 2 }), { sees: [first], at: 20 });
    story.write("B", update({ a: 2 }), { sees: [first], at: 10 });
    expect(story.fold().data).toEqual({ a: 1, b: 2 });
  });

  test("every change of the entity counts, also deletes and earlier lives", () => {
    const { story, first } = begin("higher-version-wins");
    const gone = story.write("D", { kind: "delete" }, { sees: [first] });
    story.write("B", { kind: "restore", set: { a: 2 } }, { sees: [gone] });
    story.write("C", update({ b: 2 }), { sees: [first], at: 60 });
    expect(story.fold().data).toEqual({ a: 2, b: 1 });
  });
});

describe("resolutions of entities as a whole", () => {
  test("of two the one that saw more of the entity wins, and they are not resolved again", () => {
    const { story, first } = begin("last-write-wins");
    const more = story.write("B", update({ a: 2 }), { sees: [first] });
    const rival = story.write("C", update({ b: 2 }), { sees: [first] });
    story.write("D", resolve({ a: 3 }), { sees: [more, rival] });
    story.write("E", resolve({ a: 4 }), { sees: [rival] });
    expect(story.fold().data).toEqual({ a: 3, b: 2 });
    expect(story.conflicts()).toEqual([]);
  });

  test("an ordinary edit that is lost with a lesser resolution is listed", () => {
    const { story, first } = begin("last-write-wins");
    const more = story.write("B", update({ a: 2 }), { sees: [first] });
    const rival = story.write("C", update({ b: 2 }), { sees: [first] });
    story.write("D", resolve({ a: 3 }), { sees: [more, rival] });
    story.write("E", update({ e: 1 }), { sees: [first], at: 10 });
    story.write("E", resolve({ a: 4 }), { at: 11 });
    expect(story.fold().data).toEqual({ a: 3, b: 2 });
    expect(story.conflicts()).toEqual([": D1 E1 (last-write-wins)"]);
  });

  test("a lesser resolution with the latest clock does not win against an ordinary edit either", () => {
    const { story, first } = begin("last-write-wins");
    const more = story.write("B", update({ a: 2 }), { sees: [first] });
    story.write("D", resolve({ a: 3 }), { sees: [more], at: 20 });
    story.write("E", resolve({ a: 4 }), { sees: [first], at: 60 });
    story.write("F", update({ f: 1 }), { sees: [first], at: 40 });
    expect(story.fold().data).toEqual({ a: 1, b: 1, f: 1 });
    expect(story.conflicts()).toEqual([": D1 F1 (last-write-wins)"]);
  });
});
