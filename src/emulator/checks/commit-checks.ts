/**
 * @module The check runs and suites of a commit: those that apps report, and the jobs of workflows, which are check runs
 * of the app of Actions. Reads only.
 *
 * @see https://docs.github.com/rest/guides/using-the-rest-api-to-interact-with-checks
 */
import type { JobRow, RunRow } from "../world/action-rows.ts";
import type { CheckConclusion, CheckRunRow, CheckStatus, CheckSuiteRow } from "../world/check-rows.ts";
import type { World } from "../world/world.ts";

/** GitHub's own number of the app of Actions. */
export const actionsAppId = 15_368;

/** Far from the ids of suites that are rows. */
const suiteOffset = 20_000_000_000;

export interface CheckSuite extends CheckSuiteRow {
  readonly status: CheckStatus;
  readonly conclusion: CheckConclusion | "startup_failure" | "stale" | null;
}

/** Each run of a workflow has a suite of its own. */
export function suiteIdOfRun(run: RunRow): number {
  return run.id + suiteOffset;
}

/** @returns the number of no run for a suite that is a row */
export function runIdOfSuite(suiteId: number): number {
  return suiteId - suiteOffset;
}

/** Those of one name in one suite, the newest last. */
export function checksOf(world: World, repositoryId: number, sha: string): CheckRunRow[] {
  const key = `${repositoryId}/${sha}`;
  const jobs = world.runs.by("commit", key).flatMap((run) => checksOfRun(world, run));
  return [...world.checkRuns.by("commit", key), ...jobs];
}

export function checksOfSuite(world: World, suite: CheckSuiteRow): readonly CheckRunRow[] {
  const run = runOfSuite(world, suite.id);
  return run === undefined ? world.checkRuns.by("suite", suite.id) : checksOfRun(world, run);
}

/** Of each name in each suite, what was reported last. */
export function latestChecks(checks: readonly CheckRunRow[]): CheckRunRow[] {
  return [...new Map(checks.map((check) => [`${check.suiteId} ${check.name}`, check])).values()];
}

export function findCheck(world: World, repositoryId: number, id: number): CheckRunRow | undefined {
  const job = world.jobs.get(id);
  const run = job && world.runs.get(job.runId);
  const check =
    job === undefined || run === undefined ? world.checkRuns.get(id) : checkOfJob(world, run, job);
  return check?.repositoryId === repositoryId ? check : undefined;
}

export function suitesOf(world: World, repositoryId: number, sha: string): CheckSuite[] {
  const key = `${repositoryId}/${sha}`;
  return [
    ...world.checkSuites.by("commit", key).map((row) => suiteOfRow(world, row)),
    ...world.runs.by("commit", key).map(suiteOfRun),
  ];
}

export function findSuite(world: World, repositoryId: number, id: number): CheckSuite | undefined {
  const run = runOfSuite(world, id);
  const row = world.checkSuites.get(id);
  const suite = run === undefined ? row && suiteOfRow(world, row) : suiteOfRun(run);
  return suite?.repositoryId === repositoryId ? suite : undefined;
}

export function checkOfJob(world: World, run: RunRow, job: JobRow): CheckRunRow {
  const workflow = world.workflows.get(run.workflowId);
  return {
    id: job.id,
    repositoryId: run.repositoryId,
    suiteId: suiteIdOfRun(run),
    appId: actionsAppId,
    name: job.name,
    headSha: run.headSha,
    status: checkStatusOf(job.status),
    conclusion: conclusionOf(job.conclusion),
    externalId: `${workflow?.id ?? 0}-${run.id}-${job.attempt}-${job.id}`,
    detailsUrl: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    startedAt: job.startedAt ?? job.createdAt,
    completedAt: job.completedAt,
  };
}

function checksOfRun(world: World, run: RunRow): CheckRunRow[] {
  return world.jobs.by("run", run.id).map((job) => checkOfJob(world, run, job));
}

function runOfSuite(world: World, id: number): RunRow | undefined {
  return world.runs.get(runIdOfSuite(id));
}

function suiteOfRun(run: RunRow): CheckSuite {
  return {
    id: suiteIdOfRun(run),
    repositoryId: run.repositoryId,
    appId: actionsAppId,
    headSha: run.headSha,
    headBranch: run.headBranch,
    before: null,
    isRerequested: false,
    createdAt: run.createdAt,
    updatedAt: run.updatedAt,
    status: checkStatusOf(run.status),
    conclusion: run.conclusion,
  };
}

function suiteOfRow(world: World, row: CheckSuiteRow): CheckSuite {
  const checks = latestChecks(world.checkRuns.by("suite", row.id));
  const isCompleted = checks.length > 0 && checks.every(({ status }) => status === "completed");
  if (row.isRerequested || checks.length === 0) return { ...row, status: "queued", conclusion: null };
  if (isCompleted) return { ...row, status: "completed", conclusion: worstOf(checks) };
  const hasBegun = checks.some(({ status }) => status !== "queued");
  return { ...row, status: hasBegun ? "in_progress" : "queued", conclusion: null };
}

const worstFirst = ["failure", "timed_out", "cancelled", "action_required", "success"] as const;

/** What is neutral or skipped counts only where there is nothing else. */
function worstOf(checks: readonly CheckRunRow[]): CheckConclusion {
  const found = worstFirst.find((one) => checks.some(({ conclusion }) => conclusion === one));
  return found ?? (checks.every(({ conclusion }) => conclusion === "skipped") ? "skipped" : "neutral");
}

function checkStatusOf(status: RunRow["status"]): CheckStatus {
  return status === "completed" || status === "in_progress" ? status : "queued";
}

function conclusionOf(conclusion: JobRow["conclusion"]): CheckConclusion | null {
  return conclusion === "startup_failure" || conclusion === "stale" ? "failure" : conclusion;
}
