/**
 * @module Search: words to hits. The text of a query only ever becomes quoted words, so no text is an error.
 */
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Entity } from "../../entity/entity.ts";
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { SearchQuery } from "../query.ts";
import { highlightText, type Phrase, parseSearchText } from "../search-words.ts";
import type { SearchResult } from "../storage.ts";
import { type EntityRow, entityColumns, type RowReader } from "./entity-rows.ts";
import { countFacets } from "./facets.ts";
import { all, type Sql } from "./field-sql.ts";
import { checkQuery, filterSql, readWhole } from "./list-sql.ts";
import type { SearchIndex } from "./search-index.ts";
import type { Session } from "./session.ts";

const defaultLimit = 20;
const maxLimit = 1_000;

/** Of words with more hits only the newest are ranked: ranking ten thousands of them takes a hundred times longer. */
const mostRanked = 1_000;

export interface Searching {
  readonly session: Session;
  readonly index: SearchIndex;
  readonly reader: RowReader;
}

/** @throws {HubsteadError} `invalid_input` for its options, never for its text */
export async function search(
  { session, index, reader }: Searching,
  text: string,
  query: SearchQuery,
): Promise<SearchResult> {
  checkQuery(query);
  // One state for all statements; and one read lock, which costs more than a statement that finds little.
  const inOneState = () => (index.isCurrent() ? searchNow(session, reader, text, query) : undefined);
  for (;;) {
    const found = await session.turns.retry(() => session.snapshot(inOneState));
    if (found !== undefined) return found;
    await index.drain();
  }
}

/** What stands after FROM and WHERE. */
interface Source {
  readonly from: string;
  readonly where: Sql;
}

/** All hits of a search, with their entities. */
interface Hits extends Source {
  readonly phrases: readonly Phrase[];
  /** The same without the entities, where no filter asks for them: the index holds no deleted ones. */
  readonly ranking: Source;
}

function searchNow(session: Session, reader: RowReader, text: string, query: SearchQuery): SearchResult {
  const limit = readWhole("limit", query.limit ?? defaultLimit, 1, maxLimit);
  const offset = readWhole("offset", query.offset ?? 0, 0, Number.MAX_SAFE_INTEGER);
  if (query.order !== undefined && query.order !== "relevance" && query.order !== "newest") {
    throw invalidInput('"order" is no order of a search', 'Use "relevance" or "newest".');
  }
  const hits = findHits(text, query);
  const byRelevance = query.order !== "newest" && hits.phrases.length > 0;
  const page = byRelevance
    ? mostRelevant(session, hits, limit, offset)
    : newest(session, hits, limit, offset);
  const total = page.total ?? (query.total ? countHits(session, hits) : undefined);
  const entities = reader.toEntities(page.rows);
  return {
    entities,
    ranked: page.ranked,
    ...(total === undefined ? {} : { total }),
    facets: countFacets(session, query.facets ?? [], hits),
    highlights: query.highlight ? highlightsOf(entities, hits.phrases) : {},
  };
}

/** No text at all asks for everything that fits the filter; text without any word can only be a whole id. */
function findHits(text: string, query: SearchQuery): Hits {
  const phrases = parseSearchText(text);
  const filter = filterSql(query);
  if (phrases.length === 0) {
    const id = text.trim().toWellFormed();
    const where = id === "" ? filter : all([filter, { text: "id = ?", values: [id] }]);
    return { from: "entity", where, phrases, ranking: { from: "entity", where } };
  }
  const found = "search CROSS JOIN search_doc ON search_doc.doc = search.rowid";
  const match = matchText(phrases);
  const hits: Source = {
    from: `${found} CROSS JOIN entity ON entity.row = search_doc.entity`,
    where: { text: `search MATCH ? AND ${filter.text}`, values: [match, ...filter.values] },
  };
  const isFiltered = query.type !== undefined || query.status !== undefined || query.where !== undefined;
  const ranking = isFiltered ? hits : { from: found, where: { text: "search MATCH ?", values: [match] } };
  return { ...hits, phrases, ranking };
}

/** Every word in quotes: nothing in it is syntax. @see https://sqlite.org/fts5.html#full_text_query_syntax */
function matchText(phrases: readonly Phrase[]): string {
  return phrases
    .map(({ words, prefix }) => `"${words.join(" ").replaceAll('"', '""')}"${prefix ? " *" : ""}`)
    .join(" AND ");
}

interface Hitlist {
  readonly rows: readonly EntityRow[];
  readonly ranked: "all" | "newest";
  readonly total?: number;
}

function newest(session: Session, { from, where, phrases }: Hits, limit: number, offset: number): Hitlist {
  const order = phrases.length === 0 ? "updated DESC, row DESC" : "search.rowid DESC";
  const rows = session.all<EntityRow>(
    `SELECT ${entityColumns} FROM ${from} WHERE ${where.text} ORDER BY ${order} LIMIT ? OFFSET ?`,
    ...where.values,
    limit,
    offset,
  );
  return {
    rows,
    ranked: "all",
    ...(rows.length < limit && (rows.length > 0 || offset === 0) ? { total: offset + rows.length } : {}),
  };
}

/** Ranks all hits, or the newest thousand of them where there are more. Of equal ones the newer comes first. */
function mostRelevant(session: Session, { ranking }: Hits, limit: number, offset: number): Hitlist {
  const found = session.all<readonly [row: number, score: number]>(
    `SELECT search_doc.entity, bm25(search) FROM ${ranking.from} WHERE ${ranking.where.text} ORDER BY search.rowid DESC LIMIT ${mostRanked + 1}`,
    ...ranking.where.values,
  );
  const best = found.slice(0, mostRanked).sort((a, b) => a[1] - b[1]);
  const page = best.slice(offset, offset + limit).map(([row]) => row);
  const rowsByNumber = new Map(readRows(session, page).map((row) => [row[0], row]));
  const rows = page.map((row) => {
    const entity = rowsByNumber.get(row);
    if (entity === undefined) throw damagedIndex(session.path);
    return entity;
  });
  return found.length > mostRanked
    ? { rows, ranked: "newest" }
    : { rows, ranked: "all", total: found.length };
}

function damagedIndex(path: string): HubsteadError {
  return new HubsteadError("corrupt", `the search index of ${path} has an entity that is not there`, {
    hint: "`hubstead rebuild` makes it anew.",
    data: { path },
  });
}

function readRows(session: Session, rows: readonly number[]): readonly EntityRow[] {
  if (rows.length === 0) return [];
  return session.all(
    `SELECT ${entityColumns} FROM entity WHERE row IN (${rows.map(() => "?").join()})`,
    ...rows,
  );
}

function countHits(session: Session, { from, where }: Hits): number {
  return session.get<[number]>(`SELECT count(*) FROM ${from} WHERE ${where.text}`, ...where.values)![0];
}

function highlightsOf(entities: readonly Entity[], phrases: readonly Phrase[]): Record<string, string> {
  const shown = entities.map(({ id, data }) => {
    const texts = [...textsIn(data), id].map((text) => highlightText(text, phrases));
    return [id, texts.find((text) => text !== undefined) ?? ""];
  });
  return Object.fromEntries(shown) as Record<string, string>;
}

function* textsIn(value: Json): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item as Json);
  else if (isJsonObject(value)) for (const item of Object.values(value as JsonObject)) yield* textsIn(item);
}
