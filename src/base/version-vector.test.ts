import fc from "fast-check";
import { expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { dominates, mergeVectors, vectorDifference } from "./version-vector.ts";

const vectors = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.integer({ min: 1, max: 5 }));

test("a replica that is absent counts as 0", () => {
  expect(dominates({}, {})).toBe(true);
  expect(dominates({ a: 1 }, {})).toBe(true);
  expect(dominates({}, { a: 1 })).toBe(false);
});

test("of two that each know something else neither contains the other", () => {
  expect(dominates({ a: 2, b: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(dominates({ a: 1, b: 2 }, { a: 2, b: 1 })).toBe(false);
});

test("the merged vector is the smallest that contains both", () => {
  expect(mergeVectors({ a: 2, b: 1 }, { a: 1, c: 3 })).toEqual({ a: 2, b: 1, c: 3 });
});

test("the difference lists what is ahead, and nothing else", () => {
  expect(vectorDifference({ a: 2, b: 1 }, { a: 2, b: 3, c: 1 })).toEqual({ b: 3, c: 1 });
  expect(vectorDifference({ a: 2 }, { a: 1 })).toEqual({});
});

test("merging is commutative, associative and idempotent, and contains its parts", () => {
  fc.assert(
    fc.property(vectors, vectors, vectors, (a, b, c) => {
      expect(mergeVectors(a, b)).toEqual(mergeVectors(b, a));
      expect(mergeVectors(mergeVectors(a, b), c)).toEqual(mergeVectors(a, mergeVectors(b, c)));
      expect(mergeVectors(a, a)).toEqual(a);
      expect(dominates(mergeVectors(a, b), a)).toBe(true);
      expect(dominates(a, mergeVectors(a, b))).toBe(dominates(a, b));
    }),
    randomRuns(500),
  );
});

test("a difference merged into where it started gives where it led", () => {
  fc.assert(
    fc.property(vectors, vectors, (from, more) => {
      const to = mergeVectors(from, more);
      expect(mergeVectors(from, vectorDifference(from, to))).toEqual(to);
    }),
    randomRuns(500),
  );
});

test("nothing that is given is altered", () => {
  const a = Object.freeze({ a: 1 });
  const b = Object.freeze({ a: 2, b: 1 });
  mergeVectors(a, b);
  vectorDifference(a, b);
  expect([a, b]).toEqual([{ a: 1 }, { a: 2, b: 1 }]);
});
