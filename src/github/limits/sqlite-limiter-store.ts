/**
 * @module Counts the use of GitHub's limits in one SQLite file, for all processes of one machine. A row a principal;
 * every question is one short write transaction, so that no two processes decide at the same time.
 */
import { closeSync, existsSync, openSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { HubsteadError } from "../../errors.ts";
import { currentVersion, migrate, type Schema } from "../../sqlite/migrate.ts";
import { openDatabase, toHubsteadError } from "../../sqlite/open-database.ts";
import {
  createWriteTurns,
  defaultBusyTimeoutMs,
  retryWhileLocked,
  type WriteTurns,
} from "../../sqlite/write-turns.ts";
import type { GitHubClock } from "../clock.ts";
import { createLeaseNames } from "./lease-names.ts";
import type { LimiterStore } from "./limiter-store.ts";
import { recordEndsAt } from "./pass-time.ts";
import { describeRecord, settle, tryAcquire, withdraw } from "./principal-limits.ts";
import { createRecord, type PrincipalRecord, parseRecord, recordToText } from "./principal-record.ts";

export interface SqliteLimiterStoreOptions {
  /** A file, which is made where there is none, for its owner alone; `:memory:` is for this process alone. */
  readonly path: string;
  readonly clock: Pick<GitHubClock, "now">;
  /** How long a question waits for the lock of other processes before it fails with `busy`. */
  readonly busyTimeoutMs?: number;
}

const schema: Schema = {
  applicationId: 0x4855424c,
  steps: [
    `CREATE TABLE principal (
      name TEXT PRIMARY KEY,
      record TEXT NOT NULL,
      ends_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
};

const sweepEveryMs = 60_000;

/** @throws {HubsteadError} `not_found` where the folder is missing, `forbidden`, `corrupt`, `unsupported_format`, `busy` */
export async function openSqliteLimiterStore(options: SqliteLimiterStoreOptions): Promise<LimiterStore> {
  const { path, clock, busyTimeoutMs = defaultBusyTimeoutMs } = options;
  let database: DatabaseSync | undefined;
  try {
    database = await retryWhileLocked(() => openOwn(path), path, busyTimeoutMs);
    const opened = database;
    const begin = () => createWriteTurns(opened, path, busyTimeoutMs);
    const turns = await retryWhileLocked(begin, path, busyTimeoutMs);
    await migrate(database, turns, schema, path);
    return createStore({ database, turns, path, clock });
  } catch (error) {
    database?.close();
    throw withHint(toHubsteadError(error, path), path);
  }
}

function openOwn(path: string): DatabaseSync {
  // SQLite would make it readable for all; what it puts beside it takes the file's mode.
  if (path !== ":memory:" && !existsSync(path)) closeSync(openSync(path, "a", 0o600));
  return openDatabase(path, { inspect: (opened) => void currentVersion(opened, schema, path) });
}

interface Opened {
  readonly database: DatabaseSync;
  readonly turns: WriteTurns;
  readonly path: string;
  readonly clock: Pick<GitHubClock, "now">;
}

function createStore({ database, turns, path, clock }: Opened): LimiterStore {
  const select = database.prepare("SELECT record FROM principal WHERE name = ?");
  const write = database.prepare(
    "INSERT INTO principal VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record, ends_at = excluded.ends_at",
  );
  const drop = database.prepare("DELETE FROM principal WHERE ends_at <= ?");
  const nextLease = createLeaseNames();
  let sweptAt = Number.NEGATIVE_INFINITY;

  const recordOf = (principal: string, now: number): PrincipalRecord => {
    const row = select.get(principal) as { record: string } | undefined;
    return row === undefined ? createRecord(Math.floor(now)) : parseRecord(row.record, path);
  };

  const decide = async <T>(
    principal: string,
    body: (record: PrincipalRecord, now: number) => T,
  ): Promise<T> => {
    try {
      return await turns.run(() => {
        // Read inside the transaction: the moments of all processes have one order.
        const now = clock.now();
        const record = recordOf(principal, now);
        const result = body(record, now);
        write.run(principal, recordToText(record), recordEndsAt(record));
        if (Math.abs(now - sweptAt) >= sweepEveryMs) {
          drop.run(Math.floor(now));
          sweptAt = now;
        }
        return result;
      });
    } catch (error) {
      throw withHint(error, path);
    }
  };

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await turns.settled();
    database.close();
  };

  const store: LimiterStore = {
    isShared: path !== ":memory:",
    acquire: (request) =>
      decide(request.principal, (record, now) => tryAcquire(record, request, now, nextLease())),
    settle: (principal, lease, settlement) =>
      decide(principal, (record, now) => settle(record, lease, settlement, now)),
    withdraw: (principal, ticket) => decide(principal, (record, now) => withdraw(record, ticket, now)),
    async read(principal) {
      try {
        return await turns.retry(() => {
          const now = clock.now();
          return describeRecord(recordOf(principal, now), now);
        });
      } catch (error) {
        throw withHint(error, path);
      }
    },
    close() {
      closing ??= close();
      return closing;
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
  return store;
}

/** Nothing in the file is worth mending. */
function withHint(error: unknown, path: string): unknown {
  if (!(error instanceof HubsteadError) || error.code !== "corrupt") return error;
  return new HubsteadError("corrupt", error.message, {
    hint: `Remove ${path}: what is allowed is learnt again from GitHub's next answers.`,
    data: { ...error.data, path },
    cause: error,
  });
}
