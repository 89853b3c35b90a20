import { describe, expect, test } from "vitest";
import { createStory, type Story } from "../../test/story.ts";
import type { JsonObject } from "../base/json.ts";
import type { Draft, LoggedChange } from "./change.ts";

const create = (set: JsonObject = {}): Draft => ({ kind: "create", type: "task", set });
const update = (set: JsonObject): Draft => ({ kind: "update", set });

/** A task that everybody saw, under a policy that everybody saw. */
function begin(policy?: Draft["set"]): { story: Story; first: LoggedChange } {
  const story = createStory();
  const sees =
    policy === undefined
      ? []
      : [story.write("P", { kind: "create", set: policy }, { entity: "policy:task" })];
  return { story, first: story.write("A", create({ a: 1 }), { sees }) };
}

describe("a delete", () => {
  test("that everybody saw holds", () => {
    const { story, first } = begin();
    story.write("B", { kind: "delete" }, { sees: [first] });
    expect(story.fold()).toMatchObject({ deleted: true, conflicts: [] });
  });

  test("is void while an edit exists that it had not seen, and that is listed", () => {
    const { story, first } = begin();
    story.write("A", { kind: "delete" });
    story.write("B", update({ b: 1 }), { sees: [first] });
    expect(story.fold()).toMatchObject({ deleted: false, data: { a: 1, b: 1 } });
    expect(story.conflicts()).toEqual(["delete: A2 B1"]);
  });

  test("is void whichever clock is later", () => {
    const { story, first } = begin();
    story.write("B", update({ b: 1 }), { sees: [first], at: 5 });
    story.write("A", { kind: "delete" }, { at: 10 });
    expect(story.fold().deleted).toBe(false);
    expect(story.conflicts()).toEqual(["delete: B1 A2"]);
  });

  test("and an edit stay in conflict until an edit of somebody who saw both", () => {
    const { story, first } = begin();
    const gone = story.write("A", { kind: "delete" });
    const saving = story.write("B", update({ b: 1 }), { sees: [first] });
    story.write("C", update({ c: 1 }), { sees: [first, saving] });
    expect(story.conflicts()).toEqual(["delete: A2 C1"]);
    story.write("B", update({ d: 1 }), { sees: [gone] });
    expect(story.conflicts()).toEqual([]);
    expect(story.fold()).toMatchObject({ deleted: false, data: { a: 1, b: 1, c: 1, d: 1 } });
  });

  test("holds where a later delete saw the edit that it had not seen", () => {
    const { story, first } = begin();
    story.write("A", { kind: "delete" });
    const saving = story.write("B", update({ b: 1 }), { sees: [first] });
    story.write("C", { kind: "delete" }, { sees: [saving] });
    expect(story.fold()).toMatchObject({ deleted: true, conflicts: [] });
  });

  test("is taken back by an edit of somebody who saw it", () => {
    const { story } = begin();
    const gone = story.write("A", { kind: "delete" });
    story.write("B", update({ b: 1 }), { sees: [gone] });
    expect(story.fold()).toMatchObject({ deleted: false, data: { a: 1, b: 1 }, conflicts: [] });
  });

  test("of two people at once is one delete", () => {
    const { story, first } = begin();
    story.write("A", { kind: "delete" });
    story.write("B", { kind: "delete" }, { sees: [first] });
    expect(story.fold()).toMatchObject({ deleted: true, version: 3, conflicts: [] });
  });

  test("wins over edits that it had not seen where the policy says so; what they say is listed", () => {
    const { story, first } = begin({ deletes: "delete-wins" });
    story.write("A", { kind: "delete" });
    story.write("B", update({ b: 1 }), { sees: [first] });
    expect(story.fold()).toMatchObject({ deleted: true, data: { a: 1, b: 1 } });
    expect(story.conflicts()).toEqual(["delete: A2 B1"]);
  });

  test("ends the conflicts whose sides its writer had seen, and no others", () => {
    const { story, first } = begin();
    const left = story.write("A", update({ a: 2 }));
    const right = story.write("B", update({ a: 3 }), { sees: [first] });
    const gone = story.write("C", { kind: "delete" }, { sees: [left, right] });
    expect(story.fold()).toMatchObject({ deleted: true, conflicts: [] });
    story.write("D", { kind: "restore" }, { sees: [gone] });
    expect(story.fold()).toMatchObject({ deleted: false, data: { a: 3 }, conflicts: [] });
  });

  test("that is void ends no conflict, also when it has been taken back", () => {
    const { story, first } = begin();
    const left = story.write("A", update({ a: 2 }));
    const right = story.write("B", update({ a: 3 }), { sees: [first] });
    const gone = story.write("C", { kind: "delete" }, { sees: [left, right] });
    const saving = story.write("D", update({ d: 1 }), { sees: [first] });
    expect(story.conflicts()).toEqual(["delete: C1 D1", "/a: A2 B1"]);
    story.write("B", update({ e: 1 }), { sees: [gone, saving] });
    expect(story.conflicts()).toEqual(["/a: A2 B1"]);
  });

  test("does not end what waits for a resolve", () => {
    const { story, first } = begin({ resolver: "defer" });
    const left = story.write("A", update({ a: 2 }));
    const right = story.write("B", update({ a: 3 }), { sees: [first] });
    story.write("C", { kind: "delete" }, { sees: [left, right] });
    expect(story.conflicts()).toEqual(["/a: A2 B1 (defer)"]);
  });

  test("under defer, the delete and the edit wait for a resolve, whatever else is written", () => {
    const { story, first } = begin({ resolver: "defer" });
    const gone = story.write("A", { kind: "delete" });
    const saving = story.write("B", update({ b: 1 }), { sees: [first] });
    expect(story.conflicts()).toEqual(["delete: A2 B1 (defer)"]);
    const passing = story.write("C", update({ c: 1 }), { sees: [gone, saving] });
    expect(story.conflicts()).toEqual(["delete: A2 B1 (defer)"]);
    const second = story.write("D", { kind: "delete" }, { sees: [passing] });
    expect(story.conflicts()).toEqual(["delete: A2 B1 (defer)"]);
    expect(story.fold().deleted).toBe(true);
    story.write("E", { kind: "resolve", resolves: [] }, { sees: [second] });
    expect(story.fold()).toMatchObject({ deleted: false, conflicts: [] });
  });
});

describe("a life", () => {
  test("begins with a create whose writer saw the entity deleted, from empty data", () => {
    const { story } = begin();
    const gone = story.write("A", { kind: "delete" });
    const birth = story.write("B", create({ b: 1 }), { sees: [gone] });
    story.write("C", update({ c: 1 }), { sees: [birth] });
    story.write("B", update({ d: 1 }));
    expect(story.fold()).toMatchObject({
      data: { b: 1, c: 1, d: 1 },
      version: 5,
      deleted: false,
      conflicts: [],
    });
    expect(story.fold().createdAt).toBe(new Date(1_800_000_003_000).toISOString());
  });

  test("edits of an ended life that no later create had seen are listed, not folded", () => {
    const { story, first } = begin();
    const gone = story.write("A", { kind: "delete" });
    story.write("A", create({ b: 1 }), { sees: [gone] });
    story.write("C", update({ c: 1 }), { sees: [first] });
    expect(story.fold()).toMatchObject({ data: { b: 1 }, version: 4 });
    expect(story.conflicts()).toEqual(["ended-life: C1"]);
  });

  test("an edit that the writer of the later create had seen is decided", () => {
    const { story, first } = begin();
    const saving = story.write("C", update({ c: 1 }), { sees: [first] });
    const gone = story.write("A", { kind: "delete" }, { sees: [saving] });
    story.write("A", create({ b: 1 }), { sees: [gone] });
    expect(story.fold()).toMatchObject({ data: { b: 1 }, conflicts: [] });
  });

  test("a late edit is answered by edits of people who saw it, once they touch all that it touched", () => {
    const { story, first } = begin();
    story.write("A", { kind: "delete" });
    const birth = story.write("A", create({ b: 1 }));
    const late = story.write("C", update({ c: 1, d: 2 }), { sees: [first] });
    const half = story.write("B", update({ c: 2 }), { sees: [birth, late] });
    expect(story.conflicts()).toEqual(["ended-life: C1"]);
    story.write("B", update({ d: 3 }), { sees: [half] });
    expect(story.conflicts()).toEqual([]);
  });

  test("a late edit is answered by a resolve that names it alone", () => {
    const { story, first } = begin();
    story.write("A", { kind: "delete" });
    const birth = story.write("A", create({ b: 1 }));
    const late = story.write("C", update({ c: 1 }), { sees: [first] });
    expect(story.conflicts()).toEqual(["ended-life: C1"]);
    const { heads } = story.fold().conflicts[0]!;
    story.write("B", { kind: "resolve", resolves: heads }, { sees: [birth, late] });
    expect(story.fold()).toMatchObject({ data: { b: 1 }, conflicts: [] });
  });

  test("a late restore is answered by any edit of somebody who saw it", () => {
    const { story } = begin();
    const gone = story.write("A", { kind: "delete" });
    const birth = story.write("A", create({ b: 1 }));
    const late = story.write("C", { kind: "restore" }, { sees: [gone] });
    expect(story.conflicts()).toEqual(["ended-life: C1"]);
    story.write("B", update({ x: 1 }), { sees: [birth, late] });
    expect(story.conflicts()).toEqual([]);
  });

  test("a late edit is answered by a delete of the life that shows, by somebody who saw it", () => {
    const { story, first } = begin();
    story.write("A", { kind: "delete" });
    const birth = story.write("A", create({ b: 1 }));
    const late = story.write("C", update({ c: 1 }), { sees: [first] });
    story.write("B", { kind: "delete" }, { sees: [birth, late] });
    expect(story.fold()).toMatchObject({ deleted: true, conflicts: [] });
  });

  test("under defer, a late edit waits for a resolve", () => {
    const { story, first } = begin({ resolver: "defer" });
    story.write("A", { kind: "delete" });
    const birth = story.write("A", create({ b: 1 }));
    const late = story.write("C", update({ c: 1 }), { sees: [first] });
    const passing = story.write("B", update({ c: 2 }), { sees: [birth, late] });
    expect(story.conflicts()).toEqual(["ended-life: C1 (defer)"]);
    story.write("B", { kind: "resolve", set: { c: 1 } }, { sees: [passing] });
    expect(story.fold()).toMatchObject({ data: { b: 1, c: 1 }, conflicts: [] });
  });

  test("two births after one delete are one life, and listed where they differ", () => {
    const { story, first } = begin();
    const gone = story.write("A", { kind: "delete" });
    story.write("A", create({ b: 1, same: 1 }));
    story.write("B", create({ b: 2, same: 1 }), { sees: [first, gone] });
    expect(story.fold()).toMatchObject({ data: { b: 2, same: 1 } });
    expect(story.conflicts()).toEqual(["/b: A3 B1"]);
  });

  test("of a restore and a create after one delete the create shows, and the restore is listed", () => {
    const { story, first } = begin();
    const gone = story.write("A", { kind: "delete" });
    story.write("A", create({ b: 1 }));
    story.write("B", { kind: "restore" }, { sees: [first, gone] });
    expect(story.fold().data).toEqual({ b: 1 });
    expect(story.conflicts()).toEqual(["ended-life: B1"]);
  });

  test("that began with a create of somebody for whom a void delete held is a life of its own", () => {
    const { story, first } = begin();
    const gone = story.write("A", { kind: "delete" });
    story.write("B", update({ c: 1 }), { sees: [first] });
    story.write("C", create({ b: 1 }), { sees: [gone] });
    expect(story.fold()).toMatchObject({ data: { b: 1 }, deleted: false });
    expect(story.conflicts()).toEqual(["ended-life: B1"]);
  });

  test("a create of somebody who saw the entity alive edits it", () => {
    const { story, first } = begin();
    story.write("B", create({ b: 1 }), { sees: [first] });
    story.write("C", update({ c: 1 }), { sees: [first] });
    expect(story.fold()).toMatchObject({ data: { a: 1, b: 1, c: 1 }, conflicts: [] });
  });

  test("a log that begins with a delete begins a life with the create after it", () => {
    const story = createStory();
    const gone = story.write("A", { kind: "delete" });
    story.write("A", create({ a: 1 }));
    expect(story.fold()).toMatchObject({ deleted: false, data: { a: 1 } });
    story.write("B", update({ b: 1 }), { sees: [gone] });
    expect(story.fold()).toMatchObject({ deleted: false, data: { a: 1 } });
    expect(story.conflicts()).toEqual(["ended-life: B1"]);
  });
});
