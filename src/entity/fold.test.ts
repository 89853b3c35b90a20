import { describe, expect, test } from "vitest";
import { clockAt, createStory, nameOf, replicaNamed } from "../../test/story.ts";
import type { Change, Draft, LoggedChange } from "./change.ts";
import { fold, foldOnto, foldUpTo, followsAll, shownTime } from "./fold.ts";

const create = (set: Draft["set"] = {}): Draft => ({ kind: "create", type: "task", set });
const second = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000).toISOString();

test("an empty log is no entity", () => {
  expect(fold([])).toBeUndefined();
});

describe("changes that each saw all before", () => {
  test("a create makes an entity of version 1", () => {
    const story = createStory();
    story.write("A", { ...create({ name: "x" }), status: "draft" });
    expect(story.fold()).toEqual({
      id: "task-1",
      type: "task",
      status: "draft",
      data: { name: "x" },
      version: 1,
      createdAt: second(1),
      updatedAt: second(1),
      deleted: false,
      conflicts: [],
    });
  });

  test("every change adds one to the version and shows when it happened", () => {
    const story = createStory();
    story.write("A", create({ a: 1 }));
    story.write("A", { kind: "update", set: { b: 2 } });
    story.write("A", { kind: "update", status: "closed" }, { at: 60 });
    expect(story.fold()).toMatchObject({
      status: "closed",
      data: { a: 1, b: 2 },
      version: 3,
      createdAt: second(1),
      updatedAt: second(60),
    });
  });

  test("unset is applied before set, set merges objects, lists and scalars are replaced, null is a value", () => {
    const story = createStory();
    story.write("A", create({ a: { b: 1, c: 2 }, list: [1, 2], n: 1 }));
    story.write("A", { kind: "update", unset: ["/a", "/n"], set: { a: { d: 3 }, list: [3], e: null } });
    expect(story.fold().data).toEqual({ a: { d: 3 }, list: [3], e: null });
  });

  test("a deleted entity keeps its data, for restore", () => {
    const story = createStory();
    story.write("A", create({ a: 1 }));
    story.write("A", { kind: "update", status: "closed" });
    story.write("A", { kind: "delete" });
    expect(story.fold()).toMatchObject({ deleted: true, data: { a: 1 }, status: "closed", version: 3 });
    story.write("A", { kind: "restore", set: { b: 2 } });
    expect(story.fold()).toMatchObject({
      deleted: false,
      data: { a: 1, b: 2 },
      status: "closed",
      version: 4,
    });
  });

  test("a create after a delete starts anew: data, status, type and the time of creation; the version goes on", () => {
    const story = createStory();
    story.write("A", { kind: "create", type: "task-1", status: "closed", set: { a: 1 } });
    story.write("A", { kind: "delete" });
    story.write("A", { kind: "create", set: { b: 2 } }, { at: 30 });
    expect(story.fold()).toMatchObject({
      data: { b: 2 },
      status: "active",
      type: "task",
      version: 3,
      createdAt: second(30),
      deleted: false,
    });
  });

  test("kinds of later versions count, and have no effect", () => {
    const story = createStory();
    story.write("A", create({ a: 1 }));
    story.write("A", { kind: "archive", set: { a: 2 }, status: "closed" } as unknown as Draft);
    expect(story.fold()).toMatchObject({
      data: { a: 1 },
      status: "active",
      version: 2,
      updatedAt: second(2),
      deleted: false,
    });
    story.write("A", { kind: "delete" });
    story.write("A", { kind: "archive" } as unknown as Draft);
    expect(story.fold()).toMatchObject({ deleted: true, version: 4 });
  });

  test("the type that an id names holds where no create says one", () => {
    const story = createStory();
    story.write("A", { kind: "create", set: {} });
    expect(story.fold()).toMatchObject({ type: "task", status: "active" });
  });
});

describe("time", () => {
  test("is when it happened elsewhere, where a change says so, else what its clock shows", () => {
    const story = createStory();
    const { change } = story.write("A", { ...create(), time: "2020-01-01T00:00:00.000Z" });
    expect(shownTime(change)).toBe("2020-01-01T00:00:00.000Z");
    story.write("A", { kind: "update", set: { a: 1 } });
    story.write("A", { kind: "update", set: { a: 2 }, time: "2021-01-01T00:00:00.000Z" });
    expect(story.fold()).toMatchObject({
      createdAt: "2020-01-01T00:00:00.000Z",
      updatedAt: "2021-01-01T00:00:00.000Z",
    });
  });

  test("a fast clock is folded at once, and later edits of others come after it", () => {
    const story = createStory();
    const fast = story.write("A", create({ a: 1 }), { at: 30 * 86_400 });
    const informed = story.write(
      "B",
      { kind: "update", set: { a: 2 } },
      { sees: [fast], at: 30 * 86_400 + 1 },
    );
    expect(nameOf(informed)).toBe("B1");
    expect(story.fold()).toMatchObject({ data: { a: 2 }, conflicts: [] });
  });
});

describe("an outside event", () => {
  const event: Draft = {
    kind: "update",
    set: { a: 2 },
    origin: "comment-1",
    time: "2026-01-01T00:00:00.000Z",
  };

  test("that two stores recorded counts once, in the record with the lowest clock", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    const early = story.write("X", event, { sees: [first], at: 10 });
    story.write("Y", event, { sees: [first], at: 20 });
    expect(story.fold()).toMatchObject({ data: { a: 2 }, version: 2, conflicts: [] });
    const later = story.write("A", { kind: "update", set: { a: 3 } }, { sees: [early], at: 15 });
    expect(story.fold()).toMatchObject({ data: { a: 3 }, version: 3, conflicts: [] });
    expect(nameOf(later)).toBe("A2");
  });

  test("is seen by who saw any record of it", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    const late = story.write("Y", event, { sees: [first], at: 20 });
    story.write("B", { kind: "update", set: { a: 3 } }, { sees: [late], at: 21 });
    expect(story.fold()).toMatchObject({ data: { a: 3 }, version: 3, conflicts: [] });
    story.write("X", event, { sees: [first], at: 10 });
    expect(story.fold()).toMatchObject({ data: { a: 3 }, version: 3, conflicts: [] });
  });

  test("two comments of one person stay in order, whichever store recorded which first", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    const second: Draft = { ...event, set: { a: 3 }, origin: "comment-2" };
    story.write("X", event, { sees: [first], at: 10 });
    story.write("Y", event, { sees: [first], at: 11 });
    story.write("Y", second, { at: 12 });
    story.write("X", second, { at: 13 });
    expect(story.fold()).toMatchObject({ data: { a: 3 }, version: 3, conflicts: [] });
  });

  test("each record names its own state for ever", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    const late = story.write("Y", event, { sees: [first], at: 20 });
    const id = `${late.change.replica}:1`;
    const before = foldUpTo(story.log, id);
    story.write("X", event, { sees: [first], at: 10 });
    expect(foldUpTo(story.log, id)).toEqual(before);
    expect(before).toMatchObject({ data: { a: 2 }, version: 2 });
  });

  test("an empty origin is one too, and not that of changes without", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    story.write("X", { ...event, origin: "" }, { sees: [first] });
    story.write("Y", { ...event, origin: "" }, { sees: [first] });
    expect(story.fold()).toMatchObject({ version: 2, conflicts: [] });
  });
});

describe("the short way", () => {
  test("a change that saw all is folded onto the state", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    const state = story.fold();
    const next = story.write("B", { kind: "update", set: { b: 2 } }, { sees: [first] });
    expect(followsAll(next, story.log, state)).toBe(true);
    expect(foldOnto(state, next.change)).toEqual(story.fold());
  });

  test("is not open to a change that had not seen all, whose clock is not the last, or that repeats an event", () => {
    const story = createStory();
    const first = story.write("A", { ...create({ a: 1 }), origin: "issue-1" });
    const state = story.fold();
    const blind = story.write("B", { kind: "update", set: { b: 2 } });
    expect(followsAll(blind, [first], state)).toBe(false);
    const slow: LoggedChange = {
      ...blind,
      change: { ...blind.change, clock: clockAt(0) },
      seen: { [replicaNamed("a")]: 1 },
    };
    expect(followsAll(slow, [first], state)).toBe(false);
    const repeated: LoggedChange = { ...slow, change: { ...blind.change, origin: "issue-1" } };
    expect(followsAll(repeated, [first], state)).toBe(false);
    expect(followsAll({ ...repeated, change: { ...blind.change, origin: "issue-2" } }, [first], state)).toBe(
      true,
    );
  });

  test("is not open while a conflict is", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    const rival = story.write("B", create({ a: 2 }));
    const state = story.fold();
    const informed = story.write("B", { kind: "update", set: { a: 3 } }, { sees: [first, rival] });
    expect(followsAll(informed, story.log, state)).toBe(false);
    expect(followsAll(informed, story.log, { ...state, conflicts: [] })).toBe(true);
  });
});

describe("a change id", () => {
  test("names the state that its author saw, plus the change", () => {
    const story = createStory();
    const first = story.write("A", create({ a: 1 }));
    story.write("A", { kind: "update", set: { a: 2 } });
    const other = story.write("B", { kind: "update", set: { b: 1 } }, { sees: [first] });
    expect(foldUpTo(story.log, `${other.change.replica}:1`)).toMatchObject({
      data: { a: 1, b: 1 },
      version: 2,
    });
    expect(story.fold()).toMatchObject({ data: { a: 2, b: 1 }, version: 3 });
  });

  test("that is not in the log names nothing", () => {
    const story = createStory();
    story.write("A", create());
    expect(foldUpTo(story.log, `${replicaNamed("b")}:1`)).toBeUndefined();
  });
});

describe("what the beginning of a log settles", () => {
  const script: readonly (readonly [string, Draft])[] = [
    ["A", create({ a: 1, old: 1 })],
    ["A", { kind: "update", status: "closed" }],
    ["A", { kind: "delete" }],
    ["A", { kind: "restore" }],
    ["A", { kind: "archive" } as unknown as Draft],
  ];

  test.each([1, 2, 3, 4, 5])("holds for what follows %i changes that everybody saw", (count) => {
    const story = createStory();
    for (const [writer, draft] of script.slice(0, count)) story.write(writer, draft);
    const before = story.fold();
    const base = story.log.at(-1)!;
    const kind = before.deleted ? "restore" : "update";
    story.write("B", { kind, set: { a: 2 } }, { sees: [base], at: 20 });
    story.write("C", { kind, set: { b: 3 } }, { sees: [base], at: 30 });
    expect(story.fold()).toMatchObject({
      data: { a: 2, old: 1, b: 3 },
      status: before.status,
      version: count + 2,
      createdAt: before.createdAt,
      updatedAt: second(30),
      deleted: false,
      conflicts: [],
    });
  });

  test("twenty thousand changes and one that had not seen the last fold as they should", () => {
    const entry = (
      replica: string,
      seq: number,
      { at, seen, set }: { at: number; seen: Record<string, number>; set: Draft["set"] },
    ) => ({
      change: {
        replica,
        seq,
        clock: clockAt(at),
        entity: "task-1",
        kind: seq === 1 && replica === a ? "create" : "update",
        set,
      } as Change,
      seen,
    });
    const a = replicaNamed("a");
    const b = replicaNamed("b");
    const log = Array.from({ length: 20_000 }, (_, index) =>
      entry(a, index + 1, {
        at: index,
        seen: index === 0 ? {} : { [a]: index },
        set: { [`k${index % 7}`]: index },
      }),
    );
    log.push(entry(b, 1, { at: 30_000, seen: { [a]: 19_999 }, set: { k3: -1 } }));
    expect(fold(log)).toMatchObject({ version: 20_001, data: { k0: 19_999, k3: -1 }, conflicts: [] });
    log.push(entry(b, 2, { at: 30_001, seen: { [a]: 19_999, [b]: 1 }, set: { k0: -1 } }));
    expect(fold(log)).toMatchObject({
      version: 20_002,
      data: { k0: -1, k3: -1 },
      conflicts: [{ path: "/k0" }],
    });
  });
});
