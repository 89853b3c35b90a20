/**
 * @module What the package exports, by name: a change to the surface is a change to this file.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  exports: Record<string, unknown>;
};

/** Values that a subpath exports, as Node sees them in the built package. */
function valuesOf(subpath: string): string[] {
  const script = `import(${JSON.stringify(subpath)}).then((module) => console.log(JSON.stringify(Object.keys(module).sort())))`;
  return JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }),
  ) as string[];
}

/** Types and values that the source of a subpath names. */
function namesOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\//gu, "");
  return [...text.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}/gu)]
    .flatMap((match) => match[1]!.split(","))
    .map((name) => name.trim().replace(/^type\s+/u, ""))
    .filter((name) => name !== "")
    .sort();
}

test("the package has these subpaths", () => {
  expect(Object.keys(manifest.exports)).toMatchInlineSnapshot(`
    [
      ".",
      "./emulator",
      "./github",
      "./github/prom-client",
      "./github/opentelemetry",
      "./issues",
      "./package.json",
    ]
  `);
});

test('"hubstead" exports these values', () => {
  expect(valuesOf("hubstead")).toMatchInlineSnapshot(`
    [
      "HubsteadError",
      "backup",
      "createLogger",
      "defaultStatus",
      "defaultStatuses",
      "defineType",
      "exitCodes",
      "locateStore",
      "openStore",
      "silentLogger",
    ]
  `);
});

test('"hubstead/emulator" exports these values', () => {
  expect(valuesOf("hubstead/emulator")).toMatchInlineSnapshot(`
    [
      "HubsteadError",
      "startGitHub",
    ]
  `);
});

test('"hubstead/emulator" names these types and values', () => {
  expect(namesOf("src/emulator/index.ts")).toMatchInlineSnapshot(`
    [
      "Actions",
      "AppCredentials",
      "EmulatedGitHub",
      "EmulatorClock",
      "Fault",
      "FaultSettings",
      "Faults",
      "HubsteadError",
      "Lag",
      "LimitSettings",
      "Limits",
      "RequestRecord",
      "Requests",
      "RunChange",
      "Runner",
      "RunnerJob",
      "RunnerResult",
      "SecondaryLimits",
      "Seed",
      "StartOptions",
      "TokenOwner",
      "Webhooks",
      "World",
      "startGitHub",
    ]
  `);
});

test('"hubstead/issues" exports these values', () => {
  expect(valuesOf("hubstead/issues")).toMatchInlineSnapshot(`
    [
      "HubsteadError",
      "createWriterKey",
      "openIssueStore",
      "parseGhStoreConfig",
      "readGhStoreConfig",
    ]
  `);
});

test('"hubstead/issues" names these types and values', () => {
  expect(namesOf("src/issues/index.ts")).toMatchInlineSnapshot(`
    [
      "AuditEntry",
      "CreateOptions",
      "Decision",
      "Deduplicated",
      "DeprecateOptions",
      "DeprecationReason",
      "DifferingObject",
      "Duplicates",
      "Edit",
      "FailedObject",
      "FoldedStep",
      "GhStoreConfig",
      "HistoryEntry",
      "HubsteadError",
      "ImportOptions",
      "ImportPlan",
      "ImportProgress",
      "ImportReport",
      "ImportedObject",
      "IssueStore",
      "IssueStoreOptions",
      "ObjectChange",
      "ObjectList",
      "ProcessAllOptions",
      "Processed",
      "ProcessedAll",
      "ReactionName",
      "RenamedLabels",
      "Snapshot",
      "StoreReactions",
      "StoredObject",
      "TrustLists",
      "UnreadableObject",
      "UpdateOptions",
      "UpdateResult",
      "WatchOptions",
      "createWriterKey",
      "openIssueStore",
      "parseGhStoreConfig",
      "readGhStoreConfig",
    ]
  `);
});

test('"hubstead" names these types and values', () => {
  expect(namesOf("src/index.ts")).toMatchInlineSnapshot(`
    [
      "AuditRecord",
      "BackupInfo",
      "Change",
      "ChangeEvent",
      "ChangeId",
      "ChangeKind",
      "Conflict",
      "Difference",
      "Edit",
      "EditFunction",
      "Entity",
      "EntityDifference",
      "EntityEdit",
      "ErrorCode",
      "ErrorDetails",
      "Expectation",
      "FacetCounts",
      "FieldCondition",
      "FieldRule",
      "Filter",
      "Finding",
      "HistoryEntry",
      "HubsteadError",
      "ImportCounts",
      "ImportOptions",
      "ImportRecord",
      "ImportedVersion",
      "Json",
      "JsonObject",
      "JsonScalar",
      "LogFields",
      "LogLevel",
      "Logger",
      "LoggerOptions",
      "Moment",
      "NewEntity",
      "Observer",
      "Operation",
      "OperationResult",
      "OrderBy",
      "Page",
      "Policy",
      "Query",
      "ReplicaId",
      "ResolverName",
      "SchemaIssue",
      "SchemaResult",
      "SearchQuery",
      "SearchResult",
      "StandardSchema",
      "StorageStatus",
      "Store",
      "StoreOptions",
      "TypeDefinition",
      "TypeOptions",
      "TypedEntities",
      "Where",
      "WriteOptions",
      "backup",
      "createLogger",
      "defaultStatus",
      "defaultStatuses",
      "defineType",
      "exitCodes",
      "locateStore",
      "openStore",
      "silentLogger",
    ]
  `);
});
