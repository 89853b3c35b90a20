import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { HubsteadError } from "../errors.ts";
import { isLocked, isSafeSqlite, type OpenOptions, openDatabase, toHubsteadError } from "./open-database.ts";

function open(path: string, options?: OpenOptions): DatabaseSync {
  const database = openDatabase(path, options);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

const pragma = (database: DatabaseSync, name: string) =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, unknown>)[0];

function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** An error as `node:sqlite` throws it. */
const engineError = (errcode: number) =>
  Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode });

describe("a version of SQLite", () => {
  test.each(["3.50.7", "3.50.9", "3.51.3", "3.51.10", "3.52.0", "4.0.0"])(
    "%s keeps what it acknowledges",
    (version) => {
      expect(isSafeSqlite(version)).toBe(true);
    },
  );

  test.each(["3.46.1", "3.50.6", "3.51.0", "3.51.1", "3.51.2", "3.9.99", ""])(
    "%s can lose commits and is refused",
    (version) => {
      expect(isSafeSqlite(version)).toBe(false);
    },
  );

  test("that this Node brings is a safe one", () => {
    const { version } = open(":memory:").prepare("SELECT sqlite_version() AS version").get() as {
      version: string;
    };
    expect(isSafeSqlite(version)).toBe(true);
  });
});

describe("an opened database", () => {
  test("has a write-ahead log and never waits by blocking", () => {
    const database = open(join(temporaryFolder(), "a.db"));
    expect(pragma(database, "journal_mode")).toBe("wal");
    expect(pragma(database, "busy_timeout")).toBe(0);
  });

  test("survives a crash of the process by default, and a loss of power where it is asked to", () => {
    const path = join(temporaryFolder(), "a.db");
    expect(pragma(open(path), "synchronous")).toBe(1);
    expect(pragma(open(path, { durability: "full" }), "synchronous")).toBe(2);
  });

  test("for reading refuses to write", () => {
    const path = join(temporaryFolder(), "a.db");
    open(path).exec("CREATE TABLE t(a)");
    const reader = open(path, { readOnly: true });
    const error = thrownBy(() => reader.exec("INSERT INTO t VALUES (1)"));
    expect(toHubsteadError(error, path)).toMatchObject({ code: "forbidden" });
  });
});

describe("a file that cannot be opened", () => {
  test("because its folder is not there is not found", () => {
    const path = join(temporaryFolder(), "no", "a.db");
    expect(thrownBy(() => openDatabase(path))).toMatchObject({
      code: "not_found",
      hint: expect.any(String),
      data: { path },
    });
  });

  test("because it is a folder is forbidden", () => {
    const path = temporaryFolder();
    expect(thrownBy(() => openDatabase(path))).toMatchObject({
      code: "forbidden",
      data: { path, needed: "read, write" },
    });
  });

  test("because it is no database is corrupt, and stays as it is", () => {
    const path = join(temporaryFolder(), "a.db");
    const text = "not a database, but long enough to be taken for one ".repeat(10);
    writeFileSync(path, text);
    expect(thrownBy(() => openDatabase(path))).toMatchObject({
      code: "corrupt",
      hint: expect.stringContaining("backup restore"),
    });
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("because nobody may write there is forbidden", () => {
    const folder = join(temporaryFolder(), "locked");
    mkdirSync(folder);
    chmodSync(dirname(folder), 0o755);
    chmodSync(folder, 0o555);
    // Root may write everywhere, so the process becomes somebody else before it tries.
    const code = `
      const { openDatabase } = await import(${JSON.stringify(new URL("./open-database.ts", import.meta.url).href)});
      if (process.getuid() === 0) process.setuid(65534);
      try { openDatabase(process.argv[1]); } catch (error) { console.log(error.code); }
    `;
    const args = ["--input-type=module", "--eval", code, join(folder, "a.db")];
    expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toBe("forbidden\n");
  });
});

test("what may be checked of a file is checked before a byte of it is written", () => {
  const path = join(temporaryFolder(), "a.db");
  const other = new DatabaseSync(path);
  other.exec("CREATE TABLE t(a)");
  other.close();
  const before = readFileSync(path);
  const refusal = new Error("not ours");
  const inspect = () => {
    throw refusal;
  };
  expect(thrownBy(() => openDatabase(path, { inspect }))).toBe(refusal);
  expect(readFileSync(path).equals(before)).toBe(true);
});

describe("an error of the engine", () => {
  test.each([
    ["a lock", 5, "busy"],
    ["a lock in the same process", 6, "busy"],
    ["a lock while the log is recovered", 5 | (1 << 8), "busy"],
    ["a full disk", 13, "busy"],
    ["a failing disk", 10, "busy"],
    ["a failing disk on writing", 10 | (3 << 8), "busy"],
    ["a file that may only be read", 8, "forbidden"],
    ["a missing permission", 3, "forbidden"],
    ["a damaged file", 11, "corrupt"],
    ["what is no database", 26, "corrupt"],
  ])("for %s has its own code and a hint", (_, errcode, code) => {
    const cause = engineError(errcode);
    const error = toHubsteadError(cause, "a.db");
    expect(error).toBeInstanceOf(HubsteadError);
    expect(error).toMatchObject({ code, hint: expect.any(String), data: { path: "a.db" }, cause });
  });

  test("tells a full disk from a failing one, and when to try again", () => {
    expect(toHubsteadError(engineError(13), "a.db")).toMatchObject({
      data: { reason: "disk_full", retryAfterMs: 60_000 },
    });
    expect(toHubsteadError(engineError(10), "a.db")).toMatchObject({
      data: { reason: "io_error", retryAfterMs: 60_000 },
    });
  });

  test("that is a mistake of ours stays as it is", () => {
    const mistake = engineError(1);
    expect(toHubsteadError(mistake, "a.db")).toBe(mistake);
    expect(toHubsteadError("text", "a.db")).toBe("text");
  });

  test("is a lock only where another connection holds one", () => {
    expect([5, 6, 5 | (2 << 8), 6 | (1 << 8)].map(engineError).every(isLocked)).toBe(true);
    expect([1, 8, 11, 13].map(engineError).some(isLocked)).toBe(false);
    expect(isLocked(new Error("busy"))).toBe(false);
    expect(isLocked(undefined)).toBe(false);
  });

  test("that the engine really throws is told from others", () => {
    const path = join(temporaryFolder(), "a.db");
    const holder = open(path);
    holder.exec("CREATE TABLE t(a); BEGIN IMMEDIATE");
    expect(isLocked(thrownBy(() => open(path).exec("BEGIN IMMEDIATE")))).toBe(true);
    expect(isLocked(thrownBy(() => holder.exec("SELEKT")))).toBe(false);
  });
});
