/**
 * @module L8: files from the future and from other programs are left alone; a migration that was killed is done again.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { migrate } from "../../src/sqlite/migrate.ts";
import { openDatabase } from "../../src/sqlite/open-database.ts";
import { createWriteTurns } from "../../src/sqlite/write-turns.ts";
import { schema } from "../../src/storage/sqlite/schema.ts";
import { backup, openStore } from "../../src/store/open.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChild } from "./child.ts";
import { expectWhole } from "./expect-whole.ts";
import type { KilledMigrationTask } from "./killed-migration.ts";
import type { ShortLivedTask } from "./short-lived-writer.ts";

const newPath = (): string => join(temporaryFolder(), "store.db");

function versionOf(path: string): unknown {
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare("PRAGMA user_version").get()?.user_version;
}

function bytesBeside(path: string): Record<string, string> {
  const folder = dirname(path);
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ name }) => [name, readFileSync(join(folder, name), "base64")]));
}

/** A store as a program writes that knows one step more. */
async function makeFutureStore(path: string): Promise<void> {
  {
    await using store = await openStore(path);
    await store.put({ id: "task-1", data: { title: "of the future" } });
  }
  using database = new DatabaseSync(path);
  database.exec(`CREATE TABLE future(x); PRAGMA user_version = ${schema.steps.length + 1};`);
}

const refusedWithUpgrade = {
  code: "unsupported_format",
  hint: expect.stringContaining("Upgrade"),
  data: { found: schema.steps.length + 1, supported: schema.steps.length },
};

/** The store works: it takes writes, finds them, and verifies. */
async function expectUsable(path: string): Promise<void> {
  {
    await using store = await openStore(path);
    const entity = await store.put({ id: "task-new", data: { title: "after the migration" } });
    expect((await store.status()).schemaVersion).toBe(schema.steps.length);
    expect((await store.search("migration")).entities).toEqual([entity]);
    await store.audit.append({ what: "test", target: path });
  }
  expect(versionOf(path)).toBe(schema.steps.length);
  await expectWhole(path);
}

describe("not a byte changes of", () => {
  test("a store of a newer Hubstead, which asks for an upgrade", async () => {
    const path = newPath();
    await makeFutureStore(path);
    const before = bytesBeside(path);
    for (let time = 0; time < 3; time++)
      await expect(openStore(path)).rejects.toMatchObject(refusedWithUpgrade);
    expect(bytesBeside(path)).toEqual(before);
  });

  test("a backup of a newer Hubstead, which cannot be restored", async () => {
    const path = newPath();
    await makeFutureStore(path);
    const file = join(dirname(path), "kept.hubstead-backup");
    {
      using database = new DatabaseSync(path);
      database.exec("PRAGMA journal_mode = delete");
    }
    copyFileSync(path, file);
    const before = bytesBeside(path);
    await expect(backup.restore(file, `${path}.restored`)).rejects.toMatchObject(refusedWithUpgrade);
    expect(bytesBeside(path)).toEqual(before);
  });

  test.each([
    ["says nothing of itself", "CREATE TABLE theirs(x); INSERT INTO theirs VALUES (1);"],
    ["says who it belongs to", "CREATE TABLE theirs(x); PRAGMA application_id = 7; PRAGMA user_version = 2;"],
    [
      "has a write-ahead log",
      "PRAGMA journal_mode = wal; CREATE TABLE theirs(x); INSERT INTO theirs VALUES (1);",
    ],
    ["is empty but for its name", "PRAGMA application_id = 7;"],
  ])("another program's database that %s", async (_, sql) => {
    const path = newPath();
    using database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    const before = bytesBeside(path);
    await expect(openStore(path)).rejects.toMatchObject({
      code: "unsupported_format",
      hint: expect.stringContaining("import"),
    });
    expect(bytesBeside(path)).toEqual(before);
  });

  test.each([
    ["a text", Buffer.from("not a database, whatever its name says ".repeat(200))],
    ["a file of zeros", Buffer.alloc(8192)],
    ["a file of a few bytes", Buffer.from("SQLite format 3")],
  ])("%s", async (_, bytes) => {
    const path = newPath();
    writeFileSync(path, bytes);
    await expect(openStore(path)).rejects.toMatchObject({ code: "corrupt", hint: expect.any(String) });
    expect(bytesBeside(path)).toEqual({ "store.db": bytes.toString("base64") });
  });
});

test("a store of a newer Hubstead that was killed keeps its newest changes when an older one looks at it", async () => {
  const path = newPath();
  await makeFutureStore(path);
  const newer = new DatabaseSync(path);
  newer.exec("INSERT INTO future VALUES ('only in the write-ahead log')");
  const copy = newPath();
  for (const end of ["", "-wal"]) copyFileSync(path + end, copy + end);
  newer.close();
  await expect(openStore(copy)).rejects.toMatchObject(refusedWithUpgrade);
  using database = new DatabaseSync(copy, { readOnly: true });
  expect(database.prepare("SELECT x FROM future").all()).toEqual([{ x: "only in the write-ahead log" }]);
});

describe.each(schema.steps.map((_, step) => step))("step %i of the schema", (step) => {
  test("is done again when it was killed before its commit", async () => {
    const path = newPath();
    const task: KilledMigrationTask = { path, step };
    const child = startChild(new URL("./killed-migration.ts", import.meta.url), task);
    expect(await child.exited).toBeNull();
    expect(versionOf(path)).toBe(step);
    await expectUsable(path);
  });

  test("is taken by a file that stopped before it", async () => {
    const path = newPath();
    const database = openDatabase(path);
    await migrate(
      database,
      createWriteTurns(database, path),
      { ...schema, steps: schema.steps.slice(0, step) },
      path,
    );
    database.close();
    expect(existsSync(path)).toBe(true);
    await expectUsable(path);
  });
});

test("processes that make one new store at the same time make one store", async () => {
  const path = newPath();
  const children = Array.from({ length: 8 }, (_, number) => {
    const task: ShortLivedTask = { path, name: String(number), times: 3 };
    return startChild(new URL("./short-lived-writer.ts", import.meta.url), task);
  });
  await Promise.all(children.map((child) => child.next()));
  const stopped = children.map((child) => child.stop());
  await Promise.all(children.map((child) => child.next()));
  expect(await Promise.all(stopped)).toEqual(children.map(() => 0));
  expect(await expectWhole(path)).toBe(8 * 3);
});
