/**
 * @module One open store file: its connection, its statements, its turns to write. Shared by all parts of the driver.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { toHubsteadError } from "../../sqlite/open-database.ts";
import type { WriteTurns } from "../../sqlite/write-turns.ts";

type SqlValue = string | number | bigint | null;

export interface Session {
  /** The file, or `:memory:`. */
  readonly path: string;
  readonly database: DatabaseSync;
  readonly turns: WriteTurns;
  /** Rows as arrays. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[];
  /** The first row as an array. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined;
  run(
    sql: string,
    ...values: SqlValue[]
  ): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  /** A statement kept for ever; rows as arrays. For the paths where a look-up by text would show. */
  prepare(sql: string): StatementSync;
  /** Runs several reads on one state of the database. */
  snapshot<T>(body: () => T): T;
}

/** Statements by text. Queries of users differ in text, so there is a bound; those in use are soon prepared again. */
const keptStatements = 200;

export function createSession(path: string, database: DatabaseSync, turns: WriteTurns): Session {
  const statements = new Map<string, StatementSync>();
  const begin = database.prepare("BEGIN");
  const rollback = database.prepare("ROLLBACK");

  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };

  const statementOf = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = prepare(sql);
    if (statements.size >= keptStatements) statements.clear();
    statements.set(sql, statement);
    return statement;
  };

  const typed = <T>(body: () => T): T => {
    try {
      return body();
    } catch (error) {
      throw toHubsteadError(error, path);
    }
  };

  return {
    path,
    database,
    turns,
    all: <Row>(sql: string, ...values: SqlValue[]) =>
      typed(() => statementOf(sql).all(...values) as unknown as Row[]),
    get: <Row>(sql: string, ...values: SqlValue[]) =>
      typed(() => statementOf(sql).get(...values) as unknown as Row | undefined),
    run: (sql, ...values) => typed(() => statementOf(sql).run(...values)),
    prepare,
    snapshot: (body) =>
      typed(() => {
        if (database.isTransaction) return body();
        begin.run();
        try {
          return body();
        } finally {
          // Nothing was written; committing would fail where the search index is damaged, and stay in the transaction.
          if (database.isTransaction) rollback.run();
        }
      }),
  };
}
