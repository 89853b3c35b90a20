/**
 * @module Texts that are meant to do harm: the trust tests H1, H2 and H9, and what once stopped gh-store for good. The processor goes on.
 */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { foldObject } from "../../src/issues/fold.ts";
import { virtualMerge } from "../../src/issues/virtual-merge.ts";
import { readComment } from "../../src/issues/wire/comment.ts";
import {
  isDocumentObject,
  orderedText,
  readDocument,
  writeDocument,
} from "../../src/issues/wire/document.ts";
import { randomRuns } from "../random-runs.ts";
import { ghStoreComment, openStage, type Stage } from "./stage.ts";

const realm = Reflect.ownKeys(Object.prototype);

/** Nothing has come to what all objects have. */
function expectClean(): void {
  expect(Reflect.ownKeys(Object.prototype)).toEqual(realm);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
}
afterEach(expectClean);

const meta = '{"client_version":"1","timestamp":"2026-11-20T10:00:00Z","update_mode":"append"}';
const evil = '{"polluted":1}';
const own = (steps: string) => `{"_data":{},"_meta":{"hubstead":{"v":1,"steps":[{"edits":[${steps}]}]}}}`;
const paths = [
  "/__proto__/polluted",
  "/constructor/prototype/polluted",
  "/a/__proto__",
  "/prototype/polluted",
];

/** The 40 that are known. */
const fixed = [
  ...["__proto__", "constructor", "prototype", "toString"].flatMap((key) => [
    `{"${key}":${evil}}`,
    `{"a":{"${key}":${evil}}}`,
    `{"a":[{"${key}":${evil}}]}`,
    `{"_data":{"${key}":${evil}},"_meta":${meta}}`,
    `{"_data":{"a":[[{"${key}":${evil}}]]},"_meta":${meta}}`,
  ]),
  '{"constructor":{"prototype":{"polluted":1}}}',
  `{"_data":{"constructor":{"prototype":{"polluted":1}}},"_meta":${meta}}`,
  `{"_data":{},"_meta":{"__proto__":${meta}}}`,
  `{"__proto__":{"_data":{"polluted":1},"_meta":${meta}}}`,
  `{"_data":{"\\u005f_proto__":${evil}},"_meta":${meta}}`,
  `{"_data":{"__proto__":null},"_meta":${meta}}`,
  `{"_data":${evil},"_meta":${meta},"__proto__":{"type":"initial_state"}}`,
  `{"_data":{},"_meta":${meta},"type":{"__proto__":${evil}}}`,
  ...paths.flatMap((path) => [
    own(`{"op":"increment","path":"${path}","by":1}`),
    own(`{"op":"append","path":"${path}","items":[1]}`),
  ]),
  own(`{"op":"unset","paths":["/__proto__/toString"]}`),
  own(`{"op":"replace","data":{"__proto__":${evil}}}`),
  own(`{"op":"__proto__","data":${evil}}`),
  own(`{"op":"constructor","data":${evil}}`),
];

/** All that is done with a comment, from its text to the body. */
function digest(text: string): string {
  const content = readComment(text);
  virtualMerge([{ body: text, createdAt: "2026-11-20T10:00:00Z" }]);
  if (content.kind === "prose") return "prose";
  const base = { data: { a: { b: 1 }, list: [] }, version: 1 };
  const { data } = foldObject(base, [{ id: 1, content }]);
  const body = writeDocument(data);
  orderedText((readDocument(body) as { value: never }).value);
  return `${content.kind} ${body}`;
}

test("H1: 40 texts that are known to change what all objects have change nothing", () => {
  expect(fixed).toHaveLength(40);
  for (const text of fixed) {
    const told = digest(text);
    expectClean();
    // Kept as plain data, or refused: not lost.
    if (told.startsWith("update") && text.includes('"_data":{"')) expect(told, text).toContain("polluted");
  }
});

const key = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "polluted",
  "_data",
  "_meta",
  "type",
  "hubstead",
  "a",
);
const { value: nasty } = fc.letrec<{ value: unknown; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom("1", "null", '"__proto__"', "[]", meta),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    tie("object"),
  ),
  // As text: `JSON.stringify` cannot be made to write a key twice.
  object: fc
    .array(fc.tuple(key, tie("value")), { maxLength: 4 })
    .map((entries) => `{${entries.map(([name, value]) => `"${name}":${String(value)}`).join(",")}}`),
}));

test("H1: 5,000 texts with such keys at any depth change nothing", () => {
  const { seed, numRuns } = randomRuns(5_000);
  const form = fc.oneof(
    nasty.map(String),
    nasty.map((value) => `{"_data":${String(value)},"_meta":${meta}}`),
    nasty.map((value) => own(`{"op":"replace","data":${String(value)}}`)),
    nasty.map((value) => `{"_data":{},"_meta":${meta},"type":"initial_state","x":${String(value)}}`),
  );
  const kinds = new Set<string>();
  fc.assert(
    fc.property(form, (text) => {
      kinds.add(digest(text).split(" ", 1)[0]!);
      expectClean();
    }),
    { seed, numRuns },
  );
  expect([...kinds].sort()).toEqual(expect.arrayContaining(["initial", "malformed", "update"]));
});

/** An object with an update that waits behind other comments. */
async function processAmong(stage: Stage, texts: readonly string[], author: string): Promise<unknown> {
  const number = await stage.ghStoreObject("a", { n: 0 });
  for (const text of texts) await stage.as(author, `POST /issues/${number}/comments`, { body: text });
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  await stage.store("ada").processUpdates(number);
  expect(stage.issue(number).state).toBe("closed");
  return stage.data(number);
}

const most = 65_000;
const bombs: readonly ((index: number) => string)[] = [
  (index) => "[".repeat(most - index),
  (index) => '{"a":'.repeat(Math.floor((most - index) / 5)),
  (index) => `${"[".repeat(70 + index)}${"]".repeat(70 + index)}`,
  (index) => `${'{"a":'.repeat(70 + index)}1${"}".repeat(70 + index)}`,
  (index) => `{"_data":${'{"a":'.repeat(70 + index)}1${"}".repeat(70 + index)},"_meta":${meta}}`,
  (index) => `{"_data":${"[".repeat(9_000 + index)}`,
  (index) => `{${Array.from({ length: 7_000 }, (_, at) => `"${at + index}":1`).join(",")}, "n": }`,
  (index) => `{"${"k".repeat(60_000 + index)}": `,
  (index) => `[${"9".repeat(60_000 + index)}]`,
  (index) => `${"1".repeat(60_000 + index)}e`,
  (index) => `"${"\\u0000".repeat(10_000 + index)}`,
  (index) => `${" ".repeat(60_000 + index)}x`,
];

test("H2: 200 bombs of depth, width and length are set aside, whoever has laid them, and what comes behind them counts", async () => {
  await using stage = await openStage();
  const texts = Array.from({ length: 200 }, (_, index) => bombs[index % bombs.length]!(index));
  expect(await processAmong(stage, texts, "bob")).toEqual({ n: 1 });
});

test("H2: a number of 60,000 digits, and an object of 3,000 keys, pass as they are where they may", async () => {
  await using stage = await openStage();
  const digits = "9".repeat(55_000);
  const number = await stage.ghStoreObject("a", {});
  await stage.say("bob", number, `{"_data":{"n":${digits}},"_meta":${meta}}`);
  await stage.store("ada").processUpdates(number);
  expect(stage.issue(number).body).toBe(`{\n  "n": ${digits}\n}`);
  const wide = Object.fromEntries(Array.from({ length: 3_000 }, (_, key) => [`k${key}`, 1]));
  await stage.store("bob").create("b", wide);
  await stage.store("bob").increment("b", "/k2999", 1, { process: true });
  expect((await stage.store("bob").get("b")).data).toEqual({ ...wide, k2999: 2 });
});

test("H9: 50 compressed texts are words, and nobody unpacks them", async () => {
  await using stage = await openStage();
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  const update = gzipSync(ghStoreComment({ n: 666 }));
  const texts = Array.from({ length: 50 }, (_, index) => {
    const packed = index % 2 === 0 ? update : bomb;
    const forms = [
      packed.toString("base64"),
      `data:application/gzip;base64,${packed.toString("base64")}`,
      packed.toString("latin1").replaceAll("\u0000", ""),
      `"${packed.toString("base64")}"`,
      packed.toString("hex"),
    ];
    return forms[index % forms.length]!.slice(0, most);
  });
  expect(await processAmong(stage, texts, "bob")).toEqual({ n: 1 });
});

const poisons = [
  '{"_data":{},"_meta":null}',
  '{"_data":{},"_meta":[]}',
  '{"_data":null,"_meta":{}}',
  "42",
  "null",
  '"thanks"',
  "[1]",
  "true",
  "NaN",
  '{"_data":[1],"_meta":{"client_version":"1","timestamp":"t","update_mode":"append"}}',
];

test.each(["bob", "eve"])("what stops gh-store for good stops nothing here, from %s", async (author) => {
  await using stage = await openStage();
  expect(await processAmong(stage, poisons, author)).toEqual({ n: 1 });
});

test.each<[string, unknown]>([
  ["a list", [1, 2]],
  ["a number", 42],
  ["a text", "hello"],
  ["nothing", null],
])("an object that is %s takes an update", async (_, root) => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", root);
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  await stage.store("ada").processUpdates(number);
  expect(stage.data(number)).toEqual({ n: 1 });
});

test.each(["", "oops {", "null and void"])(
  "a body that is %j is put right from what was said",
  async (body) => {
    await using stage = await openStage();
    const number = await stage.ghStoreObject("a", { n: 0 });
    await stage.as("bob", `PATCH /issues/${number}`, { body });
    await stage.say("bob", number, ghStoreComment({ m: 1 }));
    await stage.store("ada").processUpdates(number);
    expect(stage.data(number)).toEqual({ n: 0, m: 1 });
    expect(isDocumentObject(stage.data(number) as never)).toBe(true);
  },
);

test("an object that grows beyond what an issue holds stays as it was, says so, and takes what fits", async () => {
  await using stage = await openStage();
  const store = stage.store("bob");
  const { issueNumber } = await store.create("a", { text: "x".repeat(30_000) });
  await store.update("a", { more: "y".repeat(40_000) });
  await store.update("a", { small: true }, { process: true });
  expect((await store.get("a")).data).toEqual({ text: "x".repeat(30_000), small: true });
  const [, refused] = await store.history("a");
  expect(refused!.because).toContain("60000 at most");
  expect(stage.issue(issueNumber).state).toBe("closed");
});
