import { expect, test } from "vitest";
import type { Change } from "./change.ts";
import { related, touchesOf, typeSetBy } from "./touches.ts";

const touches = (fields: object) =>
  touchesOf({ kind: "update", ...fields } as unknown as Change).map(({ path, effect }) => [
    path.join("/"),
    effect,
  ]);

test("a change touches the leaves that it sets", () => {
  expect(touches({ set: { a: { b: 1, c: [{ d: 1 }] }, e: null } })).toEqual([
    ["data/a/b", { value: 1 }],
    ["data/a/c", { value: [{ d: 1 }] }],
    ["data/e", { value: null }],
  ]);
});

test("an empty object is a leaf, an empty edit touches nothing", () => {
  expect(touches({ set: { a: {} } })).toEqual([["data/a", "object"]]);
  expect(touches({ set: {}, unset: [] })).toEqual([]);
});

test("a change touches what it unsets, before what it sets", () => {
  expect(touches({ set: { a: 1 }, unset: ["/a", "/b~1c", ""] })).toEqual([
    ["data/a", "absent"],
    ["data/b/c", "absent"],
    ["data", "absent"],
    ["data/a", { value: 1 }],
  ]);
});

test("status is touched by whoever says it, type by a create or a resolve", () => {
  expect(touches({ status: "closed", type: "task" })).toEqual([["status", { value: "closed" }]]);
  expect(touches({ kind: "create", type: "task" })).toEqual([["type", { value: "task" }]]);
  expect(touches({ kind: "resolve", type: "task" })).toEqual([["type", { value: "task" }]]);
  expect(typeSetBy({ kind: "create" } as Change)).toBeUndefined();
});

test("paths are related where one is the other, or lies above or below it", () => {
  expect(related(["a"], ["a"])).toBe(true);
  expect(related(["a"], ["a", "b"])).toBe(true);
  expect(related(["a", "b", "c"], ["a"])).toBe(true);
  expect(related([], ["a"])).toBe(true);
  expect(related(["a", "b"], ["a", "c"])).toBe(false);
  expect(related(["a"], ["ab"])).toBe(false);
});
