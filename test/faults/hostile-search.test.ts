/**
 * @module H4: no text is an error to search, whatever its signs mean to the engine; every id finds itself.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { randomRuns } from "../random-runs.ts";

/** Syntax of FTS5, of SQL and of JSON, scripts without spaces, emoji, half characters, things that look like numbers. */
const fixed = [
  "",
  " ",
  "\t\n",
  '"',
  '""',
  '"""',
  "'",
  "''",
  "*",
  "**",
  "a*",
  "*a",
  "^",
  "^a",
  "+",
  "-",
  "-a",
  "a-b",
  "(",
  ")",
  "()",
  "((a)",
  "AND",
  "OR",
  "NOT",
  "a AND",
  "AND a",
  "a OR b",
  "NOT a",
  "NEAR",
  "NEAR(",
  "NEAR(a b)",
  "NEAR(a b, 5)",
  "near/2",
  "words:a",
  "id : x",
  "{words} : a",
  "- words : a",
  "rowid:1",
  "search:x",
  "a:b",
  "x:y:z",
  "C++",
  "C#",
  "c++*",
  "it's",
  "O'Brien",
  "a\\b",
  "%",
  "_",
  ";",
  "--",
  "/*",
  "a; DROP TABLE entity;--",
  "' OR 1=1 --",
  "\u0000",
  "a\u0000b",
  "漢字",
  "漢",
  "日本語テキスト",
  "한국어",
  "ไทย",
  "🎉",
  "👩‍👩‍👧‍👦",
  "👍🏽",
  "\ud800",
  "\udc00a",
  "a\ud800",
  "é",
  "e\u0301",
  "ﬁ",
  "İ",
  "ß",
  "ΟΔΟΣ",
  "１２３",
  "1e400",
  "9007199254740993",
  "null",
  "{}",
  '{"a":1}',
  "$.a",
  "a".repeat(10_000),
  '"a b',
  '"a" "b"',
  "a,b.c/d",
  "\u202e",
  "\ufeff",
  "a b ".repeat(2_000),
  "* ".repeat(500),
  '"'.repeat(999),
  "(".repeat(999),
];

const pieces = fc.constantFrom(
  ...fixed.slice(0, 80),
  "task",
  "feature-user-auth",
  "東京都",
  "emoji",
  "word",
  "+",
  "#",
  " ",
  '"',
  "*",
);
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  // Code units: halves of characters as well.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(" ")),
);

const printable = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => /^[\P{C}]+$/u.test(text));
const anyId = fc
  .tuple(
    fc.constantFrom("task", "feature", "paper_2"),
    fc.oneof(printable, pieces, fc.stringMatching(/^[a-zA-Z0-9"'*+#:.-]{1,30}$/)),
  )
  .map(([type, rest]) => `${type}-${rest}`);

async function makeStore(): Promise<Store> {
  const store = await openStore(":memory:");
  const texts = fixed.filter((text) => text.isWellFormed() && !text.includes("\0"));
  for (const [number, text] of texts.entries()) {
    await store.put({
      id: `task-${number}`,
      data: { text, more: `number ${number} of the texts`, list: [text, number] },
    });
  }
  await store.put({ id: "feature-user-auth", data: { title: "Sign in" } });
  return store;
}

async function searchAllWays(store: Store, text: string): Promise<void> {
  await store.search(text, { highlight: true, facets: ["type", "status"], total: true });
  await store.search(text, { order: "newest", limit: 5, offset: 1, type: "task" });
}

test(`none of ${fixed.length} texts with a meaning to the engine is an error`, async () => {
  await using store = await makeStore();
  for (const text of fixed) await searchAllWays(store, text);
  expect(fixed.length).toBeGreaterThan(60);
});

test("no random text is an error", async () => {
  await using store = await makeStore();
  await fc.assert(
    fc.asyncProperty(anyText, (text) => searchAllWays(store, text)),
    randomRuns(5_000, 100_000),
  );
  expect(await store.verify()).toEqual([]);
});

test("every id finds itself", async () => {
  await using store = await makeStore();
  const { numRuns, seed } = randomRuns(500, 10_000);
  const ids = [...new Set(fc.sample(anyId, { numRuns, seed }))];
  const taken: string[] = [];
  for (const id of ids) {
    // What is no id is refused, see the tests of ids.
    const created = await store.put({ id, data: { other: "text" } }).catch(() => undefined);
    if (created !== undefined) taken.push(id);
  }
  expect(taken.length).toBeGreaterThan(numRuns / 3);
  for (const id of ["feature-user-auth", ...taken]) {
    const { entities } = await store.search(id, { limit: 1_000, order: "newest" });
    expect(entities.map((entity) => entity.id)).toContain(id);
  }
});

test.each([
  ["C++", ["task-1"]],
  ["c++ guide", ["task-1"]],
  ["c", ["task-1", "task-2"]],
  ["C#", ["task-2"]],
  ["it's", ["task-3"]],
  ["its", []],
  ["漢字", ["task-4"]],
  ["字を", ["task-4"]],
  ["字漢", []],
  ["京都", ["task-5"]],
  ["🎉", ["task-6"]],
  ["party 🎉", ["task-6"]],
  ["🎈", []],
  ["naive cafe", ["task-7"]],
  ["NAÏVE CAFÉ", ["task-7"]],
  ['"user auth"', ["feature-user-auth"]],
  ['"auth user"', []],
  ["feature-user-auth", ["feature-user-auth"]],
  ["user-auth", ["feature-user-auth"]],
  ["auth*", ["feature-user-auth"]],
  ["ΟΔΟΣ", ["task-8"]],
  ["οδοσ", ["task-8"]],
  ["AND", ["task-9"]],
  ["NEAR home", ["task-9"]],
  ["λόγος", ["task-10"]],
  ["ΛΟΓΟΣ", ["task-10"]],
  ["DROP TABLE entity;--", []],
  ["(*", []],
])("%s finds %j", async (text, expected) => {
  await using store = await openStore(":memory:");
  const titles = [
    "C++ guide",
    "A C# guide",
    "it's here",
    "漢字を書く",
    "東京都庁",
    "A party 🎉!",
    "Naïve café",
    "Η οδός, ΟΔΟΣ.Α",
    "near AND home, search",
    "ΛΟΓΟΣ.Β",
  ];
  for (const [index, title] of titles.entries())
    await store.put({ id: `task-${index + 1}`, data: { title } });
  await store.put({ id: "feature-user-auth", data: { title: "Sign in" } });
  const { entities } = await store.search(text);
  expect(entities.map(({ id }) => id).sort()).toEqual([...expected].sort());
});

test("no text at all finds everything, newest first", async () => {
  await using store = await openStore(":memory:");
  for (const number of [1, 2, 3]) await store.put({ id: `task-${number}` });
  for (const text of ["", "  \n"]) {
    expect((await store.search(text, { order: "newest" })).entities.map(({ id }) => id)).toEqual([
      "task-3",
      "task-2",
      "task-1",
    ]);
  }
});
