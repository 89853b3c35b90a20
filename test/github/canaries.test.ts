/**
 * @module P1: no secret gets out, on whichever way. Every command and the client itself are led into every failure that there is
 * a way into, by a GitHub that answers with the secrets it was sent; all that comes out is searched.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../src/base/logger.ts";
import { openWorkbench, type Workbench } from "../../src/cli/captured-run.ts";
import type { Fault } from "../../src/emulator/faults.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import { exposeToPrometheus } from "../../src/github/metrics/prom-client.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { canaryTokens, createDetector, jwt, password, privateKey, webhookSecret } from "./canary-secrets.ts";
import { createFastClock } from "./fast-clock.ts";

// Waits and repetitions of minutes pass in a second.
const speed = 100;
const deploy = "on: workflow_dispatch\njobs: { build: { steps: [{ run: make }] } }\n";
const tokens = Object.values(canaryTokens);
const detector = createDetector([...tokens, webhookSecret, password, jwt, privateKey]);

let github: EmulatedGitHub;
let bench: Workbench;
/** Of all ways that were gone. */
const paths = new Set<string>();
let folders = 0;

beforeAll(async () => {
  const people = Object.fromEntries(tokens.map((token, index) => [`person-${index}`, { token }]));
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: people,
      organizations: {
        acme: { members: Object.fromEntries(Object.keys(people).map((login) => [login, "admin"])) },
      },
      repositories: {
        "acme/data": {
          visibility: "private",
          files: { "README.md": "# Data", ".github/workflows/deploy.yml": deploy },
        },
      },
      apps: {
        keeper: {
          owner: "acme",
          permissions: { contents: "write", administration: "write", secrets: "write", actions: "write" },
          installations: { acme: "all" },
        },
      },
    },
  });
  detector.add(github.appCredentials("keeper").privateKey);
  bench = openWorkbench();
  writeFileSync(join(bench.folder, "shop.json"), '{"name": "shop"}');
});
afterEach(() => github.faults.clear());
afterAll(async () => {
  bench.remove();
  await github.close();
});

function expectClean(path: string, ...texts: readonly string[]): void {
  paths.add(path);
  // What GitHub has given out meanwhile is as secret.
  for (const { token } of github.state.tokens.all()) detector.add(token);
  for (const text of texts) expect(detector.leaksIn(text), `${path}:\n${text.slice(0, 2_000)}`).toEqual([]);
}

const modes = [[], ["--json"], ["--debug"], ["--json", "--debug"]] as const;

interface Way {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

/** Runs a command, and searches all that it prints and leaves behind. @returns its exit code */
async function walk(path: string, way: Way, ...argv: readonly string[]): Promise<number> {
  const folder = join(bench.folder, `data-${folders++}`);
  mkdirSync(folder);
  const env = {
    GITHUB_API_URL: github.url,
    GITHUB_ORG: "acme",
    PATH: "",
    ...way.env,
    XDG_DATA_HOME: folder,
  };
  const { exitCode, stdout, stderr } = await bench.runWith(
    { ...way, clock: createFastClock(speed), env },
    "github",
    ...argv,
  );
  const left = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  expectClean(`${path}: ${argv.join(" ").slice(0, 200)}`, stdout, stderr, ...left);
  expect(exitCode, `${path} is a bug: ${stderr}`).not.toBe(1);
  return exitCode;
}

const commands: readonly { readonly argv: readonly string[]; readonly stdin?: string }[] = [
  { argv: ["whoami"] },
  { argv: ["limits"] },
  { argv: ["repo", "create", "acme/new"] },
  { argv: ["repo", "list", "acme"] },
  { argv: ["repo", "delete", "acme/data", "--confirm", "acme/data"] },
  { argv: ["file", "get", "acme/data", "README.md"] },
  { argv: ["file", "put", "acme/data", "a.txt"], stdin: "text" },
  { argv: ["secret", "set", "acme/data", "HOOK"], stdin: webhookSecret },
  {
    argv: ["secret", "set", "acme/data", "--all", "-"],
    stdin: `HOOK=${webhookSecret}\nPASS="${password}"\n`,
  },
  { argv: ["secret", "list", "acme/data"] },
  {
    argv: ["provision", "acme/shop", "--spec", "shop.json", "--secrets", "-"],
    stdin: `{"HOOK": "${webhookSecret}", "PASS": "${password}"}`,
  },
  { argv: ["workflow", "run", "acme/data", "deploy.yml", "--watch", "--timeout", "5"] },
  { argv: ["workflow", "watch", "acme/data", "1", "--timeout", "5"] },
  { argv: ["workflow", "logs", "acme/data", "1"] },
  { argv: ["workflow", "logs", "acme/data", "1", "--failed"] },
];

/** What a careless proxy puts into an error: the credential in every form. */
function echo(secret: string): Readonly<Record<string, unknown>> {
  const forms = [
    `Bearer ${secret}`,
    secret,
    Buffer.from(secret).toString("base64"),
    Buffer.from(`x-access-token:${secret}`).toString("base64"),
    encodeURIComponent(secret),
    `https://x-access-token:${secret}@github.com/acme/data.git`,
    `authorization: token ${secret}`,
  ];
  return {
    message: `refused: ${forms.join(" | ")}`,
    documentation_url: `https://docs.github.com/?token=${secret}`,
    errors: forms.map((form) => ({ resource: form, field: form, code: "custom", message: form })),
  };
}

type Does = Fault["does"];

function faultsFor(secret: string): readonly (readonly [string, Does])[] {
  const body = echo(secret);
  const status = (code: number, headers: Readonly<Record<string, string>> = {}): Does => ({
    kind: "status",
    status: code,
    body,
    headers: { "x-github-request-id": secret, ...headers },
  });
  const reset = String(Math.floor(Date.now() / 1_000) + 86_400);
  return [
    ["401", status(401)],
    ["403", status(403)],
    ["403 with permissions", status(403, { "x-accepted-github-permissions": `contents=${secret}` })],
    ["404", status(404)],
    ["409", status(409)],
    ["410", status(410)],
    ["422", status(422)],
    ["451", status(451)],
    ["primary limit", status(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset })],
    ["secondary limit", status(429, { "retry-after": "86400" })],
    ["500", status(500)],
    ["503", status(503)],
    ["a redirect elsewhere", status(302, { location: `https://evil.example/?token=${secret}` })],
    ["a redirect to itself", status(307, { location: `/repos/acme/data?token=${secret}` })],
    ["a reset", { kind: "reset" }],
    ["half a body", { kind: "cut" }],
    ["a body that is no JSON", { kind: "malformed" }],
  ];
}

const faultNames = faultsFor("").map(([name]) => name);

test.each(faultNames)("every command meets %s, and no secret comes out", async (name) => {
  const at = faultNames.indexOf(name);
  for (const [index, { argv, stdin = "" }] of commands.entries()) {
    const token = tokens[(index + at) % tokens.length]!;
    const mode = modes[(index + at * 3) % modes.length]!;
    github.faults.add({ does: faultsFor(token)[at]![1] });
    const exitCode = await walk(name, { env: { GITHUB_TOKEN: token }, stdin }, ...argv, ...mode);
    github.faults.clear();
    // While everything waits, these show what is known.
    if (!(["limits", "whoami"].includes(argv[0]!) && name.endsWith("limit")))
      expect(exitCode, `${name}: ${argv.join(" ")}`).not.toBe(0);
  }
});

test.each(["401", "403", "404", "422", "500", "a reset", "half a body", "a body that is no JSON"])(
  "an App meets %s while it gets its tokens and afterwards, and no secret comes out",
  async (name) => {
    const { appId, privateKey: key } = github.appCredentials("keeper");
    const env = { GITHUB_APP_ID: String(appId), GITHUB_APP_PRIVATE_KEY: key };
    const minted = github.tokenFor({ app: "keeper", account: "acme" });
    const does = faultsFor(minted)[faultNames.indexOf(name)]![1];
    for (const [index, operation] of ["apps/*", "repos/*", "rate-limit/get"].entries()) {
      github.faults.add({ operation, does });
      for (const argv of [["whoami"], ["repo", "list", "acme"], ["file", "get", "acme/data", "README.md"]])
        await walk(`${name} of ${operation}`, { env }, ...argv, ...modes[index]!);
      github.faults.clear();
    }
  },
);

const line = (text: string) => text.replaceAll("\n", " ");
const wrongEnvironments: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["a key for a token", { GITHUB_TOKEN: privateKey }],
  ["a JSON Web Token for a token", { GITHUB_TOKEN: jwt }],
  ["a header for a token", { GITHUB_TOKEN: `Bearer ${canaryTokens.personal}` }],
  ["a token in quotes", { GITHUB_TOKEN: `"${canaryTokens.oauth}"` }],
  ["a URL for a token", { GITHUB_TOKEN: `https://x:${canaryTokens.installation}@github.com` }],
  ["two tokens for one", { GITHUB_TOKEN: `${canaryTokens.personal} ${canaryTokens.appUser}` }],
  ["a token with a letter beyond ASCII", { GITHUB_TOKEN: `${canaryTokens.personal}é` }],
  ["a token with a control character", { GITHUB_TOKEN: `${canaryTokens.personal}\u0007` }],
  ["a token that GitHub does not know", { GITHUB_TOKEN: canaryTokens.personal.replace(/.$/u, "") }],
  ["a password for a token", { GITHUB_TOKEN: password }],
  ["a token for the App's id", { GITHUB_APP_ID: canaryTokens.personal, GITHUB_APP_PRIVATE_KEY: privateKey }],
  ["a key without an App", { GITHUB_APP_PRIVATE_KEY: privateKey }],
  ["a key of another App", { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY: privateKey }],
  ["a key on one line", { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY: line(privateKey) }],
  ["half a key", { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY: privateKey.slice(0, 900) }],
  [
    "a key without its head",
    { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY: privateKey.split("\n").slice(1).join("\n") },
  ],
  [
    "a key in Base64",
    { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY: Buffer.from(privateKey).toString("base64") },
  ],
  ["a key for the key's path", { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY_PATH: privateKey }],
  ["a token for the key", { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY: canaryTokens.fineGrained }],
  ["a token for the organisation", { GITHUB_TOKEN: canaryTokens.personal, GITHUB_ORG: canaryTokens.oauth }],
  [
    "a token in the API's URL",
    { GITHUB_TOKEN: canaryTokens.personal, GITHUB_API_URL: `https://${canaryTokens.oauth}@api.github.com` },
  ],
  [
    "a password in the API's URL",
    { GITHUB_TOKEN: canaryTokens.personal, GITHUB_API_URL: `https://ada:${password}@api.github.com` },
  ],
  [
    "a token in the API's query",
    { GITHUB_TOKEN: canaryTokens.personal, GITHUB_API_URL: `https://api.github.com?t=${canaryTokens.oauth}` },
  ],
  [
    "an API that nobody serves",
    { GITHUB_TOKEN: canaryTokens.fineGrained, GITHUB_API_URL: "http://127.0.0.1:1" },
  ],
  [
    "an API without https",
    { GITHUB_TOKEN: canaryTokens.fineGrained, GITHUB_API_URL: "http://github.example.com" },
  ],
];

test.each(wrongEnvironments)("the environment holds %s, and it does not come out", async (name, env) => {
  for (const mode of modes) await walk(name, { env }, "whoami", ...mode);
  const get = ["file", "get", "acme/data", "none.md"];
  expect(await walk(name, { env }, ...get, "--json", "--debug")).not.toBe(0);
});

test("a file of a key that others may read, that is damaged, or that is in a work tree does not come out", async () => {
  const folder = join(bench.folder, "keys");
  mkdirSync(join(folder, "tree", ".git"), { recursive: true });
  const keys = {
    open: ["open.pem", privateKey, 0o644],
    damaged: ["damaged.pem", privateKey.slice(0, 1_000), 0o600],
    "not a key": ["token.pem", canaryTokens.personal, 0o600],
    "in a work tree": [join("tree", "key.pem"), privateKey, 0o600],
    "of another App": ["other.pem", privateKey, 0o600],
  } as const;
  for (const [name, [file, text, mode]] of Object.entries(keys)) {
    writeFileSync(join(folder, file), text);
    chmodSync(join(folder, file), mode);
    const env = { GITHUB_APP_ID: "1", GITHUB_APP_PRIVATE_KEY_PATH: join(folder, file) };
    for (const flags of modes) expect(await walk(name, { env }, "whoami", ...flags)).not.toBe(0);
  }
});

test("what stands in the wrong place of a command line does not come out again", async () => {
  const env = { GITHUB_TOKEN: canaryTokens.personal };
  const secret = canaryTokens.oauth;
  const lines: readonly (readonly string[])[] = [
    ["repo", "create", `acme/${secret}/x`],
    ["repo", "delete", "acme/data", "--confirm", secret],
    ["file", "get", `https://x:${secret}@github.com/acme/data`, "README.md"],
    ["file", "get", "acme/data", secret],
    ["file", "get", "acme/data", "README.md", "--ref", secret],
    ["file", "put", "acme/data", "README.md", secret],
    ["file", "put", "acme/data", "README.md", "--expected-sha", secret],
    ["secret", "set", "acme/data", "HOOK", webhookSecret],
    ["secret", "set", "acme/data", `HOOK=${webhookSecret}`],
    ["secret", "set", "acme/data", "HOOK", "--value", webhookSecret],
    ["secret", "set", "acme/data", "HOOK", `--value=${webhookSecret}`],
    ["secret", "set", "acme/data", secret],
    ["secret", "set", "acme/data", "HOOK", "--file", secret],
    ["workflow", "run", "acme/data", secret],
    ["workflow", "run", "acme/data", "deploy.yml", "--input", secret],
    ["workflow", "watch", "acme/data", secret],
    [secret],
    ["repo", secret],
    ["whoami", secret],
    ["whoami", `--${secret}`],
    ["app", "manifest", "--for", secret],
  ];
  for (const [index, argv] of lines.entries()) {
    for (const mode of [modes[index % 2]!, modes[2 + (index % 2)]!])
      expect(await walk("wrong place", { env, stdin: "x" }, ...argv, ...mode)).not.toBe(0);
  }
});

test.each([
  ["a line without a name", webhookSecret],
  ["an open quote", `HOOK="${webhookSecret}`],
  ["JSON that is none", `{"HOOK": ${webhookSecret}}`],
  ["JSON with numbers", `{"HOOK": "${webhookSecret}", "N": 1}`],
  ["too much", `HOOK=${webhookSecret.repeat(2_000)}`],
  ["a wrong name", `GITHUB_HOOK=${webhookSecret}`],
  ["a value for a name", `${webhookSecret}-x=1`],
])("a file of secrets with %s is refused without a word of it", async (name, stdin) => {
  const env = { GITHUB_TOKEN: canaryTokens.personal };
  for (const mode of modes)
    expect(await walk(name, { env, stdin }, "secret", "set", "acme/data", "--all", "-", ...mode)).not.toBe(0);
  const provision = ["provision", "acme/shop", "--spec", "shop.json", "--secrets", "-"];
  expect(await walk(name, { env, stdin }, ...provision, "--json", "--debug")).not.toBe(0);
});

test("an interruption at any moment tells nothing", async () => {
  for (const [index, { argv, stdin = "" }] of commands.entries()) {
    github.faults.add({ does: { kind: "timeout", ms: 300 } });
    const env = { GITHUB_TOKEN: tokens[index % tokens.length]! };
    const signal = AbortSignal.timeout(index % 2 === 0 ? 1 : 40);
    await walk("interrupted", { env, stdin, signal }, ...argv, ...modes[index % modes.length]!);
    github.faults.clear();
  }
});

test("errors of the client hold no secret at any depth, nor do its events, its log, its metrics", async () => {
  for (const [index, [name]] of faultsFor("").entries()) {
    const token = tokens[index % tokens.length]!;
    const logged: string[] = [];
    const events: unknown[] = [];
    await using client = new GitHubClient({
      apiUrl: github.url,
      auth: token,
      org: "acme",
      clock: createFastClock(speed),
      logger: createLogger({ level: "debug", format: "json", write: (text) => logged.push(text) }),
      retry: { attempts: 2 },
    });
    client.fetch.listen((event) => events.push(event));
    const registry = new Registry();
    await exposeToPrometheus(client.fetch, { registry });
    github.faults.add({ does: faultsFor(token)[index]![1] });
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      createRepo: () => client.createRepo("newer"),
      getRepo: () => client.getRepo("data"),
      listRepos: () => client.listRepos(),
      getFile: () => client.getFile("data", "README.md"),
      createOrUpdateFile: () => client.createOrUpdateFile("data", "b.txt", "text"),
      setSecret: () => client.setSecret("data", "HOOK", webhookSecret),
      triggerWorkflow: () => client.triggerWorkflow("data", "deploy.yml"),
      getWorkflowLogs: () => client.getWorkflowLogs("data", 1),
      commitFiles: () =>
        client.commitFiles("data", { message: "C", changes: [{ path: "c.txt", content: "text" }] }),
      createIssue: () => client.createIssue("data", "Something"),
      createComment: () => client.createComment("data", 1, "Words"),
      createPullRequest: () => client.createPullRequest("data", { title: "P", head: "b", base: "main" }),
      enableAutoMerge: () => client.enableAutoMerge("data", 1),
    };
    for (const [method, call] of Object.entries(calls)) {
      const error = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error, `${method} at ${name}`).toBeInstanceOf(Error);
      const shown = inspect(error, { depth: 10, showHidden: true });
      expectClean(`${method} at ${name}`, shown, String(error), JSON.stringify(error));
    }
    github.faults.clear();
    expectClean(`events at ${name}`, inspect(events, { depth: 10, maxArrayLength: null }));
    expectClean(`log at ${name}`, logged.join("\n"));
    expectClean(`metrics at ${name}`, await registry.metrics());
    expectClean(`limits at ${name}`, inspect(await client.fetch.limits(), { depth: 10 }));
    expectClean(`the client itself at ${name}`, inspect(client, { depth: 10, showHidden: true }));
  }
});

test("a leak would be found, in whichever form", () => {
  const token = canaryTokens.personal;
  for (const text of [
    token,
    token.slice(0, -3),
    encodeURIComponent(token),
    Buffer.from(`Authorization: Bearer ${token}\n`).toString("base64"),
    Buffer.from(`x:${token}`).toString("base64url"),
    privateKey.split("\n")[3]!,
    Buffer.from(privateKey).toString("base64"),
  ])
    expect(detector.leaksIn(`something ${text} else`), text).not.toEqual([]);
  expect(detector.leaksIn("ghp_[token] and [private key]")).toEqual([]);
});

test("these were at least 300 ways", () => {
  expect(paths.size).toBeGreaterThanOrEqual(300);
});
