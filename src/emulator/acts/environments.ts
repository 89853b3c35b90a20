/**
 * @module What is done to the environments that a repository deploys to.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 */
import { validationFailed } from "../http/refusal.ts";
import type { EnvironmentRow, Scope } from "../world/action-rows.ts";
import type { Act } from "./act.ts";

export type EnvironmentSettings = Pick<
  EnvironmentRow,
  "waitMinutes" | "preventsSelfReview" | "reviewers" | "branchPolicy"
>;

const mostWaitMinutes = 43_200; // 30 days
const mostReviewers = 6;
const longestName = 255;

/** Without regard to case. */
export function findEnvironment(
  { environments }: Act["services"]["world"],
  repositoryId: number,
  name: string,
): EnvironmentRow | undefined {
  return environments.find("name", `${repositoryId}/${name.toLowerCase()}`);
}

/** Whose its secrets and variables are. */
export function scopeOfEnvironment({
  repositoryId,
  name,
}: Pick<EnvironmentRow, "repositoryId" | "name">): Scope {
  return `environment/${repositoryId}/${name.toLowerCase()}`;
}

/** Makes it, or replaces all of its settings. @throws {Refusal} 422 */
export function putEnvironment(
  { services: { world }, repository, nowMs }: Act,
  name: string,
  settings: EnvironmentSettings,
): EnvironmentRow {
  check(world, name, settings);
  const known = findEnvironment(world, repository.id, name);
  return world.environments.put({
    id: known?.id ?? world.environments.nextId(),
    repositoryId: repository.id,
    name: known?.name ?? name,
    ...settings,
    createdAt: known?.createdAt ?? nowMs,
    updatedAt: nowMs,
  });
}

function check(
  { accounts, teams }: Act["services"]["world"],
  name: string,
  { waitMinutes, reviewers, branchPolicy }: EnvironmentSettings,
): void {
  // Git takes no such names for refs either.
  const isName =
    name.trim() === name && name !== "" && name.length <= longestName && !/\p{Cc}|\\/u.test(name);
  if (!isName) throw wrong("name");
  if (!Number.isInteger(waitMinutes) || waitMinutes < 0 || waitMinutes > mostWaitMinutes) {
    throw wrong("wait_timer");
  }
  if (reviewers.length > mostReviewers) throw wrong("reviewers");
  for (const { kind, id } of reviewers) {
    const isThere = kind === "Team" ? teams.get(id) !== undefined : accounts.get(id)?.kind === "User";
    if (!isThere) throw wrong("reviewers");
  }
  // GitHub: the two cannot have the same value.
  if (branchPolicy !== null && branchPolicy.isProtected === branchPolicy.isCustom) {
    throw wrong("deployment_branch_policy");
  }
}

function wrong(field: string) {
  return validationFailed({ resource: "Environment", field, code: "invalid" });
}

/** With its secrets and variables. */
export function removeEnvironment({ services: { world } }: Pick<Act, "services">, row: EnvironmentRow): void {
  const scope = scopeOfEnvironment(row);
  for (const collection of [world.secrets, world.variables, world.sealingKeys]) {
    for (const { id } of collection.by("scope", scope)) collection.remove(id);
  }
  world.environments.remove(row.id);
}
