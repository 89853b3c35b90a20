import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { awkwardKey, awkwardObject } from "../../test/awkward-json.ts";
import { randomRuns } from "../../test/random-runs.ts";
import { canonicalJson, deepFreeze, type JsonObject } from "../base/json.ts";
import { formatPointer, getAtPath } from "../base/json-pointer.ts";
import { applyEdit, diffData, listDifferences, removeAtPath, setAtPath } from "./edit.ts";

const text = canonicalJson;

describe("an edit", () => {
  test("sets what it says and leaves the rest", () => {
    expect(applyEdit({ a: 1, b: { c: 1, d: 1 } }, { set: { b: { c: 2 }, e: [1] } })).toEqual({
      a: 1,
      b: { c: 2, d: 1 },
      e: [1],
    });
  });

  test("replaces lists and scalars whole, also by objects, and objects by them", () => {
    const data = { a: [1, 2], b: 1, c: { x: 1 } };
    expect(applyEdit(data, { set: { a: [3] } })).toMatchObject({ a: [3] });
    expect(applyEdit(data, { set: { a: { y: 1 }, b: { y: 1 }, c: 1 } })).toEqual({
      a: { y: 1 },
      b: { y: 1 },
      c: 1,
    });
    expect(applyEdit(data, { set: { c: null } })).toMatchObject({ c: null });
  });

  test("unsets before it sets", () => {
    expect(applyEdit({ a: { x: 1 } }, { unset: ["/a"], set: { a: { y: 1 } } })).toEqual({ a: { y: 1 } });
  });

  test("never unsets inside a list, and nothing where there is nothing", () => {
    const data = { list: [1, 2], a: 1 };
    expect(applyEdit(data, { unset: ["/list/0", "/a/b", "/x", "/x/y", "/toString"] })).toBe(data);
  });

  test("of nothing returns the data itself", () => {
    const data = { a: 1 };
    expect(applyEdit(data, {})).toBe(data);
  });

  test("that unsets the root leaves nothing but what it sets", () => {
    expect(applyEdit({ a: 1 }, { unset: [""], set: { b: 1 } })).toEqual({ b: 1 });
  });

  test("shares what it does not change", () => {
    const data = { a: { b: 1 }, c: { d: 1 } };
    expect(applyEdit(data, { set: { a: { b: 2 } } }).c).toBe(data.c);
  });
});

const pointer = fc.array(awkwardKey, { maxLength: 3 }).map(formatPointer);

test("no operation alters what it is given", () => {
  fc.assert(
    fc.property(
      awkwardObject,
      awkwardObject,
      fc.array(pointer, { maxLength: 3 }),
      awkwardKey,
      (data, other, unset, key) => {
        const before = text([data, other]);
        deepFreeze(data);
        deepFreeze(other);
        applyEdit(data, {
          set: other,
          unset: [...unset, ...Object.keys(data).map((own) => formatPointer([own]))],
        });
        diffData(data, other);
        listDifferences(data, other);
        for (const own of [key, ...Object.keys(data)]) {
          removeAtPath(data, [own, key]);
          removeAtPath(data, [own]);
          setAtPath(data, [own, key], other);
        }
        expect(text([data, other])).toBe(before);
      },
    ),
    randomRuns(500),
  );
});

test("objects of its own are changed in place, those of others never", () => {
  const own = new Set<JsonObject>();
  const data = deepFreeze({ a: { b: 1 }, c: { d: 1 } });
  const set = deepFreeze({ a: { x: {} } });
  const once = applyEdit(data, { set }, own);
  expect(applyEdit(once, { set: { a: { x: { y: 1 } } }, unset: ["/c/d"] }, own)).toBe(once);
  expect(once).toEqual({ a: { b: 1, x: { y: 1 } }, c: {} });
  expect([data, set]).toEqual([{ a: { b: 1 }, c: { d: 1 } }, { a: { x: {} } }]);
});

test("applying many edits with objects of one's own gives what applying them one by one gives", () => {
  const edits = fc.array(fc.record({ set: awkwardObject, unset: fc.array(pointer, { maxLength: 2 }) }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(awkwardObject, edits, (data, list) => {
      const own = new Set<JsonObject>();
      const together = list.reduce((current, edit) => applyEdit(current, edit, own), data);
      expect(text(together)).toBe(text(list.reduce((current, edit) => applyEdit(current, edit), data)));
    }),
    randomRuns(500),
  );
});

describe("the edit between two data", () => {
  test("is the smallest one", () => {
    expect(diffData({ a: 1, b: { c: 1, d: 1 }, e: [1] }, { a: 1, b: { c: 2 }, e: [1, 2], f: {} })).toEqual({
      set: { b: { c: 2 }, e: [1, 2], f: {} },
      unset: ["/b/d"],
    });
    expect(diffData({ a: { b: 1 } }, { a: { b: 1 } })).toEqual({});
    expect(diffData({ a: 0 }, { a: -0 })).toEqual({});
  });

  test("empties an object without touching the object", () => {
    expect(diffData({ a: { b: 1 } }, { a: {} })).toEqual({ unset: ["/a/b"] });
    expect(diffData({ a: [1] }, { a: {} })).toEqual({ set: { a: {} } });
  });

  test("leads from the one to the other, whatever they are", () => {
    fc.assert(
      fc.property(awkwardObject, awkwardObject, (before, after) => {
        expect(text(applyEdit(before, diffData(before, after)))).toBe(text(after));
        expect(diffData(after, after)).toEqual({});
      }),
      randomRuns(2000),
    );
  });

  test("leads there also between data that are nearly the same", () => {
    fc.assert(
      fc.property(awkwardObject, awkwardObject, fc.array(pointer, { maxLength: 2 }), (before, set, unset) => {
        const after = applyEdit(before, { set, unset });
        expect(text(applyEdit(before, diffData(before, after)))).toBe(text(after));
        expect(text(applyEdit(after, diffData(after, before)))).toBe(text(before));
      }),
      randomRuns(2000),
    );
  });
});

describe("the differences of two data", () => {
  test("are listed by path, an absent side left out", () => {
    expect(
      listDifferences({ b: 1, a: { x: 1, y: [1] }, z: null }, { a: { x: 2, y: [1] }, c: {}, z: null }),
    ).toEqual([
      { path: "/a/x", before: 1, after: 2 },
      { path: "/b", before: 1 },
      { path: "/c", after: {} },
    ]);
  });

  test("are none exactly where the data are the same", () => {
    fc.assert(
      fc.property(awkwardObject, awkwardObject, (before, after) => {
        expect(listDifferences(before, after).length === 0).toBe(text(before) === text(after));
        expect(listDifferences(before, before)).toEqual([]);
      }),
      randomRuns(500),
    );
  });
});

describe("paths", () => {
  test("a value is set through objects, which are made on the way", () => {
    expect(setAtPath({ a: 1 }, ["a", "b", "c"], 2)).toEqual({ a: { b: { c: 2 } } });
    expect(setAtPath({ a: { x: 1 } }, ["a", "b"], [1])).toEqual({ a: { x: 1, b: [1] } });
    expect(setAtPath({ a: [1] }, ["a", "0"], 2)).toEqual({ a: { "0": 2 } });
  });

  test("the root is set to objects only, and removed to nothing", () => {
    expect(setAtPath({ a: 1 }, [], { b: 1 })).toEqual({ b: 1 });
    expect(setAtPath({ a: 1 }, [], 2)).toEqual({ a: 1 });
    expect(removeAtPath({ a: 1 }, [])).toEqual({});
  });

  test("what is set is found, and what is removed is not", () => {
    fc.assert(
      fc.property(awkwardObject, fc.array(awkwardKey, { minLength: 1, maxLength: 3 }), (data, path) => {
        expect(getAtPath(setAtPath(data, path, "value"), path)).toBe("value");
        expect(getAtPath(removeAtPath(data, path), path)).toBeUndefined();
      }),
      randomRuns(500),
    );
  });
});
