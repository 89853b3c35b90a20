import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { copyDatabase } from "./copy.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

test("a copy is one file: nothing lies beside it, before or after somebody looks into it", async () => {
  const folder = temporaryFolder();
  const [path, target] = [join(folder, "store.db"), join(folder, "copy.db")];
  const storage = await openSqliteStorage(path);
  await storage.commit([
    { target: { id: "task-1" }, plan: () => ({ kind: "create", type: "task", set: {} }) },
  ]);
  await copyDatabase(path, target);
  await storage.close();
  // Bytes 18 and 19 of the header: 1 is a rollback journal, 2 a write-ahead log. https://sqlite.org/fileformat.html
  expect([...readFileSync(target).subarray(18, 20)]).toEqual([1, 1]);
  expect(["-wal", "-shm", "-journal", "-replica"].filter((end) => existsSync(target + end))).toEqual([]);
});

test("a copy holds what is still in the write-ahead log", async () => {
  const folder = temporaryFolder();
  const [path, target] = [join(folder, "store.db"), join(folder, "copy.db")];
  const storage = await openSqliteStorage(path);
  await storage.commit([
    { target: { id: "task-1" }, plan: () => ({ kind: "create", type: "task", set: {} }) },
  ]);
  await copyDatabase(path, target);
  const copy = await openSqliteStorage(target);
  expect(await copy.count({})).toBe(1);
  expect(await copy.verify()).toEqual([]);
  await Promise.all([copy.close(), storage.close()]);
});

test("what cannot be read or written is an error with a code", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "store.db");
  await expect(copyDatabase(path, join(folder, "copy.db"))).rejects.toMatchObject({ code: "not_found" });
  writeFileSync(path, "no database ".repeat(100));
  await expect(copyDatabase(path, join(folder, "copy.db"))).rejects.toMatchObject({ code: "corrupt" });
  expect(existsSync(join(folder, "copy.db"))).toBe(false);
});
