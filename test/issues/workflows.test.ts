// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of workflows are written like this
/**
 * @module The whole story of the workflows: `hubstead init` in a clone, a commit, a push, and from then on the emulator's Actions, which
 * carry out the steps as they stand in the files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openWorkbench } from "../../src/cli/captured-run.ts";
import { readVersion } from "../../src/cli/read-version.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "../emulator/call.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createStockGit, type StockGit } from "../emulator/stock-git.ts";
import { createGhStoreWriter, type GhStoreWriter } from "./gh-store-writer.ts";
import { hostileTexts } from "./hostile-texts.ts";
import { createStepRunner, npxOf, type StepRunner } from "./step-runner.ts";

vi.setConfig({ testTimeout: 60_000 });

let github: EmulatedGitHub;
let ada: Caller;
let git: StockGit;
let ghStore: GhStoreWriter;
let runner: StepRunner;

beforeEach(async () => {
  github = await startCheckedGitHub({
    limits: false,
    seed: {
      users: { ada: {}, eve: {} },
      repositories: { "ada/data": { files: { "README.md": "# Data\n" } } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  git = createStockGit();
  ghStore = createGhStoreWriter(ada, "ada/data");
  runner = createStepRunner(github, { readerToken: github.tokenFor("ada"), version: await readVersion() });
});
afterEach(async () => {
  git.remove();
  await github.close();
});

/** Clones, sets up, commits, pushes. */
async function setUp(...flags: readonly string[]): Promise<void> {
  const url = github.url.replace("//", `//x-access-token:${github.tokenFor("ada")}@`);
  await git.run(".", "clone", "-q", `${url}/ada/data`, "work");
  const bench = openWorkbench();
  try {
    const env = {
      PATH: process.env["PATH"]!,
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: github.tokenFor("ada"),
    };
    const cwd = join(git.folder, "work");
    const set = await bench.runWith({ cwd, env: { ...env, XDG_DATA_HOME: bench.folder } }, "init", ...flags);
    expect(set).toMatchObject({ exitCode: 0 });
  } finally {
    bench.remove();
  }
  await git.run("work", "add", ".");
  await git.run("work", "commit", "-q", "-m", "Set up hubstead");
  await git.run("work", "push", "-q", "origin", "main");
}

const issue = async (number: number) => (await ada(`GET /repos/ada/data/issues/${number}`)).body;
const dispatch = async (name: string) => {
  const path = `/repos/ada/data/actions/workflows/hubstead-${name}.yml/dispatches`;
  expect((await ada(`POST ${path}`, { ref: "main" })).status).toBe(204);
  await github.actions.settled();
};
const dataOf = async (number: number) => JSON.parse((await issue(number)).body);
const snapshot = async () => {
  const { body } = await ada("GET /repos/ada/data/contents/data/store-snapshot.json");
  return JSON.parse(Buffer.from(body.content, "base64").toString("utf8"));
};

test("init, push, an update by gh-store: it is folded, marked and closed, and the snapshot is committed once", async () => {
  await setUp();
  const number = await ghStore.create("metrics", { count: 0, at: { day: 1 } }, ["queue"]);
  const detach = github.actions.attach((job) => runner.carryOut(job));
  await ghStore.update(number, { count: 1, at: { hour: 2 } });
  await github.actions.settled();

  expect(runner.reports).toMatchObject([{ event: "issues", conclusion: "success", obeyed: [] }]);
  const { state, body, labels } = await issue(number);
  expect(state).toBe("closed");
  expect(JSON.parse(body)).toEqual({ count: 1, at: { day: 1, hour: 2 } });
  expect(labels.map(({ name }: { name: string }) => name)).toContain("queue");
  const { body: comments } = await ada(`GET /repos/ada/data/issues/${number}/comments`);
  expect(comments.at(-1)).toMatchObject({ reactions: { "+1": 1 } });

  await dispatch("snapshot");
  expect(runner.reports.at(-1)).toMatchObject({ conclusion: "success", obeyed: [] });
  expect((await snapshot()).objects).toMatchObject({ metrics: { data: { count: 1 } } });
  const head = async () => (await ada("GET /repos/ada/data/commits/main")).body;
  const committed = await head();
  expect(committed.commit).toMatchObject({
    message: expect.stringContaining("Update the snapshot of objects"),
  });
  expect(committed.files.map(({ filename }: { filename: string }) => filename)).toEqual([
    "data/store-snapshot.json",
  ]);
  // Nothing of the checkout was lost that it does not bring.
  await git.run("work", "pull", "-q");
  expect(readFileSync(join(git.folder, "work", "README.md"), "utf8")).toBe("# Data\n");

  await dispatch("snapshot");
  expect(runner.reports.at(-1)).toMatchObject({ conclusion: "success" });
  expect(runner.reports.at(-1)!.log).toContain("Nothing has changed.");
  expect((await head()).sha).toBe(committed.sha);
  detach();
});

test("a private repository's workflows read and push as well", async () => {
  expect((await ada("PATCH /repos/ada/data", { private: true })).status).toBe(200);
  await setUp();
  const number = await ghStore.create("metrics", { count: 0 });
  github.actions.attach((job) => runner.carryOut(job));
  await ghStore.update(number, { count: 1 });
  await github.actions.settled();
  await dispatch("snapshot");
  expect(runner.reports.map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
  expect((await snapshot()).objects).toMatchObject({ metrics: { data: { count: 1 } } });
});

test("a run for an issue that holds no object does nothing, and takes nobody's place", async () => {
  await setUp();
  const number = await ghStore.create("metrics", { count: 0 });
  // Nobody carries anything out yet: one run waits.
  await ghStore.update(number, { count: 1 });
  const eve = callAs(github, github.tokenFor("eve"));
  const { body } = await eve("POST /repos/ada/data/issues", { title: "Noise" });
  for (let round = 0; round < 3; round++) {
    await eve(`PATCH /repos/ada/data/issues/${body.number}`, { state: "closed" });
    await eve(`PATCH /repos/ada/data/issues/${body.number}`, { state: "open" });
  }
  const runs = github.actions.runs("ada/data");
  expect(runs.map(({ status }) => status)).toEqual(["queued", "queued", "queued", "queued"]);
  github.actions.attach((job) => runner.carryOut(job));
  await github.actions.settled();
  expect(runner.reports.map(({ conclusion }) => conclusion).sort()).toEqual([
    "skipped",
    "skipped",
    "skipped",
    "success",
  ]);
  expect(await dataOf(number)).toEqual({ count: 1 });
});

test("a sweep finds what a lost run and an older tool have left, in open and in closed issues", async () => {
  await setUp();
  const [lost, stuck] = [await ghStore.create("lost", { n: 0 }), await ghStore.create("stuck", { n: 0 })];
  await ghStore.update(lost, { n: 1 });
  await ghStore.update(stuck, { n: 1 });
  await ada(`PATCH /repos/ada/data/issues/${stuck}`, { state: "closed" });
  for (const { id, status } of github.actions.runs("ada/data"))
    if (status !== "completed") await ada(`POST /repos/ada/data/actions/runs/${id}/cancel`);
  github.actions.attach((job) => runner.carryOut(job));
  await github.actions.settled();
  expect([await dataOf(lost), await dataOf(stuck)]).toEqual([{ n: 0 }, { n: 0 }]);
  github.actions.schedule("ada/data");
  await github.actions.settled();
  expect([await dataOf(lost), await dataOf(stuck)]).toEqual([{ n: 1 }, { n: 1 }]);
  expect((await issue(lost)).state).toBe("closed");
});

test("a branch that moves on under the snapshot is pushed to all the same, and nothing of others is lost", async () => {
  await setUp();
  await ghStore.create("metrics", { count: 1 });
  const put = `${github.url}/repos/ada/data/contents/other.txt`;
  // Between the checkout and the push somebody else commits: twice, and to the same file in between.
  const meddle = `
    const fs = require("node:fs");
    const times = fs.existsSync(process.env.RUNNER_TEMP + "/n") ? 2 : 1;
    fs.writeFileSync(process.env.RUNNER_TEMP + "/n", "");
    const name = times === 1 ? "data/store-snapshot.json" : "other.txt";
    const text = times === 1 ? JSON.stringify({ snapshot_time: "2020-01-01T00:00:00+00:00", repository: "ada/data", objects: {} }) : "x";
    if (!fs.existsSync(process.env.RUNNER_TEMP + "/n" + times))
      fetch("${put.replace("other.txt", "")}" + name, {
        method: "PUT",
        headers: { authorization: "Bearer ${github.tokenFor("ada")}" },
        body: JSON.stringify({ message: "Meddle", content: Buffer.from(text).toString("base64") }),
      });
    fs.writeFileSync(process.env.RUNNER_TEMP + "/n" + times, "");`;
  const npx = npxOf(await readVersion());
  const meddled = createStepRunner(github, {
    readerToken: github.tokenFor("ada"),
    version: await readVersion(),
    programs: { npx: `"${process.execPath}" -e '${meddle}'\n${npx}` },
  });
  github.actions.attach((job) => meddled.carryOut(job));
  await dispatch("snapshot");
  expect(meddled.reports).toMatchObject([{ conclusion: "success" }]);
  expect(meddled.reports[0]!.log).toContain("The branch has moved on (attempt 2)");
  expect((await snapshot()).objects).toMatchObject({ metrics: { data: { count: 1 } } });
  expect((await ada("GET /repos/ada/data/contents/other.txt")).status).toBe(200);
});

test("a push that a rule forbids ends at once, with a line that says so", async () => {
  await setUp();
  await ghStore.create("metrics", { count: 1 });
  const rules = { required_status_checks: null, enforce_admins: true, restrictions: null };
  const reviews = { required_pull_request_reviews: { required_approving_review_count: 1 } };
  const path = "/repos/ada/data/branches/main/protection";
  expect((await ada(`PUT ${path}`, { ...rules, ...reviews })).status).toBe(200);
  github.actions.attach((job) => runner.carryOut(job));
  await dispatch("snapshot");
  expect(runner.reports).toMatchObject([{ conclusion: "failure" }]);
  expect(runner.reports[0]!.log.trim().split("\n").at(-1)).toMatch(/^error: GitHub refuses the push/u);
});

test("a quiet repository gets a commit before GitHub stops its schedules", async () => {
  await setUp();
  await ghStore.create("metrics", { count: 1 });
  github.actions.attach((job) => runner.carryOut(job));
  await dispatch("snapshot");
  const date = new Date(Date.now() - 51 * 86_400_000).toISOString();
  const old = {
    message: "Long ago",
    content: "",
    committer: { name: "Ada", email: "ada@example.org", date },
  };
  expect((await ada("PUT /repos/ada/data/contents/old.txt", old)).status).toBe(201);
  await dispatch("snapshot");
  const { body } = await ada("GET /repos/ada/data/commits/main");
  expect(body).toMatchObject({
    commit: { message: expect.stringContaining("Keep the schedules going") },
    files: [],
  });
});

/** Adds a workflow of somebody's own, which runs on demand. */
async function addWorkflow(name: string, script: string): Promise<void> {
  const text = `
on: workflow_dispatch
permissions: { contents: read, issues: write }
jobs:
  own:
    steps:
      - uses: actions/checkout@x
        with: { sparse-checkout: /hubstead.yml }
      - env: { GITHUB_TOKEN: "\${{ github.token }}" }
        run: |
${script.replaceAll(/^/gmu, "          ")}
`;
  const content = Buffer.from(text).toString("base64");
  const path = `/repos/ada/data/contents/.github/workflows/hubstead-${name}.yml`;
  expect((await ada(`PUT ${path}`, { message: "Own", content })).status).toBe(201);
}

test("what a job changes with its own token starts no workflow, and the same job processes it", async () => {
  await setUp("--trust-workflows");
  const number = await ghStore.create("metrics", { count: 0 });
  const hubstead = `npx --yes hubstead@${await readVersion()} issues`;
  const script = `${hubstead} update metrics --increment /count=5\n${hubstead} process-updates --issue ${number}`;
  await addWorkflow("own", script);
  github.actions.attach((job) => runner.carryOut(job));
  await dispatch("own");
  expect(runner.reports).toMatchObject([{ event: "workflow_dispatch", conclusion: "success" }]);
  expect(await issue(number)).toMatchObject({ state: "closed" });
  expect(await dataOf(number)).toEqual({ count: 5 });
});

test("without --trust-workflows a job's own changes do not count", async () => {
  await setUp();
  const number = await ghStore.create("metrics", { count: 0 });
  const hubstead = `npx --yes hubstead@${await readVersion()} issues`;
  await addWorkflow("own", `${hubstead} update metrics count:=5\n${hubstead} process-updates`);
  github.actions.attach((job) => runner.carryOut(job));
  await dispatch("own");
  expect(runner.reports).toMatchObject([{ conclusion: "success" }]);
  expect(runner.reports[0]!.log).toContain("the App github-actions is not listed");
  expect(await dataOf(number)).toEqual({ count: 0 });
});

test("the machine of these tests obeys what GitHub's obeys", async () => {
  await setUp();
  const lines = [
    "::warning::a",
    "  ::add-mask::b",
    "x ::error::c",
    "x ##[error]d",
    "::unknown::e",
    "::stop-commands::t",
  ];
  const more = ["::error::f", "##[error]g", "::t::", "::set-output name=h::i"];
  await addWorkflow("own", [...lines, ...more].map((line) => `echo '${line}'`).join("\n"));
  github.actions.attach((job) => runner.carryOut(job));
  await dispatch("own");
  expect(runner.reports[0]!.obeyed).toEqual([
    "::warning::a",
    "  ::add-mask::b",
    "x ##[error]d",
    "::set-output name=h::i",
  ]);
});

/** Three jobs over all that there is: by an event, by a sweep, a snapshot. */
async function runAll(): Promise<string> {
  for (const name of ["process", "sweep", "snapshot"]) await dispatch(name);
  return runner.reports.map(({ log }) => log).join("");
}

test("a hundred hostile texts in titles, bodies, labels, comments and data start nothing and command nothing", async () => {
  const canary = join(git.folder, "canary");
  const texts = hostileTexts(canary);
  expect(new Set(texts).size).toBe(100);
  runner = createStepRunner(github, {
    readerToken: github.tokenFor("ada"),
    version: await readVersion(),
    programs: { curl: `echo "$@" > ${canary}-curl`, wget: `echo "$@" > ${canary}-wget` },
  });
  await setUp();
  const eve = callAs(github, github.tokenFor("eve"));
  const oneLine = (text: string, most: number) =>
    text
      .replaceAll(/[\r\n,]/gu, " ")
      .trim()
      .slice(0, most);
  for (let at = 0; at < texts.length; at += 10) {
    const some = texts.slice(at, at + 10);
    const [first, second, third, ...others] = some as [string, string, string, ...string[]];
    const labels = some.map((text) => oneLine(text, 50));
    const number = await ghStore.create(oneLine(first, 40), { [second]: third }, labels);
    await ada(`PATCH /repos/ada/data/issues/${number}`, { title: first });
    await ghStore.update(number, {
      [second]: others,
      ...Object.fromEntries(others.map((text) => [text, text])),
    });
    for (const body of [...some, JSON.stringify({ [third]: first })])
      await eve(`POST /repos/ada/data/issues/${number}/comments`, { body });
  }
  github.actions.attach((job) => runner.carryOut(job));
  const log = await runAll();
  expect(new Set(runner.reports.map(({ conclusion }) => conclusion))).toEqual(new Set(["success"]));
  expect(runner.reports.flatMap(({ obeyed }) => obeyed)).toEqual([]);
  expect(readdirSync(git.folder)).toEqual(["work"]);
  expect(log).not.toMatch(/gh[a-z]_[A-Za-z0-9]{20,}/u);
  const { objects } = await snapshot();
  expect(Object.keys(objects)).toHaveLength(10);
  expect(JSON.stringify(objects)).toContain(JSON.stringify(texts[3]).slice(1, -1));
}, 300_000);

test.each([
  "$(touch${IFS}canary)",
  'main";touch${IFS}canary;"',
  "`touch${IFS}canary`",
  "a'b&&c|d",
  "${{github.token}}",
])("a branch by the name %j starts nothing, and gets its snapshot", async (branch) => {
  await setUp("--snapshot", "canary.json");
  await ghStore.create("metrics", { count: 1 });
  const sha = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
  const made = await ada("POST /repos/ada/data/git/refs", { ref: `refs/heads/${branch}`, sha });
  expect(made.status).toBe(201);
  github.actions.attach((job) => runner.carryOut(job));
  const path = "/repos/ada/data/actions/workflows/hubstead-snapshot.yml/dispatches";
  expect((await ada(`POST ${path}`, { ref: branch })).status).toBe(204);
  await github.actions.settled();
  expect(runner.reports).toMatchObject([{ conclusion: "success", obeyed: [] }]);
  const { body } = await ada(`GET /repos/ada/data/contents?ref=${encodeURIComponent(branch)}`);
  expect(body.map(({ name }: { name: string }) => name)).toEqual([
    ".github",
    ".gitignore",
    "README.md",
    "canary.json",
    "hubstead.yml",
  ]);
});

/** What a person sees who opens the log: of everything that is no command and no blank, the last lines. */
const lastLines = (count: number) => runner.reports.at(-1)!.log.trim().split("\n").slice(-count);

test.each([
  ["process", { issues: "read", contents: "read" }],
  ["sweep", { issues: "read", contents: "read" }],
  ["process", { contents: "read" }],
  ["snapshot", { contents: "read", issues: "read" }],
  ["snapshot", { contents: "write" }],
])(
  "with a token that may do less, %s %j changes nothing and says why in a line",
  async (name, permissions) => {
    expect((await ada("PATCH /repos/ada/data", { private: true })).status).toBe(200);
    await setUp();
    const number = await ghStore.create("metrics", { count: 0 });
    await ghStore.update(number, { count: 1 });
    await ada("DELETE /repos/ada/data/actions/runs/1");
    const token = github.tokenFor({ actions: "ada/data", permissions });
    runner = createStepRunner(github, {
      readerToken: github.tokenFor("ada"),
      version: await readVersion(),
      token,
    });
    const detach = github.actions.attach((job) => runner.carryOut(job));
    const before = [await issue(number), (await ada("GET /repos/ada/data/commits")).body];
    await dispatch(name);
    detach();
    expect(runner.reports.at(-1)).toMatchObject({ conclusion: "failure", obeyed: [] });
    const [error] = runner.reports
      .at(-1)!
      .log.split("\n")
      .filter((line) => line.startsWith("error: "));
    expect(error).toMatch(/^error: .{20,300}$/u);
    expect(runner.reports.at(-1)!.log).not.toMatch(/^\s+at .*:\d+:\d+/mu);
    expect([await issue(number), (await ada("GET /repos/ada/data/commits")).body]).toEqual(before);
  },
);

test("without a token a run says what is missing", async () => {
  await setUp();
  const reading = { readerToken: github.tokenFor("ada"), version: await readVersion() };
  runner = createStepRunner(github, { ...reading, token: "" });
  github.actions.attach((job) => runner.carryOut(job));
  await dispatch("process");
  expect(runner.reports.at(-1)).toMatchObject({ conclusion: "failure" });
  expect(lastLines(2)[0]).toMatch(/^error: /u);
});

test("in a fork the workflows see the fork's own issues, and none where it has none", async () => {
  await setUp();
  const number = await ghStore.create("metrics", { count: 0 });
  await ghStore.update(number, { count: 1 });
  const eve = callAs(github, github.tokenFor("eve"));
  expect((await eve("POST /repos/ada/data/forks")).status).toBe(202);
  github.actions.attach((job) => runner.carryOut(job));
  await github.actions.settled();
  const own = runner.reports.length;
  const path = "/repos/eve/data/actions/workflows/hubstead-process.yml/dispatches";
  expect((await eve(`POST ${path}`, { ref: "main" })).status).toBe(204);
  await github.actions.settled();
  expect(runner.reports.slice(own)).toMatchObject([{ conclusion: "failure" }]);
  expect(lastLines(2)[0]).toMatch(/^error: /u);
});
