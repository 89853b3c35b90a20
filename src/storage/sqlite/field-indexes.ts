/**
 * @module Declared indexes: expression indexes on fields of one type, recorded in the file so that every process
 * keeps and uses them.
 */
import type { Json } from "../../base/json.ts";
import { parsePointer } from "../../base/json-pointer.ts";
import { parseFieldPath } from "../field-path.ts";
import type { FieldCondition, Where } from "../query.ts";
import type { TypeIndex } from "../storage.ts";
import { fieldValue, quoteText, readCondition } from "./field-sql.ts";
import type { Session } from "./session.ts";

/** Makes the indexes of a type what was declared; search fields that changed are indexed anew. */
export async function defineIndex(session: Session, { type, indexes, search }: TypeIndex): Promise<void> {
  const paths = indexes.map((pointer) => JSON.stringify(parsePointer(pointer))).sort();
  const wanted = {
    indexes: JSON.stringify(paths),
    search: search === undefined ? null : JSON.stringify([...search].sort()),
  };
  const known = await session.turns.retry(() => readDefinition(session, type));
  if (known?.indexes === wanted.indexes && known.search === wanted.search) return;
  if (known === undefined && paths.length === 0 && wanted.search === null) return;
  await session.turns.run(() => {
    const before = readDefinition(session, type);
    for (const path of readList(before?.indexes) ?? []) {
      if (!paths.includes(path)) session.database.exec(`DROP INDEX IF EXISTS ${indexName(type, path)}`);
    }
    for (const path of paths) session.database.exec(`CREATE INDEX IF NOT EXISTS ${indexSql(type, path)}`);
    session.run(
      "INSERT INTO type_index(type, indexes, search) VALUES (?, ?, ?) ON CONFLICT(type) DO UPDATE SET indexes = excluded.indexes, search = excluded.search",
      type,
      wanted.indexes,
      wanted.search,
    );
    // The whole log passes through the index again; what is there already is replaced.
    if ((before?.search ?? null) !== wanted.search)
      session.run("UPDATE meta SET value = '0' WHERE key = 'indexed'");
  });
}

/** The fields that search reads of each type that does not search all of them. */
export function searchFieldsByType(session: Session): ReadonlyMap<string, readonly string[]> {
  const rows = session.all<[string, string]>("SELECT type, search FROM type_index WHERE search IS NOT NULL");
  return new Map(rows.map(([type, search]) => [type, readList(search) ?? []]));
}

/** What is recorded of types and cannot be: for each, the type and what is wrong. */
export function findDamagedTypes(session: Session): { readonly type: string; readonly problem: string }[] {
  const rows = session.all<[string, string, string | null]>("SELECT type, indexes, search FROM type_index");
  const there = new Set(session.all<[string]>("SELECT sql FROM sqlite_schema").map(([sql]) => sql));
  return rows.flatMap(([type, indexes, search]) => {
    const paths = readList(indexes);
    const isReadable = paths !== undefined && (search === null || readList(search) !== undefined);
    if (!isReadable) return [{ type, problem: "what is declared of it cannot be read" }];
    const missing = paths.filter((path) => !there.has(`CREATE INDEX ${indexSql(type, path)}`));
    return missing.map((path) => ({ type, problem: `the index on ${path} is missing or another one` }));
  });
}

/** A list of texts; `undefined` where it is damaged. The next process that declares the type mends it. */
function readList(text: string | undefined): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}

function readDefinition(
  session: Session,
  type: string,
): { indexes: string; search: string | null } | undefined {
  const row = session.get<[string, string | null]>(
    "SELECT indexes, search FROM type_index WHERE type = ?",
    type,
  );
  return row === undefined ? undefined : { indexes: row[0], search: row[1] };
}

/** What stands after CREATE INDEX. */
function indexSql(type: string, path: string): string {
  const value = fieldValue(JSON.parse(path) as string[]);
  return `${indexName(type, path)} ON entity(${value}, updated) WHERE deleted = 0 AND type = ${quoteText(type)}`;
}

/** SQLite does not tell `task` from `Task` in names of indexes; a sign before each capital does. */
function indexName(type: string, path: string): string {
  const name = `field ${type} ${path}`.replaceAll(/[A-Z^]/gu, (sign) => `^${sign}`);
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * The declared index that serves the conditions on entities of one type best: equality before lists before ranges.
 *
 * @returns its name in SQL, or `undefined` where none serves
 * @throws {HubsteadError} `invalid_input` for conditions that make no sense
 */
export function findDeclaredIndex(session: Session, type: string, where: Where): string | undefined {
  const declared = new Set(readList(readDefinition(session, type)?.indexes) ?? []);
  if (declared.size === 0) return undefined;
  const [best] = Object.entries(where)
    .map(([field, condition]) => ({
      path: JSON.stringify(parseFieldPath(field)),
      rank: rankOf(readCondition(field, condition as Json)),
    }))
    .filter(({ path, rank }) => rank > 0 && declared.has(path))
    .sort((a, b) => a.rank - b.rank);
  return best === undefined ? undefined : indexName(type, best.path);
}

/** 1, 2, 3: how few rows an index leaves; 0 where it leaves all. */
function rankOf(condition: FieldCondition): number {
  const { eq, in: some, gt, gte, lt, lte } = condition;
  if (eq !== undefined && eq !== null && typeof eq !== "object") return 1;
  const kind = typeof some?.[0];
  if ((kind === "string" || kind === "number") && some!.every((item) => typeof item === kind)) return 2;
  return [gt, gte, lt, lte].some((bound) => bound !== undefined) ? 3 : 0;
}
