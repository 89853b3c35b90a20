/**
 * @module The SQLite driver of the storage port: one file, any number of processes, one replica.
 */
import { existsSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { clockTimeMs } from "../../base/hybrid-clock.ts";
import { formatTime, parseTime } from "../../base/iso-time.ts";
import { HubsteadError } from "../../errors.ts";
import { currentVersion, migrate } from "../../sqlite/migrate.ts";
import { type Durability, isSqlError, openDatabase, toHubsteadError } from "../../sqlite/open-database.ts";
import { createWriteTurns, defaultBusyTimeoutMs, retryWhileLocked } from "../../sqlite/write-turns.ts";
import type { LogEntry, Page, Storage, StorageStatus } from "../storage.ts";
import { createCommitter } from "./commit.ts";
import { copyDatabase, countRows, emptyFile, hashState } from "./copy.ts";
import {
  createRowReader,
  type EntityRow,
  entityColumns,
  type StateRow,
  stateColumns,
} from "./entity-rows.ts";
import { countFacets } from "./facets.ts";
import { defineIndex } from "./field-indexes.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { entitySource, filterSql, listSql } from "./list-sql.ts";
import { createLogBook, type LogBook } from "./log-book.ts";
import { rebuildStore } from "./rebuild.ts";
import { schema } from "./schema.ts";
import { search } from "./search.ts";
import { createSearchIndex } from "./search-index.ts";
import { createSession, type Session } from "./session.ts";
import { verifyStore } from "./verify.ts";

export interface SqliteStorageOptions {
  readonly durability?: Durability;
  /** How long a write waits for other processes. Default 30,000. */
  readonly busyTimeoutMs?: number;
  /** Wall time in milliseconds since 1970. */
  readonly now?: () => number;
}

/** @throws {HubsteadError} `unsupported_format`, `forbidden`, `corrupt`, `busy`, `not_found` */
export async function openSqliteStorage(path: string, options: SqliteStorageOptions = {}): Promise<Storage> {
  // A store that has written has a neighbour; without it an empty file is one that is to become a store.
  const isCutOff = statSync(path, { throwIfNoEntry: false })?.size === 0 && existsSync(`${path}-replica`);
  if (isCutOff) throw emptyFile(path);
  const database = await openWhenFree(path, options);
  try {
    // The first to read a log that a process left behind when it was killed recovers it; the others wait.
    const { busyTimeoutMs = defaultBusyTimeoutMs } = options;
    const begin = () => createWriteTurns(database, path, busyTimeoutMs);
    const turns = await retryWhileLocked(begin, path, busyTimeoutMs);
    await migrate(database, turns, schema, path);
    const session = createSession(path, database, turns);
    const log = createLogBook(session);
    return createStorage(session, log, createIdentity(session, log), options);
  } catch (error) {
    database.close();
    throw isSqlError(error) ? damagedTables(path, error) : toHubsteadError(error, path);
  }
}

/** The version of the schema promises tables that are not there, or have other columns. */
function damagedTables(path: string, cause: unknown): HubsteadError {
  return new HubsteadError("corrupt", `the tables of ${path} are not those of a Hubstead store`, {
    hint: "`hubstead backup restore` brings a backup back.",
    data: { path },
    cause,
  });
}

/** Setting WAL mode needs the lock for a moment, which another process may hold. */
function openWhenFree(
  path: string,
  { durability, busyTimeoutMs = defaultBusyTimeoutMs }: SqliteStorageOptions,
) {
  const inspect = (database: DatabaseSync) => void currentVersion(database, schema, path);
  return retryWhileLocked(
    () => openDatabase(path, { inspect, ...(durability === undefined ? {} : { durability }) }),
    path,
    busyTimeoutMs,
  );
}

function createStorage(
  session: Session,
  log: LogBook,
  identity: Identity,
  options: SqliteStorageOptions,
): Storage {
  const { turns, database } = session;
  const index = createSearchIndex(session);
  const reader = createRowReader();
  const { commit } = createCommitter({ session, log, identity, reader, now: options.now ?? Date.now });
  const selectAlive = session.prepare(`SELECT ${entityColumns} FROM entity WHERE id = ? AND deleted = 0`);
  const selectState = session.prepare(`SELECT ${stateColumns} FROM entity WHERE id = ?`);
  const findState = (id: string) => selectState.get(id) as unknown as StateRow | undefined;
  const read = <T>(body: () => T): Promise<T> => turns.retry(body);
  const readLog = <T>(body: () => T): Promise<T> =>
    read(() =>
      session.snapshot(() => {
        log.refresh(turns.commitStamp());
        return body();
      }),
    );

  let closing: Promise<void> | undefined;
  /** Whoever holds the lock now is writing, and notes how far the replica has come. */
  const noteProgress = (): void => {
    if (!identity.isBehind()) return;
    turns.runIfFree(() => {
      log.refresh(turns.stampInTurn());
      identity.leave();
    });
  };
  const leaveAndClose = async (): Promise<void> => {
    await turns.settled();
    try {
      noteProgress();
    } finally {
      database.close();
    }
  };

  return {
    commit,
    getAlive: (id) =>
      read(() => {
        const row = selectAlive.get(id) as unknown as EntityRow | undefined;
        return row === undefined ? undefined : reader.toEntity(row);
      }),
    get: (id) =>
      read(() => {
        const row = findState(id);
        return row === undefined ? undefined : reader.toState(row).state;
      }),
    logOf: (id) =>
      readLog((): LogEntry[] => {
        const row = findState(id);
        return row === undefined ? [] : log.chain(row[9]);
      }),
    changesSince: (position, limit) => readLog(() => log.after(position, limit)),
    lastPosition: () =>
      read(() => session.get<[number]>("SELECT coalesce(max(position), 0) FROM change")![0]),
    commitStamp: () => turns.commitStamp(),

    list: (query) =>
      read((): Page => {
        const { sql, limit, cursorAfter } = listSql(session, query);
        const rows = session.all<[...EntityRow, string | number | null]>(sql.text, ...sql.values);
        const entities = reader.toEntities(rows as unknown as EntityRow[]);
        const last = rows.at(-1);
        return rows.length < limit || last === undefined
          ? { entities }
          : { entities, cursor: cursorAfter(last[8], last[0]) };
      }),
    count: (filter) =>
      read(() => {
        const { text, values } = filterSql(filter);
        const source = entitySource(session, filter);
        return session.get<[number]>(`SELECT count(*) FROM ${source} WHERE ${text}`, ...values)![0];
      }),
    facets: (fields, filter) =>
      read(() => {
        const source = { from: "entity", where: filterSql(filter) };
        return session.snapshot(() => countFacets(session, fields, source));
      }),
    search: (text, query) => search({ session, index, reader }, text, query),
    async fillIndex() {
      noteProgress();
      return index.fill();
    },
    defineIndex: (definition) => defineIndex(session, definition),
    explain: (query) =>
      read(() => {
        const { sql } = listSql(session, query);
        return session
          .all<[number, number, number, string]>(`EXPLAIN QUERY PLAN ${sql.text}`, ...sql.values)
          .map(([, , , step]) => step);
      }),

    appendAudit: ({ at, who, what, target, why }) =>
      turns.run(() => {
        log.refresh(turns.stampInTurn());
        // A clock that stepped back must not put it before what was there already.
        const last = session.get<[string]>("SELECT at FROM audit ORDER BY position DESC LIMIT 1")?.[0] ?? at;
        const changedMs = clockTimeMs(log.lastClock());
        const times = [at, last, parseTime(at) < changedMs ? formatTime(changedMs + 1) : at];
        session.run(
          "INSERT INTO audit(at, who, what, target, why) VALUES (?, ?, ?, ?, ?)",
          times.sort().at(-1)!,
          who,
          what,
          target,
          why,
        );
      }),
    auditSince: (time, limit) =>
      read(() =>
        session
          .all<[string, string, string, string, string]>(
            "SELECT at, who, what, target, why FROM audit WHERE at >= ? ORDER BY position DESC LIMIT ?",
            time,
            limit,
          )
          .reverse()
          .map(([at, who, what, target, why]) => ({ at, who, what, target, why })),
      ),

    status: () =>
      readLog(
        (): StorageStatus => ({
          replica: identity.read(),
          schemaVersion: schema.steps.length,
          engine: `SQLite ${session.get<[string]>("SELECT sqlite_version()")![0]}`,
          entities: countRows(session, "entity", "deleted = 0"),
          deleted: countRows(session, "entity", "deleted = 1"),
          changes: countRows(session, "change"),
          conflicts: countRows(session, "entity", "conflicts IS NOT NULL"),
          unindexed: index.lag(),
          sizeBytes: session.path === ":memory:" ? 0 : statSync(session.path).size,
        }),
      ),
    verify: () => read(() => verifyStore(session, log, index)),
    rebuild: () =>
      turns.run(
        () => rebuildStore(session, log, index),
        () => log.forget(),
      ),
    stateHash: () => readLog(() => hashState(session)),
    copyTo: (target) => copyDatabase(session.path, target),
    close: () => (closing ??= leaveAndClose()),
  };
}
