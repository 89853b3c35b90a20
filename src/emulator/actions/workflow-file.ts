/**
 * @module Workflow files: what starts them, what they ask for, which jobs they have. What is no workflow is told as such.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
import { LineCounter, parseDocument } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { problemOf } from "./workflow-problem.ts";

export interface WorkflowFile {
  readonly path: string;
  readonly name: string;
  /** What is wrong with it, and where; `undefined` for a workflow. */
  readonly problem: string | undefined;
  /** By event, its filters. Empty where the file is no workflow. */
  readonly triggers: Readonly<Record<string, JsonObject>>;
  readonly jobs: readonly JobFile[];
  /** What `GITHUB_TOKEN` may do in the first job, by the names of apps' permissions; `undefined` where the file does not say. */
  readonly permissions: Readonly<Record<string, string>> | undefined;
  /** With expressions as they are. */
  readonly concurrency: { readonly group: string; readonly cancels: string } | undefined;
  readonly runName: string | undefined;
  /** What `env` says of the workflow, its jobs and their steps, with expressions as they are; what comes later counts. */
  readonly env: Readonly<Record<string, string>>;
}

export interface JobFile {
  readonly id: string;
  readonly name: string;
  readonly steps: readonly string[];
  /** Names of the jobs that go before it. */
  readonly needs: readonly string[];
  readonly environment: string | null;
}

/** @param text YAML */
export function parseWorkflow(path: string, text: string): WorkflowFile {
  const { file, problem } = readYaml(text);
  const { jobs, on } = file;
  if (problem !== undefined || !isJsonObject(jobs) || on === undefined) return notAWorkflow(path, problem);
  return {
    path,
    name: typeof file["name"] === "string" ? file["name"] : path,
    problem: undefined,
    triggers: triggersIn(on),
    jobs: Object.values(jobs).map((job, at) => jobIn(Object.keys(jobs)[at]!, job, jobs)),
    permissions: permissionsIn(firstPermissions(jobs) ?? file["permissions"]),
    concurrency: concurrencyIn(file["concurrency"]),
    runName: typeof file["run-name"] === "string" ? file["run-name"] : undefined,
    env: Object.assign({}, ...partsOf(file, jobs).map(envIn)),
  };
}

function notAWorkflow(path: string, problem = "(Line: 1, Col: 1): Unexpected value ''"): WorkflowFile {
  return {
    path,
    name: path,
    problem,
    triggers: {},
    jobs: [],
    permissions: undefined,
    concurrency: undefined,
    runName: undefined,
    env: {},
  };
}

/** In YAML 1.1 `on` is a boolean; the parser reads 1.2, where it is not. */
function readYaml(text: string): { readonly file: JsonObject; readonly problem: string | undefined } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problem = problemOf(document, lines);
  if (problem !== undefined) return { file: {}, problem };
  try {
    const value = document.toJS({ maxAliasCount: 100 }) as Json;
    return { file: isJsonObject(value) ? value : {}, problem: undefined };
  } catch (error) {
    // A few aliases that name one another stand for more than there is room for.
    return { file: {}, problem: `(Line: 1, Col: 1): ${error instanceof Error ? error.message : error}` };
  }
}

/** The workflow, its jobs, and the steps of each. */
function partsOf(file: JsonObject, jobs: JsonObject): readonly Json[] {
  const steps = (job: Json) => (isJsonObject(job) && Array.isArray(job["steps"]) ? job["steps"] : []);
  return [file, ...Object.values(jobs).flatMap((job) => [job, ...steps(job)])];
}

function envIn(part: Json): Readonly<Record<string, string>> {
  const env = isJsonObject(part) ? part["env"] : undefined;
  if (!isJsonObject(env)) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value ?? "")]));
}

function triggersIn(on: Json): Readonly<Record<string, JsonObject>> {
  if (typeof on === "string") return { [on]: {} };
  if (Array.isArray(on)) return Object.fromEntries(on.map((event) => [String(event), {}]));
  if (!isJsonObject(on)) return {};
  return Object.fromEntries(
    Object.entries(on).map(([event, filters]) => [event, isJsonObject(filters) ? filters : {}]),
  );
}

function jobIn(id: string, job: Json, all: JsonObject): JobFile {
  const { steps, needs = [], environment } = isJsonObject(job) ? job : {};
  const place = isJsonObject(environment) ? environment["name"] : environment;
  return {
    id,
    name: jobName(id, job),
    steps: (Array.isArray(steps) ? steps : []).map(stepName),
    needs: (Array.isArray(needs) ? needs : [needs]).map((needed) =>
      jobName(String(needed), all[String(needed)]),
    ),
    environment: place === undefined || place === null || place === "" ? null : String(place),
  };
}

function jobName(id: string, job: Json | undefined): string {
  const name = isJsonObject(job) ? job["name"] : undefined;
  return typeof name === "string" ? name : id;
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
  if (typeof concurrency === "string") return { group: concurrency, cancels: "false" };
  if (!isJsonObject(concurrency) || typeof concurrency["group"] !== "string") return undefined;
  return { group: concurrency["group"], cancels: String(concurrency["cancel-in-progress"] ?? false) };
}
