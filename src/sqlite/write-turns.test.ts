import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { openDatabase } from "./open-database.ts";
import { createWriteTurns, retryWhileLocked, type WriteTurns } from "./write-turns.ts";

interface Connection {
  readonly database: DatabaseSync;
  readonly turns: WriteTurns;
}

function connect(path: string, busyTimeoutMs?: number): Connection {
  const database = openDatabase(path);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return { database, turns: createWriteTurns(database, path, busyTimeoutMs) };
}

function newFile(): string {
  const path = join(temporaryFolder(), "a.db");
  connect(path).database.exec("CREATE TABLE t(a)");
  return path;
}

const insert = ({ database }: Connection, value: number | string) =>
  database.prepare("INSERT INTO t VALUES (?)").run(value);
const all = ({ database }: Connection) =>
  (database.prepare("SELECT a FROM t ORDER BY rowid").all() as { a: unknown }[]).map(({ a }) => a);

test("what a turn writes is there when it ends, and its answer comes back", async () => {
  const connection = connect(newFile());
  await expect(connection.turns.run(() => insert(connection, 1).changes)).resolves.toBe(1);
  expect(connection.database.isTransaction).toBe(false);
  expect(all(connection)).toEqual([1]);
});

test("turns of one process go in the order in which they came", async () => {
  const connection = connect(newFile());
  await Promise.all([1, 2, 3, 4, 5].map((value) => connection.turns.run(() => insert(connection, value))));
  expect(all(connection)).toEqual([1, 2, 3, 4, 5]);
});

test("what a turn throws undoes all that it wrote, reaches the caller, and the next turn goes on", async () => {
  const connection = connect(newFile());
  const mistake = new Error("a mistake");
  const undone: string[] = [];
  const first = connection.turns.run(
    () => {
      insert(connection, 1);
      throw mistake;
    },
    () => undone.push("undone"),
  );
  const second = connection.turns.run(() => {
    undone.push("second");
    insert(connection, 2);
  });
  await expect(first).rejects.toBe(mistake);
  await second;
  expect(undone).toEqual(["undone", "second"]);
  expect(all(connection)).toEqual([2]);
});

test("a turn waits while another connection holds the lock, and the event loop goes on", async () => {
  const path = newFile();
  const holder = connect(path);
  const waiter = connect(path);
  holder.database.exec("BEGIN IMMEDIATE");
  insert(holder, "held");
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 1);
  onTestFinished(() => clearInterval(ticking));
  const turn = waiter.turns.run(() => insert(waiter, "waited"));
  await sleep(60);
  expect(all(waiter)).toEqual([]);
  holder.database.exec("COMMIT");
  await turn;
  expect(ticks).toBeGreaterThan(5);
  expect(all(waiter)).toEqual(["held", "waited"]);
});

test("a turn that waited too long fails with `busy`, writes nothing, and the next one is free", async () => {
  const path = newFile();
  const holder = connect(path);
  const waiter = connect(path, 30);
  holder.database.exec("BEGIN IMMEDIATE");
  await expect(waiter.turns.run(() => insert(waiter, 1))).rejects.toMatchObject({
    code: "busy",
    hint: expect.any(String),
    data: { path, retryAfterMs: 1_000 },
  });
  holder.database.exec("COMMIT");
  await waiter.turns.run(() => insert(waiter, 2));
  expect(all(waiter)).toEqual([2]);
});

test("an error that is no lock is not tried again", async () => {
  let tries = 0;
  const operation = () => {
    tries++;
    throw new Error("a mistake");
  };
  await expect(retryWhileLocked(operation, "a.db", 1_000)).rejects.toThrow("a mistake");
  expect(tries).toBe(1);
});

test("the stamp changes when another connection has committed, and only then", async () => {
  const path = newFile();
  const own = connect(path);
  const other = connect(path);
  const before = own.turns.commitStamp();
  await own.turns.run(() => insert(own, 1));
  expect(own.turns.commitStamp()).toBe(before);
  await other.turns.run(() => insert(other, 2));
  expect(own.turns.commitStamp()).not.toBe(before);
});

test("what was begun is done when the turns are settled", async () => {
  const connection = connect(newFile());
  const turns = [1, 2, 3].map((value) => connection.turns.run(() => insert(connection, value)));
  await connection.turns.settled();
  expect(all(connection)).toEqual([1, 2, 3]);
  await Promise.all(turns);
});

test("threads that write without pause all get their turns", async () => {
  const path = newFile();
  const each = 150;
  const code = `
    const { workerData, parentPort } = require("node:worker_threads");
    Promise.all([import(workerData.open), import(workerData.turns)]).then(async ([{ openDatabase }, { createWriteTurns }]) => {
      const database = openDatabase(workerData.path);
      const turns = createWriteTurns(database, workerData.path);
      for (let n = 0; n < workerData.each; n++) await turns.run(() => database.prepare("INSERT INTO t VALUES (?)").run(workerData.name));
      database.close();
    });
  `;
  const urls = {
    open: new URL("./open-database.ts", import.meta.url).href,
    turns: new URL("./write-turns.ts", import.meta.url).href,
  };
  await Promise.all(
    ["a", "b", "c"].map((name) => {
      const worker = new Worker(code, { eval: true, workerData: { ...urls, path, name, each } });
      return new Promise((resolve, reject) => worker.on("error", reject).on("exit", resolve));
    }),
  );
  const written = all(connect(path));
  expect(
    Object.fromEntries(
      ["a", "b", "c"].map((name) => [name, written.filter((value) => value === name).length]),
    ),
  ).toEqual({ a: each, b: each, c: each });
});
