/**
 * @module Keeps the search index behind the log: which position it has reached is one number, written with the
 * index rows. Commits do not touch it; searches and idle stores bring it up to date.
 */
import type { JsonObject } from "../../base/json.ts";
import { getAtPath, parsePointer, type Segments } from "../../base/json-pointer.ts";
import { readJson } from "../../base/json-reader.ts";
import { searchableWords } from "../search-words.ts";
import { searchFieldsByType } from "./field-indexes.ts";
import type { Session } from "./session.ts";

/** Log rows in one transaction: short enough that other writers hardly notice. */
const chunk = 500;

// A row in the index is `updated` in milliseconds, then 20 bits to tell entities of one millisecond apart.
const tieBits = 20n;
const tieMask = (1n << tieBits) - 1n;
// What is left of 64 bits: the years 1691 to 2248. Times beyond are placed at the ends.
const farthest = 2 ** 43 - 2;
/** SQL: the place of `updated` in row ids, as verify compares it. */
export const placeSql = `max(-${farthest}, min(${farthest}, updated))`;

export interface SearchIndex {
  /** Brings one part of the log into the index. @returns true when all of it is there */
  fill(): Promise<boolean>;
  /** Brings all of the log into the index. */
  drain(): Promise<void>;
  /** Changes that are not in the index yet. */
  lag(): number;
  /** The position of the log up to which the index is complete. */
  position(): number;
  /** True when nothing was written since the index was last seen to be complete. Cheaper than {@link lag}. */
  isCurrent(): boolean;
  /** Empties the index; the next fill begins at the start of the log. Inside a write transaction. */
  clear(): void;
}

export function createSearchIndex(session: Session): SearchIndex {
  const insertWords = session.prepare("INSERT INTO search(rowid, words) VALUES (?, ?)");
  const deleteWords = session.prepare("DELETE FROM search WHERE rowid = ?");
  const insertDoc = session.prepare("INSERT INTO search_doc(doc, entity) VALUES (?, ?)");
  const deleteDoc = session.prepare("DELETE FROM search_doc WHERE doc = ?");
  const docOf = session.prepare("SELECT doc FROM search_doc WHERE entity = ?");
  const isTaken = session.prepare("SELECT 1 FROM search_doc WHERE doc = ?");
  docOf.setReadBigInts(true);
  const selectEntity = session.prepare("SELECT id, type, data, updated, deleted FROM entity WHERE row = ?");
  const bounds = session.prepare(
    "SELECT (SELECT value FROM meta WHERE key = 'indexed'), coalesce((SELECT position FROM change ORDER BY position DESC LIMIT 1), 0)",
  );

  /** A position that cannot be is a damaged one: the index begins anew, which mends it. */
  const readBounds = (): readonly [indexed: number, last: number] => {
    const [value, last] = bounds.get() as unknown as [string | null, number];
    const indexed = Number(value);
    return [Number.isSafeInteger(indexed) && indexed >= 0 && indexed <= last ? indexed : 0, last];
  };

  const lag = (): number => {
    const [indexed, last] = readBounds();
    return last - indexed;
  };

  const freeDoc = (updated: number, row: number): bigint => {
    const place = Math.max(-farthest, Math.min(farthest, updated));
    let doc = (BigInt(place) << tieBits) | (BigInt(row) & tieMask);
    // Where one millisecond is full it runs on into the next one.
    while (isTaken.get(doc) !== undefined) doc++;
    return doc;
  };

  /** @returns how many words went in, `undefined` where the entity is deleted */
  const indexEntity = (row: number, fields: ReadonlyMap<string, readonly Segments[]>): number | undefined => {
    const known = docOf.get(row) as unknown as [bigint] | undefined;
    if (known !== undefined) {
      deleteWords.run(known[0]);
      deleteDoc.run(known[0]);
    }
    const [id, type, text, updated, deleted] = selectEntity.get(row) as unknown as [
      string,
      string,
      string,
      number,
      number,
    ];
    if (deleted === 1) return undefined;
    const data = readJson(text) as JsonObject;
    const doc = freeDoc(updated, row);
    const words = searchableWords(
      id,
      data,
      fields.get(type)?.map((path) => getAtPath(data, path)),
    );
    insertWords.run(doc, words);
    insertDoc.run(doc, row);
    return words === "" ? 0 : words.split(" ").length;
  };

  const fillChunk = (): boolean => {
    const [indexed] = readBounds();
    const rows = session.all<[number, number]>(
      "SELECT position, entity FROM change WHERE position > ? ORDER BY position LIMIT ?",
      indexed,
      chunk,
    );
    const last = rows.at(-1)?.[0];
    if (last === undefined) return true;
    const fields = new Map(
      [...searchFieldsByType(session)].map(([type, pointers]) => [type, pointers.map(parsePointer)]),
    );
    const filled = [...new Set(rows.map(([, entity]) => entity))]
      .map((row) => indexEntity(row, fields))
      .filter((words) => words !== undefined);
    addToTotals(session, filled);
    writeMeta(session, "indexed", String(last));
    return rows.length < chunk;
  };

  const fill = async (): Promise<boolean> =>
    (await session.turns.retry(lag)) === 0 || session.turns.run(fillChunk);

  let complete = "";

  return {
    isCurrent() {
      const now = `${session.turns.commitStamp()}:${session.turns.turnsTaken()}`;
      if (now === complete) return true;
      if (lag() > 0) return false;
      complete = now;
      return true;
    },
    fill,
    async drain() {
      while (!(await fill()));
    },
    lag,
    position: () => readBounds()[0],
    clear() {
      session.database.exec("INSERT INTO search(search) VALUES ('delete-all'); DELETE FROM search_doc;");
      session.run("DELETE FROM meta WHERE key = 'filled'");
      writeMeta(session, "indexed", "0");
    },
  };
}

/**
 * How many entities and words went into the index since it was empty. The index keeps the same two numbers for its
 * ranking, where nothing else could tell that they are damaged.
 */
export function readTotals(session: Session): readonly [entities: number, words: number] {
  const found = session.get<[string]>("SELECT value FROM meta WHERE key = 'filled'")?.[0] ?? "0 0";
  const [entities = 0, words = 0] = found.split(" ").map(Number);
  return [entities, words];
}

function addToTotals(session: Session, filled: readonly number[]): void {
  if (filled.length === 0) return;
  const [entities, words] = readTotals(session);
  writeMeta(
    session,
    "filled",
    `${entities + filled.length} ${filled.reduce((sum, some) => sum + some, words)}`,
  );
}

function writeMeta(session: Session, key: string, value: string): void {
  session.run(
    "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
    key,
    value,
  );
}
