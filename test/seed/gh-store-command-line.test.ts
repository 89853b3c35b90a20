/**
 * @module Every workflow, command line and configuration of gh-store's README, carried out by the program that users install: with the
 * steps of its workflows as they stand there.
 */
import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { JsonObject } from "../../src/base/json.ts";
import { fillIn } from "../../src/emulator/actions/expression.ts";
import type { Runner } from "../../src/emulator/actions/runner.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "../emulator/call.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";

const root = resolve(import.meta.dirname, "..", "..");

const processUpdates = `
# .github/workflows/process_update.yml
name: Process Updates

on:
  issues:
    types: [reopened]

jobs:
  process:
    runs-on: ubuntu-latest
    if: contains(github.event.issue.labels.*.name, 'stored-object')
    permissions:
      issues: write
    steps:
      - uses: actions/checkout@v4
      - name: Process Updates
        run: |
          gh-store process-updates \\
            --issue \${{ github.event.issue.number }} \\
            --token \${{ secrets.GITHUB_TOKEN }} \\
            --repo \${{ github.repository }}
`;
const snapshot = `
# .github/workflows/snapshot.yml
name: Snapshot

on:
  schedule:
    - cron: '0 0 * * *'  # Daily
  workflow_dispatch:

jobs:
  snapshot:
    runs-on: ubuntu-latest
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v4
      - name: Create Snapshot
        run: |
          gh-store snapshot \\
            --token \${{ secrets.GITHUB_TOKEN }} \\
            --repo \${{ github.repository }} \\
            --output data/store-snapshot.json
`;
const config = `
store:
  # Label identifying store issues
  base_label: "stored-object"
  
  # Prefix for object ID labels
  uid_prefix: "UID:"
  
  # Reaction marking processed comments
  processed_reaction: "+1"
  
  # API retry settings
  retries:
    max_attempts: 3
    backoff_factor: 2
    
  # Rate limiting
  rate_limit:
    max_requests_per_hour: 1000
    
  # Logging
  log:
    level: "INFO"
    format: "{time} | {level} | {message}"
`;

let install: string;
let folder: string;
let github: EmulatedGitHub;
let ada: Caller;

beforeAll(async () => {
  install = mkdtempSync(join(tmpdir(), "hubstead-gh-store-"));
  cpSync(join(root, "bin"), join(install, "bin"), { recursive: true });
  cpSync(join(root, "package.json"), join(install, "package.json"));
  await promisify(execFile)(process.execPath, [join(root, "scripts", "build.js"), "cli", install]);
  // As npm links what package.json names.
  const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  mkdirSync(join(install, "path"));
  for (const [name, file] of Object.entries(bin)) {
    chmodSync(join(install, file), 0o755);
    symlinkSync(join("..", file), join(install, "path", name));
  }
}, 60_000);
afterAll(() => rmSync(install, { recursive: true, force: true }));

beforeEach(async () => {
  folder = mkdtempSync(join(install, "work-"));
  mkdirSync(join(folder, "data"));
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: { ada: {}, eve: {} },
      repositories: {
        "ada/private": {
          visibility: "private",
          files: { ".github/workflows/process_update.yml": processUpdates },
        },
        "username/repository": {
          collaborators: { ada: "write" },
          files: {
            ".github/workflows/process_update.yml": processUpdates,
            ".github/workflows/snapshot.yml": snapshot,
          },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param script for a shell */
async function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, GITHUB_TOKEN: ____, ...own } = process.env;
  const given = {
    ...own,
    HOME: folder,
    // Of the machine, which may have some of its own.
    GITHUB_ACTIONS: "",
    // Each counts for itself, or all would wait for their turns.
    XDG_DATA_HOME: mkdtempSync(join(folder, "user-")),
    XDG_CACHE_HOME: join(install, "cache"),
    PATH: [join(install, "path"), dirname(process.execPath), own["PATH"]].join(delimiter),
    GITHUB_API_URL: github.url,
    ...env,
  };
  return await new Promise((ended) => {
    const child = execFile(
      "bash",
      ["-e", "-c", script],
      { cwd: folder, env: given, timeout: 60_000 },
      (_, stdout, stderr) => ended({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const byAda = () => ({
  GITHUB_TOKEN: github.tokenFor("ada"),
  GITHUB_REPOSITORY: "username/repository",
});

/** As somebody at a terminal. */
const ghStore = (command: string, env: Readonly<Record<string, string>> = {}) =>
  shell(`gh-store ${command}`, { ...byAda(), ...env });

async function succeeds(command: string): Promise<Ended> {
  const ended = await ghStore(command);
  expect(ended.status, `${command}: ${ended.stderr}`).toBe(0);
  return ended;
}

/** Carries out the steps of a job as they stand in its file. What a step uses is taken to have been done. */
const runner: Runner = async ({ path, payload, env, secrets }) => {
  const text = path.endsWith("snapshot.yml") ? snapshot : processUpdates;
  const { jobs } = parse(text) as {
    jobs: Record<string, { if?: string; steps: { run?: string }[] }>;
  };
  const contexts = JSON.parse(
    JSON.stringify({
      github: { event: payload, repository: env["GITHUB_REPOSITORY"] },
      secrets: { ...secrets, GITHUB_TOKEN: env["GITHUB_TOKEN"] },
    }),
  ) as JsonObject;
  let log = "";
  for (const job of Object.values(jobs)) {
    if (job.if !== undefined && fillIn(`\${{ ${job.if} }}`, contexts) !== "true") continue;
    for (const { run } of job.steps) {
      if (run === undefined) continue;
      const { status, stdout, stderr } = await shell(fillIn(run, contexts), env);
      log += stdout + stderr;
      if (status !== 0) return { conclusion: "failure", log };
    }
  }
  return { log };
};

const issueOf = (number: number) => github.state.issues.all().find((issue) => issue.number === number)!;
const stateOf = (number: number) => {
  const { body, state } = issueOf(number);
  return { data: JSON.parse(body ?? "") as unknown, state };
};

describe("its workflows", () => {
  test("an update that reopens the issue is processed by the job, as it stands in the README", async () => {
    await succeeds(`create metrics '{"count": 0, "last_updated": "2025-01-16T00:00:00Z"}'`);
    const logs: string[] = [];
    github.actions.attach(async (job) => {
      const result = await (runner as (given: typeof job) => Promise<{ log: string }>)(job);
      logs.push(result.log);
      return result;
    });
    await succeeds(`update metrics '{"count": 1}'`);
    await github.actions.settled();
    expect(github.actions.runs()).toMatchObject([{ status: "completed", conclusion: "success" }]);
    expect(stateOf(1)).toEqual({
      data: { count: 1, last_updated: "2025-01-16T00:00:00Z" },
      state: "closed",
    });
    expect(logs.join("")).toContain("Successfully processed updates for metrics");
    // An issue of something else starts the workflow, and its job is not for it.
    await ada("POST /repos/username/repository/issues", { title: "A question" });
    await ada("PATCH /repos/username/repository/issues/2", { state: "closed" });
    await ada("PATCH /repos/username/repository/issues/2", { state: "open" });
    await github.actions.settled();
    expect(github.actions.runs()).toMatchObject([{}, { conclusion: "success" }]);
    expect(logs[1]).toBe("");
  });

  test("in a private repository it needs no more than it asks for", async () => {
    await ghStore(`create metrics '{"count": 0}' --repo ada/private`);
    github.actions.attach(runner);
    await ghStore(`update metrics '{"count": 1}' --repo ada/private`);
    await github.actions.settled();
    expect(github.actions.runs()).toMatchObject([{ conclusion: "success" }]);
    expect(stateOf(1)).toEqual({ data: { count: 1 }, state: "closed" });
  });

  test("what a stranger wrote is a warning of the job, and changes nothing", async () => {
    await succeeds(`create metrics '{"count": 0}'`);
    const eve = callAs(github, github.tokenFor("eve"));
    const update = {
      _data: { count: 666 },
      _meta: { client_version: "0.11.2", timestamp: "2026-11-20T09:56:38Z", update_mode: "append" },
    };
    await eve("POST /repos/username/repository/issues/1/comments", { body: JSON.stringify(update) });
    let log = "";
    github.actions.attach(async (job) => {
      ({ log } = await (runner as (given: typeof job) => Promise<{ log: string }>)(job));
    });
    await succeeds(`update metrics '{"other": 1}'`);
    await github.actions.settled();
    expect(stateOf(1)).toEqual({ data: { count: 0, other: 1 }, state: "closed" });
    expect(log).toMatch(/^::warning title=hubstead::metrics \(issue 1\): refused of eve, because/mu);
  });

  test("the daily snapshot is written where the workflow says", async () => {
    await succeeds(`create metrics '{"count": 0}'`);
    github.actions.attach(runner);
    github.actions.schedule("username/repository");
    await github.actions.settled();
    expect(github.actions.runs()).toMatchObject([{ conclusion: "success" }]);
    expect(JSON.parse(readFileSync(join(folder, "data", "store-snapshot.json"), "utf8"))).toMatchObject({
      repository: "username/repository",
      objects: { metrics: { data: { count: 0 }, meta: { issue_number: 1, object_id: "metrics" } } },
    });
    await ada("POST /repos/username/repository/actions/workflows/snapshot.yml/dispatches", { ref: "main" });
    await github.actions.settled();
    expect(github.actions.runs()).toMatchObject([{}, { event: "workflow_dispatch", conclusion: "success" }]);
  });
});

describe("its command lines", () => {
  test("process-updates, snapshot and update-snapshot, with every option", async () => {
    const access = () => `--token ${github.tokenFor("ada")} --repo username/repository`;
    const bare = (command: string) => shell(command);
    await succeeds(`create metrics '{"count": 0}'`);
    await succeeds(`update metrics '{"count": 1}'`);
    expect(stateOf(1)).toEqual({ data: { count: 0 }, state: "open" });
    expect(await bare(`gh-store process-updates \\\n  --issue 1 \\\n  ${access()}`)).toMatchObject({
      status: 0,
      stdout: "",
    });
    expect(stateOf(1)).toEqual({ data: { count: 1 }, state: "closed" });
    const made = await bare(`gh-store snapshot \\\n  ${access()} \\\n  --output data/all.json`);
    expect(made).toMatchObject({ status: 0, stdout: "" });
    expect(made.stderr).toMatch(/^\S+ \| INFO \| Snapshot written to data\/all.json$/mu);
    expect(made.stderr).toMatch(/^\S+ \| INFO \| Captured 1 objects$/mu);
    const before = readFileSync(join(folder, "data", "all.json"), "utf8");
    const command = `gh-store update-snapshot \\\n  ${access()} \\\n  --snapshot-path data/all.json`;
    const same = await bare(command);
    expect(same.stderr).toContain("No updates found since last snapshot");
    expect(readFileSync(join(folder, "data", "all.json"), "utf8")).toBe(before);
    await succeeds(`update metrics '{"count": 2}'`);
    await succeeds("process-updates 1");
    expect(await bare(command)).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(join(folder, "data", "all.json"), "utf8"))).toMatchObject({
      objects: { metrics: { data: { count: 2 } } },
    });
  });

  test("--token says why not to, and is shown nowhere", async () => {
    const token = github.tokenFor("ada");
    const { status, stderr } = await shell(`gh-store get none --repo username/repository --token=${token}`);
    expect(status).toBe(1);
    expect(stderr.split("\n")[0]).toBe(
      "warning: others on this machine may see --token; set GITHUB_TOKEN instead",
    );
    expect(stderr).not.toContain(token);
    expect(stderr).toContain('error: there is no object "none" in username/repository');
  });

  test("a snapshot goes to snapshot.json where nobody says where to", async () => {
    await succeeds("snapshot");
    expect(JSON.parse(readFileSync(join(folder, "snapshot.json"), "utf8"))).toMatchObject({ objects: {} });
  });
});

test("its configuration is taken, and where there is none, none is left behind", async () => {
  writeFileSync(join(folder, "config.yml"), config);
  const { stderr } = await succeeds(`create metrics '{"count": 0}' --config config.yml`);
  expect(stderr).toMatch(/^\S+ \| INFO \| Created object metrics$/mu);
  await succeeds("get metrics --config none.yml");
  expect(existsSync(join(folder, "none.yml"))).toBe(false);
  writeFileSync(join(folder, "config.yml"), config.replace("uid_prefix", "uid_prefx"));
  const refused = await ghStore("get metrics --config config.yml");
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("uid_prefix") });
});

describe("what its README leaves out", () => {
  test("an object is made of JSON as it is, and of JSON in quotes once more", async () => {
    await succeeds(`create one '{"a": 1}'`);
    await succeeds(`create two "'{\\"a\\": 2}'"`);
    await succeeds(`create three '"{\\"a\\": 3}"'`);
    await succeeds(`create --object_id=four --data='[1, "two"]'`);
    await succeeds(`create --data '"five"' --object-id five`);
    expect([1, 2, 3, 4, 5].map((number) => stateOf(number).data)).toEqual([
      { a: 1 },
      { a: 2 },
      { a: 3 },
      [1, "two"],
      "five",
    ]);
  }, 60_000);

  test("get prints what gh-store prints", async () => {
    await succeeds(`create metrics '{"name": "Grüße 😀", "empty": {}, "n": 1.5}'`);
    const { stdout } = await succeeds("get metrics");
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/gu, "TIME")).toBe(`{
  "object_id": "metrics",
  "created_at": "TIME",
  "updated_at": "TIME",
  "version": 1,
  "data": {
    "name": "Gr\\u00fc\\u00dfe \\ud83d\\ude00",
    "empty": {},
    "n": 1.5
  }
}
`);
    const written = await succeeds("get metrics --output data/metrics.json");
    expect(written).toMatchObject({
      stdout: "",
      stderr: expect.stringContaining("Object written to data/metrics.json"),
    });
    expect(readFileSync(join(folder, "data", "metrics.json"), "utf8")).toBe(stdout.trimEnd());
  });

  test("get prints numbers as they stand in the issue, also those that JavaScript cannot hold", async () => {
    const labels = ["gh-store", "stored-object", "UID:large"];
    const body = '{"n": 12345678901234567890, "f": 1.0, "x": NaN}';
    await ada("POST /repos/username/repository/issues", { title: "Stored Object: large", body, labels });
    const { stdout } = await succeeds("get large");
    expect(stdout).toContain('"n": 12345678901234567890');
    expect(stdout).toContain('"x": NaN');
  });

  test("history prints the comments that count, as they stand in the issue", async () => {
    await succeeds(`create metrics '{"count": 0}'`);
    await succeeds(`update metrics '{"count": 1}'`);
    const eve = callAs(github, github.tokenFor("eve"));
    const stranger = {
      _data: { count: 666 },
      _meta: { client_version: "1", timestamp: "x", update_mode: "append" },
    };
    for (const body of [stranger, { ...stranger, type: "initial_state" }])
      await eve("POST /repos/username/repository/issues/1/comments", { body: JSON.stringify(body) });
    await ada("POST /repos/username/repository/issues/1/comments", { body: '{"legacy": true}' });
    await ada("POST /repos/username/repository/issues/1/comments", { body: "thanks!" });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00$/u);
    const listed = JSON.parse((await succeeds("history metrics")).stdout) as object[];
    expect(listed).toEqual([
      {
        timestamp: time,
        type: "initial_state",
        data: { count: 0 },
        comment_id: expect.any(Number),
        metadata: expect.objectContaining({ update_mode: "append", issue_number: 1 }),
      },
      {
        timestamp: time,
        type: "update",
        data: { count: 1 },
        comment_id: expect.any(Number),
        metadata: expect.objectContaining({ client_version: expect.stringContaining("hubstead") }),
      },
      {
        timestamp: time,
        type: "update",
        data: { legacy: true },
        comment_id: expect.any(Number),
        metadata: { client_version: "legacy", timestamp: time, update_mode: "append" },
      },
    ]);
    expect(listed.map((entry) => Object.keys(entry))).toEqual(
      listed.map(() => ["timestamp", "type", "data", "comment_id", "metadata"]),
    );
  });

  test("an object that was deleted is gone, and the command says that it worked", async () => {
    await succeeds(`create metrics '{"count": 0}'`);
    expect((await succeeds("delete metrics")).stderr).toContain("Deleted object metrics");
    expect(await ghStore("get metrics")).toMatchObject({ status: 1, stdout: "" });
  });

  test("init writes the default configuration once, and it is one that is taken", async () => {
    expect((await succeeds("init --config own/config.yml")).stderr).toContain("Configuration initialized at");
    const path = join(folder, "own", "config.yml");
    expect(parse(readFileSync(path, "utf8"))).toEqual({
      store: {
        base_label: "stored-object",
        uid_prefix: "UID:",
        reactions: { processed: "+1", initial_state: "rocket" },
        retries: { max_attempts: 3, backoff_factor: 2 },
        rate_limit: { max_requests_per_hour: 1000 },
        log: { level: "INFO", format: "{time} | {level} | {message}" },
      },
    });
    writeFileSync(path, "store: {}\n");
    expect((await succeeds("init --config own/config.yml")).stderr).toContain("already exists");
    expect(readFileSync(path, "utf8")).toBe("store: {}\n");
    await succeeds("init");
    await succeeds("snapshot --config ~/.config/gh-store/config.yml");
  });

  test("values go by their place, or by name with _ or -, wherever they stand", async () => {
    const token = github.tokenFor("ada");
    const alone = { GITHUB_TOKEN: "", GITHUB_REPOSITORY: "" };
    await succeeds(`create metrics '{"count": 0}'`);
    for (const command of [
      `process-updates 1 ${token} username/repository`,
      `process_updates --issue=1 --token=${token} --repo=username/repository`,
      `process-updates --repo username/repository -i 1 -t ${token}`,
      `snapshot ${token} username/repository data/s.json`,
      `update_snapshot data/s.json ${token} username/repository`,
      `update-snapshot --snapshot_path data/s.json -t ${token} -r username/repository`,
      `get metrics data/one.json ${token} username/repository`,
      `get --token ${token} metrics --repo username/repository`,
    ]) {
      const { status, stderr } = await ghStore(command, alone);
      expect(status, `${command}: ${stderr}`).toBe(0);
    }
    expect(existsSync(join(folder, "data", "one.json"))).toBe(true);
  }, 60_000);

  test.each([
    ["frobnicate", 2, "`gh-store --help`"],
    ["process-update", 2, "Did you mean `gh-store process-updates`?"],
    ["process-updates", 2, "needs --issue"],
    ["process-updates --issue", 2, "--issue needs a value"],
    ["process-updates --token --issue 1", 2, "--token needs a value"],
    ["process-updates --isue 1", 2, "Did you mean --issue?"],
    ["get a b c d e f", 2, "--help"],
    ["process-updates --issue one", 1, "Write --issue 12."],
    ["process-updates --issue 99", 1, "takes issues=write"],
    ["create metrics '{a}'", 1, "Check quotes"],
    ["update metrics '[1]'", 1, "Give an object with the fields that change"],
    ["update none '{}'", 1, "hubstead issues list"],
    ["update-snapshot --snapshot-path none.json", 1, "Check the path."],
    ["get metrics --repo nobody/nothing", 1, "Check the name"],
  ])("gh-store %s ends with %i and says what to do", async (command, status, hint) => {
    const ended = await ghStore(command);
    expect(ended).toMatchObject({ status, stdout: "", stderr: expect.stringContaining(hint) });
    expect(ended.stderr).toMatch(/^error: .+\n hint: .+\n$/mu);
  });

  test("without a credential and without a repository it says which is missing", async () => {
    const bare = {
      GITHUB_TOKEN: "",
      GITHUB_REPOSITORY: "",
      PATH: `${join(install, "path")}:${dirname(process.execPath)}:/bin:/usr/bin`,
    };
    expect(await ghStore("get metrics", bare)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Name it: --repo OWNER/REPO"),
    });
    expect(
      await ghStore(`create x '{}'`, { ...bare, GITHUB_REPOSITORY: "username/repository" }),
    ).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("set GITHUB_TOKEN"),
    });
  });

  test("the help names every command", async () => {
    for (const command of ["", "--help", "-- --help"]) {
      const { status, stdout } = await ghStore(command);
      expect(status).toBe(0);
      for (const name of ["process-updates", "snapshot", "update-snapshot", "init", "create", "history"])
        expect(stdout).toContain(name);
    }
    expect((await ghStore("get --help")).stdout).toContain("--object-id OBJECT_ID [--output OUTPUT]");
  });

  test("an interruption ends with 130", async () => {
    github.faults.add({ operation: "issues/*", does: { kind: "timeout" } });
    const { status, stderr } = await ghStore("get metrics & sleep 1; kill -INT $!; wait $!");
    expect({ status, stderr }).toMatchObject({ status: 130, stderr: expect.stringContaining("interrupted") });
  });
});
