import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { Plan } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const create = (id: string): Plan => ({
  target: { id },
  plan: () => ({ kind: "create", type: "task", set: {} }),
});

async function madeStore(): Promise<string> {
  const path = join(temporaryFolder(), "store.db");
  const storage = await openSqliteStorage(path);
  await storage.commit([create("task-1")]);
  await storage.close();
  return path;
}

function change(path: string, sql: string): Buffer {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  return readFileSync(path);
}

test("a store of a newer Hubstead is refused with a hint to upgrade, and not a byte of it changes", async () => {
  const path = await madeStore();
  for (const journal of ["wal", "delete"]) {
    const before = change(path, `PRAGMA journal_mode = ${journal}; PRAGMA user_version = 99`);
    await expect(openSqliteStorage(path)).rejects.toMatchObject({
      code: "unsupported_format",
      hint: expect.stringContaining("Upgrade"),
      data: { found: 99 },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  }
});

test("a database of another program is refused, and not a byte of it changes", async () => {
  const path = join(temporaryFolder(), "theirs.db");
  const before = change(path, "CREATE TABLE theirs(a); INSERT INTO theirs VALUES (1)");
  await expect(openSqliteStorage(path)).rejects.toMatchObject({
    code: "unsupported_format",
    message: expect.stringContaining("another program"),
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("a file that is no database is refused, and not a byte of it changes", async () => {
  const path = join(temporaryFolder(), "notes.txt");
  writeFileSync(path, "shopping list: ".repeat(100));
  await expect(openSqliteStorage(path)).rejects.toMatchObject({ code: "corrupt" });
  expect(readFileSync(path, "utf8")).toBe("shopping list: ".repeat(100));
});

test("an empty file becomes a store", async () => {
  const path = join(temporaryFolder(), "store.db");
  writeFileSync(path, "");
  const storage = await openSqliteStorage(path);
  await storage.commit([create("task-1")]);
  expect(await storage.count({})).toBe(1);
  await storage.close();
});

test("a folder that is not there is not found, a folder in place of the file is forbidden", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "store.db"));
  await expect(openSqliteStorage(join(folder, "none", "store.db"))).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(openSqliteStorage(join(folder, "store.db"))).rejects.toMatchObject({ code: "forbidden" });
});

test("opening waits while another process makes the file", async () => {
  const path = join(temporaryFolder(), "store.db");
  const storages = await Promise.all(Array.from({ length: 4 }, () => openSqliteStorage(path)));
  await Promise.all(storages.map((storage, number) => storage.commit([create(`task-${number}`)])));
  expect(await storages[0]!.count({})).toBe(4);
  await Promise.all(storages.map((storage) => storage.close()));
});
