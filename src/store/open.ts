/**
 * @module Opens a store: chooses where it lies, which driver keeps it, and puts its parts together. The one place
 * where a storage driver is chosen.
 */
import { resolve } from "node:path";
import { isJsonObject } from "../base/json.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { showValue } from "../base/show-value.ts";
import type { TypeDefinition } from "../entity/define-type.ts";
import type { TypesByName } from "../entity/validate.ts";
import { invalidInput } from "../errors.ts";
import { copyDatabase, leaveWal } from "../storage/sqlite/copy.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import { listBackups, restoreBackup, type StoreFiles } from "./backup.ts";
import { createStore } from "./create-store.ts";
import { locateStore, prepareFolder } from "./locate.ts";
import { checkCircumstances } from "./plans.ts";
import type { BackupInfo, Store } from "./store.ts";

export interface StoreOptions {
  /**
   * `normal` (default): a write survives a crash of the process; power loss may take the newest ones, never damages
   * the file. `full`: each write is on the disk before it is acknowledged.
   */
  readonly durability?: "normal" | "full";
  /** Made with `defineType`. Types that are not defined accept the default statuses and any data. */
  // biome-ignore lint/suspicious/noExplicitAny: the data of a type stands on both sides of its schema
  readonly types?: readonly TypeDefinition<any>[];
  /** Who writes, for history and audit. Default: nobody is named. */
  readonly author?: string;
  /** Default: silent. */
  readonly logger?: Logger;
  /** How long a write waits while other processes hold the file. Default 30,000. */
  readonly busyTimeoutMs?: number;
  /** Wall time in milliseconds since 1970. Default: the machine's. */
  readonly now?: () => number;
}

/**
 * Opens a store, making it where it is not there yet.
 *
 * @param path a file, or `:memory:`; default: see `locateStore`
 * @throws {HubsteadError} `unsupported_format`, `forbidden`, `corrupt`, `busy`, `invalid_input`
 */
export async function openStore(path?: string, options: StoreOptions = {}): Promise<Store> {
  if (path !== undefined && (typeof path !== "string" || path === ""))
    throw invalidInput("the path of a store is text", 'Give a file: openStore("./store.db").');
  checkOptions(options);
  const { durability = "normal" } = options;
  const file = path === ":memory:" ? path : resolve(path ?? locateStore());
  if (file !== ":memory:") prepareFolder(file);
  const now = options.now ?? Date.now;
  const storage = await openSqliteStorage(file, {
    durability,
    now,
    ...(options.busyTimeoutMs === undefined ? {} : { busyTimeoutMs: options.busyTimeoutMs }),
  });
  try {
    const types: TypesByName = new Map((options.types ?? []).map((type) => [type.name, type]));
    for (const { name, indexes, search } of types.values()) {
      await storage.defineIndex({ type: name, indexes, ...(search === undefined ? {} : { search }) });
    }
    return createStore({
      path: file,
      storage,
      types,
      author: options.author,
      logger: options.logger ?? silentLogger,
      now,
      files: sqliteFiles,
    });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

function checkOptions(options: StoreOptions): void {
  if (!isJsonObject(options as unknown))
    throw invalidInput("the options of a store are an object", 'Write { author: "ada" }.');
  const { durability, types = [], author, busyTimeoutMs = 0 } = options;
  if (durability !== undefined && durability !== "normal" && durability !== "full") {
    throw invalidInput(`${showValue(durability)} is no durability`, 'Use "normal" or "full".');
  }
  if (!Array.isArray(types) || !types.every(isTypeDefinition)) {
    throw invalidInput('"types" is a list of types', "Make each of them with defineType({ name, … }).");
  }
  const names = types.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidInput(`the type "${twice}" is there twice`, "Keep one of them.");
  if (!Number.isFinite(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw invalidInput('"busyTimeoutMs" is no time to wait', "Give milliseconds, 0 or more.");
  }
  checkCircumstances(author === undefined ? {} : { author });
}

function isTypeDefinition(value: unknown): value is TypeDefinition<unknown> {
  const type = value as Partial<TypeDefinition<unknown>> | null | undefined;
  return typeof type?.name === "string" && Array.isArray(type.statuses) && Array.isArray(type.indexes);
}

const sqliteFiles: StoreFiles = { open: openSqliteStorage, copy: copyDatabase, seal: leaveWal };

/** Backups without an open store. */
export const backup = {
  /** The backups in a folder, newest first. */
  list: (folder: string): Promise<readonly BackupInfo[]> => listBackups(folder),
  /** Makes a new store file from a backup. @throws {HubsteadError} `not_found`, `already_exists`, `corrupt` */
  restore: (file: string, target: string): Promise<BackupInfo> => restoreBackup(file, target, sqliteFiles),
};
