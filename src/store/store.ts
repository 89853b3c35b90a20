/**
 * @module What a user opens: the interface of a store, in the words of the documentation.
 */
import type { JsonObject } from "../base/json.ts";
import type { TypeDefinition } from "../entity/define-type.ts";
import type { Difference } from "../entity/edit.ts";
import type { Conflict, Entity } from "../entity/entity.ts";
import type { ChangeId } from "../entity/id.ts";
import type { FacetCounts, Filter, Query, SearchQuery } from "../storage/query.ts";
import type { AuditRecord, Finding, Page, SearchResult, StorageStatus } from "../storage/storage.ts";

/** Who and why, for history and audit. */
export interface WriteOptions {
  /** Default: the store's author. */
  readonly author?: string;
  readonly note?: string;
}

/** What a write may depend on. */
export interface Expectation {
  /** The version that the entity must have; 0 for one that must not exist. Otherwise `version_conflict`. */
  readonly expectedVersion?: number;
}

export interface NewEntity<Data = JsonObject> {
  /** 1-200 printable characters; starts with the type. */
  readonly id: string;
  /** Default: the leading run of letters, digits and `_` of the id. */
  readonly type?: string;
  /** Default: the type's default status. */
  readonly status?: string;
  /** Default: `{}`. */
  readonly data?: Data;
}

/** What changes: `unset` first, then `set` merged deeply, then `status`. */
export interface EntityEdit extends Expectation {
  readonly status?: string;
  readonly set?: JsonObject;
  /** JSON Pointers, never into an array. */
  readonly unset?: readonly string[];
}

/**
 * Makes an edit of an entity; `undefined` leaves it as it is. Synchronous, short, and without effects of its own: it runs
 * inside the transaction, and again where that is repeated. What it throws reaches the caller, and nothing is written.
 */
export type EditFunction<Data = JsonObject> = (entity: Entity<Data>) => EntityEdit | undefined;

/** One part of a {@link Store.batch}. */
export type Operation =
  | ({ readonly op: "create" } & NewEntity)
  | ({ readonly op: "update"; readonly id: string } & EntityEdit)
  | ({ readonly op: "put" } & NewEntity & Expectation)
  | ({ readonly op: "delete"; readonly id: string } & Expectation)
  | ({ readonly op: "restore"; readonly id: string } & Expectation);

/** What became of one operation. */
export interface OperationResult {
  readonly id: string;
  /** `undefined` after a delete. */
  readonly entity: Entity | undefined;
  /** False where there was nothing to record. */
  readonly changed: boolean;
}

/** A moment in an entity's history: a version, a change id, or a time. */
export type Moment = number | string | Date;

/** One change of one entity. */
export interface HistoryEntry {
  /** The version that it made. */
  readonly version: number;
  readonly change: ChangeId;
  readonly kind: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly author?: string;
  readonly note?: string;
  readonly status?: string;
  readonly set?: JsonObject;
  readonly unset?: readonly string[];
}

/** What differs between two moments of an entity. */
export interface EntityDifference {
  readonly id: string;
  /** Version 0 without a time: it did not exist. */
  readonly from: { readonly version: number; readonly at?: string };
  readonly to: { readonly version: number; readonly at?: string };
  /** `status` and JSON Pointers into data, in order of the path. */
  readonly differences: readonly Difference[];
  /** Applied to the first moment's data it gives the second's. */
  readonly edit: { readonly status?: string; readonly set?: JsonObject; readonly unset?: readonly string[] };
}

export interface Observer {
  readonly onCreate?: (entity: Entity) => void;
  readonly onUpdate?: (before: Entity, after: Entity) => void;
  readonly onDelete?: (entity: Entity) => void;
  /** Gets what an observer throws, or rejects with. Default: the store's log. */
  readonly onError?: (error: unknown) => void;
}

/** One change as {@link Store.changes} tells it. */
export interface ChangeEvent {
  /** Hand it back as `since` to go on after this one. */
  readonly cursor: number;
  readonly change: ChangeId;
  readonly kind: string;
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly author?: string;
  readonly note?: string;
  readonly status?: string;
  readonly set?: JsonObject;
  readonly unset?: readonly string[];
}

/** One version of an entity that another program kept. */
export interface ImportedVersion {
  readonly deleted?: boolean;
  readonly status?: string;
  /** The whole data of this version; ignored for a deletion. */
  readonly data?: JsonObject;
  /** ISO 8601; when it was made. */
  readonly time: string;
  /** Names this version where it comes from: it is imported once only. */
  readonly origin?: string;
  readonly author?: string;
}

/** One entity from elsewhere. */
export interface ImportRecord extends NewEntity {
  /** ISO 8601. */
  readonly createdAt?: string;
  /** ISO 8601. */
  readonly updatedAt?: string;
  /** All versions, oldest first; then `status`, `data` and the times above are not read. */
  readonly history?: readonly ImportedVersion[];
}

export interface ImportOptions extends WriteOptions {
  /** Called after every transaction. */
  readonly onProgress?: (done: ImportCounts) => void;
  readonly signal?: AbortSignal;
}

export interface ImportCounts {
  readonly records: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface BackupInfo {
  readonly path: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly sizeBytes: number;
  readonly entities: number;
  readonly changes: number;
  /** SHA-256 over all entities, see {@link Store.stateHash}. */
  readonly stateHash: string;
  /** In a list: what is wrong with it. Counts and hash are 0 and empty where nothing tells them. */
  readonly problem?: string;
}

/** Operations on entities of one type. */
export interface TypedEntities<Data> {
  create(entity: NewEntity<Data>, options?: WriteOptions): Promise<Entity<Data>>;
  put(entity: NewEntity<Data> & Expectation, options?: WriteOptions): Promise<Entity<Data>>;
  update(id: string, edit: EntityEdit | EditFunction<Data>, options?: WriteOptions): Promise<Entity<Data>>;
  update(changed: Entity<Data>, options?: WriteOptions): Promise<Entity<Data>>;
  get(id: string): Promise<Entity<Data> | undefined>;
  mustGet(id: string): Promise<Entity<Data>>;
  list(
    query?: Omit<Query, "type">,
  ): Promise<{ readonly entities: readonly Entity<Data>[]; readonly cursor?: string }>;
  iterate(query?: Omit<Query, "type">): AsyncIterableIterator<Entity<Data>>;
  claim(
    query: Omit<Query, "type">,
    edit: EntityEdit,
    options?: WriteOptions,
  ): Promise<Entity<Data> | undefined>;
}

/**
 * A set of entities with their history, search and observers.
 *
 * Every write throws `invalid_input` for what breaks a limit or the type, `busy` when other processes keep the file
 * locked, `corrupt` for a damaged file; then nothing is written.
 */
export interface Store {
  /** The file, or `:memory:`. */
  readonly path: string;

  /** @throws {HubsteadError} `already_exists` */
  create(entity: NewEntity, options?: WriteOptions): Promise<Entity>;
  /**
   * Merges an edit into an entity. One that changes nothing records nothing. A function makes the edit of the entity
   * as it is when nobody else can write: what it reads cannot be out of date, so there is nothing to try again.
   *
   * @throws {HubsteadError} `not_found`, `version_conflict` with `data.expected` and `data.actual`
   */
  update(id: string, edit: EntityEdit | EditFunction, options?: WriteOptions): Promise<Entity>;
  /**
   * Replaces status and data by those of a changed copy (`{ ...entity, status: "completed" }`). The copy's version is the
   * expected one.
   */
  update(changed: Entity, options?: WriteOptions): Promise<Entity>;
  /** Creates an entity, or replaces its data whole; a status that is not given stays. */
  put(entity: NewEntity & Expectation, options?: WriteOptions): Promise<Entity>;
  /** @returns whether it existed */
  delete(id: string, options?: WriteOptions & Expectation): Promise<boolean>;
  /** Takes a delete back. One that is not deleted stays as it is. @throws {HubsteadError} `not_found` */
  restore(id: string, options?: WriteOptions & Expectation): Promise<Entity>;
  /** Makes an entity what it was, as a new change; also brings a deleted one back. @throws {HubsteadError} `not_found` */
  revert(id: string, to: number | string, options?: WriteOptions & Expectation): Promise<Entity>;
  /** All of it in one transaction, or nothing. The error names the operation (`data.operation`, from 0). */
  batch(operations: readonly Operation[], options?: WriteOptions): Promise<readonly OperationResult[]>;
  /** Edits the first match of a query, atomically: no two callers get the same one. @returns `undefined` without a match */
  claim(query: Query, edit: EntityEdit, options?: WriteOptions): Promise<Entity | undefined>;

  get(id: string): Promise<Entity | undefined>;
  /** @throws {HubsteadError} `not_found` */
  mustGet(id: string): Promise<Entity>;
  /** The entity as it was; `undefined` where it did not exist then. @throws {HubsteadError} `not_found` for a version or change that is not there */
  getAt(id: string, moment: Moment): Promise<Entity | undefined>;
  /** All changes, oldest first; with `limit` the newest ones. Empty for an id that never was. */
  history(id: string, options?: { readonly limit?: number }): Promise<readonly HistoryEntry[]>;
  /** @param to default: now */
  diff(id: string, from: Moment, to?: Moment): Promise<EntityDifference>;
  /** Open conflicts of an entity. */
  conflicts(id: string): Promise<readonly Conflict[]>;

  list(query?: Query): Promise<Page>;
  /** All matches, a page at a time: memory does not grow with their number. */
  iterate(query?: Query): AsyncIterableIterator<Entity>;
  count(filter?: Filter): Promise<number>;
  /** @param fields `type`, `status`, or fields of data; default: type and status */
  facets(fields?: readonly string[], filter?: Filter): Promise<Readonly<Record<string, FacetCounts>>>;
  /** Sees every committed write. It may have to fill the index first. @throws {HubsteadError} `busy`, as writes do */
  search(text: string, query?: SearchQuery): Promise<SearchResult>;
  /** How the storage would answer a query, one line a step. */
  explain(query: Query): Promise<readonly string[]>;
  /** The same operations with the data of one type. */
  of<Data>(type: TypeDefinition<Data>): TypedEntities<Data>;

  /** Called for every change from now on, this process's own and others'. @returns a function that ends it */
  observe(observer: Observer): () => void;
  /**
   * Replays the log and then follows it, across processes, until `signal` aborts or the store closes.
   *
   * @param options `since`: the cursor of the last change that is known; default: only what comes
   */
  changes(options?: {
    readonly since?: number;
    readonly signal?: AbortSignal;
  }): AsyncIterableIterator<ChangeEvent>;

  /** Takes entities from elsewhere, many to a transaction. Importing the same again changes nothing. */
  import(
    records: Iterable<ImportRecord> | AsyncIterable<ImportRecord>,
    options?: ImportOptions,
  ): Promise<ImportCounts>;
  readonly backup: {
    /** Writes a verified copy of the store into a folder. */
    create(folder: string): Promise<BackupInfo>;
    /** The backups in a folder, newest first. */
    list(folder: string): Promise<readonly BackupInfo[]>;
    /** Makes a new store file from a backup. @throws {HubsteadError} `already_exists`, `corrupt` */
    restore(file: string, target: string): Promise<BackupInfo>;
  };
  readonly audit: {
    append(record: {
      readonly who?: string;
      readonly what: string;
      readonly target: string;
      readonly why?: string;
    }): Promise<void>;
    /** What was done since a time: administration, and every change. */
    list(options?: {
      readonly since?: string | Date;
      readonly limit?: number;
    }): Promise<readonly AuditRecord[]>;
  };

  status(): Promise<StorageStatus>;
  /** Reads everything, and holds the thread meanwhile. @returns what is damaged; empty when all is well */
  verify(): Promise<readonly Finding[]>;
  /** Makes all that is derived anew from the log, in one transaction that holds the thread. @throws {HubsteadError} `corrupt` */
  rebuild(): Promise<{ readonly entities: number; readonly changes: number }>;
  /** SHA-256, hex: equal for stores with equal entities. */
  stateHash(): Promise<string>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
