/**
 * @module The public surface of `hubstead`: named re-exports only. No inner file imports it.
 */
export type { Json, JsonObject, JsonScalar } from "./base/json.ts";
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  silentLogger,
} from "./base/logger.ts";
export type { Change, ChangeKind, Edit } from "./entity/change.ts";
export {
  defineType,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
  type TypeDefinition,
  type TypeOptions,
} from "./entity/define-type.ts";
export type { Difference } from "./entity/edit.ts";
export type { Conflict, Entity } from "./entity/entity.ts";
export type { ChangeId, ReplicaId } from "./entity/id.ts";
export type { FieldRule, Policy, ResolverName } from "./entity/policy.ts";
export { defaultStatus, defaultStatuses } from "./entity/status.ts";
export { type ErrorCode, type ErrorDetails, exitCodes, HubsteadError } from "./errors.ts";
export type {
  FacetCounts,
  FieldCondition,
  Filter,
  OrderBy,
  Query,
  SearchQuery,
  Where,
} from "./storage/query.ts";
export type { AuditRecord, Finding, Page, SearchResult, StorageStatus } from "./storage/storage.ts";
export { locateStore } from "./store/locate.ts";
export { backup, openStore, type StoreOptions } from "./store/open.ts";
export type {
  BackupInfo,
  ChangeEvent,
  EditFunction,
  EntityDifference,
  EntityEdit,
  Expectation,
  HistoryEntry,
  ImportCounts,
  ImportedVersion,
  ImportOptions,
  ImportRecord,
  Moment,
  NewEntity,
  Observer,
  Operation,
  OperationResult,
  Store,
  TypedEntities,
  WriteOptions,
} from "./store/store.ts";
