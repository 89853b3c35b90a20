/**
 * @module One run as a job of Actions sees it: its token, its secrets and variables, and the event that started it.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
import { addToken } from "../acts/accounts.ts";
import { actionsInstallation } from "../acts/apps.ts";
import { eventPayload } from "../hooks/payload.ts";
import type { Services } from "../services.ts";
import type { TokenRow } from "../world/account-rows.ts";
import type { RunRow } from "../world/action-rows.ts";
import { type JobPlace, jobEnvironment } from "./runner-environment.ts";
import { isFromFork, readOnly, secretsOf, variablesOf } from "./runner-secrets.ts";
import type { WorkflowFile } from "./workflow-file.ts";
import { workflowsOf } from "./workflows.ts";

/** One run, as a job sees it. */
export interface RunnerJob {
  readonly runId: number;
  readonly attempt: number;
  /** The workflow's name. */
  readonly workflow: string;
  /** The workflow's file. */
  readonly path: string;
  readonly event: string;
  /** What is in the file at `GITHUB_EVENT_PATH`. */
  readonly payload: unknown;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What Actions sets (`GITHUB_REPOSITORY` …), `GITHUB_TOKEN`, and what `env` says in the workflow file. */
  readonly env: Readonly<Record<string, string>>;
  /** By name, those of the organisation, of the repository, and of the environments of its jobs; none for a fork. */
  readonly secrets: Readonly<Record<string, string>>;
  /** By name, from the same places, and none for a fork either. */
  readonly variables: Readonly<Record<string, string>>;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
}

/** A day, as the longest job of GitHub's own runners takes six hours. */
const tokenLifeMs = 86_400_000;
/** Where a workflow does not say: what GitHub gives to new repositories. */
const defaultPermissions = { contents: "read", packages: "read", metadata: "read" } as const;

/** The file that is run; `undefined` where the commit has it no more. */
function fileOf(services: Services, run: RunRow): WorkflowFile | undefined {
  const repository = services.world.repositories.get(run.repositoryId)!;
  return workflowsOf(services, repository, run.sha).find(({ workflow }) => workflow.id === run.workflowId)
    ?.file;
}

/** As long as the run is not completed, with what its workflow asks for. */
export function jobToken(services: Services, run: RunRow): TokenRow {
  const { world, clock } = services;
  const repository = world.repositories.get(run.repositoryId)!;
  const permissions = { metadata: "read", ...(fileOf(services, run)?.permissions ?? defaultPermissions) };
  return addToken(world, {
    kind: "actions",
    userId: null,
    scopes: [],
    installationId: actionsInstallation(world, repository.ownerId, clock.now()).id,
    permissions: isFromFork(run) ? readOnly(permissions) : permissions,
    repositoryIds: [repository.id],
    expiresAt: clock.now() + tokenLifeMs,
  });
}

export function jobFor(
  services: Services,
  run: RunRow,
  { signal, ...place }: Pick<JobPlace, "urls" | "folder" | "token"> & Pick<RunnerJob, "signal">,
): RunnerJob {
  const { world } = services;
  const workflow = world.workflows.get(run.workflowId)!;
  const payload = eventPayload(world, {
    event: run.event,
    repositoryId: run.repositoryId,
    senderId: run.actorId,
    principal: { kind: "anonymous", address: "127.0.0.1" },
    urls: place.urls,
    payload: run.payload as Readonly<Record<string, unknown>>,
  });
  const secrets = secretsOf(world, run);
  const variables = variablesOf(world, run);
  const file = fileOf(services, run);
  return {
    runId: run.id,
    attempt: run.attempt,
    workflow: workflow.name,
    path: workflow.path,
    event: run.event,
    payload,
    inputs: run.inputs,
    env: jobEnvironment(world, run, { ...place, file, payload, secrets, variables }),
    secrets,
    variables,
    signal,
  };
}
