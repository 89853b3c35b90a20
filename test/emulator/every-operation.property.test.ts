/**
 * @module Whatever an operation is asked, by whomever: the answer is one of GitHub's, never a failure of the emulator.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";
import { apiVersions, describedOperation } from "../../src/emulator/description/description.ts";
import { servedOperations } from "../../src/emulator/operations/served.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { randomRuns } from "../random-runs.ts";
import { temporaryFolder } from "../temporary-folder.ts";
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

/** What is there, by the name of the parameter that it stands for. */
type Known = Readonly<Record<string, readonly (string | number)[]>>;

function knownIn({ state }: EmulatedGitHub, head: string): Known {
  const ids = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id);
  return {
    owner: ["acme"],
    org: ["acme"],
    repo: ["data"],
    username: ["bob"],
    assignee: ["ada"],
    template_owner: ["acme"],
    team_slug: ["core"],
    app_slug: ["keeper"],
    account_id: ids(state.accounts.all()),
    repository_id: ids(state.repositories.all()),
    installation_id: ids(state.installations.all()),
    issue_number: [1, 2],
    pull_number: [3],
    milestone_number: [1],
    issue_type_id: ids(state.issueTypes.all()),
    issue_field_id: ids(state.issueFields.all()),
    comment_id: [...ids(state.comments.all()), ...ids(state.reviewComments.all())],
    review_id: ids(state.reviews.all()),
    check_run_id: [...ids(state.checkRuns.all()), ...ids(state.jobs.all())],
    check_suite_id: ids(state.checkSuites.all()),
    reaction_id: ids(state.reactions.all()),
    event_id: ids(state.events.all()),
    hook_id: ids(state.hooks.all()),
    delivery_id: ids(state.deliveries.all()),
    invitation_id: ids(state.invitations.all()),
    ruleset_id: ids(state.rulesets.all()),
    workflow_id: ["build.yml"],
    run_id: ids(state.runs.all()),
    job_id: ids(state.jobs.all()),
    attempt_number: [1],
    artifact_id: ids(state.artifacts.all()),
    archive_format: ["zip"],
    environment_name: ["Live"],
    secret_name: ["TOKEN"],
    name: ["bug", "COLOR"],
    path: ["README.md", "folder"],
    ref: ["heads/main", "main"],
    branch: ["main", "work"],
    basehead: ["main...work"],
    commit_sha: [head],
    sha: [head],
    tree_sha: ["main"],
    file_sha: [head],
    tag_sha: [head],
    tag: ["v1"],
    release_id: ids(state.releases.all()),
    asset_id: ids(state.releaseAssets.all()),
  };
}

function pathsOf(path: string, known: Known): fc.Arbitrary<string> {
  const parts = path.split(/(\{[^}]+\})/u).map((part) => {
    const name = /^\{(.+)\}$/u.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    const there = known[name] ?? [];
    const values =
      there.length === 0
        ? text
        : fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...there.map(String)) }, text);
    return values.filter((value) => value !== "" && value !== "." && value !== "..").map(encode);
  });
  return fc.tuple(...parts).map((all) => all.join(""));
}

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll("%2F", "/");
}

const seed = {
  users: { ada: {}, bob: {}, eve: {} },
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
      permissions: {
        issues: "write",
        contents: "write",
        pull_requests: "write",
        checks: "write",
        statuses: "write",
      },
      installations: { acme: "all" },
    },
  },
} as const;

/** The state of a GitHub in which there is one of everything: each operation begins with its own copy. */
const furnished = mkdtempSync(join(tmpdir(), "hubstead-"));
afterAll(() => rmSync(furnished, { recursive: true, force: true }));
let head: string;
beforeAll(async () => {
  await using github = await startCheckedGitHub({ stateDir: furnished, seed, limits: false });
  head = await furnish(github);
});

describe("the answer is GitHub's", () => {
  test.each(servedOperations.map(({ name }) => [name]))("%s", async (name) => {
    const stateDir = temporaryFolder();
    cpSync(furnished, stateDir, { recursive: true });
    await using github = await startCheckedGitHub({ stateDir, limits: false });
    const { method, path, query, body } = describedOperation(name);
    const ada = github.tokenFor("ada");
    const tokens = [
      ada,
      ada,
      ada,
      signedIn(github),
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
      target: pathsOf(path, knownIn(github, head)),
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
      randomRuns(6, 2_000),
    );
  });
});

/** Makes one of each thing that operations are about. @returns the newest commit */
async function furnish(github: EmulatedGitHub): Promise<string> {
  const ada = callAs(github, github.tokenFor("ada"));
  const at = "/repos/acme/data";
  const head = (await ada(`GET ${at}/commits/main`)).body.sha as string;
  await ada(`POST ${at}/git/refs`, { ref: "refs/heads/work", sha: head });
  await ada(`PUT ${at}/contents/folder/new.txt`, { message: "More", content: "bmV3", branch: "work" });
  await ada(`POST ${at}/pulls`, { title: "Work", head: "work", base: "main" });
  const bob = callAs(github, github.tokenFor("bob"));
  await bob(`POST ${at}/pulls/3/reviews`, {});
  await ada(`POST ${at}/pulls/3/reviews`, {
    event: "COMMENT",
    comments: [{ path: "folder/new.txt", line: 1, body: "Hm" }],
  });
  const keeper = callAs(github, github.tokenFor({ app: "keeper", account: "acme" }));
  await keeper(`POST ${at}/check-runs`, { name: "test", head_sha: head });
  await ada(`POST ${at}/statuses/${head}`, { state: "pending" });
  await ada(`POST ${at}/issues/1/reactions`, { content: "eyes" });
  await ada(`POST ${at}/milestones`, { title: "Soon" });
  await ada(`POST ${at}/hooks`, { config: { url: "http://127.0.0.1:9/" } });
  await ada(`POST ${at}/actions/variables`, { name: "COLOR", value: "blue" });
  await ada(`POST ${at}/actions/workflows/build.yml/dispatches`, { ref: "main" });
  await ada(`PUT ${at}/environments/Live`, { wait_timer: 5 });
  await ada(`POST ${at}/environments/Live/variables`, { name: "COLOR", value: "red" });
  const run = github.actions.runs().at(-1)!;
  github.actions.advance(run.id, {
    status: "completed",
    artifacts: [{ name: "report", files: { "a.txt": "a" } }],
  });
  await ada(`PUT ${at}/collaborators/eve`, { permission: "push" });
  await ada(`POST ${at}/rulesets`, { name: "Rules", enforcement: "disabled" });
  const release = await ada(`POST ${at}/releases`, { tag_name: "v1" });
  await ada(`POST ${at}/releases/${release.body.id}/assets?name=a.json`, {});
  return head;
}

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

/** The app as itself, with a key that all of them share: to make one takes long. */
function signedIn({ state, clock }: EmulatedGitHub): string {
  const app = state.apps.find("slug", "keeper")!;
  state.apps.put({ ...app, ...keys });
  const now = Math.floor(clock.now() / 1000);
  const encoded = [
    { alg: "RS256", typ: "JWT" },
    { iss: app.id, iat: now, exp: now + 540 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${encoded}.${sign("RSA-SHA256", Buffer.from(encoded), keys.privateKey).toString("base64url")}`;
}
