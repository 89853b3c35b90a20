/**
 * @module Runs the benchmark: ours, the floor and the peers side by side, then our limits. Exits with 1 when a goal is
 * missed or could not be measured.
 */
import { type Comparison, compareEngines } from "./compare.ts";
import { removeData } from "./data-path.ts";
import { datasetNames } from "./datasets/named.ts";
import { isBuilt } from "./engines/hubstead.ts";
import { measureEmulator } from "./extras/emulator.ts";
import { compareClients, measureGitHubClient } from "./extras/github-client.ts";
import { measureIssueCosts } from "./extras/issue-costs.ts";
import { measureLargeStore } from "./extras/large-store.ts";
import type { LimitResult } from "./extras/limit.ts";
import { measureStartup } from "./extras/startup.ts";
import { describeMachine } from "./machine.ts";
import { type Options, oursName, parseOptions } from "./options.ts";
import {
  comparisonToMarkdown,
  issueCostsToMarkdown,
  jobToMarkdown,
  limitsToMarkdown,
  missesOf,
  settingsToMarkdown,
  writeResults,
} from "./report.ts";

const asked = parseOptions(process.argv.slice(2));
const lacksOurs = asked.engines.includes(oursName) && !isBuilt();
if (lacksOurs)
  console.error("\n!!! SKIPPED: ours. dist/index.js is missing, run npm run build at the root.\n");
try {
  // The floor and the peers can be measured without ours.
  const engines = asked.engines.filter((name) => name !== oursName || !lacksOurs);
  const misses = await run({ ...asked, engines });
  if (lacksOurs) misses.push("every goal: ours was not measured");
  for (const miss of misses) console.error(`MISSED: ${miss}`);
  if (misses.length > 0) process.exitCode = 1;
} finally {
  removeData();
}

/** @returns what was missed */
async function run(options: Options): Promise<string[]> {
  const sections: string[] = [];
  // Shown at once: what fails later must not take along what took minutes.
  const show = (section: string) => {
    sections.push(section);
    console.log(`\n${section}`);
  };

  show(`${new Date().toISOString().slice(0, 10)}; ${describeMachine()}; \`${options.command}\``);
  const comparisons: Comparison[] = [];
  for (const dataset of datasetNames) {
    const comparison = await compareEngines(dataset, options);
    comparisons.push(comparison);
    show(comparisonToMarkdown(comparison));
  }
  show(settingsToMarkdown(comparisons[0]!));
  const limits = options.engines.includes(oursName) ? await measureLimits(options) : [];
  if (limits.length > 0) show(limitsToMarkdown(limits));
  const { jobSize } = options;
  const jobs = options.engines.includes(oursName) ? await compareClients(jobSize) : [];
  if (jobs.length > 0) show(jobToMarkdown(jobSize, jobs));
  const costs = options.engines.includes(oursName) ? await measureIssueCosts() : [];
  if (costs.length > 0) show(issueCostsToMarkdown(costs));
  if (options.write) writeResults(sections.join("\n\n"));

  const limitMisses = limits.filter(({ missed }) => missed).map(({ what }) => `${what}: above the limit`);
  const ours = jobs[0];
  const jobMisses =
    ours !== undefined && ours.refused + ours.failed > 0 ? ["the job: something was refused"] : [];
  const costMisses = costs
    .filter(({ missed }) => missed)
    .map(({ operation }) => `${operation}: more requests than promised`);
  return [...comparisons.flatMap(missesOf), ...limitMisses, ...jobMisses, ...costMisses];
}

async function measureLimits(options: Options): Promise<LimitResult[]> {
  console.error("\nlimits");
  const large = measureLargeStore(options.largeSize);
  const startup = await measureStartup(options.startupPairs);
  const client = await measureGitHubClient(options.startupPairs);
  return [...large, ...(startup ? [startup] : []), ...(await measureEmulator()), ...client];
}
