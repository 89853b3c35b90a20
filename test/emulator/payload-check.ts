/**
 * @module Holds what webhooks are sent against the published schemas of GitHub's webhooks.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { Json, JsonObject } from "../../src/base/json.ts";

/** Fields that GitHub has added since the schemas were last changed, and that they refuse. */
const newerFields: readonly string[] = [
  "sub_issues_summary",
  "issue_dependencies_summary",
  "closed_by",
  "user_view_type",
  "immutable",
  "digest",
  "verified_at",
  "client_id",
  "organization_id",
  "issue_field_values",
];

function withoutNewerFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNewerFields);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // The types of issues and of teams are newer, too; other types are neither.
      .filter(
        ([key, item]) =>
          !newerFields.includes(key) &&
          !(key === "type" && (typeof item === "object" || item === "organization")),
      )
      // So is the time of a release's last change; other things have always had it.
      .filter(([key]) => key !== "updated_at" || !("upload_url" in value))
      .map(([key, item]) => [key, withoutNewerFields(item)]),
  );
}

const require = createRequire(import.meta.url);
const file = require.resolve("@octokit/webhooks-schemas/schema.json");
const { definitions } = JSON.parse(readFileSync(file, "utf8")) as { definitions: JsonObject };
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: "webhooks", definitions });
const validators = new Map<string, ValidateFunction>();

/** Webhooks that are newer than those schemas: GitHub's description of its API has them. */
const { webhooks } = JSON.parse(
  readFileSync(new URL("./description/answers.json", import.meta.url), "utf8"),
) as { webhooks: { payloads: Readonly<Record<string, JsonObject>>; schemas: JsonObject } };
const newerAjv = new Ajv({ strict: false, allErrors: true });
addFormats.default(newerAjv);
newerAjv.addSchema({ $id: "described", components: { schemas: webhooks.schemas } });
for (const [name, schema] of Object.entries(webhooks.payloads))
  newerAjv.addSchema(withRefs(schema) as JsonObject, name);

/** References lead into the document that holds all schemas. */
function withRefs(value: Json): Json {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/components', '"described#/components')) as Json;
}

/** @returns what is wrong with a payload, a line each */
export function payloadProblems(event: string, payload: { readonly action?: string }): string[] {
  const described = newerAjv.getSchema(`${event}$${payload.action}`);
  if (described !== undefined) {
    return described(payload)
      ? []
      : (described.errors ?? []).map((error) => wordsOf(`${event}$${payload.action}`, error));
  }
  const name = [`${event}$${payload.action}`, `${event}$event`, `${event}_event`].find((key) =>
    Object.hasOwn(definitions, key),
  );
  if (name === undefined) return [`there is no schema of ${event} ${payload.action}`];
  const validate =
    validators.get(name) ?? ajv.compile({ $ref: `webhooks#/definitions/${name.replace("$", "%24")}` });
  validators.set(name, validate);
  if (validate(withoutNewerFields(payload))) return [];
  return (validate.errors ?? []).map((error) => wordsOf(name, error));
}

function wordsOf(name: string, { instancePath, message, params }: ErrorObject): string {
  const more = (params as { additionalProperty?: string }).additionalProperty;
  return `${name} ${instancePath || "/"} ${message}${more === undefined ? "" : ` (${more})`}`;
}
