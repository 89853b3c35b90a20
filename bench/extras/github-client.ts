/** @module What the GitHub client costs: to import, and over a plain `fetch` for a call. */
import { spawnSync } from "node:child_process";
import { type Job, jobs } from "./github-job.ts";
import { judgeReading, type LimitResult } from "./limit.ts";

const entry = new URL("../../dist/github/index.js", import.meta.url);
const emulator = new URL("../../dist/emulator/index.js", import.meta.url);
const calls = 1_000;

type Library = typeof import("../../src/github/index.ts");
type Emulator = typeof import("../../src/emulator/index.ts");

export async function measureGitHubClient(pairs: number): Promise<LimitResult[]> {
  return [
    judgeReading({
      what: `importing \`hubstead/github\` over bare Node, median of ${pairs} pairs`,
      value: importCost(pairs),
      limit: 40,
      unit: "ms",
    }),
    judgeReading({
      what: `a call of the governed \`fetch\` over a plain one, median of ${calls} in turns`,
      value: await callCost(),
      limit: 0.3,
      unit: "ms",
    }),
  ];
}

/** The same requests by ours and by Octokit with its plugins. @param size of the job, in requests */
export async function compareClients(size: number): Promise<readonly JobResult[]> {
  const results: JobResult[] = [];
  for (const job of jobs) results.push(await runJob(job, size));
  return results;
}

export interface JobResult {
  readonly client: string;
  readonly seconds: number;
  /** That arrived at GitHub. */
  readonly sent: number;
  /** That GitHub counted against the hourly allowance. */
  readonly counted: number;
  /** Refused because of a limit. */
  readonly refused: number;
  readonly failed: number;
}

async function runJob({ client, open }: Job, size: number): Promise<JobResult> {
  const { startGitHub }: Emulator = await import(emulator.href);
  const issues = Array.from({ length: 200 }, (_, index) => ({ title: `Issue ${index}` }));
  const [sent, counted, refused] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let number = 0;
  await using github = await startGitHub({
    seed: { repositories: { "ada/data": { issues } } },
    onAnswer({ answer: { status } }) {
      const id = String(number++);
      sent.add(id);
      if (status !== 304) counted.add(id);
      if (status === 403 || status === 429) refused.add(id);
    },
  });
  await using octokit = await open(github.url, github.tokenFor("ada"));
  let failed = 0;
  const begun = performance.now();
  const waiting = Array.from({ length: size }, (_, index) => index);
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        const isWrite = index % 100 === 99;
        const call = isWrite ? octokit.comment(1 + (index % 200)) : octokit.read(1 + (index % 200));
        await call.catch(() => failed++);
      }
    }),
  );
  return {
    client,
    seconds: (performance.now() - begun) / 1_000,
    sent: sent.size,
    counted: counted.size,
    refused: refused.size,
    failed,
  };
}

function importCost(pairs: number): number {
  const run = (code: string): number => {
    const start = performance.now();
    const { status, stderr } = spawnSync("node", ["--input-type=module", "-e", code], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return performance.now() - start;
  };
  const code = `import ${JSON.stringify(entry.href)}`;
  run(code);
  return median(Array.from({ length: pairs }, () => -run("0") + run(code)));
}

async function callCost(): Promise<number> {
  const { createGitHubFetch }: Library = await import(entry.href);
  const { startGitHub }: Emulator = await import(emulator.href);
  await using github = await startGitHub({ seed: { repositories: { "ada/data": {} } }, limits: false });
  const headers = { authorization: `Bearer ${github.tokenFor("ada")}` };
  await using governed = createGitHubFetch({
    cache: false,
    // Ten thousand calls in a row are no use of GitHub that anybody should make.
    limits: { pointsPerMinute: 1_000_000, reserve: 0 },
  });
  const url = `${github.url}/repos/ada/data`;
  const time = async (call: typeof fetch): Promise<number> => {
    const start = performance.now();
    await (await call(url, { headers })).text();
    return performance.now() - start;
  };
  for (let warm = 0; warm < 300; warm++) await time(warm % 2 === 0 ? fetch : governed);
  const differences: number[] = [];
  for (let turn = 0; turn < calls; turn++) {
    const plain = await time(fetch);
    differences.push((await time(governed)) - plain);
  }
  return median(differences);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
