/**
 * @module The whole story of the workflows: `hubstead init` in a clone, a commit, a push, and from then on the emulator's Actions, which
 * carry out the steps as they stand in the files.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorkbench } from "../../src/cli/captured-run.ts";
import { readVersion } from "../../src/cli/read-version.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "../emulator/call.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createStockGit, type StockGit } from "../emulator/stock-git.ts";
import { createGhStoreWriter, type GhStoreWriter } from "./gh-store-writer.ts";
import { createStepRunner, type StepRunner } from "./step-runner.ts";

let github: EmulatedGitHub;
let ada: Caller;
let git: StockGit;
let ghStore: GhStoreWriter;
let runner: StepRunner;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, eve: {} },
      repositories: { "ada/data": { visibility: "private", files: { "README.md": "# Data\n" } } },
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
  expect(committed.commit).toMatchObject({ message: "Update the snapshot of objects" });
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
