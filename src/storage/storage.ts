/**
 * @module The port of storages: where changes lie on this machine or server. Its sentences are the contract;
 * `storage.conformance.ts` holds every driver to them.
 *
 * Atomicity: `commit` writes the changes, the folded entities and all that hangs on them, or nothing. Reads see
 * whole commits. Order: positions of the log grow with every change and are never used twice. Causality: the
 * storage stamps replica, seq, clock and seen inside its own transaction, so all processes on it are one replica.
 * Retry: a lock that others hold is waited for, awaiting, with jitter; after `busyTimeoutMs` the commit fails with
 * `busy` and nothing is written. A failed commit leaves no trace.
 */
import type { Change, Draft, LoggedChange } from "../entity/change.ts";
import type { Entity, EntityState } from "../entity/entity.ts";
import type { FacetCounts, Filter, Query, SearchQuery } from "./query.ts";

/** What one part of a commit works on: an entity by id, or the first match of a query that no one else is changing. */
export type Target = { readonly id: string } | { readonly first: Query };

/**
 * One part of a commit. `plan` gets the entity as it is inside the transaction and says what to record: a pure,
 * synchronous function that may be called more than once. `undefined` records nothing; what it throws undoes the
 * whole commit and reaches the caller. A draft whose origin is in the entity's log already records nothing.
 */
export interface Plan {
  readonly target: Target;
  readonly plan: (current: EntityState | undefined) => Draft | undefined;
}

/** What became of one plan. */
export interface Outcome {
  readonly before: EntityState | undefined;
  readonly after: EntityState | undefined;
  /** `undefined` where nothing was recorded. */
  readonly logged: { readonly position: number; readonly change: Change } | undefined;
}

/** One line of the log as this storage holds it. */
export interface LogEntry extends LoggedChange {
  /** Grows with every change; a cursor for {@link Storage.changesSince}. */
  readonly position: number;
}

export interface Page {
  readonly entities: readonly Entity[];
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string;
}

export interface SearchResult {
  readonly entities: readonly Entity[];
  /** All hits, also those beyond `limit`; absent where counting them would cost more and was not asked for. */
  readonly total?: number;
  /** `newest`: there are more than 1,000 hits, and relevance ranked only the newest 1,000 of them. */
  readonly ranked: "all" | "newest";
  readonly facets: Readonly<Record<string, FacetCounts>>;
  /** By entity id: text around the words found, each between `**`; empty unless asked for. */
  readonly highlights: Readonly<Record<string, string>>;
}

/** What the storage must know of a type: the same in every process, so it is recorded in the storage. */
export interface TypeIndex {
  readonly type: string;
  /** Fields of data, as JSON Pointers, that queries compare. */
  readonly indexes: readonly string[];
  /** Fields of data, as JSON Pointers, that search reads; absent: all of them. */
  readonly search?: readonly string[];
}

export interface AuditRecord {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly who: string;
  readonly what: string;
  /** What it was done to: an entity id, a file. */
  readonly target: string;
  readonly why: string;
}

/** Something found wrong, and where. */
export interface Finding {
  readonly where: string;
  readonly problem: string;
}

export interface StorageStatus {
  readonly replica: string;
  readonly schemaVersion: number;
  readonly engine: string;
  readonly entities: number;
  readonly deleted: number;
  readonly changes: number;
  readonly conflicts: number;
  /** Changes whose text is not in the search index yet. */
  readonly unindexed: number;
  readonly sizeBytes: number;
}

export interface Storage {
  commit(plans: readonly Plan[]): Promise<readonly Outcome[]>;

  /** The entity, unless it is deleted. */
  getAlive(id: string): Promise<Entity | undefined>;
  /** Deleted entities included. */
  get(id: string): Promise<EntityState | undefined>;
  /** All changes of one entity, in the order of the log. */
  logOf(id: string): Promise<readonly LogEntry[]>;
  /** The log after a position, at most `limit` entries, in order. */
  changesSince(position: number, limit: number): Promise<readonly LogEntry[]>;
  /** The position of the newest change, 0 for an empty log. */
  lastPosition(): Promise<number>;
  /** Changes whenever another process may have committed. Cheap enough to ask often. */
  commitStamp(): number;

  list(query: Query): Promise<Page>;
  count(filter: Filter): Promise<number>;
  facets(fields: readonly string[], filter: Filter): Promise<Readonly<Record<string, FacetCounts>>>;
  /** Sees every committed write. Never fails for its text. */
  search(text: string, query: SearchQuery): Promise<SearchResult>;
  /** Brings a part of the log into the search index. @returns true when all of it is there */
  fillIndex(): Promise<boolean>;
  /** Records what queries and search of a type need, and builds it. */
  defineIndex(index: TypeIndex): Promise<void>;
  /** The plan of a query as the engine tells it, one line a step; for tests and for people who tune. */
  explain(query: Query): Promise<readonly string[]>;

  appendAudit(record: AuditRecord): Promise<void>;
  /** The newest records since a time, at most `limit`, in the order in which they were appended. */
  auditSince(time: string, limit: number): Promise<readonly AuditRecord[]>;

  status(): Promise<StorageStatus>;
  /** Reads everything and compares it with the log. @returns an empty list when all is well */
  verify(): Promise<readonly Finding[]>;
  /** Makes every derived table anew from the log. @returns how many entities and changes there are */
  rebuild(): Promise<{ readonly entities: number; readonly changes: number }>;
  /** SHA-256, hex, over all entities in order of their ids: equal for equal states. */
  stateHash(): Promise<string>;
  /**
   * Writes a copy of everything, as of one moment, while others go on writing.
   *
   * @throws {HubsteadError} `already_exists` when the target is not free
   */
  copyTo(target: string): Promise<void>;
  /** Ends when what was begun before is done; what is asked later is refused with `invalid_input`. */
  close(): Promise<void>;
}
