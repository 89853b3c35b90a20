/**
 * @module Reads a database of chora-store: every entity with all its versions and their times, deleted ones included.
 * The database is opened for reading only.
 */
import type { DatabaseSync } from "node:sqlite";
import { isJsonObject, type JsonObject, jsonEqual } from "../../base/json.ts";
import { parseJson } from "../../base/json-text.ts";
import { HubsteadError, invalidInput } from "../../errors.ts";
import { openDatabase, toHubsteadError } from "../../sqlite/open-database.ts";
import type { ImportedVersion, ImportRecord } from "../../store/store.ts";
import { type ImportReader, readOutsideTime } from "./import-reader.ts";

/** @throws {HubsteadError} `unsupported_format` for another database; `invalid_input` naming the entity, while it is read */
export function readChoraDatabase(path: string, name: string): ImportReader {
  const database = openForeign(path, name);
  try {
    checkTables(database, name);
  } catch (error) {
    database.close();
    throw error;
  }
  return { records: readRecords(database, name), note: "chora-store database" };
}

/** A file that is none says nothing about the user's own store. */
function openForeign(path: string, name: string): DatabaseSync {
  try {
    const database = openDatabase(path, { readOnly: true });
    try {
      database.prepare("SELECT 1 FROM sqlite_schema").get();
      return database;
    } catch (error) {
      database.close();
      throw toHubsteadError(error, path);
    }
  } catch (cause) {
    if (!(cause instanceof HubsteadError) || cause.code !== "corrupt") throw cause;
    throw new HubsteadError("unsupported_format", `${name} is no SQLite database, or a damaged one`, {
      hint: "Name a database of chora-store, or leave out --format.",
      data: { source: name, supported: "chora-store" },
      cause,
    });
  }
}

const tables = {
  entities: ["id", "type", "status", "data", "version", "created_at", "updated_at"],
  entity_versions: ["entity_id", "version", "change_type", "changed_at", "data_snapshot"],
};

function checkTables(database: DatabaseSync, name: string): void {
  for (const [table, columns] of Object.entries(tables)) {
    const found = database
      .prepare("SELECT name FROM pragma_table_info(?)")
      .all(table)
      .map((row) => String(row.name));
    const missing = columns.find((column) => !found.includes(column));
    if (missing === undefined) continue;
    const isHubstead =
      database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'change'").get() !== undefined;
    throw new HubsteadError(
      "unsupported_format",
      `${name} is no chora-store database: it has no ${table}.${missing}`,
      {
        hint: isHubstead
          ? `It is a Hubstead store: \`hubstead --store ${name} export\` writes what import reads.`
          : "Import reads chora-store databases, gh-store snapshots and NDJSON.",
        data: { path: name, found: found.join(", "), supported: columns.join(", ") },
      },
    );
  }
}

interface EntityRow {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly data: string | null;
  readonly version: number;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

interface VersionRow {
  readonly entity_id: string;
  readonly version: number;
  readonly change_type: string | null;
  readonly changed_at: string | null;
  readonly data_snapshot: string | null;
}

function* readRecords(database: DatabaseSync, name: string): Generator<ImportRecord> {
  try {
    const find = database.prepare("SELECT * FROM entities WHERE id = ?");
    for (const versions of groupVersions(database)) {
      const id = versions[0]!.entity_id;
      yield toRecord(find.get(id) as unknown as EntityRow | undefined, versions, name);
    }
    const others = database.prepare(
      "SELECT * FROM entities WHERE id NOT IN (SELECT entity_id FROM entity_versions WHERE entity_id IS NOT NULL) ORDER BY id",
    );
    for (const row of others.iterate() as Iterable<unknown>) yield toRecord(row as EntityRow, [], name);
  } finally {
    database.close();
  }
}

/** The versions of one entity at a time, oldest first. */
function* groupVersions(database: DatabaseSync): Generator<VersionRow[]> {
  const rows = database.prepare(
    `SELECT entity_id, CAST(version AS INTEGER) AS version, change_type, changed_at, data_snapshot FROM entity_versions
     WHERE entity_id IS NOT NULL ORDER BY entity_id, CAST(version AS INTEGER), rowid`,
  );
  let group: VersionRow[] = [];
  for (const row of rows.iterate() as Iterable<unknown>) {
    const version = row as VersionRow;
    if (group.length > 0 && group[0]!.entity_id !== version.entity_id) {
      yield group;
      group = [];
    }
    group.push(version);
  }
  if (group.length > 0) yield group;
}

function toRecord(row: EntityRow | undefined, versions: readonly VersionRow[], name: string): ImportRecord {
  const id = row?.id ?? versions[0]!.entity_id;
  const snapshots = versions.map((version) => readVersion(version, row, name));
  const type = row?.type ?? snapshots.findLast((snapshot) => snapshot.type !== undefined)?.type;
  const history = snapshots.map(({ type: _, ...version }) => version);
  const end = readEnd(id, row, history, name);
  return {
    id,
    ...(type === undefined ? {} : { type }),
    history: end === undefined ? history : [...history, end],
  };
}

type VersionWithType = ImportedVersion & { readonly type?: string };

function readVersion(
  { entity_id: id, version, change_type, changed_at, data_snapshot }: VersionRow,
  row: EntityRow | undefined,
  name: string,
): VersionWithType {
  const place = `${name}: version ${version} of ${id}`;
  const head = {
    time: mustReadTime(changed_at ?? row?.updated_at, place),
    origin: `chora-store:${id}:${version}`,
  };
  if (/^(?:delete|remove)/iu.test(change_type ?? "")) return { ...head, deleted: true };
  const snapshot = readObject(data_snapshot, place);
  // Some versions of chora-store keep the whole entity here, some its data only.
  const inner = isWholeEntity(snapshot, id) ? readInner(snapshot.data, place) : undefined;
  if (inner === undefined)
    return { ...head, data: snapshot, ...(row === undefined ? {} : { status: row.status }) };
  return { ...head, data: inner, status: String(snapshot.status), type: String(snapshot.type) };
}

function isWholeEntity(snapshot: JsonObject, id: string): boolean {
  return (
    snapshot.id === id &&
    typeof snapshot.type === "string" &&
    typeof snapshot.status === "string" &&
    Object.hasOwn(snapshot, "data")
  );
}

/** The data inside an entity: an object, or its text. */
function readInner(data: unknown, place: string): JsonObject {
  if (isJsonObject(data)) return data;
  return readObject(typeof data === "string" ? data : null, place);
}

/** What the versions do not tell: the entity as it is, or that it is gone. */
function readEnd(
  id: string,
  row: EntityRow | undefined,
  history: readonly ImportedVersion[],
  name: string,
): ImportedVersion | undefined {
  const last = history.at(-1);
  if (row === undefined)
    return last === undefined || last.deleted
      ? undefined
      : { deleted: true, time: last.time, origin: `chora-store:${id}:deleted` };
  const place = `${name}: ${id}`;
  const data = readObject(row.data, place);
  if (last !== undefined && !last.deleted && last.status === row.status && jsonEqual(last.data, data))
    return undefined;
  const time = mustReadTime(row.updated_at ?? row.created_at ?? last?.time, place);
  const known = history.some(({ origin }) => origin === `chora-store:${id}:${row.version}`);
  return {
    status: row.status,
    data,
    time,
    origin: `chora-store:${id}:${known ? `${row.version}:current` : row.version}`,
  };
}

function readObject(text: string | null, place: string): JsonObject {
  if (text === null || text === "") return {};
  const value = parseJson(String(text), place);
  if (isJsonObject(value)) return value;
  throw invalidInput(`${place} holds data that is no JSON object`, "Mend it in chora-store first.");
}

function mustReadTime(text: string | null | undefined, place: string): string {
  const time = readOutsideTime(text);
  if (time === undefined)
    throw invalidInput(
      `${place} has no time that can be read: ${JSON.stringify(text ?? null)}`,
      "Mend it in chora-store first.",
    );
  return time;
}
