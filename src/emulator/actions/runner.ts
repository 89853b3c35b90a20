/**
 * @module A runner that is attached to the emulator: a function, or a program that is started, with the environment that
 * Actions gives to jobs. Its result becomes the run's.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { addToken } from "../acts/accounts.ts";
import type { Act } from "../acts/act.ts";
import { actionsInstallation } from "../acts/apps.ts";
import { completeRun, setRunStatus } from "../acts/runs.ts";
import { isSharedWith } from "../acts/secrets.ts";
import { eventPayload } from "../hooks/payload.ts";
import type { Services } from "../services.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { Urls } from "../shapes/urls.ts";
import type { TokenRow } from "../world/account-rows.ts";
import type { RunConclusion, RunRow, SecretRow } from "../world/action-rows.ts";
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

export interface RunnerResult {
  /** `success` where absent. */
  readonly conclusion?: RunConclusion;
  readonly log?: string;
}

/** A function whose error is a failure, or a program whose exit code other than 0 is one. */
export type Runner =
  | ((job: RunnerJob) => RunnerResult | undefined | Promise<RunnerResult | undefined>)
  | { readonly command: readonly [program: string, ...args: string[]]; readonly cwd?: string };

export interface RunnerLine {
  attach(runner: Runner): () => void;
  drive(): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface RunnerParts {
  readonly services: Services;
  readonly urls: () => Urls;
  readonly actFor: (run: RunRow) => Act;
  readonly settle: () => void;
}

/** A day, as the longest job of GitHub's own runners takes six hours. */
const tokenLifeMs = 86_400_000;
const mostLogBytes = 4_194_304;
/** Where a workflow does not say: what GitHub gives to new repositories. */
const defaultPermissions = { contents: "read", packages: "read", metadata: "read" } as const;

export function createRunnerLine({ services, urls, actFor, settle }: RunnerParts): RunnerLine {
  const { world } = services;
  const taken = new Map<string, { readonly controller: AbortController; readonly work: Promise<void> }>();
  let attached: Runner | undefined;
  let isClosed = false;

  const keyOf = ({ id, attempt }: RunRow) => `${id}/${attempt}`;
  const isLive = (run: RunRow) => {
    const now = world.runs.get(run.id);
    return now !== undefined && now.attempt === run.attempt && now.status !== "completed";
  };

  const carryOut = async (runner: Runner, queued: RunRow, signal: AbortSignal): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), "hubstead-run-"));
    const token = jobToken(services, queued);
    try {
      const run = setRunStatus(actFor(queued), queued, "in_progress");
      settle();
      const job = jobFor(services, run, { urls: urls(), folder, token, signal });
      const result = typeof runner === "function" ? await call(runner, job) : await start(runner, job);
      if (isClosed || !isLive(run)) return;
      const { conclusion = "success", log = "" } = result ?? {};
      completeRun(actFor(run), world.runs.get(run.id)!, conclusion, { log });
    } finally {
      rmSync(folder, { recursive: true, force: true });
      if (!isClosed) world.tokens.put({ ...token, isRevoked: true });
    }
  };

  const take = (runner: Runner, run: RunRow): void => {
    const controller = new AbortController();
    // Begins when the request that led to it was answered.
    const work = nextTurn()
      .then(() => (isClosed || !isLive(run) ? undefined : carryOut(runner, run, controller.signal)))
      .finally(() => {
        taken.delete(keyOf(run));
        if (!isClosed) settle();
      });
    taken.set(keyOf(run), { controller, work });
  };

  const line: RunnerLine = {
    attach(runner) {
      attached = runner;
      line.drive();
      return () => {
        if (attached === runner) attached = undefined;
      };
    },
    drive() {
      for (const [key, { controller }] of taken) {
        const [id, attempt] = key.split("/").map(Number);
        const run = world.runs.get(id!);
        if (run?.attempt !== attempt || run?.status === "completed") controller.abort();
      }
      if (attached === undefined || isClosed) return;
      for (const run of world.runs.all()) {
        if (run.status === "queued" && !taken.has(keyOf(run))) take(attached, run);
      }
    },
    async settled() {
      while (taken.size > 0) await Promise.all([...taken.values()].map(({ work }) => work));
    },
    async close() {
      isClosed = true;
      for (const { controller } of taken.values()) controller.abort();
      const stopped = new Promise((resolve) => setTimeout(resolve, 1_000).unref());
      // A function that does not listen is not waited for.
      await Promise.race([line.settled(), stopped]);
    },
  };
  return line;
}

function jobToken(services: Services, run: RunRow): TokenRow {
  const { world, clock } = services;
  const repository = world.repositories.get(run.repositoryId)!;
  const known = workflowsOf(services, repository, run.headSha).find(
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
  readonly folder: string;
  readonly token: TokenRow;
  readonly signal: AbortSignal;
}

function jobFor({ world }: Services, run: RunRow, { urls, folder, token, signal }: JobPlace): RunnerJob {
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
  const files = {
    event: join(folder, "event.json"),
    output: join(folder, "output"),
    env: join(folder, "env"),
  };
  writeFileSync(files.event, JSON.stringify(payload));
  writeFileSync(files.output, "");
  writeFileSync(files.env, "");
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
      GITHUB_ENV: files.env,
      GITHUB_EVENT_NAME: run.event,
      GITHUB_EVENT_PATH: files.event,
      GITHUB_GRAPHQL_URL: urls.api("/graphql"),
      GITHUB_OUTPUT: files.output,
      GITHUB_REF: run.ref,
      GITHUB_REF_NAME: run.headBranch ?? "",
      GITHUB_REPOSITORY: fullName,
      GITHUB_REPOSITORY_ID: String(repository.id),
      GITHUB_REPOSITORY_OWNER: owner.login,
      GITHUB_RUN_ATTEMPT: String(run.attempt),
      GITHUB_RUN_ID: String(run.id),
      GITHUB_RUN_NUMBER: String(run.number),
      GITHUB_SERVER_URL: urls.origin,
      GITHUB_SHA: run.headSha,
      GITHUB_TOKEN: token.token,
      GITHUB_TRIGGERING_ACTOR: world.accounts.get(run.triggeringActorId)!.login,
      GITHUB_WORKFLOW: workflow.name,
      GITHUB_WORKFLOW_REF: `${fullName}/${workflow.path}@${run.ref}`,
      RUNNER_TEMP: folder,
    },
    secrets: secretsFor(world.secrets.all(), repository),
    signal,
  };
}

/** The repository's own go before the organisation's. */
function secretsFor(all: readonly SecretRow[], repository: RepositoryRow): Readonly<Record<string, string>> {
  const shared = all.filter(
    (secret) => secret.scope === `organization/${repository.ownerId}` && isSharedWith(secret, repository),
  );
  const own = all.filter(({ scope }) => scope === `repository/${repository.id}`);
  return Object.fromEntries([...shared, ...own].map(({ name, value }) => [name, value]));
}

async function call(runner: Extract<Runner, (...args: never) => unknown>, job: RunnerJob) {
  try {
    return await runner(job);
  } catch (error) {
    return {
      conclusion: job.signal.aborted ? "cancelled" : "failure",
      log: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } as const;
  }
}

/** The program inherits the environment; GitHub's variables come on top. */
async function start(
  { command: [program, ...args], cwd }: Extract<Runner, { readonly command: unknown }>,
  { env, signal }: RunnerJob,
): Promise<RunnerResult> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    ...(cwd === undefined ? {} : { cwd }),
  });
  let log = "";
  const hear = (part: Buffer) => {
    if (log.length < mostLogBytes) log += part.toString("utf8");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return await new Promise((resolve) => {
    child.once("error", (error) => {
      // Its folder may be gone by the time the rest of it closes.
      child.removeAllListeners("close");
      resolve({ conclusion: signal.aborted ? "cancelled" : "failure", log: `${log}${error.message}` });
    });
    child.once("close", (code) => {
      const outputs = readFileSync(env["GITHUB_OUTPUT"]!, "utf8");
      const shown = outputs === "" ? log : `${log}\nOutputs:\n${outputs}`;
      resolve({ conclusion: code === 0 ? "success" : "failure", log: shown });
    });
  });
}
