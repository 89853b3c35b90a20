/**
 * @module One run as a job of Actions sees it: its environment, its token, its secrets, and the event in a file.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addToken } from "../acts/accounts.ts";
import { actionsInstallation } from "../acts/apps.ts";
import { isSharedWith } from "../acts/secrets.ts";
import { nameOfRef } from "../git/revisions.ts";
import { eventPayload } from "../hooks/payload.ts";
import type { Services } from "../services.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { Urls } from "../shapes/urls.ts";
import type { TokenRow } from "../world/account-rows.ts";
import type { RunRow, SecretRow } from "../world/action-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
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
  /** `GITHUB_TOKEN`, `GITHUB_REPOSITORY`, and what else Actions sets. */
  readonly env: Readonly<Record<string, string>>;
  /** By name, those of the organisation and of the repository. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
}

/** A day, as the longest job of GitHub's own runners takes six hours. */
const tokenLifeMs = 86_400_000;
/** Where a workflow does not say: what GitHub gives to new repositories. */
const defaultPermissions = { contents: "read", packages: "read", metadata: "read" } as const;

/** As long as the run is not completed, with what its workflow asks for. */
export function jobToken(services: Services, run: RunRow): TokenRow {
  const { world, clock } = services;
  const repository = world.repositories.get(run.repositoryId)!;
  const known = workflowsOf(services, repository, run.sha).find(
    ({ workflow }) => workflow.id === run.workflowId,
  );
  return addToken(world, {
    kind: "actions",
    userId: null,
    scopes: [],
    installationId: actionsInstallation(world, repository.ownerId, clock.now()).id,
    permissions: { metadata: "read", ...(known?.file.permissions ?? defaultPermissions) },
    repositoryIds: [repository.id],
    expiresAt: clock.now() + tokenLifeMs,
  });
}

interface JobPlace {
  readonly urls: Urls;
  /** Where its files are written. */
  readonly folder: string;
  readonly token: TokenRow;
  readonly signal: AbortSignal;
}

export function jobFor(
  { world }: Services,
  run: RunRow,
  { urls, folder, token, signal }: JobPlace,
): RunnerJob {
  const repository = world.repositories.get(run.repositoryId)!;
  const owner = world.accounts.get(repository.ownerId)!;
  const workflow = world.workflows.get(run.workflowId)!;
  const payload = eventPayload(world, {
    event: run.event,
    repositoryId: repository.id,
    senderId: run.actorId,
    principal: { kind: "anonymous", address: "127.0.0.1" },
    urls,
    payload: run.payload as Readonly<Record<string, unknown>>,
  });
  const eventPath = join(folder, "event.json");
  writeFileSync(eventPath, JSON.stringify(payload));
  const fullName = fullNameOf(world, repository);
  const actor = world.accounts.get(run.actorId)!;
  return {
    runId: run.id,
    attempt: run.attempt,
    workflow: workflow.name,
    path: workflow.path,
    event: run.event,
    payload,
    inputs: run.inputs,
    env: {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: actor.login,
      GITHUB_ACTOR_ID: String(actor.id),
      GITHUB_API_URL: urls.api(""),
      GITHUB_EVENT_NAME: run.event,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_GRAPHQL_URL: urls.api("/graphql"),
      GITHUB_REF: run.ref,
      GITHUB_REF_NAME: nameOfRef(run.ref),
      GITHUB_REF_TYPE: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
      GITHUB_REPOSITORY: fullName,
      GITHUB_REPOSITORY_ID: String(repository.id),
      GITHUB_REPOSITORY_OWNER: owner.login,
      GITHUB_RUN_ATTEMPT: String(run.attempt),
      GITHUB_RUN_ID: String(run.id),
      GITHUB_RUN_NUMBER: String(run.number),
      GITHUB_SERVER_URL: urls.origin,
      GITHUB_SHA: run.sha,
      GITHUB_TOKEN: token.token,
      GITHUB_TRIGGERING_ACTOR: world.accounts.get(run.triggeringActorId)!.login,
      GITHUB_WORKFLOW: workflow.name,
      GITHUB_WORKFLOW_REF: `${fullName}/${workflow.path}@${run.ref}`,
      RUNNER_OS: "Linux",
      RUNNER_TEMP: folder,
      ...branchesOf(payload),
      ...filesIn(folder),
    },
    secrets: secretsFor(world.secrets.all(), repository),
    signal,
  };
}

/** Of a pull request: what it merges into what. */
function branchesOf(payload: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const pull = payload["pull_request"] as
    | { readonly head: { readonly ref: string }; readonly base: { readonly ref: string } }
    | undefined;
  return { GITHUB_HEAD_REF: pull?.head.ref ?? "", GITHUB_BASE_REF: pull?.base.ref ?? "" };
}

/** The files through which a job's programs tell what they have made, and the folder where they work. */
function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"];
  const workspace = join(folder, "workspace");
  mkdirSync(workspace, { recursive: true });
  return Object.fromEntries([
    ["GITHUB_WORKSPACE", workspace],
    ...names.map((name) => {
      const file = join(folder, name.slice("GITHUB_".length).toLowerCase());
      writeFileSync(file, "");
      return [name, file];
    }),
  ]);
}

/** The repository's own go before the organisation's. */
function secretsFor(all: readonly SecretRow[], repository: RepositoryRow): Readonly<Record<string, string>> {
  const shared = all.filter(
    (secret) => secret.scope === `organization/${repository.ownerId}` && isSharedWith(secret, repository),
  );
  const own = all.filter(({ scope }) => scope === `repository/${repository.id}`);
  return Object.fromEntries([...shared, ...own].map(({ name, value }) => [name, value]));
}
