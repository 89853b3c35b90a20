import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../sqlite/open-database.ts";
import { createWriteTurns } from "../../sqlite/write-turns.ts";
import { createSession, type Session } from "./session.ts";

function open(): Session {
  const database = openDatabase(":memory:");
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  database.exec("CREATE TABLE t(a, b)");
  return createSession(":memory:", database, createWriteTurns(database, ":memory:"));
}

test("rows come as arrays; the first one alone, or nothing", () => {
  const session = open();
  expect(session.run("INSERT INTO t VALUES (?, ?), (?, ?)", 1, "x", 2, null)).toMatchObject({
    changes: 2,
    lastInsertRowid: 2,
  });
  expect(session.all("SELECT a, b FROM t ORDER BY a")).toEqual([
    [1, "x"],
    [2, null],
  ]);
  expect(session.get("SELECT b FROM t WHERE a = ?", 1)).toEqual(["x"]);
  expect(session.get("SELECT b FROM t WHERE a = ?", 3)).toBeUndefined();
});

test("any number of different queries can be asked, and each again", () => {
  const session = open();
  session.run("INSERT INTO t VALUES (1, 0)");
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 450; number++)
      expect(session.get(`SELECT a + ${number} FROM t`)).toEqual([1 + number]);
  }
});

test("a snapshot inside another one, or inside a write, is part of it", async () => {
  const session = open();
  expect(session.snapshot(() => session.snapshot(() => session.get("SELECT 1")))).toEqual([1]);
  await session.turns.run(() => {
    session.run("INSERT INTO t VALUES (1, 1)");
    expect(session.snapshot(() => session.get("SELECT count(*) FROM t"))).toEqual([1]);
    expect(session.database.isTransaction).toBe(true);
  });
});

test("a snapshot ends when what is read in it throws", () => {
  const session = open();
  const mistake = new Error("a mistake");
  expect(() =>
    session.snapshot(() => {
      throw mistake;
    }),
  ).toThrow(mistake);
  expect(session.database.isTransaction).toBe(false);
});

test("errors of the engine have a code where they are nobody's mistake", () => {
  const session = open();
  expect(() => session.all("SELEKT")).toThrow("syntax error");
  session.database.close();
  expect(() => session.get("SELECT 1")).toThrow(
    expect.objectContaining({ code: "invalid_input", message: ":memory: is closed" }),
  );
});
