/**
 * @module The holes 13 to 16 of chora-store (storage and queries), each shown closed here.
 */
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { type HubsteadError, openStore } from "../src/index.ts";
import { migrate } from "../src/sqlite/migrate.ts";
import { openDatabase } from "../src/sqlite/open-database.ts";
import { createWriteTurns } from "../src/sqlite/write-turns.ts";
import { schema } from "../src/storage/sqlite/schema.ts";
import { fileStore, memoryStore } from "./stores.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const idsOf = (page: { readonly entities: readonly { readonly id: string }[] }) =>
  page.entities.map(({ id }) => id);

describe("hole 13: search crashed on ordinary text, took it for syntax, and saw two fields only", () => {
  const filled = async () => {
    const store = await memoryStore();
    const texts: Record<string, object> = {
      "note-hyphen": { text: "foo-bar" },
      "note-apostrophe": { text: "we don't" },
      "note-signs": { text: "in C++ mostly" },
      "note-dot": { text: "a.b" },
      "note-quote": { text: 'the "x" axis' },
      "note-not": { text: "NOT now" },
      "note-and": { text: "foo AND more" },
      "note-column": { text: "name:foo" },
    };
    for (const [id, data] of Object.entries(texts)) await store.create({ id, data: data as never });
    return store;
  };

  test.each<[string, string]>([
    ["foo-bar", "note-hyphen"],
    ["don't", "note-apostrophe"],
    ["C++", "note-signs"],
    ["a.b", "note-dot"],
    ['"x', "note-quote"],
    ["NOT", "note-not"],
    ["foo AND", "note-and"],
    ["name:foo", "note-column"],
  ])("%s is no error, and finds what holds it", async (text, id) => {
    const store = await filled();
    expect(idsOf(await store.search(text))).toEqual([id]);
  });

  test("a star alone finds nothing, no text at all finds everything", async () => {
    const store = await filled();
    expect(idsOf(await store.search("*"))).toEqual([]);
    expect((await store.search("", { limit: 100 })).entities.length).toBe(8);
  });

  test("all fields are searched, at any depth, and the id", async () => {
    const store = await memoryStore();
    await store.create({ id: "feature-user-auth", data: { anything: { deep: ["needle"] } } });
    expect(idsOf(await store.search("needle"))).toEqual(["feature-user-auth"]);
    expect(idsOf(await store.search("feature-user-auth"))).toEqual(["feature-user-auth"]);
  });
});

describe("hole 14: no write-ahead log, a connection a call, shifting pages, overlapping indexes, no CJK, no JSON filters", () => {
  test("the file has a write-ahead log", async () => {
    const store = await fileStore();
    const other = new DatabaseSync(store.path, { readOnly: true });
    expect(other.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    other.close();
  });

  test.runIf(process.platform === "linux")("one connection serves all calls", async () => {
    const store = await fileStore();
    const openFiles = () =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === store.path;
        } catch {
          return false;
        }
      }).length;
    await store.create({ id: "task-1" });
    const before = openFiles();
    expect(before).toBeGreaterThan(0);
    for (let number = 0; number < 20; number++)
      await Promise.all([
        store.put({ id: "task-1", data: { number } }),
        store.get("task-1"),
        store.list(),
        store.search("task"),
      ]);
    expect(openFiles()).toBe(before);
  });

  test("pages by offset have a stable order, also where all share one moment", async () => {
    const store = await memoryStore({ now: () => 1_000 });
    await store.batch(
      Array.from({ length: 50 }, (_, number) => ({ op: "create" as const, id: `task-${number}` })),
    );
    const pages = await Promise.all([0, 10, 20, 30, 40].map((offset) => store.list({ limit: 10, offset })));
    expect(new Set(pages.flatMap(idsOf)).size).toBe(50);
  });

  test("pages by cursor do not shift while others write", async () => {
    const store = await memoryStore();
    await store.batch(
      Array.from({ length: 20 }, (_, number) => ({ op: "create" as const, id: `task-${number}` })),
    );
    const first = await store.list({ limit: 10 });
    await store.create({ id: "task-new" });
    await store.delete("task-15");
    const second = await store.list({ limit: 10, cursor: first.cursor! });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(
      Array.from({ length: 20 }, (_, number) => `task-${19 - number}`),
    );
  });

  test("no index begins as another one does", async () => {
    const store = await fileStore();
    const other = new DatabaseSync(store.path, { readOnly: true });
    const indexes = other.prepare("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'").all();
    const columns = indexes.map(({ name, tbl_name }) => {
      const names = other.prepare("SELECT name FROM pragma_index_info(?)").all(name as string);
      return `${tbl_name}(${names.map((column) => column["name"]).join()},`;
    });
    other.close();
    expect(columns.length).toBeGreaterThan(0);
    for (const one of columns)
      expect(columns.filter((another) => another.startsWith(one.slice(0, -1))).length).toBe(1);
  });

  test("Japanese, Chinese, Korean, accents and emoji are found", async () => {
    const store = await memoryStore();
    await store.create({ id: "note-1", data: { text: "東京タワーへ行く 👍 Crème 한국어" } });
    for (const text of ["東京", "タワー", "行く", "👍", "creme", "한국"])
      expect(idsOf(await store.search(text))).toEqual(["note-1"]);
  });

  test("fields of data are filtered, and a declared index serves them", async () => {
    const store = await memoryStore();
    await store.batch([
      { op: "create", id: "task-1", data: { priority: 3, tags: ["a", "b"], owner: { name: "ada" } } },
      { op: "create", id: "task-2", data: { priority: 1, tags: ["c"] } },
    ]);
    expect(idsOf(await store.list({ where: { priority: { gte: 2 } } }))).toEqual(["task-1"]);
    expect(idsOf(await store.list({ where: { tags: { contains: "c" } } }))).toEqual(["task-2"]);
    expect(idsOf(await store.list({ where: { "owner.name": "ada" } }))).toEqual(["task-1"]);
    expect(idsOf(await store.list({ where: { owner: { exists: false } } }))).toEqual(["task-2"]);
    expect(idsOf(await store.list({ where: { priority: { in: [1, 2] } } }))).toEqual(["task-2"]);
  });
});

describe("hole 15: a lost update was a validation error; no compare-and-delete, no batch, no transaction", () => {
  test("a lost update has a code of its own, and says both versions", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await store.update("task-1", { set: { a: 1 } });
    await expect(store.update("task-1", { set: { a: 2 }, expectedVersion: 1 })).rejects.toMatchObject({
      code: "version_conflict",
      hint: expect.stringContaining("again"),
      data: { expected: 1, actual: 2 },
    });
  });

  test("a function edits the entity as it is: nothing to try again, nothing lost", async () => {
    const store = await fileStore();
    const others = [store, await fileStore(store.path), await fileStore(store.path)];
    await store.create({ id: "counter", data: { n: 0 } });
    await Promise.all(
      others.flatMap((each) =>
        Array.from({ length: 10 }, () =>
          each.update("counter", ({ data }) => ({ set: { n: (data["n"] as number) + 1 } })),
        ),
      ),
    );
    expect(await store.mustGet("counter")).toMatchObject({ version: 31, data: { n: 30 } });
  });

  test("whoever loses reads again and tries again: nothing is lost", async () => {
    const store = await fileStore();
    const others = [store, await fileStore(store.path), await fileStore(store.path)];
    await store.create({ id: "counter", data: { n: 0 } });
    await Promise.all(
      others.map(async (each) => {
        for (let won = 0; won < 10; ) {
          const { version, data } = await each.mustGet("counter");
          try {
            await each.update("counter", { set: { n: (data["n"] as number) + 1 }, expectedVersion: version });
            won++;
          } catch (error) {
            expect((error as HubsteadError).code).toBe("version_conflict");
          }
        }
      }),
    );
    expect(await store.mustGet("counter")).toMatchObject({ version: 31, data: { n: 30 } });
  });

  test("writers of different fields need no second try: their updates are merged", async () => {
    const store = await fileStore();
    const other = await fileStore(store.path);
    await store.create({ id: "task-1", data: {} });
    await Promise.all([store.update("task-1", { set: { a: 1 } }), other.update("task-1", { set: { b: 2 } })]);
    expect((await store.mustGet("task-1")).data).toEqual({ a: 1, b: 2 });
  });

  test("a delete can expect a version", async () => {
    const store = await memoryStore();
    await store.create({ id: "task-1" });
    await store.update("task-1", { set: { a: 1 } });
    await expect(store.delete("task-1", { expectedVersion: 1 })).rejects.toMatchObject({
      code: "version_conflict",
    });
    expect(await store.delete("task-1", { expectedVersion: 2 })).toBe(true);
  });

  test("several entities change together, or not at all", async () => {
    const store = await memoryStore();
    await store.batch([
      { op: "create", id: "account-a", data: { balance: 10 } },
      { op: "create", id: "account-b", data: { balance: 0 } },
    ]);
    await store.batch([
      { op: "update", id: "account-a", set: { balance: 5 }, expectedVersion: 1 },
      { op: "update", id: "account-b", set: { balance: 5 }, expectedVersion: 1 },
    ]);
    const late = store.batch([
      { op: "update", id: "account-a", set: { balance: 0 } },
      { op: "update", id: "account-b", set: { balance: 10 }, expectedVersion: 1 },
    ]);
    await expect(late).rejects.toMatchObject({ code: "version_conflict", data: { operation: 1 } });
    expect((await store.mustGet("account-a")).data).toEqual({ balance: 5 });
  });
});

describe("hole 16: no migrations, and a closed list of types in the schema", () => {
  test("a file of each earlier schema is brought to the newest when it is opened", async () => {
    for (let steps = 1; steps < schema.steps.length; steps++) {
      const path = join(temporaryFolder(), "store.db");
      const old = openDatabase(path);
      await migrate(
        old,
        createWriteTurns(old, path),
        { ...schema, steps: schema.steps.slice(0, steps) },
        path,
      );
      old.close();
      const store = await fileStore(path);
      await store.create({ id: "task-1", data: { text: "needle" } });
      expect(idsOf(await store.search("needle"))).toEqual(["task-1"]);
      expect((await store.status()).schemaVersion).toBe(schema.steps.length);
      expect(await store.verify()).toEqual([]);
    }
  });

  test("a file of a later schema is refused, with a hint to upgrade", async () => {
    const store = await fileStore();
    await store.close();
    const later = new DatabaseSync(store.path);
    later.exec(`PRAGMA user_version = ${schema.steps.length + 1}`);
    later.close();
    await expect(openStore(store.path)).rejects.toMatchObject({
      code: "unsupported_format",
      hint: expect.stringContaining("Upgrade"),
      data: { supported: schema.steps.length },
    });
  });

  test("any type is a type, from its first entity on", async () => {
    const store = await memoryStore();
    for (const type of ["feature", "sprint", "größe", "名前", "v2", "_private", "issue-request"]) {
      expect(await store.create({ id: `${type}-1`, type })).toMatchObject({ type });
    }
    expect((await store.facets(["type"]))["type"]!.length).toBe(7);
  });
});
