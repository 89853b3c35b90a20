/**
 * @module SQL for queries: filters, order, pages. Values are parameters; names of fields pass `field-sql.ts`.
 */
import { isJsonObject, type Json } from "../../base/json.ts";
import { invalidInput } from "../../errors.ts";
import { parseFieldPath } from "../field-path.ts";
import type { Filter, Query } from "../query.ts";
import { entityColumns } from "./entity-rows.ts";
import { findDeclaredIndex } from "./field-indexes.ts";
import { all, conditionSql, quoteText, readCondition, type Sql } from "./field-sql.ts";
import { keysetSql, type Order, type OrderKey, readOrder } from "./order-sql.ts";
import { readCursor, writeCursor } from "./page-cursor.ts";
import type { Session } from "./session.ts";

const defaultLimit = 100;
const maxLimit = 10_000;

/** Above this, one sort is cheaper than merging a page from each type and status. */
const mostMergedPairs = 40;
/** Leaps along the index in search of them. */
const mostPairs = mostMergedPairs * 5;

// SQLite stops at 32,766 values, and at 1,000 conditions inside each other.
const mostValues = 10_000;
const mostConditions = 50;

/** A query ready to run, and how the next page is asked for. */
export interface ListSql {
  readonly sql: Sql;
  readonly limit: number;
  /** The cursor after a row; `key` is the last column of its row. */
  cursorAfter(key: OrderKey, row: number): string;
}

/** What a filter demands of an entity that is not deleted. @throws {HubsteadError} `invalid_input` */
export function filterSql(filter: Filter): Sql {
  checkQuery(filter);
  const parts: Sql[] = [{ text: "deleted = 0", values: [] }];
  const types = readNames("type", filter.type);
  const statuses = readNames("status", filter.status);
  // A literal, so that the partial indexes of declared fields apply.
  if (types?.length === 1) parts.push({ text: `type = ${quoteText(types[0]!)}`, values: [] });
  else if (types !== undefined) parts.push(isOneName("type", types));
  if (statuses !== undefined) parts.push(isOneName("status", statuses));
  parts.push(...whereParts(filter));
  return all(parts);
}

/** @throws {HubsteadError} `invalid_input` for a limit, order, field or cursor that makes no sense */
export function listSql(session: Session, query: Query): ListSql {
  checkQuery(query);
  const limit = readWhole("limit", query.limit ?? defaultLimit, 1, maxLimit);
  const offset = readWhole("offset", query.offset ?? 0, 0, Number.MAX_SAFE_INTEGER);
  const order = readOrder(query.orderBy);
  const where = whereParts(query);
  const after = query.cursor === undefined ? [] : [keysetSql(order, readCursor(query.cursor, query))];
  const source = entitySource(session, query);
  const pairs =
    order.expression === "updated" && source === "entity" ? pairsToMerge(session, query, where) : undefined;
  const page = { limit, offset, order, after };
  return {
    sql: pairs === undefined ? sortedSql(source, filterSql(query), page) : mergedSql(pairs, where, page),
    limit,
    cursorAfter: (key, row) => writeCursor([key, row], query),
  };
}

interface PageParts {
  readonly limit: number;
  readonly offset: number;
  readonly order: Order;
  readonly after: readonly Sql[];
}

function sortedSql(source: string, filter: Sql, { limit, offset, order, after }: PageParts): Sql {
  const conditions = all([filter, ...after]);
  const { expression, direction } = order;
  return {
    text: `SELECT ${entityColumns}, ${expression} AS sort_key FROM ${source} WHERE ${conditions.text} ORDER BY ${expression} ${direction}, row ${direction} LIMIT ? OFFSET ?`,
    values: [...conditions.values, limit, offset],
  };
}

/** One index range per type and status, each in order already and read only as far as the page needs it. */
function mergedSql(
  pairs: readonly (readonly [string, string])[],
  where: readonly Sql[],
  { limit, offset, order, after }: PageParts,
): Sql {
  const { direction } = order;
  const ranges = pairs.map((pair) => all([pairSql(pair), ...where, ...after]));
  const select = `SELECT ${entityColumns}, updated AS sort_key FROM entity INDEXED BY entity_list WHERE`;
  return {
    text: `${ranges.map(({ text }) => `${select} ${text}`).join(" UNION ALL ")} ORDER BY sort_key ${direction}, row ${direction} LIMIT ? OFFSET ?`,
    values: [...ranges.flatMap(({ values }) => values), limit, offset],
  };
}

function pairSql([type, status]: readonly [string, string]): Sql {
  return { text: "deleted = 0 AND type = ? AND status = ?", values: [type, status] };
}

/**
 * The types and statuses that a query by time can be merged from, or `undefined` where a plain sort is better:
 * too many of them, or none at all, or conditions with so many values that each of them cannot have its own.
 */
function pairsToMerge(
  session: Session,
  query: Query,
  where: readonly Sql[],
): (readonly [string, string])[] | undefined {
  const types = readNames("type", query.type);
  const statuses = readNames("status", query.status);
  if (types?.length === 1 && statuses?.length === 1) return [[types[0]!, statuses[0]!]];
  if (all(where).values.length * mostMergedPairs > mostValues) return undefined;
  const present = distinctPairs(session);
  if (present.length === mostPairs) return undefined;
  const wanted = present.filter(
    ([type, status]) => (types?.includes(type) ?? true) && (statuses?.includes(status) ?? true),
  );
  return wanted.length === 0 || wanted.length > mostMergedPairs ? undefined : wanted;
}

/** All types and statuses in use, by leaps along the index. */
function distinctPairs(session: Session): (readonly [string, string])[] {
  return session.all<[string, string]>(
    `WITH RECURSIVE pair(type, status) AS (
       SELECT * FROM (SELECT type, status FROM entity WHERE deleted = 0 ORDER BY type, status LIMIT 1)
       UNION ALL
       SELECT next.type, next.status FROM pair, entity AS next
       WHERE next.row = coalesce(
         (SELECT row FROM entity WHERE deleted = 0 AND type = pair.type AND status > pair.status ORDER BY status LIMIT 1),
         (SELECT row FROM entity WHERE deleted = 0 AND type > pair.type ORDER BY type, status LIMIT 1))
     ) SELECT type, status FROM pair LIMIT ?`,
    mostPairs,
  );
}

/** What stands after FROM: the table, with the declared index that serves the query. */
export function entitySource(session: Session, { type, status, where }: Filter): string {
  const types = where === undefined ? undefined : readNames("type", type);
  if (types?.length !== 1) return "entity";
  // SQLite sees that nothing is in an empty list, plans no step at all, and refuses to use an index for it.
  const lists = [
    status,
    ...Object.values(where!).map((condition) => isJsonObject(condition) && condition.in),
  ];
  if (lists.some((list) => Array.isArray(list) && list.length === 0)) return "entity";
  // Without statistics SQLite would rather read all entities of the type.
  const index = findDeclaredIndex(session, types[0]!, where!);
  return index === undefined ? "entity" : `entity INDEXED BY ${index}`;
}

/** @throws {HubsteadError} `invalid_input` for what is no query, or more of one than SQLite takes */
export function checkQuery(query: Filter): void {
  if (!isJsonObject(query)) {
    throw invalidInput("a query is an object", 'Write { type: "task" }, or {} for everything.');
  }
  const { type, status, where } = query as Filter;
  readNames("type", type);
  readNames("status", status);
  const conditions = isJsonObject(where) ? Object.values(where) : [];
  if (conditions.length > mostConditions) {
    throw invalidInput(`a query compares at most ${mostConditions} fields`, "Ask in several queries.");
  }
  const lists = [type, status, ...conditions.map((condition) => isJsonObject(condition) && condition.in)];
  const values = lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  if (values > mostValues) {
    throw invalidInput(`a query names at most ${mostValues} values`, "Ask in several queries.");
  }
}

function whereParts(filter: Filter): Sql[] {
  if (filter.where === undefined) return [];
  if (!isJsonObject(filter.where))
    throw invalidInput(
      '"where" is an object of conditions by field',
      'Write { where: { priority: "high" } }.',
    );
  return Object.entries(filter.where).map(([field, condition]) =>
    conditionSql(field, parseFieldPath(field), readCondition(field, condition as Json)),
  );
}

function readNames(
  what: string,
  value: string | readonly string[] | undefined,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const names = typeof value === "string" ? [value] : value;
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string" || name.includes("\0"))) {
    throw invalidInput(
      `"${what}" is a name or a list of names`,
      `Write { ${what}: "open" } or { ${what}: ["open", "closed"] }.`,
    );
  }
  return [...new Set(names)];
}

function isOneName(column: string, names: readonly string[]): Sql {
  if (names.length === 1) return { text: `${column} = ?`, values: names };
  return { text: `${column} IN (${names.map(() => "?").join(", ")})`, values: names };
}

export function readWhole(name: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw invalidInput(
      `"${name}" is no whole number from ${least} to ${most}`,
      `Use a whole number from ${least} to ${most}.`,
      { path: name },
    );
  }
  return value;
}
