import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type } from "arktype";
import * as v from "valibot";
import { afterEach, describe, expect, expectTypeOf, onTestFinished, test } from "vitest";
import { z } from "zod";
import { fileStore, memoryStore } from "../../test/stores.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import {
  backup,
  defaultStatuses,
  defineType,
  type Entity,
  openStore,
  type StandardSchema,
  type TypeDefinition,
} from "../index.ts";

describe("opening", () => {
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  test("without a path takes the store of the project that the current folder is in", async () => {
    const project = temporaryFolder();
    mkdirSync(join(project, ".git"));
    mkdirSync(join(project, "deep", "inside"), { recursive: true });
    process.chdir(join(project, "deep", "inside"));
    const store = await openStore();
    onTestFinished(() => store.close());
    expect(store.path).toBe(join(process.cwd(), "..", "..", ".hubstead", "store.db"));
    expect(readFileSync(join(project, ".hubstead", ".gitignore"), "utf8")).toBe("*\n");
  });

  test("makes the folder and the file, and resolves the path", async () => {
    const folder = temporaryFolder();
    process.chdir(folder);
    const store = await openStore("./a/b/my.db");
    onTestFinished(() => store.close());
    expect(store.path).toBe(join(process.cwd(), "a", "b", "my.db"));
    expect(existsSync(join(folder, "a", "b", "my.db"))).toBe(true);
    expect(existsSync(join(folder, "a", "b", ".gitignore"))).toBe(false);
  });

  test("in memory leaves nothing behind, and each store is its own", async () => {
    const [one, other] = [await memoryStore(), await memoryStore()];
    await one.create({ id: "task-1" });
    expect(one.path).toBe(":memory:");
    expect(await other.count()).toBe(0);
    expect(existsSync(":memory:")).toBe(false);
  });

  test("again finds what was written", async () => {
    const store = await fileStore();
    await store.create({ id: "task-1", data: { a: 1 } });
    await store.close();
    const again = await fileStore(store.path);
    expect(await again.mustGet("task-1")).toMatchObject({ data: { a: 1 } });
  });

  test("with durability `full` flushes each write to the disk", async () => {
    const store = await fileStore(undefined, { durability: "full" });
    await store.create({ id: "task-1" });
    expect(await store.count()).toBe(1);
  });

  test.each<[string, unknown, unknown]>([
    ["an empty path", "", {}],
    ["a path that is a number", 3, {}],
    ["an unknown durability", ":memory:", { durability: "most" }],
    ["types that are no list", ":memory:", { types: {} }],
    ["a type that was not defined", ":memory:", { types: [{ name: "task" }] }],
    [
      "one type twice",
      ":memory:",
      { types: [defineType({ name: "task" }), defineType({ name: "task", statuses: ["a"] })] },
    ],
    ["an author that is no text", ":memory:", { author: 3 }],
    ["a timeout that is no number", ":memory:", { busyTimeoutMs: "long" }],
    ["a timeout below 0", ":memory:", { busyTimeoutMs: -1 }],
    ["options that are null", ":memory:", null],
  ])("with %s is refused", async (_, path, options) => {
    await expect((async () => openStore(path as string, options as never))()).rejects.toMatchObject({
      name: "HubsteadError",
      code: "invalid_input",
      hint: expect.any(String),
    });
  });

  test("what is no store is refused, and stays as it is", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "notes.txt"), "some notes ".repeat(100));
    await expect(openStore(join(folder, "notes.txt"))).rejects.toMatchObject({ code: "corrupt" });
    const theirs = new DatabaseSync(join(folder, "theirs.db"));
    theirs.exec("CREATE TABLE t(a)");
    theirs.close();
    const before = readFileSync(join(folder, "theirs.db"));
    await expect(openStore(join(folder, "theirs.db"))).rejects.toMatchObject({ code: "unsupported_format" });
    expect(readFileSync(join(folder, "theirs.db")).equals(before)).toBe(true);
    await expect(openStore(folder)).rejects.toMatchObject({ code: "forbidden" });
    await expect(openStore(join(folder, "notes.txt", "store.db"))).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("an empty file becomes a store, unless it was one", async () => {
    const path = join(temporaryFolder(), "store.db");
    writeFileSync(path, "");
    const store = await openStore(path);
    await store.create({ id: "task-1" });
    await store.close();
    writeFileSync(path, "");
    await expect(openStore(path)).rejects.toMatchObject({
      code: "corrupt",
      hint: expect.stringContaining("backup"),
    });
    expect(readFileSync(path, "utf8")).toBe("");
  });

  test("backups can be listed and restored without an open store", async () => {
    const folder = temporaryFolder();
    const store = await fileStore(join(folder, "store.db"));
    await store.create({ id: "task-1" });
    const made = await store.backup.create(join(folder, "backups"));
    expect(await backup.list(join(folder, "backups"))).toEqual([made]);
    expect(await backup.restore(made.path, join(folder, "again.db"))).toMatchObject({
      entities: 1,
      stateHash: made.stateHash,
    });
  });
});

describe("statuses", () => {
  test("of a type that is not defined are chora-store's and `closed`", async () => {
    const store = await memoryStore();
    for (const status of defaultStatuses)
      expect(await store.put({ id: `task-${status}`, status })).toMatchObject({ status });
    expect(defaultStatuses.length).toBe(18);
    expect(defaultStatuses).toContain("closed");
  });

  test("of a defined type are its own, and the first one, or the one it names, is where none is given", async () => {
    const store = await memoryStore({
      types: [
        defineType({ name: "task", statuses: ["todo", "done"] }),
        defineType({ name: "bug", statuses: ["new", "fixed"], defaultStatus: "fixed" }),
        defineType({ name: "memo", statuses: ["old", "active"] }),
        defineType({ name: "note" }),
      ],
    });
    expect(await store.create({ id: "task-1" })).toMatchObject({ status: "todo" });
    expect(await store.create({ id: "bug-1" })).toMatchObject({ status: "fixed" });
    expect(await store.create({ id: "memo-1" })).toMatchObject({ status: "active" });
    expect(await store.create({ id: "note-1" })).toMatchObject({ status: "active" });
    await expect(store.update("task-1", { status: "open" })).rejects.toMatchObject({
      code: "invalid_input",
      hint: "Use one of: todo, done.",
      data: { expected: ["todo", "done"] },
    });
  });
});

interface Task {
  readonly name: string;
  readonly priority: number;
}

const zodTask = defineType({
  name: "task",
  schema: z.object({ name: z.string(), priority: z.number().default(1) }),
});
const valibotTask = defineType({
  name: "task",
  schema: v.object({ name: v.string(), priority: v.optional(v.number(), 1) }),
});
const arktypeTask = defineType({ name: "task", schema: type({ name: "string", priority: "number = 1" }) });

describe.each<[string, TypeDefinition<Task>]>([
  ["zod", zodTask],
  ["valibot", valibotTask],
  ["arktype", arktypeTask],
])("a schema of %s", (_, task) => {
  test("checks what is written, with the path of what is wrong", async () => {
    const store = await memoryStore({ types: [task] });
    for (const write of [
      () => store.create({ id: "task-1", data: { name: 3 } }),
      () => store.put({ id: "task-1", data: { name: 3 } }),
      () => store.batch([{ op: "create", id: "task-1", data: { name: 3 } }]),
    ]) {
      await expect(write()).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining('does not fit the type "task"'),
        hint: expect.any(String),
        data: { path: "/name", issues: [{ path: "/name", message: expect.any(String) }] },
      });
    }
    await store.create({ id: "task-1", data: { name: "x" } });
    await expect(store.update("task-1", { set: { name: null } })).rejects.toMatchObject({
      code: "invalid_input",
      data: { path: "/name" },
    });
    await expect(store.update("task-1", { unset: ["/name"] })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await store.create({ id: "note-1", data: { name: 3 } })).toMatchObject({ data: { name: 3 } });
  });

  test("stores what it returns, and tells the edit as it was stored", async () => {
    const store = await memoryStore({ types: [task] });
    expect((await store.create({ id: "task-1", data: { name: "x" } })).data).toEqual({
      name: "x",
      priority: 1,
    });
    expect((await store.history("task-1"))[0]!.set).toEqual({ name: "x", priority: 1 });
  });

  test("gives its type to the entities", async () => {
    const store = await memoryStore({ types: [task] });
    const tasks = store.of(task);
    const made = await tasks.create({ id: "task-1", data: { name: "x", priority: 2 } });
    expectTypeOf(made).toEqualTypeOf<Entity<Task>>();
    expectTypeOf((await tasks.mustGet("task-1")).data.priority).toEqualTypeOf<number>();
    expect(made.data.priority + 1).toBe(3);
  });
});

test("the type of the data is what the schema says, whoever wrote it", () => {
  expectTypeOf(zodTask).toEqualTypeOf<TypeDefinition<{ name: string; priority: number }>>();
  expectTypeOf(valibotTask).toEqualTypeOf<TypeDefinition<{ name: string; priority: number }>>();
  expectTypeOf(arktypeTask).toEqualTypeOf<TypeDefinition<{ name: string; priority: number }>>();
  expectTypeOf(defineType({ name: "note" }).schema).not.toBeNever();
});

describe("a schema", () => {
  test("that transforms is stored as it transforms", async () => {
    const note = defineType({ name: "note", schema: z.object({ title: z.string().trim().toLowerCase() }) });
    const store = await memoryStore({ types: [note] });
    expect((await store.create({ id: "note-1", data: { title: "  Hello " } })).data).toEqual({
      title: "hello",
    });
    expect((await store.update("note-1", { set: { title: " World" } })).data).toEqual({ title: "world" });
    expect((await store.update("note-1", { set: { title: " WORLD" } })).version).toBe(2);
  });

  test("that strips unknown fields has them stripped", async () => {
    const note = defineType({ name: "note", schema: z.object({ title: z.string() }) });
    const store = await memoryStore({ types: [note] });
    expect((await store.create({ id: "note-1", data: { title: "x", more: 1 } })).data).toEqual({
      title: "x",
    });
  });

  test.each<[string, StandardSchema<never>]>([
    ["that answers with a promise", z.object({ name: z.string() }).refine(async () => true) as never],
    ["that returns what is no JSON", z.object({ at: z.coerce.date() }) as never],
    ["that returns no object", z.any().transform(() => 3) as never],
  ])("%s is refused", async (_, schema) => {
    const store = await memoryStore({ types: [defineType({ name: "task", schema })] });
    await expect(store.create({ id: "task-1", data: { name: "x", at: "2026-01-31" } })).rejects.toMatchObject(
      { code: "invalid_input", hint: expect.any(String) },
    );
    expect(await store.count()).toBe(0);
  });

  test("gets a copy: what it does to it reaches nobody", async () => {
    const meddling: StandardSchema<{ name: string }> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate(value) {
          (value as { name: string }).name = "changed";
          return { value: { name: "returned" } };
        },
      },
    };
    const store = await memoryStore({ types: [defineType({ name: "task", schema: meddling })] });
    const data = { name: "mine" };
    expect((await store.create({ id: "task-1", data })).data).toEqual({ name: "returned" });
    expect(data).toEqual({ name: "mine" });
  });

  test("of data that came before it, and break it, accepts only what makes them no worse", async () => {
    const path = join(temporaryFolder(), "store.db");
    const before = await fileStore(path);
    await before.create({ id: "task-1", data: { name: 3, size: "big" } });
    await before.close();
    const task = defineType({
      name: "task",
      schema: z.object({ name: z.string(), size: z.number().optional() }).loose(),
    });
    const store = await fileStore(path, { types: [task] });
    expect(await store.update("task-1", { set: { other: true } })).toMatchObject({
      data: { name: 3, size: "big", other: true },
    });
    expect(await store.update("task-1", { status: "open" })).toMatchObject({ status: "open" });
    await expect(
      store.put({ id: "task-1", data: { name: "now right", size: "big", count: 1 } }),
    ).resolves.toMatchObject({ version: 4 });
    await expect(store.update("task-1", { set: { name: 4 } })).rejects.toMatchObject({
      code: "invalid_input",
      data: { path: "/name" },
    });
    expect(await store.update("task-1", { set: { size: 1 } })).toMatchObject({
      data: { name: "now right", size: 1 },
    });
    await expect(store.update("task-1", { set: { size: "big" } })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("of data that came before it lets a version be reverted to only where it fits", async () => {
    const path = join(temporaryFolder(), "store.db");
    const before = await fileStore(path);
    await before.create({ id: "task-1", data: { name: 3 } });
    await before.update("task-1", { set: { name: "right" } });
    await before.close();
    const store = await fileStore(path, {
      types: [defineType({ name: "task", schema: z.object({ name: z.string() }) })],
    });
    await expect(store.revert("task-1", 1)).rejects.toMatchObject({
      code: "invalid_input",
      data: { path: "/name" },
    });
  });
});

describe("entities of one type", () => {
  const task = defineType({
    name: "task",
    statuses: ["todo", "done"],
    schema: z.object({ name: z.string(), rank: z.number() }),
    indexes: ["rank"],
  });
  const prepare = async () => {
    const store = await memoryStore({ types: [task] });
    const tasks = store.of(task);
    await tasks.create({ id: "task-1", data: { name: "one", rank: 2 } });
    await tasks.create({ id: "task-2", data: { name: "two", rank: 1 } });
    await store.create({ id: "note-1" });
    return { store, tasks };
  };

  test("are created, put, updated, read, listed and claimed with their type", async () => {
    const { tasks } = await prepare();
    expect(
      await tasks.put({ id: "task-3", data: { name: "three", rank: 3 }, expectedVersion: 0 }),
    ).toMatchObject({ type: "task", status: "todo" });
    expect(await tasks.update("task-3", { set: { rank: 4 } }, { author: "ada" })).toMatchObject({
      data: { rank: 4 },
    });
    const entity = await tasks.mustGet("task-3");
    expect(
      await tasks.update({ ...entity, data: { ...entity.data, rank: entity.data.rank + 1 } }, { note: "x" }),
    ).toMatchObject({ data: { rank: 5 }, version: 3 });
    const { entities } = await tasks.list({ orderBy: "rank" });
    expectTypeOf(entities[0]!.data.name).toEqualTypeOf<string>();
    expect(entities.map(({ id }) => id)).toEqual(["task-2", "task-1", "task-3"]);
    const names: string[] = [];
    for await (const { data } of tasks.iterate({ orderBy: "rank" })) names.push(data.name);
    expect(names).toEqual(["two", "one", "three"]);
    expect(
      await tasks.claim({ status: "todo", orderBy: "-rank" }, { status: "done" }, { author: "ada" }),
    ).toMatchObject({ id: "task-3", status: "done" });
  });

  test("of other types are not there", async () => {
    const { tasks, store } = await prepare();
    expect(await tasks.get("note-1")).toBeUndefined();
    await expect(tasks.mustGet("note-1")).rejects.toMatchObject({ code: "not_found" });
    await expect(tasks.update("note-1", { set: { a: 1 } })).rejects.toMatchObject({ code: "not_found" });
    await expect(
      tasks.update({ ...(await store.mustGet("note-1")), data: { name: "x", rank: 1 } }),
    ).rejects.toMatchObject({ code: "not_found" });
    await expect(tasks.create({ id: "note-2", data: { name: "x", rank: 1 } })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await store.mustGet("note-1")).toMatchObject({ version: 1 });
  });

  test("take a type that the store was opened with, and no other", async () => {
    const { store } = await prepare();
    expect(() => store.of(defineType({ name: "task" }))).toThrow(
      expect.objectContaining({ code: "invalid_input", hint: expect.stringContaining("types") }),
    );
    expect(() => store.of(undefined as never)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test("use their declared indexes", async () => {
    const { store } = await prepare();
    expect((await store.explain({ type: "task", where: { rank: 1 } })).join()).toContain("field task");
  });
});
