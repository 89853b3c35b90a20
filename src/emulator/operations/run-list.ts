/**
 * @module Which runs a list shows. Pure.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
 */

import { suiteIdOfRun } from "../checks/commit-checks.ts";
import { validationFailed } from "../http/refusal.ts";
import { parseTime } from "../parse-time.ts";
import type { RunRow } from "../world/action-rows.ts";
import type { World } from "../world/world.ts";

/** So many are found at most once something is asked for. */
const mostFound = 1_000;

/** The newest first. @throws {Refusal} 422 */
export function selectRuns(
  world: World,
  runs: readonly RunRow[],
  query: Readonly<Record<string, string | undefined>>,
): readonly RunRow[] {
  const tests = testsOf(world, query);
  const found = runs.filter((run) => tests.every((test) => test(run))).toReversed();
  return tests.length === 0 ? found : found.slice(0, mostFound);
}

function testsOf(
  world: World,
  query: Readonly<Record<string, string | undefined>>,
): readonly ((run: RunRow) => boolean)[] {
  const { actor, branch, event, status, created, head_sha, check_suite_id } = query;
  const tests: ((run: RunRow) => boolean)[] = [];
  if (actor !== undefined) {
    const id = world.accounts.find("login", actor.toLowerCase())?.id;
    tests.push(({ actorId }) => actorId === id);
  }
  if (branch !== undefined) tests.push(({ headBranch }) => headBranch === branch);
  if (event !== undefined) tests.push((run) => run.event === event);
  if (status !== undefined) tests.push((run) => run.status === status || run.conclusion === status);
  if (head_sha !== undefined) tests.push(({ headSha }) => headSha === head_sha);
  if (check_suite_id !== undefined) tests.push((run) => String(suiteIdOfRun(run)) === check_suite_id);
  if (created !== undefined) tests.push(createdTest(created));
  return tests;
}

const lengthOfDay = 86_400_000;

/** `2026-01-01`, `>=2026-01-01T00:00:00Z`, `2026-01-01..2026-02-01`, `*..2026-02-01`. @throws {Refusal} 422 */
function createdTest(created: string): (run: RunRow) => boolean {
  const range = /^(.+)\.\.(.+)$/u.exec(created);
  if (range !== null) {
    const [, from = "*", to = "*"] = range;
    const first = from === "*" ? Number.NEGATIVE_INFINITY : timeOf(from).from;
    const last = to === "*" ? Number.POSITIVE_INFINITY : timeOf(to).to;
    return ({ createdAt }) => createdAt >= first && createdAt <= last;
  }
  const [, sign = "", text = ""] = /^(>=|<=|>|<)?(.+)$/u.exec(created) ?? [];
  const { from, to } = timeOf(text);
  switch (sign) {
    case ">=":
      return ({ createdAt }) => createdAt >= from;
    case "<=":
      return ({ createdAt }) => createdAt <= to;
    case ">":
      return ({ createdAt }) => createdAt > to;
    case "<":
      return ({ createdAt }) => createdAt < from;
    default:
      return ({ createdAt }) => createdAt >= from && createdAt <= to;
  }
}

/** A date is a whole day, a time a whole second. */
function timeOf(text: string): { readonly from: number; readonly to: number } {
  const from = parseTime(text);
  if (from === undefined) throw validationFailed({ field: "created", code: "invalid", value: text });
  const isDay = /^\d{4}-\d{2}-\d{2}$/u.test(text);
  return { from, to: from + (isDay ? lengthOfDay : 1_000) - 1 };
}
