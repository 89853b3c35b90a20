import fc from "fast-check";
import { expect, test } from "vitest";
import type { Document, DocumentObject } from "./document.ts";
import { applyEdit, type Edit, Inapplicable, isEdit, joinMerges } from "./edits.ts";

const key = fc.constantFrom("a", "b", "c");
const { value: document } = fc.letrec<{ value: Document; object: DocumentObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Document>(1, "x", null, true),
    fc.array(fc.nat(3), { maxLength: 2 }),
    tie("object"),
  ),
  object: fc.dictionary(key, tie("value"), { maxKeys: 3 }),
}));
const object = fc.dictionary(key, document, { maxKeys: 3 });

test("objects are merged at every depth, arrays and scalars replaced, and null is a value", () => {
  const old = { a: { b: 1, c: [1, 2] }, d: 1, e: { f: 1 } };
  const data = { a: { c: [3], g: null }, d: { h: 1 }, e: 2 };
  expect(applyEdit(old, { op: "merge", data })).toEqual({ a: { b: 1, c: [3], g: null }, d: { h: 1 }, e: 2 });
  expect(old).toEqual({ a: { b: 1, c: [1, 2] }, d: 1, e: { f: 1 } });
});

test("two merges joined do what they do one after the other, on any data", () => {
  let joinedOnes = 0;
  fc.assert(
    fc.property(document, object, object, (data, first, second) => {
      const joined = joinMerges(first, second);
      if (joined === undefined) return;
      joinedOnes++;
      const apart = applyEdit(applyEdit(data, { op: "merge", data: first }), { op: "merge", data: second });
      expect(applyEdit(data, { op: "merge", data: joined })).toEqual(apart);
    }),
    { numRuns: 3_000 },
  );
  expect(joinedOnes).toBeGreaterThan(1_000);
});

test("two merges that no merge equals are not joined", () => {
  expect(joinMerges({ a: 5 }, { a: { b: 1 } })).toBeUndefined();
  expect(joinMerges({ z: { a: [1] } }, { z: { a: { b: 1 } } })).toBeUndefined();
});

test.each<[string, Document, Edit, Document]>([
  ["replace", { a: 1 }, { op: "replace", data: { b: 2 } }, { b: 2 }],
  [
    "fill, where something is and where nothing is",
    { a: 1, b: { c: [1] }, d: null },
    { op: "fill", data: { a: 2, b: { c: [2], e: 3 }, d: 4, f: { g: 5 } } },
    { a: 1, b: { c: [1], e: 3 }, d: null, f: { g: 5 } },
  ],
  ["fill what is no object", [1], { op: "fill", data: { a: 1 } }, [1]],
  [
    "unset, deep and missing",
    { a: { b: 1, c: 2 }, d: 1 },
    { op: "unset", paths: ["/a/b", "/d", "/x/y"] },
    { a: { c: 2 } },
  ],
  ["unset leaves arrays alone", { a: [1] }, { op: "unset", paths: ["/a/0"] }, { a: [1] }],
  ["append", { a: { b: [1] } }, { op: "append", path: "/a/b", items: [2, [3]] }, { a: { b: [1, 2, [3]] } }],
  ["append to nothing", {}, { op: "append", path: "/a/b", items: [1] }, { a: { b: [1] } }],
  ["increment", { n: 1.5 }, { op: "increment", path: "/n", by: -2 }, { n: -0.5 }],
  ["increment from nothing", {}, { op: "increment", path: "/a/n", by: 3 }, { a: { n: 3 } }],
  ["keys with slashes", { "a/b": 1 }, { op: "increment", path: "/a~1b", by: 1 }, { "a/b": 2 }],
  [
    "what Object.prototype has is nothing there",
    {},
    { op: "append", path: "/constructor", items: [1] },
    { constructor: [1] },
  ],
])("%s", (_, data, edit, expected) => expect(applyEdit(data, edit)).toEqual(expected));

test.each<[Document, Edit]>([
  [{ a: 1 }, { op: "append", path: "/a", items: [1] }],
  [{ a: "1" }, { op: "increment", path: "/a", by: 1 }],
  [{ a: null }, { op: "increment", path: "/a", by: 1 }],
  [{ a: 9_007_199_254_740_991 }, { op: "increment", path: "/a", by: 1 }],
  [{ a: 1.7e308 }, { op: "increment", path: "/a", by: 1.7e308 }],
  [{ a: [1] }, { op: "increment", path: "/a/0", by: 1 }],
  [5, { op: "append", path: "/a", items: [1] }],
])("on %j does not apply: %j", (data, edit) => expect(() => applyEdit(data, edit)).toThrow(Inapplicable));

test.each<[Document, boolean]>([
  [{ op: "merge", data: {} }, true],
  [{ op: "merge", data: [] }, false],
  [{ op: "replace", data: null }, true],
  [{ op: "replace" }, false],
  [{ op: "unset", paths: ["/a"] }, true],
  [{ op: "unset", paths: [""] }, false],
  [{ op: "unset", paths: ["a"] }, false],
  [{ op: "unset", paths: ["/__proto__/x"] }, false],
  [{ op: "append", path: "/a", items: 1 }, false],
  [{ op: "increment", path: "/a", by: "1" }, false],
  [{ op: "constructor" }, false],
  [{ op: "shuffle" }, false],
  [["merge"], false],
  [null, false],
])("%j is an edit: %s", (value, expected) => expect(isEdit(value)).toBe(expected));
