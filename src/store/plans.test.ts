import { describe, expect, test } from "vitest";
import { z } from "zod";
import { handClock, memoryStore } from "../../test/stores.ts";
import { defineType } from "../entity/define-type.ts";
import { HubsteadError } from "../errors.ts";

const conflict = (expected: number, actual: number) => ({
  name: "HubsteadError",
  code: "version_conflict",
  hint: expect.stringContaining("Read it again"),
  data: { expected, actual },
});

describe("create", () => {
  test("gives the entity back at version 1, with its times", async () => {
    const store = await memoryStore(handClock());
    const entity = await store.create({
      id: "feature-voice",
      type: "feature",
      status: "planned",
      data: { name: "Voice" },
    });
    expect(entity).toEqual({
      id: "feature-voice",
      type: "feature",
      status: "planned",
      data: { name: "Voice" },
      version: 1,
      createdAt: "2026-01-31T12:00:00.000Z",
      updatedAt: "2026-01-31T12:00:00.000Z",
    });
    expect(await store.get("feature-voice")).toEqual(entity);
  });

  test("takes the type from the id, `active` as the status, and no data where none is given", async () => {
    const store = await memoryStore();
    expect(await store.create({ id: "task-1" })).toMatchObject({ type: "task", status: "active", data: {} });
    expect(await store.create({ id: "metrics" })).toMatchObject({ type: "metrics" });
    expect(await store.create({ id: "paper:arxiv.2301.1" })).toMatchObject({ type: "paper" });
    expect(await store.create({ id: "issue-request-7", type: "issue-request" })).toMatchObject({
      type: "issue-request",
    });
  });

  test("of what exists is refused, with its version", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await store.update("task-1", { set: { a: 1 } });
    await expect(store.create({ id: "task-1" })).rejects.toMatchObject({
      code: "already_exists",
      hint: expect.stringContaining("put"),
      data: { id: "task-1", version: 2 },
    });
  });

  test("of what was deleted starts from empty data, and goes on counting", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", status: "open", data: { old: true } });
    await store.delete("task-1");
    expect(await store.create({ id: "task-1", data: { new: true } })).toMatchObject({
      data: { new: true },
      status: "active",
      version: 3,
    });
    expect((await store.history("task-1")).map(({ kind }) => kind)).toEqual(["create", "delete", "create"]);
  });

  test.each<[string, object, RegExp]>([
    ["no id", {}, /needs an id/],
    ["an empty id", { id: "" }, /needs an id/],
    ["an id without a type", { id: "-x" }, /does not start with a type/],
    [
      "an id that does not start with its type",
      { id: "my-feature", type: "feature" },
      /does not start with its type "feature"/,
    ],
    ["an id whose type goes on", { id: "tasks-1", type: "task" }, /does not start with its type/],
    ["an id of more than 200 characters", { id: `task-${"x".repeat(200)}` }, /longer than 200/],
    ["an id with a line break", { id: "task-\n" }, /cannot be printed/],
    ["an id with a space at its end", { id: "task-1 " }, /cannot be printed/],
    ["an id with half a character", { id: "task-\ud800" }, /cannot be printed/],
    ["a status that the type does not have", { id: "task-1", status: "done" }, /"done" is not a status/],
    ["a status that is a number", { id: "task-1", status: 3 }, /not a status/],
    ["a type that is no name", { id: "task-1", type: "-" }, /not the name of a type/],
    ["data that are a list", { id: "task-1", data: [] }, /JSON object/],
    ["data that are null", { id: "task-1", data: null }, /JSON object/],
  ])("with %s is refused with a hint", async (_, entity, message) => {
    const store = await memoryStore();
    await expect(store.create(entity as never)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
    expect(await store.count()).toBe(0);
  });
});

describe("update", () => {
  test("merges deeply, replaces lists whole, keeps null as a value", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", data: { a: { b: 1, c: 2 }, list: [1, 2], text: "x" } });
    const entity = await store.update("task-1", { set: { a: { c: null }, list: [3], more: {} } });
    expect(entity.data).toEqual({ a: { b: 1, c: null }, list: [3], text: "x", more: {} });
    expect(entity.version).toBe(2);
  });

  test("unsets first, then sets", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", data: { a: { b: 1, c: 2 }, "x/y": 1 } });
    const entity = await store.update("task-1", {
      unset: ["/a", "/x~1y", "/never/was"],
      set: { a: { d: 3 } },
    });
    expect(entity.data).toEqual({ a: { d: 3 } });
  });

  test("changes the status alone, and the time of the update", async () => {
    const clock = handClock();
    const store = await memoryStore(clock);
    await store.create({ id: "task-1", status: "planned" });
    clock.tick();
    expect(await store.update("task-1", { status: "in_progress" })).toMatchObject({
      status: "in_progress",
      version: 2,
      createdAt: "2026-01-31T12:00:00.000Z",
      updatedAt: "2026-01-31T12:00:01.000Z",
    });
  });

  test("that changes nothing records nothing", async () => {
    const store = await memoryStore();
    const entity = await store.create({ id: "task-1", status: "open", data: { a: { b: 1 }, zero: 0 } });
    for (const edit of [
      {},
      { set: {} },
      { set: { a: {} } },
      { set: { a: { b: 1 } } },
      { status: "open" },
      { unset: ["/none"] },
      { unset: ["/zero"], set: { zero: -0 } },
    ]) {
      expect(await store.update("task-1", edit)).toEqual(entity);
    }
    expect((await store.history("task-1")).length).toBe(1);
  });

  test("records the difference alone", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", data: { a: { b: 1, c: 2 }, same: true } });
    await store.update("task-1", { set: { a: { b: 1, c: 3 }, same: true } });
    expect((await store.history("task-1"))[1]).toMatchObject({ set: { a: { c: 3 } } });
  });

  test("of what does not exist, or is deleted, is refused", async () => {
    const store = await memoryStore();
    await expect(store.update("task-1", { set: {} })).rejects.toMatchObject({
      code: "not_found",
      message: "task-1 does not exist",
      hint: expect.any(String),
      data: { id: "task-1" },
    });
    await store.create({ id: "task-1" });
    await store.delete("task-1");
    await expect(store.update("task-1", { set: {} })).rejects.toMatchObject({
      code: "not_found",
      message: "task-1 is deleted",
      hint: expect.stringContaining("restore"),
    });
  });

  test("with an expected version is refused where another one stands, with both", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    expect(await store.update("task-1", { set: { a: 1 }, expectedVersion: 1 })).toMatchObject({ version: 2 });
    await expect(store.update("task-1", { set: { a: 2 }, expectedVersion: 1 })).rejects.toMatchObject(
      conflict(1, 2),
    );
    await expect(store.update("task-1", { set: { a: 2 }, expectedVersion: 0 })).rejects.toMatchObject(
      conflict(0, 2),
    );
    expect((await store.mustGet("task-1")).data).toEqual({ a: 1 });
  });

  test("checks the expected version even where nothing would change", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await expect(store.update("task-1", { expectedVersion: 7 })).rejects.toMatchObject(conflict(7, 1));
  });

  test.each<[string, object | null]>([
    ["`set` that is a list", { set: [1] }],
    ["`set` that is text", { set: "x" }],
    ["`unset` that is text", { unset: "/a" }],
    ["`unset` with a number", { unset: [3] }],
    ["`unset` that is no pointer", { unset: ["a"] }],
    ["`unset` of everything", { unset: [""] }],
    ["`unset` into a list", { unset: ["/list/0"] }],
    ["`unset` of __proto__", { unset: ["/__proto__"] }],
    ["a status that is a number", { status: 3 }],
    ["an unknown status", { status: "zap" }],
    ["an expected version that is text", { expectedVersion: "1" }],
    ["an expected version that is no whole number", { expectedVersion: 1.5 }],
    ["an edit that is null", null],
    ["an edit that is a list", []],
    ["a field that no edit has", { data: { a: 1 } }],
  ])("with %s is refused with a hint", async (_, edit) => {
    const store = await memoryStore();
    await store.create({ id: "task-1", data: { list: [1] } });
    await expect(store.update("task-1", edit as never)).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.any(String),
    });
    expect(await store.mustGet("task-1")).toMatchObject({ version: 1 });
  });
});

describe("update with a function", () => {
  test("edits the entity as it is, and gets it frozen", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", status: "open", data: { n: 1, list: [1] } });
    const updated = await store.update(
      "task-1",
      ({ data, status, version }) => {
        expect(() => (data["list"] as number[]).push(2)).toThrow(TypeError);
        return { set: { n: (data["n"] as number) + version, was: status }, status: "completed" };
      },
      { author: "ada" },
    );
    expect(updated).toMatchObject({ version: 2, status: "completed", data: { n: 2, was: "open" } });
    expect((await store.history("task-1"))[1]).toMatchObject({ author: "ada", set: { n: 2, was: "open" } });
  });

  test("that answers with nothing, or changes nothing, records nothing", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", data: { n: 1 } });
    expect(await store.update("task-1", () => undefined)).toMatchObject({ version: 1 });
    expect(await store.update("task-1", ({ data }) => ({ set: data }))).toMatchObject({ version: 1 });
  });

  test("is not called for what is not there", async () => {
    const store = await memoryStore();
    const never = () => {
      throw new Error("called");
    };
    await expect(store.update("task-1", never)).rejects.toMatchObject({ code: "not_found" });
    await store.create({ id: "task-1" });
    await store.delete("task-1");
    await expect(store.update("task-1", never)).rejects.toMatchObject({ code: "not_found" });
  });

  test("that throws undoes the write, and its error reaches the caller", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    const mistake = new Error("a mistake");
    const fails = () => {
      throw mistake;
    };
    await expect(store.update("task-1", fails)).rejects.toBe(mistake);
    await expect(store.update("task-1", () => ({ sett: {} }) as never)).rejects.toMatchObject({
      code: "invalid_input",
      data: { path: "sett" },
    });
    const later = async () => {
      throw mistake;
    };
    await expect(store.update("task-1", later as never)).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.stringContaining("transaction"),
    });
    expect(await store.mustGet("task-1")).toMatchObject({ version: 1 });
  });
});

describe("update with a changed copy", () => {
  test("replaces data and status whole, recorded as the difference", async () => {
    const store = await memoryStore();
    const entity = await store.create({
      id: "feature-auth",
      status: "planned",
      data: { name: "Auth", old: 1, deep: { a: 1, b: 2 } },
    });
    const { old: _, ...rest } = entity.data;
    const saved = await store.update({
      ...entity,
      status: "in_progress",
      data: { ...rest, deep: { b: 2 }, started: "2026-01-15" },
    });
    expect(saved).toMatchObject({
      version: 2,
      status: "in_progress",
      data: { name: "Auth", deep: { b: 2 }, started: "2026-01-15" },
    });
    expect((await store.history("feature-auth"))[1]).toMatchObject({
      status: "in_progress",
      set: { started: "2026-01-15" },
      unset: ["/old", "/deep/a"],
    });
  });

  test("expects the version of the copy", async () => {
    const store = await memoryStore();
    const entity = await store.create({ id: "task-1" });
    await store.update("task-1", { set: { by: "somebody else" } });
    await expect(store.update({ ...entity, status: "open" })).rejects.toMatchObject(conflict(1, 2));
  });

  test("that changes nothing records nothing", async () => {
    const store = await memoryStore();
    const entity = await store.create({ id: "task-1", data: { a: 1 } });
    expect(await store.update({ ...entity })).toEqual(entity);
    expect((await store.history("task-1")).length).toBe(1);
  });

  test("takes author and note", async () => {
    const store = await memoryStore();
    const entity = await store.create({ id: "task-1" });
    await store.update({ ...entity, status: "open" }, { author: "ada", note: "now" });
    expect((await store.history("task-1"))[1]).toMatchObject({ author: "ada", note: "now" });
  });

  test("whose type was changed is refused", async () => {
    const store = await memoryStore();
    const entity = await store.create({ id: "task-1" });
    await expect(store.update({ ...entity, type: "note" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("without a version, or without data, is refused", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    for (const copy of [
      { id: "task-1", data: {} },
      { id: "task-1", version: 1 },
      { id: "task-1", data: {}, version: 0 },
      {},
      null,
    ]) {
      await expect(store.update(copy as never)).rejects.toMatchObject({ code: "invalid_input" });
    }
  });
});

describe("put", () => {
  test("creates what does not exist", async () => {
    const store = await memoryStore();
    expect(await store.put({ id: "task-1", data: { a: 1 } })).toMatchObject({
      version: 1,
      status: "active",
      data: { a: 1 },
    });
  });

  test("replaces data whole; a status that is not given stays", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", status: "open", data: { a: 1, b: { c: 1 } } });
    expect(await store.put({ id: "task-1", data: { b: {} } })).toMatchObject({
      version: 2,
      status: "open",
      data: { b: {} },
    });
    expect((await store.mustGet("task-1")).data).toEqual({ b: {} });
    expect(await store.put({ id: "task-1", status: "closed", data: { b: {} } })).toMatchObject({
      version: 3,
      status: "closed",
    });
  });

  test("of the same again records nothing", async () => {
    const store = await memoryStore();
    await store.put({ id: "task-1", data: { a: 1, b: 2 } });
    expect(await store.put({ id: "task-1", data: { b: 2, a: 1 } })).toMatchObject({ version: 1 });
  });

  test("creates anew what was deleted", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", status: "open", data: { a: 1 } });
    await store.delete("task-1");
    expect(await store.put({ id: "task-1", data: { b: 2 } })).toMatchObject({
      version: 3,
      status: "active",
      data: { b: 2 },
    });
  });

  test("with expected version 0 only creates, with another one only replaces that", async () => {
    const store = await memoryStore();
    expect(await store.put({ id: "task-1", expectedVersion: 0 })).toMatchObject({ version: 1 });
    await expect(store.put({ id: "task-1", data: { a: 1 }, expectedVersion: 0 })).rejects.toMatchObject(
      conflict(0, 1),
    );
    expect(await store.put({ id: "task-1", data: { a: 1 }, expectedVersion: 1 })).toMatchObject({
      version: 2,
    });
    await expect(store.put({ id: "task-2", expectedVersion: 1 })).rejects.toMatchObject(conflict(1, 0));
    await store.delete("task-1");
    expect(await store.put({ id: "task-1", expectedVersion: 0 })).toMatchObject({ version: 4 });
  });

  test("never changes a type", async () => {
    const store = await memoryStore();
    await store.create({ id: "issue-request-1" });
    await expect(store.put({ id: "issue-request-1", type: "issue-request" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining('has the type "issue"'),
    });
  });

  test("with an expected version that is no number is refused", async () => {
    const store = await memoryStore();
    await expect(store.put({ id: "task-1", expectedVersion: "0" as never })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

describe("delete", () => {
  test("says whether it existed", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    expect(await store.delete("task-1")).toBe(true);
    expect(await store.delete("task-1")).toBe(false);
    expect(await store.delete("task-2")).toBe(false);
    expect(await store.get("task-1")).toBeUndefined();
    await expect(store.mustGet("task-1")).rejects.toMatchObject({
      code: "not_found",
      message: "task-1 is deleted",
    });
  });

  test("expects a version where one is given", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await expect(store.delete("task-1", { expectedVersion: 2 })).rejects.toMatchObject(conflict(2, 1));
    await expect(store.delete("task-1", { expectedVersion: 0 })).rejects.toMatchObject(conflict(0, 1));
    expect(await store.delete("task-1", { expectedVersion: 1 })).toBe(true);
    await expect(store.delete("task-1", { expectedVersion: 1 })).rejects.toMatchObject(conflict(1, 0));
    expect(await store.delete("task-1", { expectedVersion: 0 })).toBe(false);
    await expect(store.delete("task-1", { expectedVersion: "1" as never })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

describe("restore", () => {
  test("takes a delete back, with data and status as they were", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", status: "open", data: { a: 1 } });
    await store.delete("task-1");
    expect(await store.restore("task-1")).toMatchObject({ version: 3, status: "open", data: { a: 1 } });
  });

  test("leaves alone what is not deleted", async () => {
    const store = await memoryStore();
    const entity = await store.create({ id: "task-1" });
    expect(await store.restore("task-1")).toEqual(entity);
    expect((await store.history("task-1")).length).toBe(1);
  });

  test("of what never was is refused", async () => {
    const store = await memoryStore();
    await expect(store.restore("task-1")).rejects.toMatchObject({ code: "not_found" });
  });

  test("expects a version where one is given: the number of its changes, the delete counted", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await store.delete("task-1");
    await expect(store.restore("task-1", { expectedVersion: 1 })).rejects.toMatchObject(conflict(1, 2));
    expect(await store.restore("task-1", { expectedVersion: 2 })).toMatchObject({ version: 3 });
  });
});

describe("revert", () => {
  const prepare = async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1", status: "open", data: { a: 1, keep: true } });
    await store.update("task-1", { status: "active", set: { b: 2 }, unset: ["/a"] });
    await store.update("task-1", { status: "closed", set: { keep: false } });
    return store;
  };

  test("makes an entity what it was at a version, as a new change", async () => {
    const store = await prepare();
    expect(await store.revert("task-1", 1, { author: "ada", note: "back" })).toMatchObject({
      version: 4,
      status: "open",
      data: { a: 1, keep: true },
    });
    expect((await store.history("task-1"))[3]).toMatchObject({
      kind: "update",
      author: "ada",
      note: "back",
      status: "open",
      set: { a: 1, keep: true },
      unset: ["/b"],
    });
  });

  test("goes to a version written as text, to a change id, to a time", async () => {
    const store = await prepare();
    const history = await store.history("task-1");
    expect(await store.revert("task-1", "1")).toMatchObject({ data: { a: 1, keep: true } });
    expect(await store.revert("task-1", history[1]!.change)).toMatchObject({
      data: { b: 2, keep: true },
      status: "active",
    });
    expect(await store.revert("task-1", history[2]!.at)).toMatchObject({ status: expect.any(String) });
  });

  test("to what it is already records nothing", async () => {
    const store = await prepare();
    expect(await store.revert("task-1", 3)).toMatchObject({ version: 3 });
  });

  test("brings a deleted entity back", async () => {
    const store = await prepare();
    await store.delete("task-1");
    expect(await store.revert("task-1", 2)).toMatchObject({
      version: 5,
      status: "active",
      data: { b: 2, keep: true },
    });
    expect((await store.history("task-1"))[4]).toMatchObject({ kind: "restore" });
  });

  test("to a moment at which it was deleted, or was not yet, is refused", async () => {
    const store = await prepare();
    await store.delete("task-1");
    await expect(store.revert("task-1", 4)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("deleted"),
    });
    await expect(store.revert("task-1", "1999-01-01T00:00:00Z")).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("to what is not there, or of what is not there, is refused", async () => {
    const store = await prepare();
    await expect(store.revert("task-1", 9)).rejects.toMatchObject({
      code: "not_found",
      hint: expect.stringContaining("1 to 3"),
      data: { versions: 3 },
    });
    await expect(store.revert("task-1", 0)).rejects.toMatchObject({ code: "not_found" });
    await expect(store.revert("task-1", "aaaaaaaaaaaaaaaa:1")).rejects.toMatchObject({ code: "not_found" });
    await expect(store.revert("task-2", 1)).rejects.toMatchObject({ code: "not_found" });
    await expect(store.revert("task-1", "zap")).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("expects a version where one is given", async () => {
    const store = await prepare();
    await expect(store.revert("task-1", 1, { expectedVersion: 2 })).rejects.toMatchObject(conflict(2, 3));
    expect(await store.revert("task-1", 1, { expectedVersion: 3 })).toMatchObject({ version: 4 });
  });
});

test("an entity goes back to no state of another type", async () => {
  const store = await memoryStore();
  await store.create({ id: "p:x.1", data: { a: 1 } });
  await store.delete("p:x.1");
  await store.create({ id: "p:x.1", type: "p:x", data: { b: 2 } });
  await expect(store.revert("p:x.1", 1)).rejects.toMatchObject({ code: "invalid_input" });
  expect(await store.get("p:x.1")).toMatchObject({ type: "p:x", data: { b: 2 } });
});

test("a schema that changes what it has made itself is refused, one that settles is not", async () => {
  const growing = defineType({ name: "m", schema: z.object({ n: z.number().transform((n) => n * 100) }) });
  const settling = defineType({
    name: "k",
    schema: z.object({ t: z.string().trim(), n: z.coerce.number().default(1) }),
  });
  const store = await memoryStore({ types: [growing, settling] });
  await expect(store.create({ id: "m-1", data: { n: 1 } })).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.stringContaining("second time"),
  });
  await store.create({ id: "k-1", data: { t: "  a ", n: "7" } });
  expect(await store.update("k-1", {})).toMatchObject({ version: 1, data: { t: "a", n: 7 } });
});

describe("who and why", () => {
  test("the store's author stands on every change, another one where it is named", async () => {
    const store = await memoryStore({ author: "ada" });
    await store.create({ id: "task-1" }, { note: "new" });
    await store.update("task-1", { status: "open" }, { author: "bob" });
    await store.put({ id: "task-1", data: { a: 1 } });
    await store.delete("task-1", { note: "gone" });
    await store.restore("task-1", { author: "eve", note: "back" });
    expect((await store.history("task-1")).map(({ author, note }) => [author, note])).toEqual([
      ["ada", "new"],
      ["bob", undefined],
      ["ada", undefined],
      ["ada", "gone"],
      ["eve", "back"],
    ]);
  });

  test("nobody is named where nobody is given", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    expect((await store.history("task-1"))[0]).not.toHaveProperty("author");
  });

  test.each<[string, object]>([
    ["an author of more than 200 characters", { author: "x".repeat(201) }],
    ["an author that is no text", { author: 3 }],
    ["a note of more than 10,000 characters", { note: "x".repeat(10_001) }],
    ["a note with a NUL character", { note: "\0" }],
    ["a note with half a character", { note: "\ud800" }],
  ])("%s is refused", async (_, options) => {
    const store = await memoryStore();
    await expect(store.create({ id: "task-1" }, options)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await store.count()).toBe(0);
  });
});

describe("what a caller holds", () => {
  test("what goes in is neither changed nor frozen, and may be changed afterwards", async () => {
    const store = await memoryStore();
    const data = { list: [{ a: 1 }], deep: { b: 1 } };
    const edit = { set: { deep: { c: [1] } }, unset: ["/none"] };
    const before = structuredClone([data, edit]);
    await store.create({ id: "task-1", data });
    await store.update("task-1", edit);
    await store.put({ id: "task-2", data });
    const copy = { ...(await store.mustGet("task-2")), data };
    await store.update(copy);
    expect([data, edit]).toEqual(before);
    expect(
      [
        data,
        data.list,
        data.list[0],
        data.deep,
        edit,
        edit.set,
        edit.set.deep,
        edit.set.deep.c,
        edit.unset,
        copy,
      ].some(Object.isFrozen),
    ).toBe(false);
    data.deep.b = 9;
    edit.set.deep.c.push(2);
    expect((await store.mustGet("task-1")).data).toEqual({ list: [{ a: 1 }], deep: { b: 1, c: [1] } });
  });

  test("what comes out is frozen all the way down, and never the same object as what went in", async () => {
    const store = await memoryStore();
    const data = { list: [{ a: 1 }] };
    const made = await store.create({ id: "task-1", data });
    const others = [
      await store.get("task-1"),
      await store.getAt("task-1", 1),
      (await store.list()).entities[0],
      (await store.search("task")).entities[0],
    ];
    for (const entity of [made, ...others]) {
      const { list } = entity!.data as typeof data;
      expect([entity, entity!.data, list, list[0]].every(Object.isFrozen)).toBe(true);
      expect(entity!.data).not.toBe(data);
      expect(() => Object.assign(entity!, { status: "x" })).toThrow(TypeError);
    }
  });
});

describe("limits", () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
  const protoKey = JSON.parse('{"a":{"__proto__":{"polluted":true}}}');

  test("data of just 1 MiB are stored, one byte more is refused with both sizes", async () => {
    const store = await memoryStore();
    const overhead = '{"t":""}'.length;
    await store.create({ id: "task-1", data: { t: "x".repeat(1_048_576 - overhead) } });
    await expect(
      store.create({ id: "task-2", data: { t: "x".repeat(1_048_577 - overhead) } }),
    ).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.any(String),
      data: { sizeBytes: 1_048_577, maxBytes: 1_048_576 },
    });
    await expect(store.create({ id: "task-2", data: { t: "é".repeat(524_285) } })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(store.update("task-1", { set: { more: 1 } })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("nesting of 64 levels is stored, 65 are refused", async () => {
    const store = await memoryStore();
    const entity = await store.create({ id: "task-1", data: nested(64) as never });
    expect(await store.get("task-1")).toEqual(entity);
    await expect(store.create({ id: "task-2", data: nested(65) as never })).rejects.toMatchObject({
      code: "invalid_input",
      data: { expected: "at most 64 levels" },
    });
  });

  test.each<[string, unknown, string]>([
    ["a number that is not one", Number.NaN, "/a"],
    ["infinity", Number.POSITIVE_INFINITY, "/a"],
    ["an integer beyond 2^53-1", 2 ** 53, "/a"],
    ["a large float that is a whole number", 1e300, "/a"],
    ["half a character", "\ud800", "/a"],
    ["a NUL character", "\0", "/a"],
    ["half a character in a key", { "\udc00": 1 }, "/a/\udc00"],
    ["a NUL character in a key", { "\0": 1 }, "/a/\0"],
    ["undefined", undefined, "/a"],
    ["a hole in a list", [1, undefined], "/a/1"],
    ["a function", () => 1, "/a"],
    ["a symbol", Symbol("x"), "/a"],
    ["a big integer", 1n, "/a"],
    ["a date", new Date(0), "/a"],
    ["a map", new Map(), "/a"],
    ["an instance of a class", new (class Point {})(), "/a"],
    ["a buffer", Buffer.from("x"), "/a"],
    ["__proto__ as a key", protoKey.a, "/a/__proto__"],
  ])("%s is refused, with its path", async (_, value, path) => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    for (const write of [
      () => store.create({ id: "task-2", data: { a: value } as never }),
      () => store.update("task-1", { set: { a: value } as never }),
      () => store.put({ id: "task-1", data: { a: value } as never }),
    ]) {
      await expect(write()).rejects.toMatchObject({
        code: "invalid_input",
        hint: expect.any(String),
        data: { path, expected: expect.any(String) },
      });
    }
    expect(await store.count()).toBe(1);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("a cycle is refused", async () => {
    const store = await memoryStore();
    const data: { self?: unknown } = {};
    data.self = data;
    await expect(store.create({ id: "task-1", data: data as never })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("names that only look dangerous are plain keys", async () => {
    const store = await memoryStore();
    const data = {
      constructor: { prototype: { x: 1 } },
      prototype: 1,
      toString: "x",
      hasOwnProperty: null,
      "": 1,
      "a.b": { "/": 2 },
    };
    expect((await store.create({ id: "task-1", data: data as never })).data).toEqual(data);
    expect(
      (await store.update("task-1", { set: { constructor: { y: 2 } } as never })).data["constructor"],
    ).toEqual({ prototype: { x: 1 }, y: 2 });
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test("-0 is 0, keys have no order, numbers keep every digit", async () => {
    const store = await memoryStore();
    const { data } = await store.create({
      id: "task-1",
      data: { z: -0, a: 0.1 + 0.2, m: 5e-324, max: 2 ** 53 - 1 },
    });
    expect(data).toEqual({ z: 0, a: 0.30000000000000004, m: 5e-324, max: 9007199254740991 });
    expect(Object.is(data["z"], 0)).toBe(true);
  });
});

describe("policies", () => {
  test("are entities of a type of their own", async () => {
    const store = await memoryStore();
    const data = {
      resolver: "defer",
      deletes: "delete-wins",
      fields: { status: "newer", "/votes": "max", "/owner": { rank: ["aaaaaaaaaaaaaaaa"] } },
    };
    expect(await store.create({ id: "policy:task", data })).toMatchObject({ type: "policy", data });
  });

  test.each<[string, object]>([
    ["an unknown resolver", { resolver: "local" }],
    ["an unknown rule for deletes", { deletes: "never" }],
    ["a field that no policy has", { color: "red" }],
    ["fields that are a list", { fields: [] }],
    ["a rule for what is no path", { fields: { votes: "max" } }],
    ["an unknown rule", { fields: { "/votes": "remote" } }],
    ["a rank that is no list", { fields: { "/votes": { rank: "x" } } }],
  ])("with %s are refused", async (_, data) => {
    const store = await memoryStore();
    await store.create({ id: "policy:note" });
    await expect(store.create({ id: "policy:task", data: data as never })).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.any(String),
    });
    await expect(store.update("policy:note", { set: data as never })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

test("every error is an Error with a stack, and prints as JSON without it", async () => {
  const store = await memoryStore();
  const error = await store.mustGet("task-1").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HubsteadError);
  expect(error).toBeInstanceOf(Error);
  expect((error as HubsteadError).stack).toContain("HubsteadError");
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    code: "not_found",
    message: "task-1 does not exist",
    hint: expect.any(String),
    data: { id: "task-1" },
  });
});
