import { describe, expect, test } from "vitest";
import { createStory } from "../../test/story.ts";
import { changeId, concurrent, encodeChange, normalizeTime, parseChange, saw } from "./change.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

const whole = {
  replica: "abcdefgh234567xy",
  seq: 7,
  clock: "01a3185c50000001",
  seen: { bbbbbbbbbbbbbbbb: 3 },
  entity: "task-1",
  kind: "update",
  status: "closed",
  set: { a: { b: 1 } },
  unset: ["/c"],
  time: "2026-01-31T12:00:00.000Z",
  origin: "comment-1",
  author: "ada",
  note: "why",
};

function changed(fields: Record<string, unknown>): unknown {
  return { ...whole, ...fields };
}

describe("a change from outside", () => {
  test("is read as it is", () => {
    expect(parseChange(whole)).toEqual(whole);
    const least = { replica: whole.replica, seq: 1, clock: whole.clock, entity: "task", kind: "delete" };
    expect(parseChange(least)).toEqual(least);
  });

  test("keeps the fields and kinds that this version does not know, byte for byte", () => {
    const future = changed({ kind: "archive", until: { year: 2030 }, lanes: [1, null] });
    const bytes = encodeChange(parseChange(future));
    expect(JSON.parse(bytes)).toEqual(future);
    expect(encodeChange(parseChange(JSON.parse(bytes)))).toBe(bytes);
  });

  test("may set data that nests as deep as data may", () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
    expect(() => parseChange(changed({ set: deep(64) }))).not.toThrow();
    expect(() => parseChange(changed({ set: deep(65) }))).toThrow(invalid);
  });

  test.each<[string, unknown]>([
    ["no object", []],
    ["null", null],
    ["text", "{}"],
    ["without a replica", changed({ replica: undefined })],
    ["of a replica with another alphabet", changed({ replica: "ABCDEFGH234567XY" })],
    ["of a short replica", changed({ replica: "abc" })],
    ["with seq 0", changed({ seq: 0 })],
    ["with a broken seq", changed({ seq: 1.5 })],
    ["with a seq that is text", changed({ seq: "1" })],
    ["with a seq beyond 2^53-1", changed({ seq: 2 ** 53 })],
    ["with a clock beyond the year 9999", changed({ clock: "ffffffffffffffff" })],
    ["without a clock", changed({ clock: null })],
    ["without a kind", changed({ kind: undefined })],
    ["with a kind that is a list", changed({ kind: ["update"] })],
    ["without an entity", changed({ entity: undefined })],
    ["with an entity that cannot be printed", changed({ entity: "task-\u0007" })],
    ["with a type that the id does not start with", changed({ type: "note" })],
    ["with a type that is no name", changed({ type: "" })],
    ["with a list to set", changed({ set: [1] })],
    ["with null to set", changed({ set: null })],
    ["with text to unset", changed({ unset: "/a" })],
    ["with a number to unset", changed({ unset: [1] })],
    ["with a pointer without a slash", changed({ unset: ["a"] })],
    ["with a pointer to __proto__", changed({ unset: ["/__proto__"] })],
    ["that resolves no change id", changed({ resolves: ["abc"] })],
    ["that resolves seq 0", changed({ resolves: ["abcdefgh234567xy:0"] })],
    ["with a seen that is a list", changed({ seen: [1] })],
    ["with a seen of no replica", changed({ seen: { x: 1 } })],
    ["with a seen of 0", changed({ seen: { bbbbbbbbbbbbbbbb: 0 } })],
    ["that saw itself", changed({ seen: { abcdefgh234567xy: 7 } })],
    ["with a status that is a number", changed({ status: 1 })],
    ["with a status of 101 characters", changed({ status: "x".repeat(101) })],
    ["with an author of 201 characters", changed({ author: "x".repeat(201) })],
    ["with a note of 10,001 characters", changed({ note: "x".repeat(10_001) })],
    ["with an origin that is an object", changed({ origin: {} })],
    ["with a time without milliseconds", changed({ time: "2026-01-31T12:00:00Z" })],
    ["with a time that is none", changed({ time: "2026-13-41T99:99:99.999Z" })],
    ["with the 30th of February", changed({ time: "2026-02-30T12:00:00.000Z" })],
    ["with an unknown field that no storage could hold", changed({ future: "a\0" })],
    ["with an unknown field that is not JSON", changed({ future: 1n })],
  ])("that is malformed is refused: %s", (_, value) => {
    expect(() => parseChange(value)).toThrow(invalid);
  });

  test("that is malformed never shows more than a little of itself in the error", () => {
    for (const field of ["replica", "clock", "entity", "type", "status", "origin", "time"]) {
      expect(() => parseChange(changed({ [field]: "\0".repeat(100_000) }))).toThrow(/^.{1,300}$/u);
    }
  });
});

test("the bytes of a change are canonical: keys in order, whatever order they were set in", () => {
  const reversed = Object.fromEntries(Object.entries(whole).reverse());
  expect(encodeChange(parseChange(reversed))).toBe(encodeChange(parseChange(whole)));
  expect(encodeChange(parseChange(whole))).toBe(
    '{"author":"ada","clock":"01a3185c50000001","entity":"task-1","kind":"update","note":"why","origin":"comment-1","replica":"abcdefgh234567xy","seen":{"bbbbbbbbbbbbbbbb":3},"seq":7,"set":{"a":{"b":1}},"status":"closed","time":"2026-01-31T12:00:00.000Z","unset":["/c"]}',
  );
});

test("a change is named by its replica and its number", () => {
  expect(changeId(parseChange(whole))).toBe("abcdefgh234567xy:7");
});

describe("causality", () => {
  test("who had folded a change saw it, and all that its writer saw", () => {
    const story = createStory();
    const first = story.write("A", { kind: "create" });
    const second = story.write("B", { kind: "update" }, { sees: [first] });
    const third = story.write("C", { kind: "update" }, { sees: [second] });
    const blind = story.write("D", { kind: "update" });
    expect(saw(third, first)).toBe(true);
    expect(saw(first, third)).toBe(false);
    expect(saw(third, third)).toBe(false);
    expect(concurrent(third, blind)).toBe(true);
    expect(concurrent(third, first)).toBe(false);
    expect(concurrent(third, third)).toBe(false);
  });

  test("its own earlier changes are always among what a replica saw", () => {
    const story = createStory();
    const first = story.write("A", { kind: "create" });
    const second = story.write("A", { kind: "update" });
    expect(saw(second, first)).toBe(true);
  });
});

describe("a time", () => {
  test.each([
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31T12:00", "2026-01-31T12:00:00.000Z"],
    ["2026-01-31 12:00", "2026-01-31T12:00:00.000Z"],
    ["2026-01-31T12:00:01Z", "2026-01-31T12:00:01.000Z"],
    ["2026-01-31t12:00:01z", "2026-01-31T12:00:01.000Z"],
    ["2026-01-31T12:00:01.5Z", "2026-01-31T12:00:01.500Z"],
    ["2026-01-31T12:00:01.123456Z", "2026-01-31T12:00:01.123Z"],
    ["2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z"],
    ["2026-01-31T12:00:00-0530", "2026-01-31T17:30:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ])("%j is %s", (text, expected) => {
    expect(normalizeTime(text)).toBe(expected);
  });

  test("is also a date", () => {
    expect(normalizeTime(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
  });

  test.each([
    "",
    "yesterday",
    "1",
    "2026",
    "2026-01",
    "31.01.2026",
    "2026-13-01",
    "2026-02-30",
    "2025-02-29",
    "2026-02-30T10:00",
    "2026-01-31 (1)",
    "2026-01-31T25:00",
    "2026-01-31T12:60",
    "2026-01-31T12:00:61Z",
    "2026-01-31T12:00 GMT+2",
    "2026-01-31Z",
    "+012026-01-31T12:00:00Z",
    "9999-12-31T23:59:59-05:00",
    "2026-01-31T12:00:00Z\n",
  ])("%j is none", (text) => {
    expect(() => normalizeTime(text)).toThrow(invalid);
  });

  test("no other value is one", () => {
    for (const value of [undefined, null, 0, {}, new Date(Number.NaN), new Date(8.64e15)]) {
      expect(() => normalizeTime(value as unknown as string)).toThrow(invalid);
    }
  });
});
