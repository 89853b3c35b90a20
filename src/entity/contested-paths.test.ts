import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { awkwardObject } from "../../test/awkward-json.ts";
import { randomRuns } from "../../test/random-runs.ts";
import { createStory, nameOf, type Story } from "../../test/story.ts";
import { canonicalJson, type JsonObject } from "../base/json.ts";
import type { Draft, LoggedChange } from "./change.ts";
import { applyEdit } from "./edit.ts";
import { touchesOf } from "./touches.ts";

const update = (set: Draft["set"], unset?: readonly string[]): Draft => ({
  kind: "update",
  ...(set === undefined ? {} : { set }),
  ...(unset === undefined ? {} : { unset }),
});

function begin(set: JsonObject = {}, policy?: JsonObject): { story: Story; first: LoggedChange } {
  const story = createStory();
  const sees =
    policy === undefined
      ? []
      : [story.write("P", { kind: "create", set: policy }, { entity: "policy:task" })];
  return { story, first: story.write("A", { kind: "create", type: "task", set }, { sees }) };
}

/** Two edits of people who saw the same and not each other; the second has the later clock. */
function clash(base: JsonObject, left: Draft, right: Draft, policy?: JsonObject): Story {
  const { story, first } = begin(base, policy);
  story.write("B", left, { sees: [first] });
  story.write("C", right, { sees: [first] });
  return story;
}

describe("merge-fields", () => {
  test("edits of different fields both hold, and nothing is listed", () => {
    const story = clash({ a: 1, b: 1 }, update({ a: 2 }), update({ b: 2 }));
    expect(story.fold()).toMatchObject({ data: { a: 2, b: 2 }, conflicts: [] });
  });

  test("of two values for one field the later clock shows, and both are listed", () => {
    const story = clash({ a: 1 }, update({ a: 2 }), update({ a: 3 }));
    expect(story.fold().data).toEqual({ a: 3 });
    expect(story.conflicts()).toEqual(["/a: B1 C1"]);
  });

  test("the same value twice is no conflict", () => {
    const story = clash({ a: 1 }, update({ a: [1, { b: 2 }] }), update({ a: [1, { b: 2 }] }));
    expect(story.fold()).toMatchObject({ data: { a: [1, { b: 2 }] }, conflicts: [] });
  });

  test("a value stands against the removal of its field, or of what holds it", () => {
    expect(clash({ a: 1 }, update({ a: 2 }), update(undefined, ["/a"])).conflicts()).toEqual(["/a: B1 C1"]);
    const story = clash({ a: { b: 1, c: 1 } }, update({ a: { b: 2 } }), update(undefined, ["/a"]));
    expect(story.fold().data).toEqual({});
    expect(story.conflicts()).toEqual(["/a: B1 C1", "/a/b: B1 C1"]);
  });

  test("a value stands against what is set below its path", () => {
    const story = clash({ a: 0 }, update({ a: 5 }), update({ a: { b: 1 } }));
    expect(story.fold().data).toEqual({ a: { b: 1 } });
    expect(story.conflicts()).toEqual(["/a: B1 C1", "/a/b: B1 C1"]);
  });

  test("an object that is merged in stands against nothing inside it", () => {
    expect(clash({}, update({ a: {} }), update({ a: { b: 1 } })).conflicts()).toEqual([]);
    expect(clash({ a: { b: 0 } }, update({ a: {} }), update(undefined, ["/a/b"])).conflicts()).toEqual([]);
  });

  test("status is a path of its own", () => {
    const story = clash(
      { a: 1 },
      { kind: "update", status: "closed" },
      { kind: "update", status: "draft", set: { a: 2 } },
    );
    expect(story.fold()).toMatchObject({ status: "draft", data: { a: 2 } });
    expect(story.conflicts()).toEqual(["status: B1 C1"]);
  });

  test("a key named status is no status, and keys with signs are told apart", () => {
    const story = clash(
      {},
      { kind: "update", status: "closed", set: { "a/b": 1 } },
      update({ status: "x", a: { b: 2 } }),
    );
    expect(story.fold()).toMatchObject({
      status: "closed",
      data: { status: "x", "a/b": 1, a: { b: 2 } },
      conflicts: [],
    });
  });

  test("keys that every object inherits are paths like others", () => {
    const story = clash(
      {},
      update({ constructor: 1, toString: { valueOf: 1 } }),
      update({ constructor: 2, toString: { valueOf: 1 } }),
    );
    expect(story.conflicts()).toEqual(["/constructor: B1 C1"]);
  });

  test("the removal of everything stands against whatever is set", () => {
    const story = clash({ a: 1, b: 1 }, update({ a: 2 }), update(undefined, [""]));
    expect(story.fold().data).toEqual({});
    expect(story.conflicts()).toEqual([": B1 C1", "/a: B1 C1"]);
  });

  test("three heads are listed in the order of the fold", () => {
    const { story, first } = begin({ a: 1 });
    story.write("C", update({ a: 2 }), { sees: [first], at: 30 });
    story.write("B", update({ a: 3 }), { sees: [first], at: 20 });
    story.write("D", update({ a: 4 }), { sees: [first], at: 10 });
    expect(story.conflicts()).toEqual(["/a: D1 B1 C1"]);
    expect(story.fold().data).toEqual({ a: 2 });
  });

  test("what an edit replaces without touching it is not lost to a later, smaller edit", () => {
    const { story, first } = begin({ a: { b: {} } });
    story.write("B", update({ a: { b: { x: 1 } } }), { sees: [first] });
    story.write("C", update({ a: "text" }), { sees: [first] });
    story.write("C", update({ a: {} }, ["/a/b/c"]));
    expect(story.fold().data).toEqual({ a: {} });
    expect(story.conflicts()).toContain("/a/b/x: B1 C1");
  });

  test("a scalar is not lost where the object that replaced it is emptied", () => {
    const { story, first } = begin({});
    story.write("B", update({ a: true }), { sees: [first] });
    const made = story.write("C", update({ a: { b: 1 } }), { sees: [first] });
    story.write("C", update(undefined, ["/a/b"]), { sees: [made] });
    expect(story.fold().data).toEqual({ a: {} });
    expect(story.conflicts()).toEqual(["/a: B1 C1"]);
  });
});

describe("a conflict closes", () => {
  test("when somebody who saw all its heads touches the path", () => {
    const { story, first } = begin({ a: 1 });
    const left = story.write("B", update({ a: 2 }), { sees: [first] });
    const right = story.write("C", update({ a: 3 }), { sees: [first] });
    story.write("D", update({ b: 1 }), { sees: [left, right] });
    expect(story.conflicts()).toEqual(["/a: B1 C1"]);
    story.write("E", update({ a: 4 }), { sees: [left] });
    expect(story.conflicts()).toEqual(["/a: C1 E1"]);
    story.write("D", update({ a: 5 }), { sees: story.log });
    expect(story.fold()).toMatchObject({ data: { a: 5, b: 1 }, conflicts: [] });
  });

  test("when the path is removed, replaced from above, or set below", () => {
    for (const draft of [
      update(undefined, ["/a/b"]),
      update({ a: 1 }),
      update({ a: { b: { c: 1 } } }),
      update(undefined, [""]),
    ]) {
      const { story, first } = begin({ a: { b: 0 } });
      const left = story.write("B", update({ a: { b: 2 } }), { sees: [first] });
      const right = story.write("C", update({ a: { b: 3 } }), { sees: [first] });
      story.write("D", draft, { sees: [left, right] });
      expect(story.conflicts()).toEqual([]);
    }
  });

  test("not by an edit that leaves the path as it is", () => {
    for (const draft of [
      update({ a: {} }),
      update(undefined, ["/a/b/c"]),
      update({ a: { c: 1 } }),
      update({}),
    ]) {
      const { story, first } = begin({ a: { b: 0 } });
      const left = story.write("B", update({ a: { b: 2 } }), { sees: [first] });
      const right = story.write("C", update({ a: { b: 3 } }), { sees: [first] });
      story.write("D", draft, { sees: [left, right] });
      expect(story.conflicts()).toEqual(["/a/b: B1 C1"]);
    }
  });

  test("when the heads come to agree", () => {
    const { story, first } = begin({ a: 1 });
    story.write("B", update({ a: 2 }), { sees: [first] });
    story.write("C", update({ a: 3 }), { sees: [first] });
    story.write("B", update({ a: 3 }));
    expect(story.conflicts()).toEqual([]);
  });
});

describe("the same id created on two replicas", () => {
  const both = (left: Draft, right: Draft): Story => {
    const story = createStory();
    story.write("A", { type: "task", ...left, kind: "create" });
    story.write("B", { type: "task", ...right, kind: "create" });
    return story;
  };

  test("is one entity, and in no conflict where the data are the same", () => {
    const story = both({ kind: "create", set: { a: 1 } }, { kind: "create", set: { a: 1 } });
    expect(story.fold()).toMatchObject({ data: { a: 1 }, version: 2, conflicts: [] });
  });

  test("is listed where the data differ, also where one does not mention a field", () => {
    const story = both(
      { kind: "create", set: { a: 1, b: 1 } },
      { kind: "create", set: { a: 2, c: { d: 1 } } },
    );
    expect(story.fold().data).toEqual({ a: 2, b: 1, c: { d: 1 } });
    expect(story.conflicts()).toEqual(["/a: A1 B1", "/b: A1 B1", "/c/d: A1 B1"]);
  });

  test("stays listed at a field until somebody who saw both touches it", () => {
    const story = both({ kind: "create", set: { a: 1 } }, { kind: "create", set: { b: 1 } });
    story.write("A", update({ a: 2 }));
    expect(story.conflicts()).toEqual(["/a: B1 A2", "/b: A1 B1"]);
    story.write("A", update({ a: 3, b: 2 }), { sees: story.log });
    expect(story.conflicts()).toEqual([]);
  });

  test("a create that saw the other one says nothing by its silence", () => {
    const story = createStory();
    const first = story.write("A", { kind: "create", set: { a: 1 } });
    story.write("B", { kind: "create", set: { a: 1, b: 1 } });
    story.write("C", { kind: "create", set: { c: 1 } }, { sees: [first] });
    expect(story.conflicts()).toEqual(["/b: A1 B1"]);
  });

  test("under two types is listed, and a resolve decides which it keeps", () => {
    const story = createStory();
    const id = "task-1";
    story.write("A", { kind: "create", type: "task" }, { entity: id });
    story.write("B", { kind: "create", type: "task-1" }, { entity: id });
    expect(story.fold().type).toBe("task-1");
    expect(story.conflicts()).toEqual(["type: A1 B1"]);
    story.write("C", { kind: "resolve", type: "task" }, { sees: story.log });
    expect(story.fold()).toMatchObject({ type: "task", conflicts: [] });
  });

  test("is in conflict exactly where the data differ, whatever they are", () => {
    fc.assert(
      fc.property(awkwardObject, awkwardObject, (left, right) => {
        const state = both({ kind: "create", set: left }, { kind: "create", set: right }).fold();
        const isSame = canonicalJson(left) === canonicalJson(right);
        expect(state.conflicts.length === 0).toBe(isSame);
        expect(canonicalJson(state.data)).toBe(canonicalJson(applyEdit(left, { set: right })));
      }),
      randomRuns(500, 50_000),
    );
  });
});

describe("two edits that nobody saw together", () => {
  const key = fc.constantFrom("a", "b", "", "constructor");
  const { object } = fc.letrec<{ object: JsonObject; value: JsonObject[string] }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2, depthIdentifier: "clash" },
      fc.constantFrom<JsonObject[string]>(0, 1, null, [], [0]),
      tie("object"),
    ),
    object: fc.dictionary(key, tie("value"), { maxKeys: 3, depthIdentifier: "clash", noNullPrototype: true }),
  }));
  const pointer = fc
    .array(key, { maxLength: 3 })
    .map((path) => path.map((segment) => `/${segment}`).join(""));
  const edit = fc.record(
    { set: object, unset: fc.array(pointer, { maxLength: 2 }), status: fc.constantFrom("active", "closed") },
    { requiredKeys: [] },
  );

  test("are in conflict where their order would matter, and show what the later clock makes", () => {
    fc.assert(
      fc.property(object, edit, edit, (base, left, right) => {
        const story = clash(base, { kind: "update", ...left }, { kind: "update", ...right });
        const state = story.fold();
        const inOrder = applyEdit(applyEdit(base, left), right);
        const otherwise = applyEdit(applyEdit(base, right), left);
        expect(canonicalJson(state.data)).toBe(canonicalJson(inOrder));
        const statusDiffers =
          left.status !== undefined && right.status !== undefined && left.status !== right.status;
        if (statusDiffers || canonicalJson(inOrder) !== canonicalJson(otherwise))
          expect(state.conflicts).not.toEqual([]);
      }),
      randomRuns(3000, 300_000),
    );
  });

  test("are in no conflict where their order would matter for no data at all", () => {
    fc.assert(
      fc.property(edit, edit, (left, right) => {
        const story = clash({}, { kind: "update", ...left }, { kind: "update", ...right });
        const paths = [left, right].flatMap((one) =>
          touchesOf({ kind: "update", ...one } as unknown as LoggedChange["change"]).map(({ path }) => path),
        );
        // For every path that is touched, data where it holds a scalar, and data where it holds an object.
        const bases = paths.flatMap((path) =>
          [0, { a: 0, b: 0, "": 0 }].map((value) => nest(path.slice(1), value)),
        );
        const isFree = bases.every(
          (base) =>
            canonicalJson(applyEdit(applyEdit(base, left), right)) ===
            canonicalJson(applyEdit(applyEdit(base, right), left)),
        );
        const statusAgrees =
          left.status === undefined || right.status === undefined || left.status === right.status;
        if (isFree && statusAgrees) expect(story.conflicts()).toEqual([]);
      }),
      randomRuns(3000, 300_000),
    );
  });

  function nest(path: readonly string[], value: JsonObject[string]): JsonObject {
    const nested = path.reduceRight<JsonObject[string]>((inner, segment) => ({ [segment]: inner }), value);
    return typeof nested === "object" && nested !== null && !Array.isArray(nested)
      ? (nested as JsonObject)
      : {};
  }
});

describe("rules for fields", () => {
  const ruled = (rule: JsonObject[string], left: Draft["set"], right: Draft["set"]) =>
    clash({ n: 0 }, update(left), update(right), { fields: { "/n": rule } });

  test("decide where the heads set comparable values; both stay listed", () => {
    expect(ruled("max", { n: 7 }, { n: 3 }).fold().data).toEqual({ n: 7 });
    expect(ruled("min", { n: 3 }, { n: 7 }).fold().data).toEqual({ n: 3 });
    expect(ruled("older", { n: 7 }, { n: 3 }).fold().data).toEqual({ n: 7 });
    expect(ruled("newer", { n: 7 }, { n: 3 }).fold().data).toEqual({ n: 3 });
    expect(ruled("union", { n: [1, 2] }, { n: [2, 3] }).fold().data).toEqual({ n: [1, 2, 3] });
    expect(ruled({ rank: ["b".repeat(16)] }, { n: 7 }, { n: 3 }).fold().data).toEqual({ n: 7 });
    expect(ruled("max", { n: 7 }, { n: 3 }).conflicts()).toEqual(["/n: B1 C1"]);
  });

  test("do not apply to values that cannot be compared, to a removal, or to what is set below", () => {
    expect(ruled("max", { n: 7 }, { n: "3" }).fold().data).toEqual({ n: "3" });
    expect(ruled("max", { n: 7 }, { n: { a: 1 } }).fold().data).toEqual({ n: { a: 1 } });
    const story = clash({ n: 0 }, update({ n: 7 }), update(undefined, ["/n"]), { fields: { "/n": "max" } });
    expect(story.fold().data).toEqual({});
  });

  test("hold for status too, and for the value of three heads", () => {
    const story = clash(
      {},
      { kind: "update", status: "a" },
      { kind: "update", status: "b" },
      { fields: { status: "older" } },
    );
    expect(story.fold().status).toBe("a");
    story.write("D", { kind: "update", status: "c" }, { sees: [story.log[0]!], at: 2 });
    expect(story.fold().status).toBe("c");
  });

  test("what a rule made stays when an edit passes by, and after it is touched it is an ordinary value", () => {
    const story = clash({ n: { m: 0 } }, update({ n: { m: 7 } }), update({ n: { m: 3 } }), {
      fields: { "/n/m": "max" },
    });
    story.write("D", update({ n: {}, x: 1 }, ["/n/m/z"]), { sees: story.log });
    expect(story.fold().data).toEqual({ n: { m: 7 }, x: 1 });
    story.write("D", update({ n: { m: 1 } }));
    expect(story.fold()).toMatchObject({ data: { n: { m: 1 }, x: 1 }, conflicts: [] });
  });
});

describe("defer", () => {
  const deferred = () => clash({ a: 1 }, update({ a: 2 }), update({ a: 3 }), { resolver: "defer" });

  test("shows the provisional winner and keeps the conflict in the queue", () => {
    const story = deferred();
    expect(story.fold().data).toEqual({ a: 3 });
    expect(story.conflicts()).toEqual(["/a: B1 C1 (defer)"]);
  });

  test("an ordinary edit shows, and does not close it; only a resolve that saw its heads does", () => {
    const story = deferred();
    story.write("D", update({ a: 4 }), { sees: story.log });
    expect(story.fold().data).toEqual({ a: 4 });
    expect(story.conflicts()).toEqual(["/a: B1 C1 (defer)"]);
    story.write("E", { kind: "resolve", set: { a: 5 } }, { sees: [story.log[1]!] });
    expect(story.conflicts()).toContain("/a: B1 C1 (defer)");
    story.write("D", { kind: "resolve", set: { a: 6 } }, { sees: story.log });
    expect(story.fold()).toMatchObject({ data: { a: 6 }, conflicts: [] });
  });

  test("what went past stays in the queue whatever the clocks of others say", () => {
    for (const at of [3.5, 60]) {
      const story = deferred();
      const [first, left, right] = story.log as [LoggedChange, LoggedChange, LoggedChange];
      story.write("D", update({ a: 4 }), { sees: [left, right], at: 50 });
      story.write("E", update({ a: 5 }), { sees: [first, left], at });
      expect(story.conflicts()).toContain("/a: B1 C1 (defer)");
      expect(story.conflicts()).toHaveLength(2);
    }
  });

  test("a resolve closes it also where an edit went past meanwhile", () => {
    for (const at of [10, 60]) {
      const story = deferred();
      const [, left, right] = story.log as [LoggedChange, LoggedChange, LoggedChange];
      story.write("E", { kind: "resolve", set: { a: 5 } }, { sees: [left, right], at });
      story.write("D", update({ a: 4 }), { sees: [left, right], at: 50 });
      const order = at < 50 ? "E1 D1" : "D1 E1";
      expect(story.conflicts()).toEqual([`/a: ${order} (defer)`]);
    }
  });

  test("a conflict that waits is listed once, however many went past", () => {
    const story = deferred();
    const [, left, right] = story.log as [LoggedChange, LoggedChange, LoggedChange];
    story.write("D", update({ a: 4 }), { sees: [left, right] });
    story.write("E", update({ a: 4 }), { sees: [left, right] });
    expect(story.conflicts()).toEqual(["/a: B1 C1 (defer)"]);
  });
});

describe("resolutions", () => {
  /** Two resolutions of one conflict; B's writer had seen more of the entity, C's clock is later. */
  function resolvedTwice(left: Draft, right: Draft): Story {
    const { story, first } = begin({ a: 1 }, { resolver: "callback" });
    const one = story.write("D", update({ a: 2 }), { sees: [first] });
    const two = story.write("E", update({ a: 3 }), { sees: [first] });
    const more = story.write("B", update({ x: 1 }), { sees: [one, two] });
    story.write("B", { ...left, kind: "resolve" }, { sees: [more] });
    story.write("C", { ...right, kind: "resolve" }, { sees: [one, two] });
    return story;
  }

  test("against an ordinary edit that it had not seen, a resolution is in a new conflict", () => {
    const { story, first } = begin({ a: 1 }, { resolver: "callback" });
    const one = story.write("B", update({ a: 2 }), { sees: [first] });
    const two = story.write("C", update({ a: 3 }), { sees: [first] });
    story.write("D", { kind: "resolve", set: { a: 4 } }, { sees: [one, two] });
    expect(story.fold()).toMatchObject({ data: { a: 4 }, conflicts: [] });
    story.write("E", update({ a: 5 }), { sees: [one] });
    expect(story.fold().data).toEqual({ a: 5 });
    expect(story.conflicts()).toEqual(["/a: D1 E1 (callback)"]);
  });

  test("of two the one that saw more of the entity wins, and they are not resolved again", () => {
    const story = resolvedTwice({ kind: "resolve", set: { a: 4 } }, { kind: "resolve", set: { a: 5 } });
    expect(story.fold()).toMatchObject({ data: { a: 4, x: 1 }, conflicts: [] });
  });

  test("of two that saw as much the later clock wins", () => {
    const { story, first } = begin({ a: 1 }, { resolver: "callback" });
    const one = story.write("D", update({ a: 2 }), { sees: [first] });
    const two = story.write("E", update({ a: 3 }), { sees: [first] });
    story.write("B", { kind: "resolve", set: { a: 4 } }, { sees: [one, two] });
    story.write("C", { kind: "resolve", set: { a: 5 } }, { sees: [one, two] });
    expect(story.fold()).toMatchObject({ data: { a: 5 }, conflicts: [] });
  });

  test("the winner shows whole where the other one set something below it, or removed it", () => {
    expect(
      resolvedTwice({ kind: "resolve", set: { a: 4 } }, { kind: "resolve", set: { a: { b: 5 } } }).fold()
        .data,
    ).toEqual({ a: 4, x: 1 });
    expect(
      resolvedTwice({ kind: "resolve", set: { a: 4 } }, { kind: "resolve", unset: ["/a"] }).fold().data,
    ).toEqual({ a: 4, x: 1 });
    expect(
      resolvedTwice({ kind: "resolve", set: { a: { b: 4 } } }, { kind: "resolve", set: { a: 5 } }).fold()
        .data,
    ).toEqual({ a: { b: 4 }, x: 1 });
    expect(
      resolvedTwice({ kind: "resolve", unset: ["/a"] }, { kind: "resolve", set: { a: { b: 5 } } }).fold()
        .data,
    ).toEqual({ x: 1 });
    expect(
      resolvedTwice({ kind: "resolve", set: { a: {} } }, { kind: "resolve", set: { a: 5 } }).fold().data,
    ).toEqual({ a: {}, x: 1 });
  });

  test("the winner stands against an ordinary edit that neither had seen", () => {
    const story = resolvedTwice({ kind: "resolve", set: { a: 4 } }, { kind: "resolve", set: { a: 5 } });
    story.write("F", update({ a: 6 }), { sees: [story.log[0]!], at: 6.5 });
    expect(story.fold().data).toEqual({ a: 6, x: 1 });
    expect(story.conflicts()).toEqual(["/a: B2 F1 (callback)"]);
  });

  test("what each set beside the conflict holds", () => {
    const story = resolvedTwice(
      { kind: "resolve", set: { a: 4, b: 1 } },
      { kind: "resolve", set: { a: 5, c: 1 } },
    );
    expect(story.fold().data).toEqual({ a: 4, b: 1, c: 1, x: 1 });
    expect(nameOf(story.log.at(-1)!)).toBe("C1");
  });
});
