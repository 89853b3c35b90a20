import fc from "fast-check";
import { expect, test } from "vitest";
import { checkJson } from "../../base/json.ts";
import { type CommentContent, readComment, type Step } from "./comment.ts";
import { type Document, type DocumentObject, VerbatimNumber } from "./document.ts";
import { applyEdit, type Edit } from "./edits.ts";
import {
  maxTextBytes,
  type Writer,
  writeCarriedComment,
  writeHandEditComment,
  writeInitialComment,
  writeUpdateComment,
} from "./write-comment.ts";

const writer: Writer = { clientVersion: "hubstead 0.1.0", time: "2026-11-20T09:56:38.604Z", issueNumber: 1 };
const meta = {
  client_version: "0.11.2",
  timestamp: "2026-11-20T09:56:38.604384+00:00",
  update_mode: "append",
};
const payload = (value: unknown) => readComment(JSON.stringify(value));
const merge = (data: DocumentObject): CommentContent => ({
  kind: "update",
  isForAll: true,
  steps: [{ time: meta.timestamp, edits: [{ op: "merge", data }] }],
});

test.each<[string, unknown, CommentContent]>([
  [
    "an initial state",
    { _data: { a: 1 }, _meta: meta, type: "initial_state" },
    { kind: "initial", data: { a: 1 } },
  ],
  [
    "an initial state that is no object",
    { _data: [1], _meta: meta, type: "initial_state" },
    { kind: "initial", data: [1] },
  ],
  ["an update", { _data: { a: 1 }, _meta: { ...meta, issue_number: 3 } }, merge({ a: 1 })],
  ["an update of 0.6, without a number", { _data: { a: 1 }, _meta: meta }, merge({ a: 1 })],
  [
    "an update with keys that nobody knows",
    { _data: { a: 1 }, _meta: { ...meta, x: 1 }, y: 2 },
    merge({ a: 1 }),
  ],
  ["an update with another type", { _data: { a: 1 }, _meta: meta, type: "system_alias" }, merge({ a: 1 })],
  [
    "an update whose mode gh-store ignores",
    { _data: { a: 1 }, _meta: { ...meta, update_mode: "replace" } },
    merge({ a: 1 }),
  ],
  [
    "the initial state of 0.4.3",
    { type: "initial_state", data: { a: 1 }, timestamp: meta.timestamp },
    { kind: "initial", data: { a: 1 } },
  ],
  [
    "an update of 0.4, the object as it is",
    { a: 1, data: 2 },
    { kind: "update", isForAll: true, steps: [{ edits: [{ op: "merge", data: { a: 1, data: 2 } }] }] },
  ],
  [
    "an object without anything",
    {},
    { kind: "update", isForAll: true, steps: [{ edits: [{ op: "merge", data: {} }] }] },
  ],
])("%s is read", (_, value, expected) => expect(payload(value)).toEqual(expected));

test.each<[string, string]>([
  ["42", "it is no JSON object"],
  ["null", "it is no JSON object"],
  ['"thanks"', "it is no JSON object"],
  ["[1]", "it is no JSON object"],
  ["[".repeat(65_000), "it is nested too deep"],
  ['{"_data":{},"_meta":null}', "its _meta is no object"],
  ['{"_data":{}}', "its _meta is no object"],
  ['{"_data":{},"_meta":{}}', "its _meta lacks client_version, timestamp or update_mode"],
  [
    JSON.stringify({ _data: {}, _meta: { ...meta, timestamp: null } }),
    "its _meta lacks client_version, timestamp or update_mode",
  ],
  [JSON.stringify({ _data: [1], _meta: meta }), "its _data is no object"],
  [JSON.stringify({ _data: null, _meta: meta }), "its _data is no object"],
  ['{"__proto__": {"a": 1}}', "it has a key __proto__"],
  [`{"_data":{"a":[{"\\u005f_proto__":1}]},"_meta":${JSON.stringify(meta)}}`, "it has a key __proto__"],
  [JSON.stringify({ _data: {}, _meta: { hubstead: {} } }), "its _meta.hubstead has no version"],
  [JSON.stringify({ _data: {}, _meta: { hubstead: { v: 1, steps: [] } } }), "its steps are no list"],
  [
    JSON.stringify({ _data: {}, _meta: { hubstead: { v: 1, steps: [{ edits: [{ op: "shuffle" }] }] } } }),
    "one of its steps is none",
  ],
  [
    JSON.stringify({ _data: {}, _meta: { hubstead: { v: 1, handEdit: { data: {} } } } }),
    "its hand edit is none",
  ],
])("%s is malformed", (text, why) => expect(readComment(text)).toEqual({ kind: "malformed", why }));

test.each(["", "thanks!", "{ not json", "```json\n{}\n```", "LGTM 42", "@ada {}"])("%j is prose", (text) =>
  expect(readComment(text)).toEqual({ kind: "prose" }),
);

test("what a version to come writes is known for that", () => {
  expect(payload({ _data: {}, _meta: { hubstead: { v: 2, magic: true } } })).toEqual({ kind: "newer" });
});

test("an update whose two parts say different things is neither", () => {
  const steps = [{ edits: [{ op: "merge", data: { a: 1 } }] }];
  const both = { ...meta, hubstead: { v: 1, steps } };
  expect(payload({ _data: { a: 1 }, _meta: both })).toEqual({ kind: "update", steps, isForAll: true });
  expect(payload({ _data: { a: 2 }, _meta: both })).toEqual({
    kind: "malformed",
    why: "its steps are not its _data",
  });
});

const from = { issue: 3, comment: 9, by: { login: "ada", id: 1 }, at: "2026-11-20T10:00:00Z" };
const continues = { issue: 3, comment: 9, version: 4 };
const edits = [{ op: "merge", data: { a: 1 } }] as const;

test("where a change was said first, and what an issue goes on with, are read as they were written", () => {
  const steps = [{ operation: "#3/9", from, edits }];
  expect(readComment(writeCarriedComment(steps))).toEqual({ kind: "update", steps, isForAll: false });
  const initial = writeInitialComment({ a: 1 }, writer, { continues });
  expect(readComment(initial)).toEqual({ kind: "initial", data: { a: 1 }, continues });
});

test.each<[string, unknown]>([
  ["no number", { ...from, issue: "3" }],
  ["a number below 0", { ...from, comment: -1 }],
  ["nobody known", { ...from, by: { login: "ada" } }],
  ["no time", { ...from, at: undefined }],
  ["a text", "#3"],
])("a change from somewhere that is %s is from here", (_, somewhere) => {
  const hubstead = { v: 1, steps: [{ edits, from: somewhere }] };
  expect(payload({ _data: {}, _meta: { hubstead } })).toEqual({
    kind: "update",
    steps: [{ edits }],
    isForAll: false,
  });
});

test.each([{ ...continues, issue: 1.5 }, { ...continues, version: null }, 3, null])(
  "an issue that goes on with %j goes on with nothing",
  (value) => {
    const text = {
      _data: {},
      _meta: { ...meta, hubstead: { v: 1, continues: value } },
      type: "initial_state",
    };
    expect(payload(text)).toEqual({ kind: "initial", data: {} });
  },
);

test("an update that comes to the same on nothing, and to something else on an object, is neither", () => {
  const steps = [
    {
      edits: [
        { op: "merge", data: { a: 5 } },
        { op: "merge", data: { a: { b: 1 } } },
      ],
    },
  ];
  expect(payload({ _data: { a: { b: 1 } }, _meta: { ...meta, hubstead: { v: 1, steps } } })).toEqual({
    kind: "malformed",
    why: "its steps are not its _data",
  });
});

/** What the store lets through. */
function isHeld(value: unknown): boolean {
  try {
    checkJson(value);
    return true;
  } catch {
    return false;
  }
}

const object = fc
  .dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 2 }))
  .filter(isHeld) as fc.Arbitrary<DocumentObject>;
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: object.map((data): Edit => ({ op: "merge", data })), weight: 4 },
  object.map((data): Edit => ({ op: "replace", data })),
  fc.constant<Edit>({ op: "unset", paths: ["/a", "/b/c"] }),
  object.map((item): Edit => ({ op: "append", path: "/list", items: [item] })),
  fc.integer().map((by): Edit => ({ op: "increment", path: "/n", by })),
);
const step = fc.record<Step>({
  operation: fc.stringMatching(/^[a-z]{1,8}$/u),
  time: fc.constant("2026-11-20T09:56:38.604Z"),
  edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
});

/** As gh-store's processor: what is complete is merged, anything else left alone. */
function asGhStore(text: string): Document | "left alone" {
  const { _data, _meta } = JSON.parse(text) as { _data: DocumentObject; _meta: Record<string, unknown> };
  return ["client_version", "timestamp", "update_mode"].every((name) => _meta[name] != null)
    ? _data
    : "left alone";
}

test("an old client merges what we write to the same result, or leaves it alone", () => {
  const seen = { alone: 0, merged: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), object, (steps, data) => {
      const text = writeUpdateComment(steps, writer);
      const content = readComment(text);
      const edits = (of: readonly Step[]) => of.flatMap((one) => one.edits);
      if (content.kind !== "update") throw new Error(`${text} is ${content.kind}`);
      expect(edits(content.steps)).toEqual(JSON.parse(JSON.stringify(edits(steps))));
      expect(content.steps.map(({ operation }) => operation)).toEqual(
        steps.map(({ operation }) => operation),
      );
      const merged = asGhStore(text);
      if (merged === "left alone") return void seen.alone++;
      seen.merged++;
      const ours = edits(steps).reduce<Document>(applyEdit, data);
      expect(applyEdit(data, { op: "merge", data: merged as DocumentObject })).toEqual(ours);
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(seen.alone, seen.merged)).toBeGreaterThan(50);
});

test("a hand edit is read as it was noted, and is left alone by gh-store", () => {
  const noted = { data: { a: [1] }, after: 7, by: { login: "ada", id: 3 }, at: "2026-11-20T10:00:00Z" };
  const text = writeHandEditComment(noted);
  expect(readComment(text)).toEqual({ kind: "hand edit", edit: noted });
  expect(asGhStore(text)).toBe("left alone");
});

test("an initial state carries what a label cannot", () => {
  const text = writeInitialComment({ a: 1 }, writer, { id: "Long,id", type: "issue-request" });
  expect(readComment(text)).toEqual({
    kind: "initial",
    data: { a: 1 },
    id: "Long,id",
    type: "issue-request",
  });
});

test("what gets too long with its spaces is written without them", () => {
  const wide = { list: Array.from({ length: 12_000 }, () => 1) };
  expect(Buffer.byteLength(writeInitialComment(wide, writer))).toBeLessThan(maxTextBytes);
  expect(readComment(writeInitialComment(wide, writer))).toEqual({ kind: "initial", data: wide });
});

test("a number that nobody can hold passes through an update", () => {
  const text = `{"_data":{"n":9007199254740993},"_meta":${JSON.stringify(meta)}}`;
  const content = readComment(text) as { steps: readonly Step[] };
  expect(content.steps[0]!.edits[0]).toEqual({
    op: "merge",
    data: { n: new VerbatimNumber("9007199254740993") },
  });
});
