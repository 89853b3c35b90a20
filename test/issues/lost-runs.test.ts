/**
 * @module Two hundred updates within two minutes, while runs are dropped by their concurrency group and some are lost: nothing waits
 * on a run that never comes.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDice, type Dice } from "../../src/base/dice.ts";
import { workflowTexts } from "../../src/cli/init/workflow-texts.ts";
import type { RunnerJob } from "../../src/emulator/actions/runner-job.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import { callAs } from "../emulator/call.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { randomRuns } from "../random-runs.ts";
import { createGhStoreWriter } from "./gh-store-writer.ts";

const { seed, numRuns: cases } = randomRuns(20, 100);
const updates = 200;
const repositories = Array.from({ length: cases }, (_, at) => `ada/data-${at}`);

let github: EmulatedGitHub;
beforeAll(async () => {
  const files = Object.fromEntries(workflowTexts({ version: "0.1.0" }).map(({ path, text }) => [path, text]));
  github = await startCheckedGitHub({
    limits: false,
    seed: {
      users: { ada: {}, bob: {} },
      repositories: Object.fromEntries(
        repositories.map((name) => [name, { files, collaborators: { bob: "write" as const } }]),
      ),
    },
  });
});
afterAll(() => github.close());

/** What the one step of a run does, without the time that a process takes. */
async function processAsJob({ env, path }: RunnerJob): Promise<void> {
  const client = new GitHubClient({
    apiUrl: env["GITHUB_API_URL"]!,
    token: env["GITHUB_TOKEN"]!,
    cache: false,
    limits: {
      mutationGapMs: 0,
      contentPerMinute: 1_000_000,
      contentPerHour: 10_000_000,
      pointsPerMinute: 100_000_000,
      reserve: 0,
    },
  });
  try {
    const store = openIssueStore({ repo: env["GITHUB_REPOSITORY"]!, github: client });
    const since = new Date(Date.now() - 86_400_000).toISOString();
    const { failed } = await store.processAll(path.includes("sweep") ? {} : { since });
    if (failed.length > 0) throw failed[0]!.error;
  } finally {
    await client.close();
  }
}

interface Storm {
  readonly repo: string;
  readonly dice: Dice;
  /** Of a run that it does nothing: its machine is gone. */
  readonly lossProbability: number;
}

/** Writers at their own pace, of both kinds of comment, while runs come and go. @returns how many runs were dropped, and lost */
async function rage({ repo, dice, lossProbability }: Storm): Promise<{ dropped: number; lost: number }> {
  const writers = ["ada", "bob"].map((login) =>
    createGhStoreWriter(callAs(github, github.tokenFor(login)), repo),
  );
  const numbers: number[] = [];
  for (const id of ["a", "b", "c"]) numbers.push(await writers[0]!.create(id, {}));
  let lost = 0;
  const detach = github.actions.attach(async (job) => {
    if (dice.chance(lossProbability)) {
      lost++;
      throw new Error("the machine is gone");
    }
    await processAsJob(job);
  });
  for (let at = 0; at < updates; at++) {
    github.clock.advance(600);
    await dice.pick(writers).update(dice.pick(numbers), { [`key-${at}`]: at });
  }
  await github.actions.settled();
  detach();
  const dropped = github.actions.runs(repo).filter(({ conclusion }) => conclusion === "cancelled").length;
  return { dropped, lost };
}

/** How many updates have come to be in the objects, and which issues are still open. */
function outcomeIn(repo: string): { readonly applied: number; readonly open: number } {
  const [, name] = repo.split("/");
  const { id } = github.state.repositories.all().find((repository) => repository.name === name)!;
  const issues = github.state.issues.all().filter(({ repositoryId }) => repositoryId === id);
  const objects = issues.map(({ body }) => Object.keys(JSON.parse(body!) as object).length);
  return {
    applied: objects.reduce((sum, count) => sum + count, 0),
    open: issues.filter(({ state }) => state === "open").length,
  };
}

test.each(repositories.slice(0, cases / 2))(
  "in %s all is processed by the runs that were not dropped",
  async (repo) => {
    const dice = createDice(seed + repositories.indexOf(repo));
    const { dropped } = await rage({ repo, dice, lossProbability: 0 });
    expect(dropped).toBeGreaterThan(0);
    expect(outcomeIn(repo)).toEqual({ applied: updates, open: 0 });
  },
  60_000,
);

test.each(repositories.slice(cases / 2))(
  "in %s a sweep finds what lost runs have left",
  async (repo) => {
    const dice = createDice(seed + repositories.indexOf(repo));
    const { lost } = await rage({ repo, dice, lossProbability: 0.7 });
    expect(lost).toBeGreaterThan(0);
    const detach = github.actions.attach(processAsJob);
    github.actions.schedule(repo);
    await github.actions.settled();
    detach();
    expect(outcomeIn(repo)).toEqual({ applied: updates, open: 0 });
  },
  60_000,
);
