/**
 * @module Checks everything: the file's pages, every change against its checksum and its place, every entity
 * against the fold of its changes, every word of the search index against the entities. Reads only.
 */
import { crc32 } from "node:zlib";
import { canonicalJson, type JsonObject } from "../../base/json.ts";
import { getAtPath, parsePointer } from "../../base/json-pointer.ts";
import { readJson } from "../../base/json-reader.ts";
import { mergeVectors, type VersionVector } from "../../base/version-vector.ts";
import { type Change, encodeChange, parseChange } from "../../entity/change.ts";
import { searchableWords } from "../search-words.ts";
import type { Finding } from "../storage.ts";
import { type StateRow, stateColumns } from "./entity-rows.ts";
import { findDamagedTypes, searchFieldsByType } from "./field-indexes.ts";
import { foldRow } from "./fold-row.ts";
import { isIntact, type LogBook } from "./log-book.ts";
import { listSchema } from "./schema.ts";
import { placeSql, readTotals, type SearchIndex } from "./search-index.ts";
import type { Session } from "./session.ts";

/** Enough to see what is wrong; a file that is damaged all over need not be listed to its end. */
const mostFindings = 100;
const batch = 1_000;

export function verifyStore(session: Session, log: LogBook, index: SearchIndex): readonly Finding[] {
  const checks = [checkPages, checkSchema, checkRuns, checkLog, checkEntities, checkTypes, checkSearch];
  return runChecks(checks, session, log, index);
}

/** The part of {@link verifyStore} that says whether the log is whole and nothing else lies on its pages. */
export function verifyLog(session: Session, log: LogBook, index: SearchIndex): readonly Finding[] {
  return runChecks([checkPages, checkLog], session, log, index);
}

function runChecks(
  checks: readonly ((checking: Checking) => void)[],
  session: Session,
  log: LogBook,
  index: SearchIndex,
): readonly Finding[] {
  return session.snapshot(() => {
    const findings: Finding[] = [];
    const report = (where: string, problem: string): void => {
      if (findings.length < mostFindings) findings.push({ where, problem });
    };
    for (const check of checks) {
      try {
        check({ session, log, index, report });
      } catch (error) {
        report(check.name.replace("check", "").toLowerCase(), (error as Error).message);
      }
    }
    return findings;
  });
}

interface Checking {
  readonly session: Session;
  readonly log: LogBook;
  readonly index: SearchIndex;
  readonly report: (where: string, problem: string) => void;
}

/** The pages, and the inner order of the search index. */
function checkPages({ session, report }: Checking): void {
  for (const [line] of session.all<[string]>(`PRAGMA integrity_check(${mostFindings})`)) {
    if (line !== "ok") report("pages", line);
  }
}

/** Tables, triggers and views are those of the schema. */
function checkSchema({ session, report }: Checking): void {
  const found = new Map(session.all<[string, string]>("SELECT name, sql FROM sqlite_schema"));
  for (const { type, name, sql } of listSchema()) {
    if (found.get(name) !== sql) report(`${type} ${name}`, "it is not what it was made as");
  }
}

/** What the log knows of its writers: all that reads it reads along them. */
function checkRuns({ session, log }: Checking): void {
  log.refresh(session.turns.commitStamp());
}

/** Positions without a gap, checksums, canonical text, places in their replica, chains of their entities. */
function checkLog({ session, report }: Checking): void {
  const newestOf = new Map<number, number>();
  const idOf = new Map<number, string>(session.all<[number, string]>("SELECT row, id FROM entity"));
  const vectors = new Map<string, VersionVector>();
  const lastSeq = new Map<string, number>();
  const runs = new Map(
    session
      .all<[number, string, number, string]>("SELECT first_position, replica, first_seq, seen FROM run")
      .map((run) => [run[0], run]),
  );
  let expected = 1;
  let writer = "";
  for (const [position, entity, previous, body, checksum] of eachRow<
    [number, number, number, string, number]
  >(
    session,
    "SELECT position, entity, previous, body, checksum FROM change WHERE position > ? ORDER BY position LIMIT ?",
  )) {
    const where = `change ${position}`;
    if (position !== expected) report(where, `positions ${expected} to ${position - 1} are missing`);
    expected = position + 1;
    const change = readBody(body, checksum, (problem) => report(where, problem));
    if (idOf.get(entity) === undefined || (change !== undefined && idOf.get(entity) !== change.entity)) {
      report(where, "its entity is another one than its text says");
    }
    if ((newestOf.get(entity) ?? 0) !== previous) report(where, "the link to the change before it is wrong");
    newestOf.set(entity, position);
    if (change === undefined) continue;
    const { replica, seq } = change;
    for (const [other, known] of Object.entries(change.seen ?? {})) {
      if ((lastSeq.get(other) ?? 0) < known)
        report(where, `change ${known} of replica ${other}, which it had seen, is not before it`);
    }
    if ((lastSeq.get(replica) ?? 0) + 1 !== seq)
      report(where, `change ${seq} of replica ${replica} is out of order`);
    const seen = mergeVectors(
      mergeVectors(vectors.get(replica) ?? {}, change.seen ?? {}),
      seq === 1 ? {} : { [replica]: seq - 1 },
    );
    vectors.set(replica, seen);
    lastSeq.set(replica, seq);
    const run = runs.get(position);
    if (run === undefined ? replica !== writer : !isRunOf(run, replica, seq, seen))
      report(where, "its run is wrong or missing");
    writer = replica;
    runs.delete(position);
  }
  for (const position of runs.keys()) report(`run ${position}`, "there is no change at its beginning");
  for (const [row, newest] of session.all<[number, number]>("SELECT row, newest FROM entity")) {
    if (newestOf.get(row) !== newest) report(`entity ${idOf.get(row)}`, "its newest change is another one");
    newestOf.delete(row);
  }
}

function isRunOf(
  run: readonly [number, string, number, string],
  replica: string,
  seq: number,
  seen: VersionVector,
): boolean {
  return (
    run[1] === replica &&
    run[2] === seq &&
    canonicalJson(JSON.parse(run[3]) as JsonObject) === canonicalJson(seen as JsonObject)
  );
}

function readBody(body: string, checksum: number, report: (problem: string) => void): Change | undefined {
  if (!isIntact(body, checksum)) {
    report("its text does not fit its checksum");
    return undefined;
  }
  try {
    const change = parseChange(readJson(body));
    if (encodeChange(change) !== body) report("its text is not canonical");
    return change;
  } catch (error) {
    report((error as Error).message);
    return undefined;
  }
}

/** Every row is what its changes fold to, cell by cell. */
function checkEntities({ session, log, report }: Checking): void {
  const columns = stateColumns.split(", ");
  for (const row of eachRow<StateRow>(
    session,
    `SELECT ${stateColumns} FROM entity WHERE row > ? ORDER BY row LIMIT ?`,
  )) {
    const where = `entity ${row[1]}`;
    try {
      const cells = foldRow(session, log, row[9]);
      for (const [at, cell] of cells.entries()) {
        if (cell !== row[at + 1]) report(where, `"${columns[at + 1]}" differs from what its changes say`);
      }
    } catch (error) {
      report(where, (error as Error).message);
    }
  }
}

/** What types declare can be read, and their indexes are there. */
function checkTypes({ session, report }: Checking): void {
  for (const { type, problem } of findDamagedTypes(session)) report(`type ${type}`, problem);
}

/**
 * The index holds each entity once, in the place of its time, and exactly its words; what was changed since it was
 * last filled is left out.
 */
function checkSearch({ session, index, report }: Checking): void {
  const indexed = index.position();
  const misplaced = session.all<[string]>(
    `SELECT id FROM entity LEFT JOIN search_doc ON search_doc.entity = entity.row WHERE newest <= ${indexed} AND (
       (deleted = 0 AND (doc IS NULL OR (doc >> 20) - ${placeSql} NOT IN (0, 1))) OR (deleted = 1 AND doc IS NOT NULL)
     ) LIMIT ?`,
    mostFindings,
  );
  for (const [id] of misplaced) report(`entity ${id}`, "its place in the search index is wrong");
  if (wordSumOfIndex(session, indexed) !== wordSumOfEntities(session, indexed)) {
    report(
      "search",
      "the words of the search index are not the words of the entities; `hubstead rebuild` makes it anew",
    );
  }
  if (totalsOfIndex(session).join(" ") !== readTotals(session).join(" ")) {
    report("search", "the totals that ranking counts with are wrong; `hubstead rebuild` makes them anew");
  }
}

// Sums of checksums do not depend on order: both sides can be read in the order that is cheap.
function wordSumOfIndex(session: Session, indexed: number): bigint {
  session.database.exec(
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_word USING fts5vocab(main, search, instance)",
  );
  const stale = new Set(
    session
      .all<[string]>(
        `SELECT CAST(doc AS TEXT) FROM search_doc JOIN entity ON entity.row = search_doc.entity WHERE newest > ${indexed}`,
      )
      .map(([doc]) => doc),
  );
  let sum = 0n;
  const words = session.prepare(
    "SELECT CAST(doc AS TEXT), term || ' ' || doc || ' ' || offset FROM temp.search_word",
  );
  for (const [doc, line] of words.iterate() as unknown as Iterable<[string, string]>) {
    if (!stale.has(doc)) sum += BigInt(crc32(line));
  }
  // Ranking also reads how many words each entity has.
  const sizes = session.prepare("SELECT CAST(id AS TEXT), sz FROM search_docsize");
  for (const [doc, size] of sizes.iterate() as unknown as Iterable<[string, Uint8Array]>) {
    if (!stale.has(doc)) sum += BigInt(crc32(`${doc} ${readVarints(size).join(" ")}`));
  }
  return sum;
}

/** How many entities and words ranking counts with. */
function totalsOfIndex(session: Session): readonly number[] {
  const block = session.get<[Uint8Array]>("SELECT block FROM search_data WHERE id = 1")?.[0];
  return block === undefined || block.length === 0 ? [0, 0] : readVarints(block);
}

/** Numbers as the search index writes them. @see https://sqlite.org/fts5.html#fts5_data_structures */
function readVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  return numbers;
}

function wordSumOfEntities(session: Session, indexed: number): bigint {
  const fields = searchFieldsByType(session);
  let sum = 0n;
  const rows = eachRow<[number, string, string, string, string]>(
    session,
    `SELECT row, id, type, data, CAST(doc AS TEXT) FROM entity JOIN search_doc ON search_doc.entity = entity.row
     WHERE newest <= ${indexed} AND row > ? ORDER BY row LIMIT ?`,
  );
  for (const [, id, type, text, doc] of rows) {
    const data = readJson(text) as JsonObject;
    const words = searchableWords(
      id,
      data,
      fields.get(type)?.map((pointer) => getAtPath(data, parsePointer(pointer))),
    );
    const list = words === "" ? [] : words.split(" ");
    for (const [offset, word] of list.entries()) sum += BigInt(crc32(`${word} ${doc} ${offset}`));
    sum += BigInt(crc32(`${doc} ${list.length}`));
  }
  return sum;
}

/** All rows of a query by pages of its first column. */
export function* eachRow<Row extends readonly [number, ...unknown[]]>(
  session: Session,
  sql: string,
): Generator<Row> {
  for (let after = 0; ; ) {
    const rows = session.all<Row>(sql, after, batch);
    yield* rows;
    if (rows.length < batch) return;
    after = rows.at(-1)![0];
  }
}
