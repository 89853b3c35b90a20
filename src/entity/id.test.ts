import { describe, expect, test } from "vitest";
import { checkId, checkTypeName, formatChangeId, parseChangeId, parseReplicaId } from "./id.ts";

const invalid = expect.objectContaining({ code: "invalid_input" });

describe("an id starts with its type, the leading run of letters, digits and _", () => {
  test.each([
    ["feature-voice-input", "feature"],
    ["paper:arxiv.2301.1", "paper"],
    ["metrics", "metrics"],
    ["a_b2-c", "a_b2"],
    ["_x", "_x"],
    ["7", "7"],
    ["übung-1", "übung"],
    ["特征-1", "特征"],
    ["task 1", "task"],
    ["task/1", "task"],
    ["policy:task", "policy"],
    ["constructor", "constructor"],
    ["__proto__", "__proto__"],
    ["x".repeat(200), "x".repeat(200)],
    [`x-${"😀".repeat(198)}`, "x"],
  ])("%j is of type %j", (id, type) => {
    expect(checkId(id)).toBe(type);
  });

  test.each([
    [""],
    ["-a"],
    [":a"],
    ["😀"],
    [" a"],
    ["a "],
    ["a\nb"],
    ["a\tb"],
    ["a\0b"],
    ["a\u200bb"],
    ["a\u202eb"],
    ["a\ud800"],
    ["a\u00a0b"],
    ["x".repeat(201)],
    [undefined],
    [null],
    [7],
    [["a"]],
  ])("%j is no id", (id) => {
    expect(() => checkId(id)).toThrow(invalid);
  });
});

describe("a type given explicitly may be longer", () => {
  test.each([
    ["issue-request", "issue-request"],
    ["issue-request-7", "issue-request"],
    ["issue-request:7", "issue-request"],
    ["issue-request-7", "issue"],
    ["issue-request-7", "issue-request-7"],
    ["a b c", "a b"],
  ])("%j may be of type %j", (id, type) => {
    expect(checkId(id, type)).toBe(type);
  });

  test.each([
    ["issue-request", "issue-requests"],
    ["issue-request", "request"],
    ["issue-request", "iss"],
    ["issue7", "issue"],
    ["issue_7", "issue"],
    ["issueé", "issue"],
    ["issue-1", ""],
    ["issue-1", "-issue"],
    ["issue-1", 7],
    ["issue-1", null],
  ])("%j may not be of type %j", (id, type) => {
    expect(() => checkId(id, type)).toThrow(invalid);
  });
});

test("a type is a printable name that starts with a letter, digit or _", () => {
  for (const name of ["task", "issue-request", "_", "7", "a b", "é"]) expect(checkTypeName(name)).toBe(name);
  for (const name of ["", "-a", " a", "a ", "a\n", "x".repeat(201), "\ud800", undefined, 7]) {
    expect(() => checkTypeName(name)).toThrow(invalid);
  }
});

test("a replica is 16 characters of base 32", () => {
  expect(parseReplicaId("abcdefgh234567xy")).toBe("abcdefgh234567xy");
  for (const id of [
    "",
    "abcdefgh234567x",
    "abcdefgh234567xyz",
    "abcdefgh234567x1",
    "ABCDEFGH234567XY",
    "abcdefgh234567xy\n",
    7,
    null,
  ]) {
    expect(() => parseReplicaId(id)).toThrow(invalid);
  }
});

describe("a change id", () => {
  test("is a replica and a number, and reads back", () => {
    expect(formatChangeId("abcdefgh234567xy", 12)).toBe("abcdefgh234567xy:12");
    expect(parseChangeId("abcdefgh234567xy:12")).toEqual({ replica: "abcdefgh234567xy", seq: 12 });
    expect(parseChangeId(`abcdefgh234567xy:${Number.MAX_SAFE_INTEGER}`).seq).toBe(Number.MAX_SAFE_INTEGER);
  });

  test.each([
    "",
    ":1",
    "abcdefgh234567xy",
    "abcdefgh234567xy:",
    "abcdefgh234567xy:0",
    "abcdefgh234567xy:01",
    "abcdefgh234567xy:-1",
    "abcdefgh234567xy:1.5",
    "abcdefgh234567xy:9007199254740992",
    "abcdefgh234567xy:99999999999999999",
    "abcdefgh234567xy:1:2",
    "x:1",
  ])("is not %j", (id) => {
    expect(() => parseChangeId(id)).toThrow(invalid);
  });

  test("is text", () => {
    for (const id of [undefined, null, 7, {}, ["abcdefgh234567xy:1"]])
      expect(() => parseChangeId(id)).toThrow(invalid);
  });
});

test("an error shows only the beginning of what it refuses", () => {
  const long = "\n".repeat(100_000);
  for (const check of [checkId, checkTypeName, parseReplicaId, parseChangeId]) {
    expect(() => check(long)).toThrow(/^.{1,200}$/u);
  }
});
