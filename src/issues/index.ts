/**
 * @module What `hubstead/issues` exports.
 */

export { HubsteadError } from "../errors.ts";
export type { AuditEntry } from "./audit.ts";
export type { ImportProgress } from "./carry-out-import.ts";
export type { Decision } from "./decisions.ts";
export type { Deduplicated, Duplicates } from "./duplicates.ts";
export type { FoldedStep } from "./fold.ts";
export { type GhStoreConfig, parseGhStoreConfig, readGhStoreConfig } from "./gh-store-config.ts";
export type { ImportOptions, ImportPlan, ImportReport } from "./import-objects.ts";
export type { DifferingObject, FailedObject, ImportedObject } from "./import-plan.ts";
export type {
  CreateOptions,
  DeprecateOptions,
  IssueStore,
  IssueStoreOptions,
  UpdateOptions,
  UpdateResult,
} from "./issue-store.ts";
export type { ObjectList } from "./list-objects.ts";
export type { ObjectChange } from "./object-change.ts";
export type { HistoryEntry } from "./object-history.ts";
export type { DeprecationReason } from "./object-life.ts";
export { openIssueStore } from "./open-issue-store.ts";
export type { ProcessAllOptions, ProcessedAll } from "./process-all.ts";
export type { Processed } from "./process-object.ts";
export { createWriterKey } from "./signing/writer-key.ts";
export type { Snapshot } from "./snapshot.ts";
export type { RenamedLabels } from "./store-labels.ts";
export type { ReactionName, StoreReactions } from "./store-reactions.ts";
export type { StoredObject, UnreadableObject } from "./stored-object.ts";
export type { TrustLists } from "./trust.ts";
export type { WatchOptions } from "./watch-objects.ts";
export type { Edit } from "./wire/edits.ts";
