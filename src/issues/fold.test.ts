import fc from "fast-check";
import { expect, test } from "vitest";
import { type CountedComment, foldObject } from "./fold.ts";
import type { Document } from "./wire/document.ts";
import type { Edit } from "./wire/edits.ts";

const fold = (data: Document, comments: readonly CountedComment[]) =>
  foldObject({ data, version: 1 }, comments);
const update = (id: number, ...edits: Edit[]): CountedComment => ({
  id,
  content: { kind: "update", isForAll: true, steps: [{ edits }] },
});
const named = (id: number, operation: string, ...edits: Edit[]): CountedComment => ({
  id,
  content: { kind: "update", isForAll: true, steps: [{ operation, edits }] },
});
const byHand = (id: number, after: number, data: Document): CountedComment => ({
  id,
  content: {
    kind: "hand edit",
    edit: { data, after, by: { login: "ada", id: 1 }, at: "2026-11-20T10:00:00Z" },
  },
});
const set = (data: Record<string, Document>): Edit => ({ op: "merge", data });
const add = (by: number): Edit => ({ op: "increment", path: "/n", by });

test("an object without comments is its initial state, at version 1", () => {
  expect(fold({ a: 1 }, [])).toEqual({ data: { a: 1 }, version: 1, steps: [] });
});

test("changes count in the order of their comments, each one version more", () => {
  const folded = fold({ n: 0 }, [update(9, set({ a: 2 })), update(3, set({ a: 1 }), add(5))]);
  expect(folded).toMatchObject({ data: { n: 5, a: 2 }, version: 3 });
  expect(folded.steps.map(({ commentId, version, data }) => [commentId, version, data])).toEqual([
    [3, 2, { n: 5, a: 1 }],
    [9, 3, { n: 5, a: 2 }],
  ]);
});

test("a change that was sent twice counts once", () => {
  const { data, version, steps } = fold({}, [
    named(1, "x", add(1)),
    named(2, "x", add(1)),
    named(3, "y", add(1)),
  ]);
  expect([data, version]).toEqual([{ n: 2 }, 3]);
  expect(steps[1]!.why).toBe("the same change was sent twice");
});

test("what is in the base already does not count again", () => {
  const base = { data: { n: 1 }, version: 2, operations: new Set(["x"]) };
  expect(foldObject(base, [named(4, "x", add(1)), named(5, "y", add(1))])).toMatchObject({
    data: { n: 2 },
    version: 3,
  });
});

test("a hand edit stands where its author saw the object, under what was waiting then", () => {
  const folded = fold({ n: 0 }, [
    update(1, add(1)),
    update(2, add(10)),
    byHand(3, 1, { n: 100 }),
    update(4, add(1000)),
  ]);
  expect(folded.data).toEqual({ n: 1110 });
  expect(folded.steps.map(({ commentId }) => commentId)).toEqual([1, 3, 2, 4]);
  expect(fold({ n: 0 }, [byHand(3, 0, { n: 5 }), byHand(2, 0, { n: 4 }), update(1, add(1))]).data).toEqual({
    n: 6,
  });
});

test("a hand edit that was noted twice counts once", () => {
  const { data, version } = fold({ n: 0 }, [
    byHand(2, 0, { n: 5 }),
    byHand(3, 0, { n: 5 }),
    update(1, add(1)),
  ]);
  expect([data, version]).toEqual([{ n: 6 }, 3]);
});

test("a change that does not apply changes nothing, says why, and stops no other", () => {
  const folded = fold({ n: "x" }, [update(1, set({ a: 1 }), add(1)), update(2, set({ b: 1 }))]);
  expect(folded).toMatchObject({ data: { n: "x", b: 1 }, version: 2 });
  expect(folded.steps[0]).toEqual(
    expect.objectContaining({ why: expect.stringContaining("/n is no number") }),
  );
  expect(folded.steps[0]).not.toHaveProperty("version");
});

test("an object does not grow beyond what an issue holds; one that is too large may shrink", () => {
  const large = "x".repeat(59_900);
  const folded = fold({ large }, [update(1, set({ more: "y".repeat(200) })), update(2, set({ a: 1 }))]);
  expect(folded).toMatchObject({ data: { large, a: 1 }, version: 2 });
  expect(folded.steps[0]!.why).toMatch(/would have 6\d{4} bytes, 60000 at most/u);
  const tooLarge = { large: "x".repeat(90_000), more: 1 };
  expect(fold(tooLarge, [update(1, { op: "unset", paths: ["/more"] })]).version).toBe(2);
  expect(fold(tooLarge, [update(1, set({ more: 22 }))]).version).toBe(1);
});

test("nothing is folded over what a newer version wrote", () => {
  const newer: CountedComment = { id: 2, content: { kind: "newer" } };
  expect(fold({}, [update(3, add(1)), newer, update(1, add(1))])).toMatchObject({
    data: { n: 1 },
    stoppedAt: 2,
  });
});

test("any order of arrival makes the same object", () => {
  const comment = fc.oneof(
    fc.tuple(fc.nat(20), fc.integer({ min: -5, max: 5 })).map(([id, by]) => update(id, add(by))),
    fc.tuple(fc.nat(20), fc.nat(3)).map(([id, value]) => update(id, set({ a: value }))),
    fc.tuple(fc.nat(20), fc.nat(20), fc.nat(3)).map(([id, after, n]) => byHand(id, after, { n })),
    fc.tuple(fc.nat(20), fc.constantFrom("x", "y")).map(([id, operation]) => named(id, operation, add(7))),
  );
  const comments = fc.uniqueArray(comment, { selector: ({ id }) => id, maxLength: 12 });
  fc.assert(
    fc.property(
      comments,
      comments.chain(() => fc.infiniteStream(fc.nat())),
      (given, dice) => {
        const shuffled = given
          .map((one) => ({ one, at: dice.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(fold({ n: 0 }, shuffled)).toEqual(fold({ n: 0 }, given));
      },
    ),
    { numRuns: 1_000 },
  );
});
