/**
 * @module What a job is trusted with: the secrets and variables that reach it, what its token may do, and the log without
 * what is secret. A run from a fork gets neither secrets nor variables, and a token that only reads.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories
 */
import { scopeOfEnvironment } from "../acts/environments.ts";
import { isSharedWith } from "../acts/secrets.ts";
import type { RunRow, Scope, SecretRow, VariableRow } from "../world/action-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";

interface PullEnds {
  readonly head: { readonly repo: { readonly id: number } | null };
  readonly base: { readonly repo: { readonly id: number } | null };
}

/** Whether a pull request from another repository started it; `pull_request_target` is trusted all the same. */
export function isFromFork({ event, payload }: Pick<RunRow, "event" | "payload">): boolean {
  const { pull_request: pull } = payload as { readonly pull_request?: PullEnds };
  if (pull === undefined || event === "pull_request_target" || !event.startsWith("pull_request"))
    return false;
  return pull.head.repo?.id !== pull.base.repo?.id;
}

export function readOnly(permissions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(permissions).map((name) => [name, "read"]));
}

type RunPlace = Pick<RunRow, "id" | "attempt" | "repositoryId" | "event" | "payload">;

/** By name. Those of an environment go before the repository's, and these before the organisation's. */
export function secretsOf(world: World, run: RunRow): Readonly<Record<string, string>> {
  return valuesOf(world, run, world.secrets);
}

/**
 * By name, in the same order.
 *
 * @see https://github.com/orgs/community/discussions/44322 for forks
 */
export function variablesOf(world: World, run: RunPlace): Readonly<Record<string, string>> {
  return valuesOf(world, run, world.variables);
}

function valuesOf(
  world: World,
  run: RunPlace,
  rows: { by(lookup: "scope", key: string): readonly (SecretRow | VariableRow)[] },
): Readonly<Record<string, string>> {
  if (isFromFork(run)) return {};
  const repository = world.repositories.get(run.repositoryId)!;
  const shared = rows
    .by("scope", `organization/${repository.ownerId}`)
    .filter((row) => isSharedWith(row, repository));
  const own = ownScopes(world, run, repository).flatMap((scope) => rows.by("scope", scope));
  return Object.fromEntries([...shared, ...own].map(({ name, value }) => [name, value]));
}

function ownScopes({ jobs }: World, { id, attempt }: RunPlace, repository: RepositoryRow): readonly Scope[] {
  const environments = jobs
    .by("run", id)
    .flatMap((job) => (job.attempt === attempt && job.environment !== null ? [job.environment] : []))
    .map((name) => scopeOfEnvironment({ repositoryId: repository.id, name }));
  return [`repository/${repository.id}`, ...environments];
}

/** Each secret, and each line of one, becomes `***`. */
export function maskSecrets(log: string, secrets: readonly string[]): string {
  const hidden = secrets
    .flatMap((secret) => [secret, ...secret.split(/\r?\n/u)])
    .filter((text) => text.trim() !== "")
    .sort((a, b) => b.length - a.length);
  return [...new Set(hidden)].reduce((text, secret) => text.replaceAll(secret, "***"), log);
}
