/**
 * @module Cuts GitHub's own description of its REST API down to what the emulator serves and what its tests check.
 *
 *   npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
 *   node scripts/prune-description.js package
 *
 * Writes `src/emulator/description/described.json` (requests, and the names of everything that there is) and
 * `test/emulator/description/answers.json` (answers). Prose, examples and vendor extensions are left out; the newer
 * version of the API is derived by the description's own patches.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const newerVersion = "2026-03-10";
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = process.argv[2];
if (folder === undefined) throw new Error("Name the folder of the unpacked @octokit/openapi.");

// The operations read what is written here: the first time there is nothing.
const requestsFile = "src/emulator/description/described.json";
if (!existsSync(join(root, requestsFile))) writeJson(requestsFile, { source: "", served: {}, others: [] });
const { servedOperations } = await import("../src/emulator/operations/served.ts");

const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const description = JSON.parse(readFileSync(join(folder, "generated", "api.github.com.json"), "utf8"));
const newer = structuredClone(description);
patchAll(newer);

const served = new Set(servedOperations.map(({ name }) => name));
const all = listOperations(description);
const newerByName = new Map(listOperations(newer).map((operation) => [operation.name, operation]));

const unknown = [...served].filter((name) => !all.some((operation) => operation.name === name));
if (unknown.length > 0) throw new Error(`GitHub has no such operations: ${unknown.join(", ")}`);

writeJson(requestsFile, {
  source: `@octokit/openapi ${version}`,
  served: Object.fromEntries(
    all
      .filter(({ name }) => served.has(name))
      .map((operation) => {
        const entry = requestOf(description, operation);
        const newerEntry = requestOf(newer, newerByName.get(operation.name));
        const isSame = JSON.stringify(entry) === JSON.stringify(newerEntry);
        return [operation.name, isSame ? entry : { ...entry, [newerVersion]: newerEntry }];
      }),
  ),
  others: all.filter(({ name }) => !served.has(name)).map(({ name, method, path }) => [name, method, path]),
});

/** Webhooks that the published schemas of webhooks are too old for. */
const newerWebhooks = ["issues-typed", "issues-untyped", "issues-field-added", "issues-field-removed"];

writeJson("test/emulator/description/answers.json", {
  source: `@octokit/openapi ${version}`,
  webhooks: webhooksOf(description),
  "2022-11-28": answersOf(description, all),
  [newerVersion]: answersOf(newer, [...newerByName.values()]),
});

function listOperations({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation?.operationId !== undefined)
      .map(([method, operation]) => ({
        name: operation.operationId,
        method: method.toUpperCase(),
        path,
        operation,
        shared: item.parameters ?? [],
      })),
  );
}

function requestOf(document, { method, path, operation, shared }) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map((parameter) =>
    resolve(document, parameter),
  );
  const content = operation.requestBody?.content;
  const body = content?.["application/json"]?.schema ?? (content && Object.values(content)[0]?.schema);
  const query = parameters.filter((parameter) => parameter.in === "query");
  return {
    method,
    path,
    docs: operation.externalDocs?.url,
    ...(operation["x-github"]?.triggersNotification ? { notifies: true } : {}),
    query: Object.fromEntries(query.map(({ name, schema }) => [name, inline(document, schema)])),
    ...(body === undefined ? {} : { body: inline(document, body) }),
  };
}

/** The schemas that others name, and that those name. */
function namedSchemas(document) {
  const schemas = {};
  const need = (schema) => {
    for (const name of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      const key = name[1];
      if (schemas[key] !== undefined) continue;
      schemas[key] = toJsonSchema(document.components.schemas[key]);
      need(schemas[key]);
    }
  };
  return { schemas, need };
}

/** What webhooks are sent, by `issues$typed`, and the schemas that these name. */
function webhooksOf(document) {
  const { schemas, need } = namedSchemas(document);
  const payloads = Object.fromEntries(
    newerWebhooks.map((name) => {
      const { requestBody } = document["x-webhooks"][name].post;
      const schema = toJsonSchema(requestBody.content["application/json"].schema);
      need(schema);
      return [name.replace("-", "$").replaceAll("-", "_"), schema];
    }),
  );
  return { payloads, schemas };
}

/** Answers of the served operations, and the schemas that they name. */
function answersOf(document, operations) {
  const { schemas, need } = namedSchemas(document);
  const byName = {};
  for (const { name, operation } of operations) {
    if (!served.has(name)) continue;
    const answers = {};
    for (const [status, response] of Object.entries(operation.responses)) {
      if (response === null) continue;
      const { content } = resolve(document, response);
      const plain = content?.["application/json"]?.schema ?? content?.["application/scim+json"]?.schema;
      // Folders come as objects, too, and stars with their times, where that is asked for.
      const object =
        content?.["application/vnd.github.object"]?.schema ??
        content?.["application/vnd.github.v3.star+json"]?.schema;
      const schema = object === undefined ? plain : { anyOf: [plain, object] };
      answers[status] = schema === undefined ? null : toJsonSchema(schema);
      if (schema !== undefined) need(answers[status]);
    }
    byName[name] = answers;
  }
  return { operations: byName, schemas };
}

function resolve(document, value) {
  if (value?.$ref === undefined) return value;
  return value.$ref
    .slice(2)
    .split("/")
    .reduce((at, key) => at[key], document);
}

/** A schema without references, for requests: none of them is recursive. */
function inline(document, schema) {
  const walk = (value) => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    if (value.$ref !== undefined) return walk(resolve(document, value));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return withoutFormats(toJsonSchema(walk(schema)));
}

/** What must be text of some form is for the operation to say. */
function withoutFormats(schema) {
  if (Array.isArray(schema)) return schema.map(withoutFormats);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => key !== "format" || typeof value !== "string")
      .map(([key, value]) => [key, withoutFormats(value)]),
  );
}

/** OpenAPI 3.0's dialect as JSON Schema, without prose. */
function toJsonSchema(schema) {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  const { nullable, ...rest } = schema;
  const kept = {};
  for (const [key, value] of Object.entries(rest)) {
    if (
      [
        "description",
        "example",
        "examples",
        "externalDocs",
        "deprecated",
        "title",
        "readOnly",
        "xml",
        "discriminator",
      ].includes(key)
    )
      continue;
    if (key.startsWith("x-")) continue;
    if (key === "properties" || key === "patternProperties") {
      kept[key] = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJsonSchema(item)]));
    } else if (key === "enum" || key === "default" || key === "required") kept[key] = value;
    else if (key === "exclusiveMinimum" || key === "exclusiveMaximum") {
      const bound = key === "exclusiveMinimum" ? "minimum" : "maximum";
      if (value === true) {
        kept[key] = schema[bound];
        delete kept[bound];
      } else if (typeof value === "number") kept[key] = value;
    } else kept[key] = toJsonSchema(value);
  }
  if (!nullable) return kept;
  if (Array.isArray(kept.enum)) kept.enum = [...new Set([...kept.enum, null])];
  return Object.keys(kept).length === 0 ? {} : { anyOf: [kept, { type: "null" }] };
}

/** Carries out the description's own changes to the newer version. */
function patchAll(value) {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) if (key !== "x-github-breaking-changes") patchAll(item);
  const changes = value["x-github-breaking-changes"];
  if (!Array.isArray(changes)) return;
  for (const { patch, version: since } of changes) {
    if (since !== newerVersion) continue;
    if (Array.isArray(patch)) for (const step of patch) applyStep(value, step);
    else mergePatch(value, patch);
  }
}

/** @see RFC 7386 */
function mergePatch(target, patch) {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else if (typeof value !== "object" || Array.isArray(value)) target[key] = value;
    else {
      if (typeof target[key] !== "object" || target[key] === null || Array.isArray(target[key]))
        target[key] = {};
      mergePatch(target[key], value);
    }
  }
}

/** @see RFC 6902 */
function applyStep(target, { op, path, value }) {
  const keys = path
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop();
  const at = keys.reduce((inner, key) => inner?.[key], target);
  if (at === undefined) return;
  if (op === "remove") Array.isArray(at) ? at.splice(Number(last), 1) : delete at[last];
  else at[last] = value;
}

function writeJson(file, value) {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value)}\n`);
  console.log(`${file}: ${Math.round(JSON.stringify(value).length / 1024)} KiB`);
}
