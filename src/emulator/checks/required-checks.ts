/**
 * @module Whether what protection and rulesets require of a commit has passed. Reads only.
 *
 * @see https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
 */
import type { CheckRunRow, StatusRow } from "../world/check-rows.ts";
import type { RequiredCheck } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { checksOf, latestChecks } from "./commit-checks.ts";

export type CheckState = "expected" | "pending" | "failing" | "passing";

/** @param sha the commit; `undefined` where there is none */
function stateOfRequired(
  world: World,
  repositoryId: number,
  sha: string | undefined,
  { context, appId }: RequiredCheck,
): CheckState {
  if (sha === undefined) return "expected";
  const states = [
    ...latestStatuses(world, repositoryId, sha)
      .filter((status) => status.context === context && (appId === null || status.appId === appId))
      .map(stateOfStatus),
    ...latestChecks(checksOf(world, repositoryId, sha))
      .filter((check) => check.name === context && (appId === null || check.appId === appId))
      .map(stateOfCheck),
  ];
  return worstOf(states) ?? "expected";
}

/** Of all that was reported of a commit, required or not; `undefined` where nothing was. */
export function stateOfCommit(world: World, repositoryId: number, sha: string): CheckState | undefined {
  return worstOf([
    ...latestStatuses(world, repositoryId, sha).map(stateOfStatus),
    ...latestChecks(checksOf(world, repositoryId, sha)).map(stateOfCheck),
  ]);
}

/** Why a commit has not what is required of it; `undefined` where it has. */
export function missingChecks(
  world: World,
  repositoryId: number,
  sha: string | undefined,
  required: readonly RequiredCheck[],
): string | undefined {
  const open = required
    .map((check) => ({ ...check, state: stateOfRequired(world, repositoryId, sha, check) }))
    .filter(({ state }) => state !== "passing");
  const [first] = open;
  if (first === undefined) return undefined;
  if (required.length === 1) return `Required status check "${first.context}" is ${first.state}.`;
  const counts = [...Map.groupBy(open, ({ state }) => state)].map(
    ([state, { length }]) => [state, length] as const,
  );
  if (counts.length === 1)
    return `${open.length} of ${required.length} required status checks are ${first.state}.`;
  const told = counts.map(([state, count]) => `${count} ${state}`).join(", ");
  return `${open.length} of ${required.length} required status checks have not succeeded: ${told}.`;
}

/** Of each context, what was reported last; the newest first. */
export function latestStatuses(world: World, repositoryId: number, sha: string): StatusRow[] {
  const all = world.statuses.by("commit", `${repositoryId}/${sha}`);
  return [...new Map(all.map((status) => [status.context, status])).values()].sort((a, b) => b.id - a.id);
}

function stateOfStatus({ state }: StatusRow): CheckState {
  return state === "success" ? "passing" : state === "pending" ? "pending" : "failing";
}

function stateOfCheck({ status, conclusion }: CheckRunRow): CheckState {
  if (status !== "completed") return "pending";
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped"
    ? "passing"
    : "failing";
}

function worstOf(states: readonly CheckState[]): CheckState | undefined {
  return (["failing", "pending", "passing"] as const).find((state) => states.includes(state));
}
