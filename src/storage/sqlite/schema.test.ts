import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { randomRuns } from "../../../test/random-runs.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { Draft } from "../../entity/change.ts";
import type { Plan, Storage } from "../storage.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const plan = (id: string, draft: Partial<Draft>): Plan => ({
  target: { id },
  plan: () => ({ kind: "update", ...draft }),
});

async function openBoth(readOnly: boolean): Promise<{ storage: Storage; other: DatabaseSync }> {
  const path = join(temporaryFolder(), "store.db");
  const storage = await openSqliteStorage(path, { now: () => Date.parse("2026-01-31T12:00:00.007Z") });
  const other = new DatabaseSync(path, { readOnly });
  onTestFinished(async () => {
    other.close();
    await storage.close();
  });
  return { storage, other };
}

describe("the view `entities`", () => {
  test("shows what is not deleted to another program that only reads, while the store is open", async () => {
    const { storage, other } = await openBoth(true);
    await storage.commit([
      plan("task-1", {
        kind: "create",
        type: "task",
        status: "open",
        set: { name: "Größe", list: [1, true, null] },
        time: "1999-12-31T23:59:59.999Z",
      }),
      plan("task-1", { set: { b: { c: 1 } } }),
      plan("task-2", { kind: "create", type: "task", status: "open", set: {} }),
      plan("task-2", { kind: "delete" }),
    ]);
    expect(other.prepare("SELECT * FROM entities").all()).toEqual([
      {
        id: "task-1",
        type: "task",
        status: "open",
        data: '{"b":{"c":1},"list":[1,true,null],"name":"Größe"}',
        version: 2,
        created_at: "1999-12-31T23:59:59.999Z",
        updated_at: "2026-01-31T12:00:00.007Z",
      },
    ]);
    expect(other.prepare("SELECT id FROM entities WHERE data ->> '$.b.c' = 1").all()).toEqual([
      { id: "task-1" },
    ]);
  });
});

describe("the view `changes`", () => {
  test("shows every change, in the order of the log", async () => {
    const { storage, other } = await openBoth(true);
    const [first] = await storage.commit([
      plan("task-1", {
        kind: "create",
        type: "task",
        status: "open",
        set: { a: 1 },
        author: "ada",
        note: "first",
      }),
      plan("task-1", { status: "closed", set: { b: [1] }, unset: ["/a"], time: "2020-01-01T00:00:00.000Z" }),
      plan("task-1", { kind: "delete" }),
    ]);
    const { replica } = first!.logged!.change;
    const rows = other.prepare("SELECT * FROM changes ORDER BY position").all();
    expect(rows.map(({ body: _, ...row }) => row)).toEqual([
      {
        position: 1,
        id: `${replica}:1`,
        entity: "task-1",
        kind: "create",
        status: "open",
        set: '{"a":1}',
        unset: null,
        time: "2026-01-31T12:00:00.007Z",
        author: "ada",
        note: "first",
      },
      {
        position: 2,
        id: `${replica}:2`,
        entity: "task-1",
        kind: "update",
        status: "closed",
        set: '{"b":[1]}',
        unset: '["/a"]',
        time: "2020-01-01T00:00:00.000Z",
        author: null,
        note: null,
      },
      {
        position: 3,
        id: `${replica}:3`,
        entity: "task-1",
        kind: "delete",
        status: null,
        set: null,
        unset: null,
        time: "2026-01-31T12:00:00.007Z",
        author: null,
        note: null,
      },
    ]);
    expect(JSON.parse(rows[0]!["body"] as string)).toMatchObject({
      entity: "task-1",
      kind: "create",
      set: { a: 1 },
    });
  });
});

test("times in the views are those that the store shows, for any time", async () => {
  let now = 0;
  const path = join(temporaryFolder(), "store.db");
  const storage = await openSqliteStorage(path, { now: () => now });
  const other = new DatabaseSync(path, { readOnly: true });
  onTestFinished(async () => {
    other.close();
    await storage.close();
  });
  let number = 0;
  const [first, last] = [Date.parse("0001-01-01T00:00:00.000Z"), Date.parse("9999-12-31T23:59:59.999Z")];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: first, max: last }), fc.nat(5), async (time, later) => {
      now += later;
      const id = `task-${++number}`;
      await storage.commit([
        plan(id, { kind: "create", type: "task", set: {}, time: new Date(time).toISOString() }),
        plan(id, { set: { a: 1 } }),
      ]);
      const state = await storage.get(id);
      expect(other.prepare("SELECT created_at, updated_at FROM entities WHERE id = ?").get(id)).toEqual({
        created_at: state!.createdAt,
        updated_at: state!.updatedAt,
      });
      expect(other.prepare("SELECT time FROM changes WHERE entity = ? ORDER BY position").all(id)).toEqual([
        { time: state!.createdAt },
        { time: state!.updatedAt },
      ]);
    }),
    randomRuns(60),
  );
});

describe("what was recorded", () => {
  const refusals: [string, string][] = [
    ["UPDATE change SET body = '{}'", "never rewritten"],
    ["UPDATE change SET checksum = 1, body = body", "never rewritten"],
    ["DELETE FROM change", "never deleted"],
    ["UPDATE audit SET who = 'nobody'", "append-only"],
    ["DELETE FROM audit WHERE position = 1", "append-only"],
    [
      "REPLACE INTO audit(position, at, who, what, target, why) VALUES (1, '', '', '', '', '')",
      "append-only",
    ],
  ];

  test.each(refusals)("stays against: %s", async (sql, reason) => {
    const { storage, other } = await openBoth(false);
    await storage.commit([plan("task-1", { kind: "create", type: "task", set: {} })]);
    await storage.appendAudit({
      at: "2999-01-31T12:00:00.000Z",
      who: "ada",
      what: "test",
      target: "x",
      why: "",
    });
    expect(() => other.exec(sql)).toThrow(reason);
    expect(await storage.verify()).toEqual([]);
    expect(await storage.auditSince("2000-01-01T00:00:00.000Z", 10)).toEqual([
      { at: "2999-01-31T12:00:00.000Z", who: "ada", what: "test", target: "x", why: "" },
    ]);
  });
});

test("the file says which program it belongs to", async () => {
  const { other } = await openBoth(true);
  expect(other.prepare("PRAGMA application_id").get()).toEqual({ application_id: 0x48554253 });
});
