/**
 * @module What a store of objects in issues does for those who open it, and what it takes to open one.
 */
import type { Json, JsonObject } from "../base/json.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { AuditEntry } from "./audit.ts";
import type { Deduplicated, Duplicates } from "./duplicates.ts";
import type { ImportOptions, ImportReport } from "./import-objects.ts";
import type { ImportedObject } from "./import-plan.ts";
import type { ObjectList } from "./list-objects.ts";
import type { ObjectChange } from "./object-change.ts";
import type { HistoryEntry } from "./object-history.ts";
import type { DeprecationReason } from "./object-life.ts";
import type { ProcessAllOptions, ProcessedAll } from "./process-all.ts";
import type { Processed } from "./process-object.ts";
import type { Snapshot } from "./snapshot.ts";
import type { RenamedLabels } from "./store-labels.ts";
import type { StoreReactions } from "./store-reactions.ts";
import type { StoredObject } from "./stored-object.ts";
import type { TrustLists } from "./trust.ts";
import type { UpdateSent } from "./update-queue.ts";
import type { WatchOptions } from "./watch-objects.ts";

export interface IssueStoreOptions {
  /** `OWNER/REPO`. */
  readonly repo: string;
  readonly github: GitHubClient;
  /** Who may change objects besides those who may write to the repository. */
  readonly trust?: TrustLists;
  /** An Ed25519 private key, PEM: with it everything is signed that is written. Where `trust.signed` holds, writers need one. */
  readonly key?: string;
  /** What labels are called where gh-store's `config.yml` says so; gh-store itself does not go by it. */
  readonly names?: RenamedLabels;
  /** Which reactions mark what became of a comment. Default: `+1` applied, `confused` refused. */
  readonly reactions?: Partial<StoreReactions>;
  /** Whether issues of new objects are locked: who may not write then neither comments nor reacts there. Default: `false`. */
  readonly lock?: boolean;
  /** Default: the machine's clock. Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface CreateOptions {
  /** The user's own, besides the store's. */
  readonly labels?: readonly string[];
  readonly status?: string;
  /** Where the id does not begin with it. */
  readonly type?: string;
}

export interface DeprecateOptions {
  /** Default: `replaced`. */
  readonly reason?: DeprecationReason;
}

export interface UpdateOptions {
  /** Fold it at once, instead of leaving that to a processor. */
  readonly process?: boolean;
}

export interface UpdateResult extends UpdateSent {
  /** As it was processed, where that was asked for. */
  readonly processed?: Processed;
}

export interface IssueStore {
  /** @throws {HubsteadError} `already_exists`; `invalid_input` for what no issue holds, before anything is written */
  create(id: string, data: Json, options?: CreateOptions): Promise<StoredObject>;
  /** One request. @throws {HubsteadError} `not_found`; `unsupported_format` for a body that cannot be shown without loss */
  get(id: string): Promise<StoredObject>;
  /** Merges, as gh-store does: objects at every depth, all else is replaced. */
  update(id: string, changes: JsonObject, options?: UpdateOptions): Promise<UpdateResult>;
  /** The whole object anew. */
  replace(id: string, data: Json, options?: UpdateOptions): Promise<UpdateResult>;
  /** @param paths JSON Pointers */
  unset(id: string, paths: readonly string[], options?: UpdateOptions): Promise<UpdateResult>;
  /** @param path of an array, which is made where nothing is */
  append(id: string, path: string, items: readonly Json[], options?: UpdateOptions): Promise<UpdateResult>;
  increment(id: string, path: string, by?: number, options?: UpdateOptions): Promise<UpdateResult>;
  /** Creates it, or replaces its data where it is there. */
  put(id: string, data: Json, options?: UpdateOptions): Promise<StoredObject | UpdateResult>;
  /** Its issue and its history stay. @throws {HubsteadError} `not_found` */
  delete(id: string): Promise<void>;
  /** The newest one that was deleted, or else deprecated, as it was. @throws {HubsteadError} `not_found`; `already_exists` where there is another one now */
  restore(id: string): Promise<StoredObject>;
  /**
   * Lets an id stand for another object: what is written to it from now on counts there, too.
   *
   * @throws {HubsteadError} `not_found` for an object that there is not; `already_exists` where it stands for another one already;
   *   `invalid_input` for a circle
   */
  createAlias(id: string, target: string): Promise<void>;
  /** The id of the object that this one stands for, by aliases and deprecations; its own, where it stands for itself. */
  resolve(id: string): Promise<string>;
  /** Ids by the objects that they stand for directly. @param target only those of this one */
  findAliases(target?: string): Promise<Readonly<Record<string, string>>>;
  /** Another object has taken over; its data stay where they are, and it is none any more. `restore` takes it back. */
  deprecate(id: string, target: string, options?: DeprecateOptions): Promise<void>;
  findDuplicates(): Promise<readonly Duplicates[]>;
  /** Makes one object of several of one id, the lowest number; nothing that was said is lost. @param id all, by default */
  deduplicate(id?: string): Promise<readonly Deduplicated[]>;
  /** Those that have all of these labels of the user's own: queues, say. */
  find(labels: readonly string[]): Promise<ObjectList>;
  /** All objects, the oldest first. */
  list(): Promise<ObjectList>;
  /** @param time ISO 8601; changed then or later, to the second */
  listUpdatedSince(time: string): Promise<ObjectList>;
  /**
   * Creates many, within GitHub's limits; what is there already stays. It can be interrupted anywhere, and goes on when it is called again.
   */
  import(
    source: Iterable<ImportedObject> | AsyncIterable<ImportedObject>,
    options?: ImportOptions,
  ): Promise<ImportReport>;
  /** @param at a version, or ISO 8601 @throws {HubsteadError} `not_found` where the object had none such */
  getAt(id: string, at: number | string): Promise<HistoryEntry>;
  /** All that happened to it, and what did not count, the oldest first. */
  history(id: string): Promise<readonly HistoryEntry[]>;
  /**
   * What changes, as it happens: `for await (const { kind, object } of store.watch({ signal }))`. Waits while GitHub is away or its limits
   * are reached; what else fails ends it.
   */
  watch(options?: WatchOptions): AsyncIterableIterator<ObjectChange>;
  /** Who changed it, or tried to, what became of that, and why. @param id all objects, one after the other, by default */
  audit(id?: string): Promise<readonly AuditEntry[]>;
  /** gh-store's snapshot file. */
  snapshot(): Promise<Snapshot>;
  /** @param text of a snapshot, gh-store's or ours @throws {HubsteadError} `invalid_input` for one that is none */
  updateSnapshot(text: string): Promise<Snapshot>;
  /** Folds what waits in one issue. */
  processUpdates(issueNumber: number): Promise<Processed>;
  /** Folds all that waits anywhere, also in closed issues; what fails is told with what did not. */
  processAll(options?: ProcessAllOptions): Promise<ProcessedAll>;
}
