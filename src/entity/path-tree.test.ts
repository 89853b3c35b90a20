import { expect, test } from "vitest";
import { createPathTree } from "./path-tree.ts";
import type { Effect } from "./touches.ts";

function effects(
  paths: readonly string[],
  touches: readonly (readonly [string, Effect])[],
): Record<string, Effect> {
  const split = (path: string) => path.split("/");
  const tree = createPathTree((path) => path.join("/"));
  for (const path of paths) tree.at(split(path));
  return Object.fromEntries(tree.effectsOf(touches.map(([path, effect]) => ({ path: split(path), effect }))));
}

test("a path has one spot, however often it is asked for", () => {
  let made = 0;
  const tree = createPathTree(() => ({ number: ++made }));
  expect(tree.at(["a", "b"])).toBe(tree.at(["a", "b"]));
  expect(tree.at(["a"])).not.toBe(tree.at(["a", "b"]));
  expect(made).toBe(2);
});

const paths = ["a", "a/b", "a/b/c", "a/x", "b"];

test("a value stands at its path, removes what is below, and makes objects above", () => {
  expect(effects(paths, [["a/b", { value: 1 }]])).toEqual({
    a: "object",
    "a/b": { value: 1 },
    "a/b/c": "absent",
  });
});

test("a removal leaves what is above as it is", () => {
  expect(effects(paths, [["a/b", "absent"]])).toEqual({ "a/b": "absent", "a/b/c": "absent" });
});

test("an object that is merged in leaves what is below as it is", () => {
  expect(effects(paths, [["a/b", "object"]])).toEqual({ a: "object", "a/b": "object" });
});

test("a path that nobody touches has no spot and no effect", () => {
  expect(effects(["b"], [["a/b", { value: 1 }]])).toEqual({});
  expect(effects(["a/b/c/d"], [["a/b", { value: 1 }]])).toEqual({ "a/b/c/d": "absent" });
});

test("of several touches of one change the last word counts", () => {
  expect(
    effects(paths, [
      ["a", "absent"],
      ["a/b", { value: 1 }],
    ]),
  ).toEqual({
    a: "object",
    "a/b": { value: 1 },
    "a/b/c": "absent",
    "a/x": "absent",
  });
  expect(
    effects(paths, [
      ["a", "absent"],
      ["a", "object"],
    ]),
  ).toEqual({
    a: "object",
    "a/b": "absent",
    "a/b/c": "absent",
    "a/x": "absent",
  });
  expect(
    effects(paths, [
      ["a", "absent"],
      ["a/b", "absent"],
    ]),
  ).toMatchObject({ a: "absent" });
});
