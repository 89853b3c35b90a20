/**
 * @module GitHub's own description of its API, cut down by `scripts/prune-description.js`: which operations there are,
 * and what each takes. Requests are checked against it before an operation sees them.
 */
import { type Schema, Validator } from "@cfworker/json-schema";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { type FieldError, notServed, Refusal, validationFailed } from "../http/refusal.ts";
import described from "./described.json" with { type: "json" };
import { alsoLists, leniently, withTaken } from "./undescribed.ts";

export interface DescribedOperation {
  readonly method: string;
  /** `/repos/{owner}/{repo}/issues`. */
  readonly path: string;
  /** The page that explains it. */
  readonly docs?: string;
  /** Whether people are notified: such requests count against the limits for creating content. */
  readonly notifies?: boolean;
  readonly query: Readonly<Record<string, JsonObject>>;
  readonly body?: JsonObject;
}

type Versioned = DescribedOperation & {
  readonly [version: `${number}-${number}-${number}`]: DescribedOperation;
};

export interface Described {
  /** What it was cut from, with its version. */
  readonly source: string;
  readonly served: Readonly<Record<string, Versioned>>;
  readonly others: readonly (readonly [name: string, method: string, path: string])[];
}

export const apiVersions = ["2022-11-28", "2026-03-10"] as const;
export type ApiVersion = (typeof apiVersions)[number];

/** @throws an ordinary error for an operation that was not cut out: the script is to be run again */
export function describedOperation(name: string, version: ApiVersion = "2022-11-28"): DescribedOperation {
  const found = described.served[name];
  if (found === undefined)
    throw new Error(`${name} is not in described.json: run scripts/prune-description.js`);
  return found[version] ?? found;
}

interface Matcher {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
}

let matchers: readonly Matcher[] | undefined;

function unservedOnes(): readonly Matcher[] {
  matchers ??= described.others.map(([name = "", method = "", path = ""]) => ({
    name,
    method,
    path,
    pattern: patternOf(path),
  }));
  return matchers;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{[^}]+\}/gu, "[^/]+")}$`, "u");
}

/** The name of an operation that GitHub has and the emulator has not. */
export function nameOfUnserved(method: string, path: string): string | undefined {
  return unservedOnes().find((matcher) => matcher.method === method && matcher.pattern.test(path))?.name;
}

const insides = new Map<string, readonly Matcher[]>();

/**
 * The name of an unserved operation whose path looks like a served one's with a parameter: `/user/emails` is not
 * `/user/{account_id}`.
 *
 * @param name of the served operation
 */
export function nameOfUnservedInside(name: string, path: string): string | undefined {
  let inside = insides.get(name);
  if (inside === undefined) {
    const served = describedOperation(name);
    const pattern = patternOf(served.path);
    inside = unservedOnes().filter(
      (other) =>
        other.method === served.method && pattern.test(other.path) && isMoreLiteral(other.path, served.path),
    );
    insides.set(name, inside);
  }
  return inside.find((other) => other.pattern.test(path))?.name;
}

/** Whether a path says in words what another one leaves open, at the first place where they differ so. */
function isMoreLiteral(path: string, other: string): boolean {
  const others = other.split("/");
  const place = path
    .split("/")
    .findIndex((segment, at) => segment.startsWith("{") !== others[at]!.startsWith("{"));
  return place !== -1 && others[place]!.startsWith("{");
}

/** What would narrow a list and cannot here: to leave it out of account would be a wrong answer. */
const unservedParameters: Readonly<Record<string, readonly string[]>> = {
  "apps/list-installations": ["outdated"],
  "teams/list": ["team_type"],
};

/**
 * @param query as it came; what the operation does not have is left out of account, as GitHub does
 * @throws {Refusal} 422 with `errors`; 501 for a parameter that is not served
 */
export function checkRequest(
  name: string,
  version: ApiVersion,
  { query, body }: { readonly query: Readonly<Record<string, string>>; readonly body: Json | undefined },
): void {
  const operation = describedOperation(name, version);
  const unserved = unservedParameters[name]?.find((parameter) => Object.hasOwn(query, parameter));
  if (unserved !== undefined) throw notServed(`${name}?${unserved}`);
  const resource = resourceOf(name);
  const { state } = query;
  // Alone among all values this one is told so. @see https://github.com/brekkylab/backlot/pull/166
  if (name === "issues/list-for-repo" && state !== undefined && !["open", "closed", "all"].includes(state))
    throw validationFailed({ value: state, resource, field: "state", code: "invalid" });
  const problems = [
    ...queryProblems(name, operation, query),
    ...bodyProblems(name, version, operation, body),
  ];
  const [first] = problems;
  if (first === undefined) return;
  throw new Refusal(
    422,
    `Invalid request.\n\n${problems.map(({ text }) => text).join("\n")}`,
    problems.map(({ field, code }): FieldError => ({ resource, field, code })),
  );
}

interface Problem {
  readonly field: string;
  readonly code: FieldError["code"];
  readonly text: string;
}

function queryProblems(
  operation: string,
  { query: known }: DescribedOperation,
  query: Readonly<Record<string, string>>,
): Problem[] {
  return Object.entries(query).flatMap(([name, value]): Problem[] => {
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    const allowed = schema?.["enum"] as readonly Json[] | undefined;
    if (allowed === undefined || allowed.map(String).includes(value)) return [];
    if (leniently[operation]?.includes(name)) return [];
    return [
      {
        field: name,
        code: "invalid",
        text: `For '${name}', ${JSON.stringify(value)} is not one of ${allowed.map((item) => JSON.stringify(item)).join(", ")}.`,
      },
    ];
  });
}

const validators = new Map<string, Validator>();

/** What is in a bare list: names, or objects with one. */
const isLabel = (item: Json): boolean =>
  typeof item === "string" || (isJsonObject(item) && typeof item["name"] === "string");

function listProblems(list: readonly Json[]): Problem[] {
  const wrong = list.findIndex((item) => !isLabel(item));
  if (wrong === -1) return [];
  const text = `For 'labels/${wrong}', ${JSON.stringify(list[wrong])} is not a string.`;
  return [{ field: "labels", code: "invalid", text }];
}

function bodyProblems(
  name: string,
  version: ApiVersion,
  { body: bare }: DescribedOperation,
  body: Json | undefined,
): Problem[] {
  if (bare === undefined) return [];
  const isOfLabels = alsoLists.includes(name);
  if (isOfLabels && Array.isArray(body)) return listProblems(body);
  const schema = withTaken(name, version, bare);
  const unknown = unknownKeys(schema, body).map(
    (field): Problem => ({ field, code: "invalid", text: `"${field}" is not a permitted key.` }),
  );
  const labels = isJsonObject(body) ? body["labels"] : undefined;
  if (isOfLabels && Array.isArray(labels) && labels.length === 0) return unknown;
  const key = `${version} ${name}`;
  const validator = validators.get(key) ?? new Validator(schema as Schema, "7", false);
  validators.set(key, validator);
  const asked = name === "repos/update-branch-protection" ? withContexts(body) : body;
  const result = validator.validate(withoutNulls(schema, asked ?? {}));
  if (result.valid) return unknown;
  const missing = result.errors.flatMap(({ keyword, error }): Problem[] => {
    const field = keyword === "required" ? /"([^"]+)"/u.exec(error)?.[1] : undefined;
    return field === undefined ? [] : [{ field, code: "missing_field", text: `"${field}" wasn't supplied.` }];
  });
  const wrong = result.errors
    .filter(({ keyword, instanceLocation }) => keyword !== "required" && instanceLocation !== "#")
    .sort((a, b) => b.instanceLocation.length - a.instanceLocation.length)
    .map(({ keyword, instanceLocation, error }): Problem => {
      const path = instanceLocation.slice(2);
      if (keyword === "maxProperties")
        return { field: path, code: "invalid", text: tooMany(error, body, path) };
      return { field: path.split("/")[0]!, code: "invalid", text: `For '${path}', ${error}` };
    });
  const first = wrong[0];
  const problems = [...unknown, ...missing, ...(first === undefined ? [] : [first])];
  return problems.length > 0
    ? problems
    : [{ field: "body", code: "invalid", text: "The body has another form." }];
}

/** @param error names the limit @param path of an object in the body */
function tooMany(error: string, body: Json | undefined, path: string): string {
  const most = /\d+/u.exec(error)?.[0] ?? "";
  const object = path
    .split("/")
    .reduce<Json | undefined>((at, key) => (isJsonObject(at) ? at[key] : at), body);
  return `No more than ${most} properties are allowed; ${Object.keys(object ?? {}).length} were supplied.`;
}

/** Whoever names `checks` need not name the older `contexts`, whatever the description says. */
function withContexts(body: Json | undefined): Json | undefined {
  const checks = isJsonObject(body) ? body["required_status_checks"] : undefined;
  if (!isJsonObject(body) || !isJsonObject(checks) || checks["checks"] === undefined) return body;
  return { ...body, required_status_checks: { contexts: [], ...checks } };
}

/** GitHub takes `null` for a field that was left out, whatever its description says; what it does not know is told of alone. */
function withoutNulls(schema: JsonObject, body: Json): Json {
  const properties = propertiesOf(schema);
  if (!isJsonObject(body) || properties === undefined) return body;
  return Object.fromEntries(
    Object.entries(body).filter(
      ([key, value]) => Object.hasOwn(properties, key) && (value !== null || allowsNull(properties[key])),
    ),
  );
}

function allowsNull(schema: Json | undefined): boolean {
  return JSON.stringify(schema ?? {}).includes("null");
}

/** GitHub names what it does not know, at the top of a body. */
function unknownKeys(schema: JsonObject, body: Json | undefined): string[] {
  const properties = propertiesOf(schema);
  if (properties === undefined || !isJsonObject(body)) return [];
  return Object.keys(body).filter((key) => !Object.hasOwn(properties, key));
}

/**
 * The keys that a body may have, of all its forms: there are several where it may be absent, or a list.
 *
 * @returns `undefined` where it may have any
 */
function propertiesOf(schema: JsonObject): JsonObject | undefined {
  const { properties, additionalProperties = false } = schema;
  if (additionalProperties !== false) return undefined;
  if (isJsonObject(properties)) return properties;
  const forms = schema["anyOf"] ?? schema["oneOf"];
  if (!Array.isArray(forms)) return undefined;
  const objects = forms.filter(isJsonObject).filter(({ type }) => type === "object");
  const known = objects.flatMap((form) => propertiesOf(form) ?? []);
  return known.length === 0 || known.length < objects.length ? undefined : Object.assign({}, ...known);
}

const resources: Readonly<Record<string, string>> = {
  issues: "Issue",
  reactions: "Reaction",
  repos: "Repository",
  git: "Git",
  actions: "Actions",
  apps: "Integration",
  orgs: "Organization",
  teams: "Team",
  users: "User",
  pulls: "PullRequest",
};

/** What an error is said to be about. */
function resourceOf(operation: string): string {
  const [group = "", deed = ""] = operation.split("/");
  if (/label/u.test(deed)) return "Label";
  if (/comment/u.test(deed)) return "IssueComment";
  if (/milestone/u.test(deed)) return "Milestone";
  if (/webhook/u.test(deed)) return "Hook";
  if (/release-asset/u.test(deed)) return "ReleaseAsset";
  if (/release/u.test(deed)) return "Release";
  return resources[group] ?? "Request";
}
