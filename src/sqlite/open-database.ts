/**
 * @module Opens `node:sqlite` databases safely: refuses engines that can lose commits, sets WAL and durability,
 * and turns the engine's errors into ours. Knows nothing of what is stored.
 */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HubsteadError, invalidInput } from "../errors.ts";

/**
 * `normal`: a commit survives a crash of the process; power loss may take the newest commits, never damage the file.
 * `full`: each commit is flushed to the disk before it is acknowledged.
 */
export type Durability = "normal" | "full";

export interface OpenOptions {
  readonly durability?: Durability;
  readonly readOnly?: boolean;
  /** Called before anything is written to the file; what it throws leaves the file as it is. */
  readonly inspect?: (database: DatabaseSync) => void;
}

// 16 MB of pages in memory: the default of 2 MB makes look-ups in large stores read the file again and again.
const reading = "PRAGMA cache_size = -16384; PRAGMA temp_store = memory;";

// The write-ahead log is brought into the file every 4,000 pages (16 MB), so that a page which is written again and again
// gets there once; a log that a long reader made grow beyond 64 MB is cut back.
const writing = `PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; ${reading}`;

/** @throws {HubsteadError} `unsupported_format`, `forbidden`, `corrupt`, `busy` */
export function openDatabase(path: string, options: OpenOptions = {}): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 0, readOnly: options.readOnly ?? false });
    try {
      checkSqliteVersion(database);
      options.inspect?.(database);
      database.exec(
        options.readOnly
          ? reading
          : `${writing} PRAGMA synchronous = ${options.durability === "full" ? "full" : "normal"};`,
      );
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw toHubsteadError(error, path);
  }
}

/** Refuses versions that can lose acknowledged commits. @see https://sqlite.org/wal.html#walresetbug */
function checkSqliteVersion(database: DatabaseSync): void {
  const { version } = database.prepare("SELECT sqlite_version() AS version").get() as { version: string };
  if (!isSafeSqlite(version)) {
    throw new HubsteadError(
      "unsupported_format",
      `SQLite ${version} can lose commits that it has acknowledged`,
      {
        hint: "Run Node 22.22.3, 24.15.0 or newer: they bring a safe SQLite.",
        data: { found: version, supported: ">= 3.50.7, except 3.51.0 to 3.51.2" },
      },
    );
  }
}

/** False below 3.50.7 and for 3.51.0 to 3.51.2: two processes that write and checkpoint can drop a commit. */
export function isSafeSqlite(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const number = major * 1_000_000 + minor * 1_000 + patch;
  return number >= 3_051_003 || (number >= 3_050_007 && number < 3_051_000);
}

/** True where the file is there, or its folder is and nothing may be made in it. */
function isRefused(path: string): boolean {
  if (existsSync(path)) return true;
  if (!existsSync(dirname(path))) return false;
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/** What `node:sqlite` throws. @see https://sqlite.org/rescode.html */
interface SqliteError extends Error {
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && typeof (error as Partial<SqliteError>).errcode === "number";
}

/** The files beside a database meet the same faults: what `node:fs` throws, in the words of SQLite. */
const resultCodes: Readonly<Record<string, number>> = {
  EACCES: 3,
  EPERM: 3,
  EROFS: 8,
  EFBIG: 10,
  EIO: 10,
  EDQUOT: 13,
  ENOSPC: 13,
  ENOENT: 14,
};

/** SQLite's primary result code of an error, `undefined` for one that has none. */
function resultCodeOf(error: unknown): number | undefined {
  if (isSqliteError(error)) return error.errcode & 0xff;
  return error instanceof Error ? resultCodes[(error as NodeJS.ErrnoException).code ?? ""] : undefined;
}

/** What `node:sqlite` throws at whoever uses a database after its end. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_INVALID_STATE";
}

/** True when another connection holds the lock: SQLITE_BUSY or SQLITE_LOCKED, in all their extended forms. */
export function isLocked(error: unknown): boolean {
  return isSqliteError(error) && [5, 6].includes(error.errcode & 0xff);
}

/** True for SQL that makes no sense to the engine: a table or column that is not there. */
export function isSqlError(error: unknown): boolean {
  return resultCodeOf(error) === 1;
}

/** Turns an error of the engine, or of a file beside the database, into a typed one; passes others on. */
export function toHubsteadError(error: unknown, path: string): unknown {
  if (isClosed(error)) return invalidInput(`${path} is closed`, "Open it again.", { path });
  const details = (hint: string, data: Record<string, unknown> = {}) => ({
    hint,
    data: { path, ...data },
    cause: error,
  });
  switch (resultCodeOf(error)) {
    case 5:
    case 6:
      return new HubsteadError(
        "busy",
        `another process is writing to ${path}`,
        details("Try again in a moment.", { retryAfterMs: 1_000 }),
      );
    case 13:
      return new HubsteadError(
        "busy",
        `the disk of ${path} is full; nothing was written`,
        details("Free some space, then try again.", { reason: "disk_full", retryAfterMs: 60_000 }),
      );
    case 10:
      return new HubsteadError(
        "busy",
        `the disk of ${path} reports an error; nothing was written`,
        details("Check the disk, then try again; `hubstead verify` reads everything.", {
          reason: "io_error",
          retryAfterMs: 60_000,
        }),
      );
    case 3:
    case 8:
    case 23:
      return new HubsteadError(
        "forbidden",
        `${path} cannot be written`,
        details("Give yourself write permission on the file and its folder.", { needed: "write" }),
      );
    case 14:
      return new HubsteadError(
        isRefused(path) ? "forbidden" : "not_found",
        `${path} cannot be opened`,
        details("Check that the folder exists and that you may read and write it.", {
          needed: "read, write",
        }),
      );
    case 26:
      return new HubsteadError(
        "corrupt",
        `${path} is no SQLite database, or its beginning is damaged`,
        details("`hubstead backup restore` brings a backup back; nothing else can mend it."),
      );
    case 11:
      return new HubsteadError(
        "corrupt",
        `${path} is damaged: ${(error as Error).message}`,
        details("Run `hubstead verify`; `hubstead backup restore` brings a backup back."),
      );
    case 1:
      // A mistake in our SQL would say the same, and never get past the tests.
      if (!/^(?:no (?:such|query solution)|malformed JSON)/u.test((error as Error).message)) return error;
      return new HubsteadError(
        "corrupt",
        `the tables of ${path} are damaged: ${(error as Error).message}`,
        details("Run `hubstead verify`; `hubstead backup restore` brings a backup back."),
      );
    default:
      return error;
  }
}
