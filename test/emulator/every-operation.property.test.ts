/**
 * @module Whatever an operation is asked, by whomever: the answer is one of GitHub's, never a failure of the emulator.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";
import { apiVersions, describedOperation } from "../../src/emulator/description/description.ts";
import { servedOperations } from "../../src/emulator/operations/served.ts";
import { randomRuns } from "../random-runs.ts";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const words = [
  "ada",
  "acme",
  "bob",
  "data",
  "main",
  "README.md",
  "bug",
  "1",
  "2",
  "keeper",
  "core",
  "v1",
  "",
];
const odd = [
  "..",
  "%00",
  "a/b",
  "é漢🎉",
  "\u202e",
  "x".repeat(300),
  "-1",
  "9".repeat(25),
  "__proto__",
  "null",
  "\n",
  "<b>",
];
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.constantFrom(...odd) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);
const number = fc.oneof(fc.constantFrom(0, 1, 2, 100, -1, 2 ** 31, 2 ** 53, 1.5), fc.integer());
const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

/** Values that a schema allows, mostly; a part of them is anything. */
function valuesOf(schema: Json | undefined, depth = 0): fc.Arbitrary<Json> {
  if (!isJsonObject(schema) || depth > 4) return anything;
  const alternatives = [schema["anyOf"], schema["oneOf"]].flatMap((list) =>
    Array.isArray(list) ? list : [],
  ) as Json[];
  if (alternatives.length > 0) return fc.oneof(...alternatives.map((item) => valuesOf(item, depth)));
  const allowed = schema["enum"];
  if (Array.isArray(allowed)) return fc.constantFrom(...(allowed as Json[]));
  switch (schema["type"]) {
    case "string":
      return text;
    case "integer":
    case "number":
      return number;
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valuesOf(schema["items"], depth + 1), { maxLength: 3 });
    case "object":
      return objectsOf(schema, depth);
    default:
      return isJsonObject(schema["properties"]) ? objectsOf(schema, depth) : anything;
  }
}

function objectsOf({ properties, required }: JsonObject, depth: number): fc.Arbitrary<JsonObject> {
  const known = isJsonObject(properties) ? properties : {};
  const needed = Array.isArray(required) ? (required as string[]).filter((key) => key in known) : [];
  const fields = Object.fromEntries(
    Object.entries(known).map(([key, schema]) => [key, valuesOf(schema, depth + 1)]),
  );
  return fc.record(fields, { requiredKeys: needed });
}

const inPath: Readonly<Record<string, readonly string[]>> = {
  owner: ["ada", "acme", "nobody"],
  org: ["acme", "ada", "nobody"],
  repo: ["data", "secret", "nothing"],
  username: ["ada", "bob", "nobody"],
};

function pathsOf(path: string): fc.Arbitrary<string> {
  const parts = path.split(/(\{[^}]+\})/u).map((part) => {
    const name = /^\{(.+)\}$/u.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    const known = inPath[name] ?? [];
    const values =
      known.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, text) : text;
    return values.filter((value) => value !== "" && value !== "." && value !== "..").map(encode);
  });
  return fc.tuple(...parts).map((all) => all.join(""));
}

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

const seed = {
  users: { ada: {}, bob: {} },
  organizations: {
    acme: {
      members: { ada: "admin", bob: "member" },
      teams: { core: { members: ["bob"], repositories: { data: "write" } } },
    },
  },
  repositories: {
    "acme/data": {
      labels: ["bug"],
      files: {
        "README.md": "# hi\n",
        ".github/workflows/build.yml":
          "name: Build\non: [push, workflow_dispatch]\njobs: { a: { steps: [] } }\n",
      },
      issues: [{ title: "Hello", labels: ["bug"], comments: ["hi"] }, { title: "Again" }],
    },
    "acme/secret": { visibility: "private" },
    "ada/data": { files: { "a/b.txt": "b\n" } },
  },
  apps: {
    keeper: {
      owner: "ada",
      permissions: { issues: "write", contents: "write" },
      installations: { acme: "all" },
    },
  },
} as const;

describe("the answer is GitHub's", () => {
  test.each(servedOperations.map(({ name }) => [name]))("%s", async (name) => {
    await using github = await startCheckedGitHub({ seed, limits: false });
    const { method, path, query, body } = describedOperation(name);
    const tokens = [
      github.tokenFor("ada"),
      github.tokenFor("ada"),
      github.tokenFor("bob"),
      github.tokenFor({ app: "keeper", account: "acme" }),
      github.tokenFor({ actions: "acme/data" }),
      undefined,
    ];
    const queries = fc.record(
      Object.fromEntries(Object.entries(query).map(([key, schema]) => [key, valuesOf(schema)])),
      { requiredKeys: [] },
    );
    const requests = fc.record({
      token: fc.constantFrom(...tokens),
      target: pathsOf(path),
      asked: queries,
      sent: fc.oneof({ weight: 5, arbitrary: valuesOf(body) }, anything),
      version: fc.constantFrom(...apiVersions),
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ token, target, asked, sent, version }) => {
        const search = new URLSearchParams(
          Object.entries(asked).map(([key, value]): [string, string] => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
          ]),
        ).toString();
        const hasBody = method !== "GET" && body !== undefined;
        const reply = await callAs(github, token)(
          `${method} ${target}${search === "" ? "" : `?${search}`}`,
          hasBody ? sent : undefined,
          { "x-github-api-version": version },
        );
        // Single options may not be served; that is said, too.
        const isSaid = reply.status === 501 && /^The emulator /u.test(reply.body.message);
        expect(reply.status < 500 || isSaid ? "" : reply.body).toBe("");
      }),
      randomRuns(12, 2_000),
    );
  });
});
