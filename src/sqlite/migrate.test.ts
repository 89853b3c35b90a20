import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { currentVersion, type Migration, migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { createWriteTurns } from "./write-turns.ts";

const applicationId = 0x54455354;
const steps: readonly Migration[] = [
  "CREATE TABLE a(x)",
  (database) => {
    database.exec("INSERT INTO a VALUES (1)");
  },
  "CREATE TABLE b(x)",
];

function open(path: string): DatabaseSync {
  const database = openDatabase(path);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

const run = (database: DatabaseSync, path: string, known: readonly Migration[] = steps) =>
  migrate(database, createWriteTurns(database, path), { applicationId, steps: known }, path);
const version = (database: DatabaseSync, path = "a.db") =>
  currentVersion(database, { applicationId, steps }, path);
const newPath = () => join(temporaryFolder(), "a.db");

test("an empty file takes all steps, and then holds the version and the name of the program", async () => {
  const path = newPath();
  const database = open(path);
  expect(version(database)).toBe(0);
  await run(database, path);
  expect(version(database)).toBe(3);
  expect(database.prepare("SELECT x FROM a").all()).toEqual([{ x: 1 }]);
  expect(database.prepare("PRAGMA application_id").get()).toEqual({ application_id: applicationId });
});

test("steps that were taken are not taken again", async () => {
  const path = newPath();
  const database = open(path);
  await run(database, path, steps.slice(0, 2));
  await run(database, path);
  await run(database, path);
  expect(version(database)).toBe(3);
  expect(database.prepare("SELECT count(*) AS n FROM a").get()).toEqual({ n: 1 });
});

test("a step that fails leaves the file at the step before, and can be taken again", async () => {
  const path = newPath();
  const database = open(path);
  const failing: readonly Migration[] = [
    steps[0]!,
    (inner) => {
      inner.exec("INSERT INTO a VALUES (1)");
      throw new Error("cut off");
    },
  ];
  await expect(run(database, path, failing)).rejects.toThrow("cut off");
  expect(version(database)).toBe(1);
  expect(database.prepare("SELECT count(*) AS n FROM a").get()).toEqual({ n: 0 });
  await run(database, path);
  expect(version(database)).toBe(3);
});

test("two connections that open an empty file at once take each step once", async () => {
  const path = newPath();
  const [one, other] = [open(path), open(path)];
  await Promise.all([run(one, path), run(other, path)]);
  expect(other.prepare("SELECT count(*) AS n FROM a").get()).toEqual({ n: 1 });
});

test("a file of a newer schema is refused with a hint to upgrade, and not written", async () => {
  const path = newPath();
  const newer = open(path);
  await run(newer, path, [...steps, "CREATE TABLE c(x)"]);
  newer.close();
  const before = readFileSync(path);
  const database = open(path);
  await expect(run(database, path)).rejects.toMatchObject({
    code: "unsupported_format",
    hint: expect.stringContaining("Upgrade"),
    data: { found: 4, supported: 3 },
  });
  database.close();
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("a file of another program is refused, whether it says which program or not", async () => {
  const path = newPath();
  const database = open(path);
  database.exec("CREATE TABLE theirs(x)");
  await expect(run(database, path)).rejects.toMatchObject({
    code: "unsupported_format",
    hint: expect.stringContaining("import"),
  });
  database.exec("PRAGMA application_id = 7; PRAGMA user_version = 99");
  await expect(run(database, path)).rejects.toMatchObject({ code: "unsupported_format", data: { found: 7 } });
  expect(database.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "theirs" }]);
});
