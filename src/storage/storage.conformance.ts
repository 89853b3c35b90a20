/**
 * @module The suite that every driver of the storage port passes: each sentence of `storage.ts` is a test. Knows no
 * engine; what only some storages have is handed in.
 */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import type { JsonObject } from "../base/json.ts";
import { type Change, changeId, type Draft, parseChange } from "../entity/change.ts";
import type { EntityState } from "../entity/entity.ts";
import { describeQueries } from "./query.conformance.ts";
import { wordsOf } from "./search-words.ts";
import type { Outcome, Plan, Storage } from "./storage.ts";

export interface OpenForTest {
  /** A name; two openings of one place are one storage, as two processes have it. */
  readonly place: string;
  readonly busyTimeoutMs?: number;
  /** Wall time in milliseconds since 1970. */
  readonly now?: () => number;
}

/** What a storage has that several processes use. */
export interface SharedForTest {
  /** Keeps everybody else from writing, until the function that it returns is called. */
  readonly lock: (place: string) => () => void;
  /** Where a copy can be written, so that `open` finds it under the name. */
  readonly targetOf: (place: string) => string;
}

const create = (id: string, set: JsonObject = {}, more: Partial<Draft> = {}): Plan => ({
  target: { id },
  plan: () => ({ kind: "create", type: id.split("-")[0]!, status: "open", set, ...more }),
});
const change = (id: string, draft: Partial<Draft>): Plan => ({
  target: { id },
  plan: () => ({ kind: "update", ...draft }),
});
const nothing = (id: string): Plan => ({ target: { id }, plan: () => undefined });
const failing = (error: unknown): Plan => ({
  target: { id: "task-failing" },
  plan: () => {
    throw error;
  },
});

/**
 * @param open opens the storage of a place, making it where it is not there
 * @param shared absent for a storage that one process has for itself
 */
export function describeStorage(
  name: string,
  open: (how: OpenForTest) => Promise<Storage>,
  shared?: SharedForTest,
): void {
  let places = 0;
  const opened: Storage[] = [];
  const newPlace = () => `place-${++places}`;
  const openAt = async (place: string, how: Omit<OpenForTest, "place"> = {}): Promise<Storage> => {
    const storage = await open({ place, ...how });
    opened.push(storage);
    return storage;
  };
  const openNew = (how?: Omit<OpenForTest, "place">) => openAt(newPlace(), how);

  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
  });

  const snapshotOf = async (storage: Storage) => ({
    hash: await storage.stateHash(),
    last: await storage.lastPosition(),
    log: await storage.changesSince(0, 1_000),
    listed: await storage.list({ limit: 1_000, orderBy: "id" }),
    found: (await storage.search("", { limit: 1_000 })).entities.map(({ id }) => id).sort(),
  });

  describeQueries(name, () => open({ place: newPlace() }));

  describe(`commits of ${name}`, () => {
    test("a commit writes the change, the folded entity and what search finds", async () => {
      const storage = await openNew({ now: () => Date.parse("2026-01-31T12:00:00Z") });
      const [outcome] = await storage.commit([
        create("task-docs", { name: "Write documentation" }, { author: "ada", note: "first" }),
      ]);
      const entity: EntityState = {
        id: "task-docs",
        type: "task",
        status: "open",
        data: { name: "Write documentation" },
        version: 1,
        createdAt: "2026-01-31T12:00:00.000Z",
        updatedAt: "2026-01-31T12:00:00.000Z",
        deleted: false,
        conflicts: [],
      };
      expect(outcome!.before).toBeUndefined();
      expect(outcome!.after).toEqual(entity);
      expect(outcome!.logged!.change).toMatchObject({
        seq: 1,
        entity: "task-docs",
        kind: "create",
        author: "ada",
        note: "first",
      });
      expect(await storage.get("task-docs")).toEqual(entity);
      expect(await storage.changesSince(0, 10)).toMatchObject([
        { position: outcome!.logged!.position, change: outcome!.logged!.change },
      ]);
      expect((await storage.search("documentation", {})).entities.map(({ id }) => id)).toEqual(["task-docs"]);
    });

    test("the parts of a commit come in their order, and each sees those before it", async () => {
      const storage = await openNew();
      const seen: (number | undefined)[] = [];
      const count = (set: JsonObject): Plan => ({
        target: { id: "task-1" },
        plan: (current) => {
          seen.push(current?.version);
          return {
            kind: current === undefined ? "create" : "update",
            ...(current === undefined ? { type: "task" } : {}),
            set,
          };
        },
      });
      const outcomes = await storage.commit([count({ a: 1 }), count({ b: 2 }), count({ a: 3 })]);
      expect(seen).toEqual([undefined, 1, 2]);
      expect(outcomes.map(({ before, after }) => [before?.version, after?.version])).toEqual([
        [undefined, 1],
        [1, 2],
        [2, 3],
      ]);
      expect(outcomes[2]!.after!.data).toEqual({ a: 3, b: 2 });
      expect((await storage.get("task-1"))!.data).toEqual({ a: 3, b: 2 });
    });

    test("a plan gets a deleted entity as deleted, with its last data", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1", { a: 1 }), change("task-1", { kind: "delete" })]);
      let given: EntityState | undefined;
      const look = (current: EntityState | undefined): undefined => {
        given = current;
      };
      await storage.commit([{ target: { id: "task-1" }, plan: look }]);
      expect(given).toMatchObject({ deleted: true, version: 2, data: { a: 1 } });
    });

    test("an outside event is recorded once for each entity, in whatever commit it comes again", async () => {
      const storage = await openNew();
      const twice = [
        create("task-1", { n: 1 }, { origin: "x:1" }),
        change("task-1", { set: { n: 2 }, origin: "x:2" }),
        change("task-1", { set: { n: 1 }, origin: "x:1" }),
        create("task-2", { n: 1 }, { origin: "x:1" }),
      ];
      const outcomes = await storage.commit(twice);
      expect(outcomes.map(({ logged }) => logged !== undefined)).toEqual([true, true, false, true]);
      const again = await storage.commit(twice.slice(1));
      expect(again.map(({ logged, after }) => [logged, after!.version])).toEqual([
        [undefined, 2],
        [undefined, 2],
        [undefined, 1],
      ]);
      expect(await storage.get("task-1")).toMatchObject({ version: 2, data: { n: 2 } });
      expect(await storage.verify()).toEqual([]);
    });

    test("`undefined` records nothing: the entity is the same before and after", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1")]);
      const before = await snapshotOf(storage);
      const [known, unknown] = await storage.commit([nothing("task-1"), nothing("task-none")]);
      expect(known!.logged).toBeUndefined();
      expect(known!.after).toEqual(known!.before);
      expect(known!.after!.version).toBe(1);
      expect(unknown).toEqual({ before: undefined, after: undefined, logged: undefined });
      expect(await snapshotOf(storage)).toEqual(before);
    });

    test("no plan at all is a commit of nothing", async () => {
      const storage = await openNew();
      expect(await storage.commit([])).toEqual([]);
      expect(await storage.lastPosition()).toBe(0);
    });

    test("what a plan throws undoes the whole commit and reaches the caller as it is", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1", { a: 1 })]);
      const before = await snapshotOf(storage);
      const mistake = new Error("a mistake");
      await expect(
        storage.commit([
          create("task-2"),
          change("task-1", { set: { a: 2 } }),
          failing(mistake),
          create("task-3"),
        ]),
      ).rejects.toBe(mistake);
      expect(await snapshotOf(storage)).toEqual(before);
    });

    test("a failed commit leaves no trace: the next one goes on as if it had not been", async () => {
      const storage = await openNew();
      const twin = await openNew();
      await expect(storage.commit([create("task-0"), failing(new Error("a mistake"))])).rejects.toThrow(
        "a mistake",
      );
      for (const each of [storage, twin])
        await each.commit([create("task-1"), change("task-1", { status: "closed" })]);
      const shape = async (each: Storage) =>
        (await each.changesSince(0, 10)).map(({ position, change: { seq, entity, kind, seen } }) => ({
          position,
          seq,
          entity,
          kind,
          seen,
        }));
      expect(await shape(storage)).toEqual(await shape(twin));
      expect(await storage.verify()).toEqual([]);
    });

    test("what is too large for one entity is refused, after its plan was called, and undoes the whole commit", async () => {
      const storage = await openNew();
      let reached = "";
      const plans = ["task-1", "task-2", "task-3"].map(
        (id): Plan => ({
          target: { id },
          plan() {
            reached = id;
            return {
              kind: "create",
              type: "task",
              set: { text: id === "task-2" ? "x".repeat(1_048_576) : "" },
            };
          },
        }),
      );
      await expect(storage.commit(plans)).rejects.toMatchObject({
        code: "invalid_input",
        data: { maxBytes: 1_048_576 },
      });
      expect(reached).toBe("task-2");
      expect(await storage.lastPosition()).toBe(0);
    });

    test("what a commit returns is frozen, and shares nothing with what it was given", async () => {
      const storage = await openNew();
      const set = { list: [1], deep: { a: 1 } };
      const [outcome] = await storage.commit([create("task-1", set)]);
      const { deep, list } = outcome!.after!.data as typeof set;
      expect([outcome!.after, outcome!.after!.data, deep, list].every(Object.isFrozen)).toBe(true);
      expect([set, set.list, set.deep].some(Object.isFrozen)).toBe(false);
      set.deep.a = 2;
      expect((await storage.get("task-1"))!.data).toEqual({ list: [1], deep: { a: 1 } });
    });
  });

  describe(`the first match in ${name}`, () => {
    const take = (query: JsonObject): Plan => ({
      target: { first: query },
      plan: (current) => (current === undefined ? undefined : { kind: "update", status: "taken" }),
    });

    test("is taken in the order of the query", async () => {
      const storage = await openNew();
      await storage.commit([
        create("task-1", { rank: 2 }),
        create("task-2", { rank: 1 }),
        create("note-1", { rank: 0 }),
      ]);
      const [outcome] = await storage.commit([take({ type: "task", status: "open", orderBy: "rank" })]);
      expect(outcome!.after).toMatchObject({ id: "task-2", status: "taken", version: 2 });
    });

    test("is another one for each part of a commit that takes it", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1"), create("task-2")]);
      const outcomes = await storage.commit([
        take({ status: "open", orderBy: "id" }),
        take({ status: "open", orderBy: "id" }),
        take({ status: "open" }),
      ]);
      expect(outcomes.map(({ after }) => after?.id)).toEqual(["task-1", "task-2", undefined]);
    });

    test("is nothing where nothing matches: the plan gets `undefined`", async () => {
      const storage = await openNew();
      const [outcome] = await storage.commit([take({ status: "open" })]);
      expect(outcome).toEqual({ before: undefined, after: undefined, logged: undefined });
    });
  });

  describe(`the log of ${name}`, () => {
    test("an empty log ends at 0", async () => {
      const storage = await openNew();
      expect(await storage.lastPosition()).toBe(0);
      expect(await storage.changesSince(0, 10)).toEqual([]);
    });

    test("positions grow with every change and are not used twice, whatever fails between", async () => {
      const storage = await openNew();
      const used: number[] = [];
      const note = (outcomes: readonly Outcome[]) =>
        used.push(...outcomes.flatMap(({ logged }) => logged?.position ?? []));
      note(await storage.commit([create("task-1"), create("task-2")]));
      await storage.commit([create("task-3"), failing(new Error("a mistake"))]).catch(() => undefined);
      note(await storage.commit([nothing("task-1"), change("task-1", { status: "closed" })]));
      await storage.rebuild();
      note(await storage.commit([create("task-4")]));
      expect(used).toEqual([...new Set(used)].sort((a, b) => a - b));
      expect(used.length).toBe(4);
      expect(await storage.lastPosition()).toBe(used.at(-1));
      expect((await storage.changesSince(0, 10)).map(({ position }) => position)).toEqual(used);
    });

    test("it is read from a position on, at most so many", async () => {
      const storage = await openNew();
      await storage.commit([1, 2, 3, 4].map((number) => create(`task-${number}`)));
      const all = await storage.changesSince(0, 10);
      const middle = await storage.changesSince(all[0]!.position, 2);
      expect(middle).toEqual(all.slice(1, 3));
      expect(await storage.changesSince(all[3]!.position, 2)).toEqual([]);
    });

    test("all changes of one entity come in the order of the log, of an unknown one there are none", async () => {
      const storage = await openNew();
      await storage.commit([
        create("task-1"),
        create("task-2"),
        change("task-1", { set: { a: 1 } }),
        change("task-1", { kind: "delete" }),
      ]);
      expect((await storage.logOf("task-1")).map((entry) => entry.change.kind)).toEqual([
        "create",
        "update",
        "delete",
      ]);
      expect(await storage.logOf("task-none")).toEqual([]);
    });

    test("a change carries what its writer said, and is a change that every replica can read", async () => {
      const storage = await openNew();
      const draft: Draft = {
        kind: "update",
        status: "closed",
        set: { a: { b: null } },
        unset: ["/old"],
        author: "ada",
        note: "because",
        time: "2020-02-29T00:00:00.000Z",
        origin: "elsewhere/1",
      };
      await storage.commit([create("task-1", { old: 1 }), change("task-1", draft)]);
      const entry = (await storage.logOf("task-1"))[1]!;
      expect(entry.change).toMatchObject(draft);
      expect(parseChange(JSON.parse(JSON.stringify(entry.change)))).toEqual(entry.change);
      expect(await storage.get("task-1")).toMatchObject({
        status: "closed",
        data: { a: { b: null } },
        updatedAt: "2020-02-29T00:00:00.000Z",
      });
    });

    test("one replica numbers its changes without a gap, and its clock never steps back with the wall clock", async () => {
      let now = Date.parse("2026-01-31T12:00:00Z");
      const storage = await openNew({ now: () => now });
      await storage.commit([create("task-1")]);
      now -= 3_600_000;
      await storage.commit([change("task-1", { set: { a: 1 } }), change("task-1", { set: { a: 2 } })]);
      const log = await storage.changesSince(0, 10);
      expect(log.map((entry) => entry.change.seq)).toEqual([1, 2, 3]);
      expect(new Set(log.map((entry) => entry.change.replica)).size).toBe(1);
      const clocks = log.map((entry) => entry.change.clock);
      expect(clocks).toEqual([...new Set(clocks)].sort());
    });

    test("its writer had folded all that stands before", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1"), create("task-2")]);
      await storage.commit([change("task-1", { set: { a: 1 } })]);
      const log = await storage.changesSince(0, 10);
      const { replica } = log[0]!.change;
      expect(log.map(({ seen }) => seen[replica] ?? 0)).toEqual([0, 1, 2]);
    });
  });

  describe(`what is read from ${name}`, () => {
    test("deleted entities are read by id, and by nothing else", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1", { word: "needle" }), change("task-1", { kind: "delete" })]);
      expect(await storage.get("task-1")).toMatchObject({
        deleted: true,
        version: 2,
        data: { word: "needle" },
      });
      expect(await storage.list({})).toEqual({ entities: [] });
      expect(await storage.count({})).toBe(0);
      expect(await storage.facets(["type"], {})).toEqual({ type: [] });
      expect((await storage.search("needle", {})).entities).toEqual([]);
    });

    test("what was never there is `undefined`", async () => {
      const storage = await openNew();
      expect(await storage.get("task-none")).toBeUndefined();
      expect(await storage.getAlive("task-none")).toBeUndefined();
    });

    test("the living are read as callers see them, the deleted are not", async () => {
      const storage = await openNew({ now: () => Date.parse("2026-01-31T12:00:00Z") });
      const [made] = await storage.commit([create("task-1", { a: { b: 1 } })]);
      const { deleted: _, conflicts: __, ...entity } = made!.after!;
      const read = await storage.getAlive("task-1");
      expect(read).toEqual(entity);
      expect([read, read!.data, read!.data["a"]].every(Object.isFrozen)).toBe(true);
      await storage.commit([change("task-1", { set: { a: { b: 2 } } })]);
      expect((await storage.getAlive("task-1"))!.data).toEqual({ a: { b: 2 } });
      await storage.commit([change("task-1", { kind: "delete" })]);
      expect(await storage.getAlive("task-1")).toBeUndefined();
    });

    test("data come back as they were given, for any data", async () => {
      const storage = await openNew();
      const json = fc
        .jsonValue({ maxDepth: 4 })
        .filter((value) => typeof value === "object" && value !== null && !Array.isArray(value));
      let number = 0;
      await fc.assert(
        fc.asyncProperty(json, async (value) => {
          const data = JSON.parse(JSON.stringify(value), (_, item) =>
            typeof item === "number" && Number.isInteger(item) && !Number.isSafeInteger(item) ? 0 : item,
          ) as JsonObject;
          fc.pre(!JSON.stringify(data).includes("__proto__") && !JSON.stringify(data).includes("\\u0000"));
          const id = `task-${++number}`;
          await storage.commit([create(id, data)]);
          expect((await storage.get(id))!.data).toEqual(data);
        }),
        randomRuns(150),
      );
    });

    test("an explanation of a query is lines of text", async () => {
      const steps = await (await openNew()).explain({ type: "task" });
      expect(steps.length).toBeGreaterThan(0);
      expect(steps.every((step) => typeof step === "string" && step !== "")).toBe(true);
    });
  });

  describe(`the search of ${name}`, () => {
    const ids = async (storage: Storage, text: string, query = {}) =>
      (await storage.search(text, query)).entities.map(({ id }) => id);

    test("sees every committed write, changed and deleted ones too", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1", { text: "first" })]);
      expect(await ids(storage, "first")).toEqual(["task-1"]);
      await storage.commit([change("task-1", { set: { text: "second" } })]);
      expect(await ids(storage, "first")).toEqual([]);
      expect(await ids(storage, "second")).toEqual(["task-1"]);
      await storage.commit([change("task-1", { kind: "delete" })]);
      expect(await ids(storage, "second")).toEqual([]);
      await storage.commit([change("task-1", { kind: "restore" })]);
      expect(await ids(storage, "second")).toEqual(["task-1"]);
    });

    test("an id finds its entity, for any id", async () => {
      const storage = await openNew();
      const printable = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) =>
        text
          .toWellFormed()
          .replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "")
          .trimEnd(),
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom("feature", "_", "名", "Ω9"), printable, async (type, rest) => {
          const id = rest === "" ? type : `${type}-${rest}`;
          await storage.commit([
            {
              target: { id },
              plan: (current) => (current === undefined ? { kind: "create", type, set: {} } : undefined),
            },
          ]);
          expect(await ids(storage, id, { limit: 1_000 })).toContain(id);
        }),
        randomRuns(100),
      );
    });

    test("every piece of an entity's text finds it, for any text", async () => {
      const storage = await openNew();
      let number = 0;
      const text = fc.array(
        fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.string({ unit: "binary", maxLength: 6 })),
        { maxLength: 5 },
      );
      await fc.assert(
        fc.asyncProperty(text, fc.nat(9), async (pieces, at) => {
          const words = pieces
            .join(" ")
            .toWellFormed()
            .replaceAll(/[\0"*]/gu, "")
            .split(/\s+/u);
          const id = `task-${++number}`;
          await storage.commit([create(id, { text: words.join(" ") })]);
          const piece = words[at % words.length]!;
          fc.pre(wordsOf(piece).length > 0);
          expect(await ids(storage, piece, { limit: 1_000 })).toContain(id);
        }),
        randomRuns(100),
      );
    });

    test("no text is an error: quotes, operators, signs, halves of characters", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1", { text: 'C++ and "quotes" AND NOT NEAR name:foo 日本語 👍' })]);
      const fixed = [
        "",
        " ",
        '"',
        '""',
        '"""',
        "'",
        "*",
        "a*",
        "* *",
        "(",
        ")",
        "()",
        "(a",
        "NEAR(a b)",
        "a NEAR/2 b",
        "AND",
        "foo AND",
        "NOT",
        "OR OR",
        "a OR",
        "-a",
        "+a",
        "^a",
        "a:b",
        "name:foo",
        "{a b}:c",
        "C++",
        "it's",
        "a.b",
        "\\",
        "\0",
        "\ud800",
        "\uffff",
        "%",
        "_",
        "--",
        "/*",
        ";",
        "🏳️‍🌈",
        "e\u0301",
        "日本",
        "1e400",
        "null",
        "undefined",
        "a".repeat(10_000),
        "a ".repeat(2_000),
        `"${"a ".repeat(500)}"`,
      ];
      for (const text of fixed)
        await storage.search(text, { highlight: true, total: true, facets: ["type"] });
      const pieces = fc.constantFrom(
        '"',
        "*",
        "(",
        ")",
        ":",
        "^",
        "-",
        "+",
        "{",
        "}",
        "AND",
        "OR",
        "NOT",
        "NEAR",
        " ",
        "a",
        "日",
        "👍",
        "'",
        "\\",
        "\0",
        "\ud83d",
      );
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
            fc.string({ unit: "binary" }),
          ),
          fc.boolean(),
          async (text, newest) => {
            const found = await storage.search(text, {
              order: newest ? "newest" : "relevance",
              highlight: true,
            });
            expect(Array.isArray(found.entities)).toBe(true);
          },
        ),
        randomRuns(300),
      );
    });

    test.each<[string, string, readonly string[]]>([
      ["case and accents do not matter", "CREME brulee", ["dish"]],
      ["all words must be there", "creme cake", []],
      ["words in quotes stand side by side", '"brûlée crème"', []],
      ["a star lets a word go on", "bru*", ["dish"]],
      ["a beginning without a star is another word", "bru", []],
      ["a name with its signs", "C++", ["cpp"]],
      ["a name without its signs finds those with them", "c", ["cpp", "csharp"]],
      ["a word of Japanese inside a sentence", "東京", ["tokyo"]],
      ["characters that do not stand side by side", "京東", []],
      ["an emoji, whatever its skin", "👍", ["thumb"]],
      ["a word with an apostrophe", "don't", ["dont"]],
      ["a number", "42", ["number"]],
      ["a part of an id", "user-auth", ["id"]],
      ["a word deep inside lists", "inside", ["deep"]],
      ["keys are not searched", "hiddenkey", []],
      ["operators are words", "and", ["operators"]],
      ["a column of the index is no syntax", "words:creme", []],
      ["signs alone", "++", []],
    ])("%s", async (_, text, expected) => {
      const storage = await openNew();
      const texts: Record<string, JsonObject> = {
        dish: { name: "Crème brûlée" },
        cpp: { name: "We like C++ here" },
        csharp: { name: "and C# there".replace("and ", "") },
        tokyo: { name: "私は東京に住んでいます" },
        thumb: { name: "well done 👍🏽" },
        dont: { name: "we don't know" },
        number: { count: 42 },
        "feature-user-auth": {},
        deep: { list: [[{ text: "inside" }]] },
        key: { hiddenkey: "shown" },
        operators: { name: "this AND that NOT" },
      };
      await storage.commit(
        Object.entries(texts).map(([id, data]) => create(id === "feature-user-auth" ? id : `x-${id}`, data)),
      );
      const found = (await ids(storage, text)).map((id) => (id === "feature-user-auth" ? "id" : id.slice(2)));
      expect(found.sort()).toEqual([...expected].sort());
    });

    test("relevance puts the text that is most about the word first, the newest order the newest", async () => {
      let now = 1_000;
      const storage = await openNew({ now: () => (now += 1_000) });
      await storage.commit([create("task-much", { text: "needle needle needle" })]);
      await storage.commit([create("task-little", { text: `needle ${"hay ".repeat(50)}` })]);
      expect(await ids(storage, "needle")).toEqual(["task-much", "task-little"]);
      expect(await ids(storage, "needle", { order: "newest" })).toEqual(["task-little", "task-much"]);
    });

    test("newest first follows the time of the last change, old ones and those far ahead too", async () => {
      const storage = await openNew();
      const times = [
        "1900-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
        "2026-01-01T00:00:00.000Z",
        "1970-01-01T00:00:00.000Z",
        "2026-01-01T00:00:00.000Z",
      ];
      await storage.commit(
        times.map((time, number) => create(`task-${number}`, { text: "needle" }, { time })),
      );
      expect(await ids(storage, "needle", { order: "newest" })).toEqual([
        "task-1",
        "task-4",
        "task-2",
        "task-3",
        "task-0",
      ]);
      await storage.commit([change("task-0", { set: { a: 1 }, time: "2030-01-01T00:00:00.000Z" })]);
      expect((await ids(storage, "needle", { order: "newest" })).slice(0, 2)).toEqual(["task-1", "task-0"]);
    });

    test("no text asks for everything that fits the filter, newest first", async () => {
      let now = 1_000;
      const storage = await openNew({ now: () => (now += 1_000) });
      for (const id of ["task-1", "note-1", "task-2"]) await storage.commit([create(id)]);
      expect(await ids(storage, "")).toEqual(["task-2", "note-1", "task-1"]);
      expect(await ids(storage, "  ", { type: "task" })).toEqual(["task-2", "task-1"]);
    });

    test("filters, pages and counts", async () => {
      const storage = await openNew();
      await storage.commit(
        Array.from({ length: 30 }, (_, number) =>
          create(
            `${number % 2 === 0 ? "task" : "note"}-${number}`,
            { text: "needle", third: number % 3 === 0 },
            { status: number < 10 ? "open" : "closed" },
          ),
        ),
      );
      const found = await storage.search("needle", {
        type: "task",
        where: { third: true },
        facets: ["status", "third"],
        limit: 2,
      });
      expect(found.entities.length).toBe(2);
      expect(found.total).toBe(5);
      expect(found.ranked).toBe("all");
      expect(found.facets).toEqual({
        status: [
          { value: "closed", count: 3 },
          { value: "open", count: 2 },
        ],
        third: [{ value: true, count: 5 }],
      });
      const pages = [0, 10, 20, 30].map((offset) => ids(storage, "needle", { limit: 10, offset }));
      expect(new Set((await Promise.all(pages)).flat()).size).toBe(30);
      expect(
        (await storage.search("needle", { status: "open", order: "newest", limit: 3, total: true })).total,
      ).toBe(10);
    });

    test("of more than 1,000 hits the newest 1,000 are ranked, and it says so", async () => {
      const storage = await openNew();
      const plans = Array.from({ length: 1_001 }, (_, number) =>
        create(`task-${number}`, { text: "common" }),
      );
      await storage.commit(plans.slice(0, 1_000));
      expect(await storage.search("common", { limit: 1 })).toMatchObject({ ranked: "all", total: 1_000 });
      await storage.commit(plans.slice(1_000));
      const found = await storage.search("common", { limit: 1 });
      expect(found.ranked).toBe("newest");
      expect(found.total).toBeUndefined();
      expect((await storage.search("common", { limit: 1, total: true })).total).toBe(1_001);
    });

    test("shows the text around the words found, and where they are only in the id, that", async () => {
      const storage = await openNew();
      await storage.commit([
        create("task-1", { name: "The Needle", other: "hay" }),
        create("task-needle", { name: "hay" }),
      ]);
      const found = await storage.search("needle", { highlight: true });
      expect(found.highlights).toEqual({ "task-1": "The **Needle**", "task-needle": "task-**needle**" });
      expect((await storage.search("needle", {})).highlights).toEqual({});
    });

    test.each([
      ["a limit of 0", { limit: 0 }],
      ["a limit above 1,000", { limit: 1_001 }],
      ["an offset below 0", { offset: -1 }],
      ["an order that is none", { order: "best" }],
      ["facets that are no list", { facets: "type" }],
      ["a facet that is no field", { facets: ["a..b"] }],
      ["a condition that is none", { where: { a: { like: 1 } } }],
      ["options that are null", null],
    ])("%s is refused", async (_, query) => {
      const storage = await openNew();
      await expect((async () => storage.search("x", query as never))()).rejects.toMatchObject({
        name: "HubsteadError",
        code: "invalid_input",
      });
    });

    test("the index is filled in parts, and says when it is full", async () => {
      const storage = await openNew();
      await storage.commit(Array.from({ length: 1_200 }, (_, number) => create(`task-${number}`)));
      expect((await storage.status()).unindexed).toBe(1_200);
      let parts = 1;
      while (!(await storage.fillIndex())) parts++;
      expect(parts).toBeGreaterThan(1);
      expect((await storage.status()).unindexed).toBe(0);
      expect(await storage.fillIndex()).toBe(true);
    });

    test("only the declared fields of a type are searched, from the day on they are declared", async () => {
      const storage = await openNew();
      await storage.commit([
        create("task-1", { name: "alpha", secret: "omega" }),
        create("note-1", { secret: "omega" }),
      ]);
      expect((await ids(storage, "omega")).sort()).toEqual(["note-1", "task-1"]);
      await storage.defineIndex({ type: "task", indexes: [], search: ["/name"] });
      expect(await ids(storage, "omega")).toEqual(["note-1"]);
      expect(await ids(storage, "alpha task")).toEqual(["task-1"]);
      await storage.defineIndex({ type: "task", indexes: [] });
      expect((await ids(storage, "omega")).sort()).toEqual(["note-1", "task-1"]);
      expect(await storage.verify()).toEqual([]);
    });
  });

  describe(`the audit log of ${name}`, () => {
    const record = (number: number) => ({
      at: `2026-01-0${number}T00:00:00.000Z`,
      who: "ada",
      what: "backup",
      target: `file-${number}`,
      why: "",
    });

    test("gives back what was appended since a time, the oldest first", async () => {
      const storage = await openNew();
      for (const number of [1, 2, 3]) await storage.appendAudit(record(number));
      expect(await storage.auditSince("2026-01-02T00:00:00.000Z", 10)).toEqual([record(2), record(3)]);
    });

    test("of too many gives back the newest", async () => {
      const storage = await openNew();
      for (const number of [1, 2, 3, 4]) await storage.appendAudit(record(number));
      expect(await storage.auditSince("2026-01-01T00:00:00.000Z", 2)).toEqual([record(3), record(4)]);
    });
  });

  describe(`the care of ${name}`, () => {
    const history: readonly (readonly Plan[])[] = [
      [create("task-1", { a: 1, text: "one" }), create("task-2", { text: "zwei Ⅱ™" })],
      [change("task-1", { set: { a: 2 }, unset: ["/text"] })],
      [change("task-2", { kind: "delete" })],
      [create("policy:task", { resolver: "defer" })],
      [change("task-2", { kind: "restore", status: "closed" })],
      [change("task-2", { kind: "delete" }), create("task-2", { again: true })],
    ];
    const replay = async (storage: Storage) => {
      for (const plans of history) await storage.commit(plans);
    };

    test("its status counts what is there", async () => {
      const storage = await openNew();
      await replay(storage);
      await storage.commit([change("task-1", { kind: "delete" })]);
      const status = await storage.status();
      expect(status).toMatchObject({ entities: 2, deleted: 1, changes: 9, conflicts: 0, unindexed: 9 });
      expect(status.replica).toBe((await storage.changesSince(0, 1))[0]!.change.replica);
      expect(status.engine).not.toBe("");
      expect(status.schemaVersion).toBeGreaterThan(0);
    });

    test("nothing is found wrong with what it wrote, whether its index is full or not", async () => {
      const storage = await openNew();
      await replay(storage);
      expect(await storage.verify()).toEqual([]);
      while (!(await storage.fillIndex()));
      expect(await storage.verify()).toEqual([]);
    });

    test("what is made anew from the log is what was there", async () => {
      const storage = await openNew();
      await replay(storage);
      const before = await snapshotOf(storage);
      expect(await storage.rebuild()).toEqual({ entities: 3, changes: 8 });
      expect(await snapshotOf(storage)).toEqual(before);
      expect(await storage.verify()).toEqual([]);
      await storage.commit([change("task-1", { set: { later: true } })]);
      expect(await storage.get("task-1")).toMatchObject({ version: 3, data: { a: 2, later: true } });
    });

    test("equal entities have an equal hash, whatever the order in which they came; others have another", async () => {
      const now = () => Date.parse("2026-01-31T12:00:00Z");
      const [one, other] = [await openNew({ now }), await openNew({ now })];
      await one.commit([create("task-1", { a: 1, b: 2 }), create("task-2")]);
      await other.commit([create("task-2"), create("task-1", { b: 2, a: 1 })]);
      expect(await one.stateHash()).toBe(await other.stateHash());
      expect(await one.stateHash()).toMatch(/^[0-9a-f]{64}$/u);
      await other.commit([change("task-1", { set: { a: 2 } })]);
      expect(await one.stateHash()).not.toBe(await other.stateHash());
    });

    test("random histories verify, and are equal when made anew", async () => {
      const step = fc.record({
        id: fc.constantFrom("task-1", "task-2", "note-1", "policy:task"),
        kind: fc.constantFrom("create", "update", "delete", "restore"),
        set: fc.dictionary(
          fc.constantFrom("a", "b", "c"),
          fc.oneof(
            fc.string({ unit: "grapheme", maxLength: 8 }),
            fc.nat(3),
            fc.constant(null),
            fc.dictionary(fc.constantFrom("d", "e"), fc.nat(3), { noNullPrototype: true }),
          ),
          { maxKeys: 3, noNullPrototype: true },
        ),
        unset: fc.subarray(["/a", "/b/d"]),
        time: fc.option(fc.constantFrom("1999-12-31T23:59:59.999Z", "2040-01-01T00:00:00.000Z"), {
          nil: undefined,
        }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
          async (commits) => {
            const storage = await open({ place: newPlace() });
            try {
              for (const steps of commits) {
                await storage.commit(
                  steps.map(
                    ({ id, kind, set, unset, time }): Plan => ({
                      target: { id },
                      plan: (current) => {
                        const at = time === undefined ? {} : { time };
                        const data = id.startsWith("policy") ? {} : { set };
                        if (current === undefined || (current.deleted && kind === "create"))
                          return { kind: "create", type: id.split(/[-:]/u)[0]!, ...data, ...at };
                        if (kind === "restore" || kind === "delete") return { kind, ...at };
                        return { kind: "update", unset, ...data, ...at };
                      },
                    }),
                  ),
                );
              }
              expect(await storage.verify()).toEqual([]);
              const before = await snapshotOf(storage);
              await storage.rebuild();
              expect(await snapshotOf(storage)).toEqual(before);
              expect(await storage.verify()).toEqual([]);
            } finally {
              await storage.close();
            }
          },
        ),
        randomRuns(40),
      );
    });

    test("closing twice is closing once, and what was begun before is done", async () => {
      const storage = await openNew();
      const begun = [1, 2, 3].map((number) => storage.commit([create(`task-${number}`)]));
      await storage.close();
      await storage.close();
      expect((await Promise.all(begun)).map(([outcome]) => outcome!.after!.id)).toEqual([
        "task-1",
        "task-2",
        "task-3",
      ]);
    });

    test("what is asked of a closed storage is refused", async () => {
      const storage = await openNew();
      await storage.commit([create("task-1")]);
      await storage.close();
      const asked: (() => Promise<unknown>)[] = [
        () => storage.get("task-1"),
        () => storage.commit([create("task-2")]),
        () => storage.list({}),
        () => storage.count({}),
        () => storage.search("x", {}),
        () => storage.logOf("task-1"),
        () => storage.status(),
        () => storage.verify(),
      ];
      for (const ask of asked)
        await expect((async () => ask())()).rejects.toMatchObject({
          name: "HubsteadError",
          code: "invalid_input",
          message: expect.stringContaining("closed"),
        });
    });
  });

  if (shared === undefined) return;

  describe(`several processes on ${name}`, () => {
    const openTwo = async () => {
      const place = newPlace();
      return [await openAt(place), await openAt(place), place] as const;
    };

    test("what one closed, the next one opens", async () => {
      const place = newPlace();
      const first = await openAt(place);
      await first.commit([create("task-1", { a: 1 })]);
      await first.close();
      const second = await openAt(place);
      await second.commit([change("task-1", { set: { b: 2 } })]);
      expect(await second.get("task-1")).toMatchObject({ version: 2, data: { a: 1, b: 2 } });
      expect((await second.changesSince(0, 10)).map((entry) => entry.change.seq)).toEqual([1, 2]);
    });

    test("all of them are one replica: one name, one row of numbers, one clock", async () => {
      const [one, other] = await openTwo();
      for (let number = 0; number < 10; number++) {
        await (number % 3 === 0 ? one : other).commit([create(`task-${number}`)]);
      }
      const log = await one.changesSince(0, 100);
      expect(await other.changesSince(0, 100)).toEqual(log);
      expect(new Set(log.map((entry) => entry.change.replica)).size).toBe(1);
      expect(log.map((entry) => entry.change.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(log.every((entry) => entry.change.seen === undefined)).toBe(true);
      const clocks = log.map((entry) => entry.change.clock);
      expect(clocks).toEqual([...new Set(clocks)].sort());
      expect(await one.verify()).toEqual([]);
    });

    test("a plan gets what another process committed a moment ago", async () => {
      const [one, other] = await openTwo();
      await one.commit([create("task-1", { count: 0 })]);
      const add: Plan = {
        target: { id: "task-1" },
        plan: (current) => ({ kind: "update", set: { count: (current!.data["count"] as number) + 1 } }),
      };
      await Promise.all(
        Array.from({ length: 20 }, (_, number) => (number % 2 === 0 ? one : other).commit([add])),
      );
      expect(await one.get("task-1")).toMatchObject({ version: 21, data: { count: 20 } });
    });

    test("two processes never take the same first match", async () => {
      const [one, other] = await openTwo();
      await one.commit(Array.from({ length: 20 }, (_, number) => create(`task-${number}`)));
      const take: Plan = {
        target: { first: { status: "open" } },
        plan: (current) => (current === undefined ? undefined : { kind: "update", status: "taken" }),
      };
      const taken = await Promise.all(
        Array.from({ length: 24 }, (_, number) => (number % 2 === 0 ? one : other).commit([take])),
      );
      const ids = taken.flatMap(([outcome]) => outcome!.after?.id ?? []);
      expect(ids.length).toBe(20);
      expect(new Set(ids).size).toBe(20);
    });

    test("reads see whole commits", async () => {
      const [one, other] = await openTwo();
      await one.commit([create("task-1", { n: 0 }), create("task-2", { n: 0 })]);
      let writing = true;
      const writes = (async () => {
        for (let n = 1; n <= 60; n++) {
          await one.commit([change("task-1", { set: { n } }), change("task-2", { set: { n } })]);
          await new Promise((resolve) => setImmediate(resolve));
        }
        writing = false;
      })();
      while (writing) {
        const { entities } = await other.list({ orderBy: "id" });
        expect(entities[0]!.data["n"]).toBe(entities[1]!.data["n"]);
        const log = await other.changesSince(0, 1_000);
        expect(log.length % 2).toBe(0);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writes;
    });

    test("a search sees what another process has committed", async () => {
      const [one, other] = await openTwo();
      await one.commit([create("task-1", { text: "needle" })]);
      expect((await other.search("needle", {})).entities.length).toBe(1);
      await other.commit([change("task-1", { set: { text: "hay" } })]);
      expect((await one.search("needle", {})).entities.length).toBe(0);
    });

    test("what search reads of a type holds for every process", async () => {
      const [one, other] = await openTwo();
      await one.defineIndex({ type: "task", indexes: ["/priority"], search: ["/name"] });
      await other.commit([create("task-1", { name: "alpha", other: "omega", priority: 1 })]);
      expect((await other.search("omega", {})).entities).toEqual([]);
      expect((await one.search("alpha", {})).entities.length).toBe(1);
    });

    test("the stamp changes when another process has committed, and not before", async () => {
      const [one, other] = await openTwo();
      await one.commit([create("task-1")]);
      const before = one.commitStamp();
      expect(one.commitStamp()).toBe(before);
      await other.commit([create("task-2")]);
      expect(one.commitStamp()).not.toBe(before);
    });

    test("a lock that another holds is waited for, and the event loop goes on", async () => {
      const [one, , place] = await openTwo();
      const release = shared.lock(place);
      let ticks = 0;
      const ticking = setInterval(() => {
        if (++ticks === 10) release();
      }, 1);
      try {
        await one.commit([create("task-1")]);
      } finally {
        clearInterval(ticking);
      }
      expect(ticks).toBeGreaterThanOrEqual(10);
      expect(await one.count({})).toBe(1);
    });

    test("a lock that is held too long ends the commit with `busy`, and nothing is written", async () => {
      const place = newPlace();
      const storage = await openAt(place, { busyTimeoutMs: 30 });
      await storage.commit([create("task-1")]);
      const before = await snapshotOf(storage);
      const release = shared.lock(place);
      await expect(storage.commit([create("task-2")])).rejects.toMatchObject({
        code: "busy",
        hint: expect.any(String),
        data: { retryAfterMs: expect.any(Number) },
      });
      expect(await storage.get("task-1")).toBeDefined();
      release();
      expect(await snapshotOf(storage)).toEqual(before);
      await storage.commit([create("task-3")]);
      expect((await storage.changesSince(0, 10)).map((entry) => entry.change.seq)).toEqual([1, 2]);
    });

    test("a copy is whole, as of one moment, while others go on writing", async () => {
      const [one, other] = await openTwo();
      await one.commit([create("task-1", { n: 0 }), create("task-2", { n: 0 })]);
      let writing = true;
      const writes = (async () => {
        for (let n = 1; writing; n++) {
          await other.commit([change("task-1", { set: { n } }), change("task-2", { set: { n } })]);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const copyPlace = newPlace();
      await one.copyTo(shared.targetOf(copyPlace));
      writing = false;
      await writes;
      const copy = await openAt(copyPlace);
      expect(await copy.verify()).toEqual([]);
      const [first, second] = [await copy.get("task-1"), await copy.get("task-2")];
      expect(first!.data).toEqual(second!.data);
      const log = await copy.changesSince(0, 10_000);
      expect((await one.changesSince(0, 10_000)).slice(0, log.length)).toEqual(log);
    });

    test("a copy writes under a name of its own, and goes on where it stood", async () => {
      const [one] = await openTwo();
      await one.commit([create("task-1", { a: 1 })]);
      const copyPlace = newPlace();
      await one.copyTo(shared.targetOf(copyPlace));
      const copy = await openAt(copyPlace);
      expect(await copy.stateHash()).toBe(await one.stateHash());
      await copy.commit([change("task-1", { set: { b: 2 } })]);
      await one.commit([change("task-1", { set: { c: 3 } })]);
      const [, own] = await copy.logOf("task-1");
      const [first, theirs] = await one.logOf("task-1");
      expect(own!.change.replica).not.toBe(first!.change.replica);
      expect(own!.change).toMatchObject({
        seq: 1,
        seen: { [first!.change.replica]: 1 },
      } satisfies Partial<Change>);
      expect(changeId(theirs!.change)).toBe(`${first!.change.replica}:2`);
      expect(await copy.get("task-1")).toMatchObject({ version: 2, data: { a: 1, b: 2 } });
      expect(await copy.verify()).toEqual([]);
    });

    test("a copy onto something that is there is refused, and that stays as it is", async () => {
      const [one] = await openTwo();
      await one.commit([create("task-1")]);
      const there = newPlace();
      const other = await openAt(there);
      await other.commit([create("note-1")]);
      await expect(one.copyTo(shared.targetOf(there))).rejects.toMatchObject({ code: "already_exists" });
      expect(await other.get("note-1")).toBeDefined();
    });
  });
}
