/**
 * @module Holds what the emulator answers against GitHub's own description of its API: types, required fields, and that
 * no field is made up.
 */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";
import { createFieldCheck } from "./described-fields.ts";

interface Answers {
  readonly operations: Readonly<Record<string, Readonly<Record<string, JsonObject | null>>>>;
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

const file = new URL("./description/answers.json", import.meta.url);
const answersByVersion = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Answers>>;

/** What GitHub answers although its description does not say so, each with its reason. */
const exceptions: readonly { readonly of: RegExp; readonly problem: RegExp; readonly because: string }[] = [
  {
    of: /./u,
    problem: / 4\d\d: \/status is not described$/u,
    because: "every error has its status since 2024; the schema of validation errors has not got it yet",
  },
  {
    of: /^(?:repos\/get-content|git\/get-blob)$/,
    problem: / 403: \/errors is not described$/,
    because: "a file that is too large is named by an error of its own: `too_large`",
  },
  {
    of: /^repos\/create-or-update-environment$/u,
    problem: / 422: \/errors is not described$/u,
    because:
      "what is wrong with a body is named in `errors`, as everywhere; described is a rule of branches only",
  },
  {
    of: /^search\/issues-and-pull-requests$/u,
    problem: /\/body must be string$/u,
    because: "an issue without a body has null there, in searches as everywhere",
  },
  {
    of: /^(?:issues|search)\//u,
    problem: /\/pull_request\/merged_at must be string$/u,
    because: "the newer version's description takes each pull request for a merged one",
  },
  {
    of: /^search\/commits$/u,
    problem: /\/items\/(?:\*|\d+)\/committer/u,
    because: "a commit's committer is an account there, as in all other answers, and no name with an address",
  },
  {
    of: /^actions\/(?:create|update|set-selected-repos-for)-(?:repo|org|environment)-variable$/u,
    problem: /never answers 409/u,
    because: "what is taken, or not for selected repositories, is 409, as with secrets",
  },
  {
    of: /^repos\/(?:get|update)-branch-protection$/u,
    problem: /\/apps\/\*\/permissions\/\w+ is not described$/u,
    because: "the apps there are described with four permissions; an app has any",
  },
  {
    of: /^apps\/list-installations$/u,
    problem: /\/account must|client_id is not|user_view_type is not/u,
    because: "the list holds an older copy of `installation`, without fields that single answers have",
  },
  {
    of: /./u,
    problem: / 4\d\d: \/ must match exactly one schema in oneOf$/u,
    because: "where two kinds of errors are described, one takes in the other",
  },
  {
    of: /./u,
    problem: / 422: \/errors\/\d+ must be (?:string|object)$/u,
    because: "some operations are described with errors as texts, some with objects; GitHub sends both",
  },
  {
    of: /^repos\/(?:update|create-in-org|create-for-authenticated-user|get)$/u,
    problem: /\/homepage must /u,
    because: "a homepage is any text",
  },
];

/** Statuses that any operation may have: limits, faults, redirects, what is not served. */
const anywhere: readonly number[] = [
  301, 304, 307, 400, 401, 403, 404, 410, 413, 422, 429, 500, 501, 502, 503, 504,
];

const validators = new Map<string, ValidateFunction>();
const checks = new Map<string, Checks>();

interface Checks {
  readonly ajv: Ajv;
  readonly unknownFields: ReturnType<typeof createFieldCheck>;
}

function checksOf(version: string): Checks {
  const known = checks.get(version);
  if (known !== undefined) return known;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  const { schemas } = answersByVersion[version]!;
  ajv.addSchema({ $id: "github", components: { schemas } });
  const created = { ajv, unknownFields: createFieldCheck(schemas) };
  checks.set(version, created);
  return created;
}

/** @returns what is wrong with an answer, a line each */
export function problemsOf(
  operation: string,
  version: string,
  status: number,
  body: Json | undefined,
): string[] {
  const answers = answersByVersion[version]!;
  const described = answers.operations[operation];
  if (described === undefined) return [`${operation} is not described`];
  const schema = described[String(status)];
  if (status >= 400 && !(status in described))
    return withoutExceptions(operation, errorProblems(operation, status, body));
  if (schema === undefined) return anywhere.includes(status) ? [] : [`${operation} never answers ${status}`];
  // Every error has a body, also where its description says nothing of it.
  if (schema === null && status >= 400) {
    return withoutExceptions(operation, messageProblems(operation, status, body));
  }
  if (schema === null) return body === undefined ? [] : [`${operation} ${status} has a body`];
  const { ajv, unknownFields } = checksOf(version);
  const key = `${version} ${operation} ${status}`;
  const validate = validators.get(key) ?? ajv.compile(withRefs(schema) as JsonObject);
  validators.set(key, validate);
  const isValid = validate(body);
  const wrong = isValid
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
  const madeUp = unknownFields(schema, body).map((path) => `${path} is not described`);
  return withoutExceptions(
    operation,
    [...new Set([...wrong, ...madeUp])].map((problem) => `${operation} ${status}: ${problem}`),
  );
}

function withoutExceptions(operation: string, lines: readonly string[]): string[] {
  return lines.filter(
    (line) => !exceptions.some(({ of, problem }) => of.test(operation) && problem.test(line)),
  );
}

function errorProblems(operation: string, status: number, body: Json | undefined): string[] {
  if (!anywhere.includes(status)) return [`${operation} never answers ${status}`];
  return messageProblems(operation, status, body);
}

function messageProblems(operation: string, status: number, body: Json | undefined): string[] {
  const isRight = isJsonObject(body) && typeof body["message"] === "string";
  return isRight ? [] : [`${operation} ${status}: an error without a message`];
}

/** References lead into the document that holds all schemas. */
function withRefs(value: Json): Json {
  if (Array.isArray(value)) return value.map(withRefs);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "$ref" && typeof item === "string" ? `github${item}` : withRefs(item),
    ]),
  );
}
