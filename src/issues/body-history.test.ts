import { expect, test } from "vitest";
import { type JudgedRevision, readBodyHistory } from "./body-history.ts";
import type { CountedComment } from "./fold.ts";
import type { Document, DocumentObject } from "./wire/document.ts";
import type { Edit } from "./wire/edits.ts";

const base = { data: { n: 0 }, version: 1, commentId: 10 };
const update = (id: number, ...edits: Edit[]): CountedComment => ({
  id,
  content: { kind: "update", isForAll: edits.every(({ op }) => op === "merge"), steps: [{ edits }] },
});
const set = (data: DocumentObject): Edit => ({ op: "merge", data });
const time = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, "0")}:00Z`;
const revision = (
  minute: number,
  body: Document | string,
  login = "ada",
  mayWrite = true,
): JudgedRevision => ({
  body: typeof body === "string" ? body : JSON.stringify(body),
  at: time(minute),
  editor: { id: 1, login },
  mayWrite,
  isProcessed: false,
});
const comments = [update(11, set({ a: 1 })), update(12, set({ b: 2 })), update(13, set({ c: 3 }))];
// Comment 11 is written at minute 1, and so on.
const createdAt = new Map(comments.map(({ id }) => [id, time(id - 10)]));
const history = (...revisions: JudgedRevision[]) => readBodyHistory(base, comments, revisions, createdAt);

test("what a processor writes is no hand edit, however far it has come", () => {
  expect(history(revision(2, { n: 0, a: 1 }), revision(9, { n: 0, a: 1, b: 2, c: 3 }))).toEqual({
    handEdits: [],
    undone: [],
  });
});

test("a hand edit follows on what its author saw", () => {
  const edit = { data: { n: 5, a: 1 }, after: 11, by: { id: 1, login: "ada" }, at: time(3) };
  expect(history(revision(2, { n: 0, a: 1 }), revision(3, { n: 5, a: 1 })).handEdits).toEqual([edit]);
  // And is no other one once the rest is folded over it.
  const folded = revision(9, { n: 5, a: 1, b: 2, c: 3 });
  expect(history(revision(2, { n: 0, a: 1 }), revision(3, { n: 5, a: 1 }), folded).handEdits).toEqual([edit]);
});

test("of two hand edits the second one follows on the first", () => {
  const { handEdits } = history(revision(1, { n: 5 }), revision(2, { n: 6 }));
  expect(handEdits.map(({ data, after }) => [data, after])).toEqual([
    [{ n: 5 }, 10],
    [{ n: 6 }, 10],
  ]);
});

test("what was noted already is not noted again", () => {
  const noted: CountedComment = {
    id: 14,
    content: {
      kind: "hand edit",
      edit: { data: { n: 5 }, after: 10, by: { id: 1, login: "ada" }, at: time(1) },
    },
  };
  expect(readBodyHistory(base, [...comments, noted], [revision(1, { n: 5 })], createdAt).handEdits).toEqual(
    [],
  );
});

test("a hand edit that a processor wrote over without having seen it still counts", () => {
  const { handEdits } = history(revision(2, { n: 5 }), revision(2, { n: 0, a: 1, b: 2 }, "processor"));
  expect(handEdits.map(({ data, after }) => [data, after])).toEqual([[{ n: 5 }, 10]]);
});

test("to take back one's hand edit is a hand edit", () => {
  const { handEdits } = history(revision(0, { n: 5 }), revision(0, { n: 0 }));
  expect(handEdits.map(({ data }) => data)).toEqual([{ n: 5 }, { n: 0 }]);
});

test("who may not write has changed nothing, nor has who wrote what is no JSON", () => {
  const [stranger, broken] = [revision(1, { n: 666 }, "eve", false), revision(2, "oops {")];
  expect(history(stranger, broken)).toEqual({
    handEdits: [],
    undone: [
      { revision: stranger, because: "eve may not write" },
      { revision: broken, because: "it is no JSON" },
    ],
  });
});

test("gh-store folds without what it does not know, and that is no hand edit", () => {
  const mixed = [update(11, { op: "increment", path: "/n", by: 1 }), update(12, set({ b: 2 }))];
  expect(readBodyHistory(base, mixed, [revision(5, { n: 0, b: 2 }, "python")], createdAt)).toEqual({
    handEdits: [],
    undone: [],
  });
});

test("a run that comes late, and writes an older state, takes nothing back", () => {
  const [newer, older] = [revision(5, { n: 0, a: 1, b: 2, c: 3 }), revision(6, { n: 0, a: 1 })];
  expect(history(newer, older)).toEqual({ handEdits: [], undone: [] });
  expect(history(newer, { ...older, at: time(50) }).handEdits).toHaveLength(1);
  expect(history(newer, { ...older, at: time(50), isProcessed: true }).handEdits).toEqual([]);
});

test("a comment that came later than a revision was not folded into it", () => {
  // The same data as after comment 11, but written before it: by hand.
  expect(history(revision(0, { n: 0, a: 1 })).handEdits).toHaveLength(1);
});
