import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWorkbench } from "../captured-run.ts";
import { readChoraDatabase } from "./chora-database.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hubstead-chora-"));
  path = join(folder, "chora.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// The tables as chora-store makes them: TEXT for JSON, times from Python's datetime.utcnow().isoformat().
const schema = `
  CREATE TABLE entities (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, status TEXT NOT NULL, data TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, CHECK (id LIKE type || '-%'));
  CREATE TABLE entity_versions (
    id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, version INTEGER NOT NULL, change_type TEXT NOT NULL, changed_at TEXT NOT NULL, data_snapshot TEXT);
`;

interface Version {
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  readonly at: string;
  readonly snapshot: string | null;
}

function build(
  entities: readonly (readonly [
    id: string,
    status: string,
    data: string,
    version: number,
    created: string,
    updated: string,
  ])[],
  versions: readonly Version[],
): void {
  const database = new DatabaseSync(path);
  database.exec(schema);
  for (const [id, status, data, version, created, updated] of entities) {
    database
      .prepare("INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(id, id.split("-")[0]!, status, data, version, created, updated);
  }
  for (const { id, version, kind, at, snapshot } of versions) {
    database
      .prepare("INSERT INTO entity_versions VALUES (?, ?, ?, ?, ?, ?)")
      .run(`${id}:${version}`, id, version, kind, at, snapshot);
  }
  database.close();
}

const whole = (id: string, status: string, data: unknown) =>
  JSON.stringify({ id, type: id.split("-")[0], status, data, version: 1, created_at: "x", updated_at: "x" });

function buildExample(): void {
  build(
    [
      [
        "feature-a",
        "in_progress",
        '{"name":"A","n":2}',
        2,
        "2025-01-01T10:00:00.123456",
        "2025-01-02T10:00:00",
      ],
      ["task-plain", "planned", '{"name":"Plain"}', 2, "2025-01-01T11:00:00", "2025-01-03T11:00:00"],
      [
        "task-unversioned",
        "active",
        '{"name":"No versions"}',
        4,
        "2025-01-01T12:00:00",
        "2025-01-04T12:00:00",
      ],
      [
        "task-behind",
        "complete",
        '{"name":"Newer than its versions"}',
        3,
        "2025-01-01T13:00:00",
        "2025-01-05T13:00:00",
      ],
    ],
    [
      {
        id: "feature-a",
        version: 1,
        kind: "create",
        at: "2025-01-01T10:00:00.123456",
        snapshot: whole("feature-a", "planned", { name: "A" }),
      },
      {
        id: "feature-a",
        version: 2,
        kind: "update",
        at: "2025-01-02T10:00:00",
        snapshot: whole("feature-a", "in_progress", { name: "A", n: 2 }),
      },
      {
        id: "task-plain",
        version: 1,
        kind: "created",
        at: "2025-01-01T11:00:00",
        snapshot: '{"name":"Draft"}',
      },
      {
        id: "task-plain",
        version: 2,
        kind: "updated",
        at: "2025-01-03T11:00:00",
        snapshot: '{"name":"Plain"}',
      },
      {
        id: "task-behind",
        version: 1,
        kind: "create",
        at: "2025-01-01T13:00:00",
        snapshot: whole("task-behind", "planned", '{"name":"Text inside"}'),
      },
      {
        id: "pattern-gone",
        version: 1,
        kind: "create",
        at: "2025-01-01T14:00:00",
        snapshot: whole("pattern-gone", "draft", { name: "Gone" }),
      },
      { id: "pattern-gone", version: 2, kind: "delete", at: "2025-01-02T14:00:00", snapshot: null },
      {
        id: "tool-vanished",
        version: 1,
        kind: "create",
        at: "2025-01-01T15:00:00",
        snapshot: '{"name":"Vanished"}',
      },
    ],
  );
}

test("every version comes with its time and a name of its own, whatever shape the snapshots have", () => {
  buildExample();
  expect([...(readChoraDatabase(path, "chora.db").records as Iterable<unknown>)]).toEqual([
    {
      id: "feature-a",
      type: "feature",
      history: [
        {
          time: "2025-01-01T10:00:00.123Z",
          origin: "chora-store:feature-a:1",
          status: "planned",
          data: { name: "A" },
        },
        {
          time: "2025-01-02T10:00:00.000Z",
          origin: "chora-store:feature-a:2",
          status: "in_progress",
          data: { name: "A", n: 2 },
        },
      ],
    },
    {
      id: "pattern-gone",
      type: "pattern",
      history: [
        {
          time: "2025-01-01T14:00:00.000Z",
          origin: "chora-store:pattern-gone:1",
          status: "draft",
          data: { name: "Gone" },
        },
        { time: "2025-01-02T14:00:00.000Z", origin: "chora-store:pattern-gone:2", deleted: true },
      ],
    },
    {
      id: "task-behind",
      type: "task",
      history: [
        {
          time: "2025-01-01T13:00:00.000Z",
          origin: "chora-store:task-behind:1",
          status: "planned",
          data: { name: "Text inside" },
        },
        {
          time: "2025-01-05T13:00:00.000Z",
          origin: "chora-store:task-behind:3",
          status: "complete",
          data: { name: "Newer than its versions" },
        },
      ],
    },
    {
      id: "task-plain",
      type: "task",
      history: [
        {
          time: "2025-01-01T11:00:00.000Z",
          origin: "chora-store:task-plain:1",
          status: "planned",
          data: { name: "Draft" },
        },
        {
          time: "2025-01-03T11:00:00.000Z",
          origin: "chora-store:task-plain:2",
          status: "planned",
          data: { name: "Plain" },
        },
      ],
    },
    {
      id: "tool-vanished",
      history: [
        {
          time: "2025-01-01T15:00:00.000Z",
          origin: "chora-store:tool-vanished:1",
          data: { name: "Vanished" },
        },
        { time: "2025-01-01T15:00:00.000Z", origin: "chora-store:tool-vanished:deleted", deleted: true },
      ],
    },
    {
      id: "task-unversioned",
      type: "task",
      history: [
        {
          time: "2025-01-04T12:00:00.000Z",
          origin: "chora-store:task-unversioned:4",
          status: "active",
          data: { name: "No versions" },
        },
      ],
    },
  ]);
});

test("the command imports it with its history, once, and leaves it untouched", async () => {
  buildExample();
  const before = readFileSync(path);
  const bench = openWorkbench();
  try {
    expect(await bench.json("import", path)).toEqual({
      format: "chora-store",
      records: 6,
      created: 6,
      updated: 0,
      unchanged: 0,
    });
    expect(await bench.json("get", "feature-a")).toMatchObject({
      status: "in_progress",
      version: 2,
      data: { name: "A", n: 2 },
      createdAt: "2025-01-01T10:00:00.123Z",
      updatedAt: "2025-01-02T10:00:00.000Z",
    });
    expect(await bench.json("get", "feature-a", "--at", "1")).toMatchObject({
      status: "planned",
      data: { name: "A" },
    });
    expect(await bench.json("get", "feature-a", "--at", "2025-01-01T20:00:00")).toMatchObject({ version: 1 });
    expect(await bench.json("get", "task-behind")).toMatchObject({ status: "complete", version: 2 });
    expect(await bench.run("get", "pattern-gone")).toMatchObject({ exitCode: 10 });
    expect(await bench.json("restore", "pattern-gone")).toMatchObject({
      status: "draft",
      data: { name: "Gone" },
    });
    expect(await bench.run("get", "tool-vanished")).toMatchObject({ exitCode: 10 });
    await bench.run("delete", "pattern-gone");
    expect(await bench.json("import", path)).toMatchObject({ created: 0, updated: 0, unchanged: 6 });
    expect(readFileSync(path).equals(before)).toBe(true);
  } finally {
    bench.remove();
  }
});

describe("what cannot be read is named", () => {
  const read = () => [...(readChoraDatabase(path, "chora.db").records as Iterable<unknown>)];
  test.each<[string, Version, string]>([
    [
      "a snapshot that is no JSON",
      { id: "task-a", version: 1, kind: "create", at: "2025-01-01T10:00:00", snapshot: "{oops" },
      "version 1 of task-a",
    ],
    [
      "a snapshot that is a list",
      { id: "task-a", version: 1, kind: "create", at: "2025-01-01T10:00:00", snapshot: "[1]" },
      "version 1 of task-a",
    ],
    [
      "a time that is none",
      { id: "task-a", version: 3, kind: "create", at: "soon", snapshot: "{}" },
      "version 3 of task-a",
    ],
  ])("%s", (_, version, message) => {
    build([], [version]);
    expect(read).toThrow(message);
  });

  test("another database", () => {
    new DatabaseSync(path).exec("CREATE TABLE entities (id TEXT)");
    expect(read).toThrow("chora.db is no chora-store database: it has no entities.type");
  });

  test("a store of our own, with what to do instead", async () => {
    const bench = openWorkbench();
    try {
      await bench.run("create", "task-a", "--store", "own.db");
      const { exitCode, stderr } = await bench.run("import", "own.db");
      expect(exitCode).toBe(17);
      expect(stderr).toContain("hubstead --store own.db export");
    } finally {
      bench.remove();
    }
  });
});
