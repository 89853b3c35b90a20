/**
 * @module Answers kept with their ETags, in SQLite: in memory, or in a file that processes share. A cache and nothing more: whatever
 * goes wrong with it, requests go on without.
 */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { migrate, type Schema } from "../../sqlite/migrate.ts";
import { openDatabase } from "../../sqlite/open-database.ts";
import { createWriteTurns, type WriteTurns } from "../../sqlite/write-turns.ts";

/** An answer as GitHub gave it. */
export interface CachedAnswer {
  readonly etag: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface ResponseCache extends AsyncDisposable {
  get(key: string): CachedAnswer | undefined;
  put(key: string, answer: CachedAnswer): Promise<void>;
  drop(key: string): Promise<void>;
  /** @returns how many answers, and how many bytes they take */
  size(): { readonly count: number; readonly bytes: number };
  close(): Promise<void>;
}

export interface ResponseCacheOptions {
  /** A file, or `:memory:`. Its mode is 0600: answers from private repositories lie in it. */
  readonly path: string;
  /** The answers used longest ago go first. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const schema: Schema = {
  // "HSRC"
  applicationId: 0x48535243,
  steps: [
    `CREATE TABLE answer(
       key TEXT PRIMARY KEY,
       etag TEXT NOT NULL,
       size INTEGER NOT NULL,
       used_at INTEGER NOT NULL,
       headers TEXT NOT NULL,
       body BLOB NOT NULL
     );
     -- Has all that making room asks for, so that no body is read for it.
     CREATE INDEX answer_used_at ON answer(used_at, size, key);`,
  ],
};

// One answer may take no more than this share of the whole.
const largestShare = 1 / 8;
// How often the time of the last use is written down.
const usedGrainMs = 60_000;

/** @throws {HubsteadError} as {@link openDatabase} and {@link migrate} */
export async function openAnswers(options: ResponseCacheOptions): Promise<ResponseCache> {
  const { path, maxBytes = 64 * 2 ** 20, now = Date.now } = options;
  const isFile = path !== ":memory:";
  // SQLite gives the files beside it the mode that it has when they are made.
  if (isFile && !existsSync(path)) createPrivate(path);
  const database = openDatabase(path);
  try {
    const turns = createWriteTurns(database, path);
    await migrate(database, turns, schema, path);
    if (isFile) makePrivate(path);
    return createResponseCache(database, turns, maxBytes, now);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What goes wrong here, opening the database says in its own words. */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch {}
}

/** Files from before as well, with those beside them. */
function makePrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}

function createResponseCache(
  database: DatabaseSync,
  turns: WriteTurns,
  maxBytes: number,
  now: () => number,
): ResponseCache {
  const select = database.prepare(
    "SELECT etag, headers, body, used_at FROM answer WHERE key = ? AND etag IS NOT NULL",
  );
  const touch = database.prepare("UPDATE answer SET used_at = ? WHERE key = ?");
  const remove = database.prepare("DELETE FROM answer WHERE key = ?");
  const insert = database.prepare(
    "INSERT OR REPLACE INTO answer(key, etag, size, used_at, headers, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const total = database.prepare("SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM answer");
  const oldest = database.prepare("SELECT key, size FROM answer ORDER BY used_at LIMIT 100");
  const size = () => total.get() as { count: number; bytes: number };
  return {
    get(key) {
      const row = select.get(key) as
        | {
            etag: string;
            headers: string;
            body: Uint8Array<ArrayBuffer>;
            used_at: number;
          }
        | undefined;
      if (row === undefined) return undefined;
      if (now() - row.used_at > usedGrainMs) turns.run(() => touch.run(now(), key)).catch(() => undefined);
      return {
        etag: row.etag,
        headers: JSON.parse(row.headers) as [string, string][],
        body: row.body,
      };
    },
    async put(key, { etag, headers, body }) {
      const text = JSON.stringify(headers);
      const bytes = body.length + text.length + key.length;
      if (bytes > maxBytes * largestShare) return;
      await turns.run(() => {
        insert.run(key, etag, bytes, now(), text, body);
        makeRoom(oldest, remove, size().bytes - maxBytes);
      });
    },
    async drop(key) {
      await turns.run(() => remove.run(key));
    },
    size,
    async close() {
      await turns.settled();
      if (database.isOpen) database.close();
    },
    async [Symbol.asyncDispose]() {
      await this.close();
    },
  };
}

function makeRoom(oldest: StatementSync, remove: StatementSync, bytes: number): void {
  for (let excess = bytes; excess > 0; ) {
    const rows = oldest.all() as { key: string; size: number }[];
    if (rows.length === 0) return;
    for (const { key, size } of rows) {
      if (excess <= 0) return;
      remove.run(key);
      excess -= size;
    }
  }
}
