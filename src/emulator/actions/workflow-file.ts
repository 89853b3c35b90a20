/**
 * @module Workflow files: what starts them, what they ask for, which jobs they have. What is no workflow is told as such.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
import { parse } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

export interface WorkflowFile {
  readonly path: string;
  readonly name: string;
  /** By event, its filters. Empty where the file is no workflow. */
  readonly triggers: Readonly<Record<string, JsonObject>>;
  readonly jobs: readonly JobFile[];
  /** What `GITHUB_TOKEN` may do, by the names of apps' permissions; `undefined` where the file does not say. */
  readonly permissions: Readonly<Record<string, string>> | undefined;
  readonly concurrency: { readonly group: string; readonly cancelsInProgress: boolean } | undefined;
  readonly runName: string | undefined;
}

interface JobFile {
  readonly name: string;
  readonly steps: readonly string[];
}

/** @param text YAML */
export function parseWorkflow(path: string, text: string): WorkflowFile {
  const file = readYaml(text);
  const jobs = file?.["jobs"];
  // In YAML 1.1 `on` is a boolean; the parser reads 1.2, where it is not.
  const on = file?.["on"];
  if (file === undefined || !isJsonObject(jobs) || on === undefined || on === null) {
    return {
      path,
      name: path,
      triggers: {},
      jobs: [],
      permissions: undefined,
      concurrency: undefined,
      runName: undefined,
    };
  }
  return {
    path,
    name: typeof file["name"] === "string" ? file["name"] : path,
    triggers: triggersIn(on),
    jobs: Object.entries(jobs).map(([id, job]) => jobIn(id, job)),
    permissions: permissionsIn(file["permissions"] ?? firstPermissions(jobs)),
    concurrency: concurrencyIn(file["concurrency"]),
    runName: typeof file["run-name"] === "string" ? file["run-name"] : undefined,
  };
}

function readYaml(text: string): JsonObject | undefined {
  try {
    const value = parse(text, { maxAliasCount: 100 }) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function triggersIn(on: Json): Readonly<Record<string, JsonObject>> {
  if (typeof on === "string") return { [on]: {} };
  if (Array.isArray(on)) return Object.fromEntries(on.map((event) => [String(event), {}]));
  if (!isJsonObject(on)) return {};
  return Object.fromEntries(
    Object.entries(on).map(([event, filters]) => [event, isJsonObject(filters) ? filters : {}]),
  );
}

function jobIn(id: string, job: Json): JobFile {
  const { name, steps } = isJsonObject(job) ? job : {};
  return {
    name: typeof name === "string" ? name : id,
    steps: (Array.isArray(steps) ? steps : []).map(stepName),
  };
}

function stepName(step: Json): string {
  const { name, uses, run } = isJsonObject(step) ? step : {};
  if (typeof name === "string") return name;
  return `Run ${String(uses ?? run ?? "").split("\n")[0]}`;
}

function firstPermissions(jobs: JsonObject): Json | undefined {
  const [first] = Object.values(jobs);
  return isJsonObject(first) ? first["permissions"] : undefined;
}

const allPermissions = [
  "actions",
  "checks",
  "contents",
  "deployments",
  "issues",
  "packages",
  "pages",
  "pull_requests",
  "statuses",
];

function permissionsIn(permissions: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (permissions === undefined) return undefined;
  const all = /^(read|write)-all$/u.exec(String(permissions))?.[1];
  if (all !== undefined) return Object.fromEntries(allPermissions.map((name) => [name, all]));
  if (!isJsonObject(permissions)) return {};
  return Object.fromEntries(
    Object.entries(permissions)
      .filter(([, level]) => level === "read" || level === "write")
      .map(([name, level]) => [name.replaceAll("-", "_"), String(level)]),
  );
}

function concurrencyIn(concurrency: Json | undefined): WorkflowFile["concurrency"] {
  if (typeof concurrency === "string") return { group: concurrency, cancelsInProgress: false };
  if (!isJsonObject(concurrency) || typeof concurrency["group"] !== "string") return undefined;
  return { group: concurrency["group"], cancelsInProgress: concurrency["cancel-in-progress"] === true };
}
