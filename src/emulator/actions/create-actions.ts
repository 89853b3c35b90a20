/**
 * @module GitHub Actions as a test drives it: runs go on when they are told to, or when a runner is attached.
 */
import { invalidInput } from "../../errors.ts";
import type { Act } from "../acts/act.ts";
import { completeRun, type RunResult, setRunStatus } from "../acts/run-life.ts";
import { startRun } from "../acts/runs.ts";
import { actionsAppId } from "../checks/commit-checks.ts";
import type { Happening } from "../hooks/happening.ts";
import { repositoryNamed } from "../seed/plant.ts";
import type { Services } from "../services.ts";
import type { Urls } from "../shapes/urls.ts";
import type { RunConclusion, RunRow, RunStatus } from "../world/action-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { type Occasion, occasionsOf } from "./occasions.ts";
import { createRunnerLine, type Runner } from "./runner.ts";
import { starts } from "./triggers.ts";
import { type KnownWorkflow, workflowsOf } from "./workflows.ts";

export interface RunChange extends RunResult {
  readonly status: RunStatus;
  /** Of a completed run; `success` where absent. */
  readonly conclusion?: RunConclusion;
}

/** Actions, for tests. */
export interface Actions {
  /** The oldest first; of `owner/name`, or of all repositories. */
  runs(repository?: string): readonly RunRow[];
  /** @throws {HubsteadError} `invalid_input` for a run that is not there, or a status that does not follow on its own */
  advance(runId: number, change: RunChange): RunRow;
  /** Starts the workflows of a repository that have a `schedule`, as its time would. */
  schedule(repository: string): readonly RunRow[];
  /** Carries out each run that is queued from now on. @returns takes the runner away again */
  attach(runner: Runner): () => void;
  /** Waits until the attached runner has nothing to do. */
  settled(): Promise<void>;
}

export interface ActionsEngine extends Actions {
  /** Starts what is to start on an event. */
  hear(happening: Happening): void;
  /** Hands queued runs to the runner, and stops those that were cancelled. */
  drive(): void;
  close(): Promise<void>;
}

export interface ActionsParts {
  readonly services: Services;
  readonly urls: () => Urls;
  /** After what was done outside a request: tells webhooks, stores. */
  readonly settle: () => void;
}

/** What may follow on what. @see https://docs.github.com/actions/how-tos/monitor-workflows */
const following: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  requested: ["queued", "pending", "waiting", "completed"],
  queued: ["in_progress", "waiting", "pending", "completed"],
  pending: ["queued", "in_progress", "completed"],
  waiting: ["queued", "in_progress", "completed"],
  in_progress: ["waiting", "completed"],
  completed: [],
};

/** Events that start workflows, as far as the emulator tells of them; all others would be read for nothing. */
const startingEvents: readonly string[] = [
  "check_run",
  "check_suite",
  "create",
  "delete",
  "fork",
  "issue_comment",
  "issues",
  "label",
  "milestone",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "release",
  "repository_dispatch",
  "status",
  "watch",
  "workflow_run",
];

/** Even where a job did it. */
const evenByJobs: readonly string[] = ["repository_dispatch", "workflow_run"];

/** GitHub lets no more runs than these follow one on the other. */
const longestChain = 3;

export function createActions({ services, urls, settle }: ActionsParts): ActionsEngine {
  const { world } = services;

  const actFor = (run: Pick<RunRow, "repositoryId" | "triggeringActorId">): Act => ({
    services,
    principal: { kind: "anonymous", address: "127.0.0.1" },
    actor: world.accounts.get(run.triggeringActorId)!,
    repository: world.repositories.get(run.repositoryId)!,
    role: "admin",
    urls: urls(),
    version: "2022-11-28",
    nowMs: services.clock.now(),
  });

  const line = createRunnerLine({ services, urls, actFor, settle });

  const active = (repository: RepositoryRow, commit?: string): readonly KnownWorkflow[] =>
    workflowsOf(services, repository, commit).filter(({ workflow }) => workflow.state === "active");

  const headOf = (repository: RepositoryRow) =>
    services.git.repository(repository.id).ref(`refs/heads/${repository.defaultBranch}`);

  return {
    runs: (repository) =>
      repository === undefined
        ? world.runs.all()
        : world.runs.by("repository", repositoryNamed(services, repository).id),
    advance(runId, { status, conclusion = "success", ...result }) {
      const run = world.runs.get(runId);
      if (run === undefined) throw invalidInput(`there is no run ${runId}`, "List them with actions.runs().");
      if (!following[run.status].includes(status)) {
        throw invalidInput(
          `a run that is ${run.status} cannot become ${status}`,
          `It can become ${following[run.status].join(", ") || "nothing else; start it again instead"}.`,
        );
      }
      const act = actFor(run);
      const changed =
        status === "completed" ? completeRun(act, run, conclusion, result) : setRunStatus(act, run, status);
      settle();
      return changed;
    },
    schedule(name) {
      const repository = repositoryNamed(services, name);
      const headSha = headOf(repository);
      const act = actFor({ repositoryId: repository.id, triggeringActorId: ownerOf(services, repository) });
      const runs = active(repository)
        .filter(({ file }) => Object.hasOwn(file.triggers, "schedule"))
        .map((known) =>
          startRun(act, known, {
            event: "schedule",
            ref: `refs/heads/${repository.defaultBranch}`,
            headSha: headSha!,
            payload: {},
          }),
        );
      settle();
      return runs;
    },
    hear({ event, action, hookId, repositoryId, principal, senderId, urls: from, payload }) {
      const repository = repositoryId === undefined ? undefined : world.repositories.get(repositoryId);
      const isJob = principal.kind === "installation" && principal.isActionsJob;
      // What a job does with its token starts nothing, so that no workflow starts itself for ever.
      if (repository === undefined || hookId !== undefined || (isJob && !evenByJobs.includes(event))) return;
      if (isOfDraft(event, action, payload)) return;
      if (!startingEvents.includes(event) || chainLength(world, payload) > longestChain) return;
      if (isCheckOfActions(payload)) return;
      const act: Act = {
        ...actFor({ repositoryId: repository.id, triggeringActorId: senderId }),
        principal,
        urls: from,
      };
      for (const occasion of occasionsOf(services, repository, {
        event,
        payload,
        ...(action === undefined ? {} : { action }),
      })) {
        for (const known of active(repository, occasion.place.sha)) {
          if (!starts(known.file, occasion) && !isBrokenBy(known, occasion)) continue;
          startRun(act, known, {
            ...occasion.place,
            event: occasion.event,
            payload: { ...(action === undefined ? {} : { action }), ...payload },
            title: titleOf(payload),
          });
        }
      }
    },
    drive: () => line.drive(),
    attach: (runner) => line.attach(runner),
    settled: () => line.settled(),
    close: () => line.close(),
  };
}

/** What is no workflow cannot say what starts it: it fails with each push to a branch. */
function isBrokenBy({ file }: KnownWorkflow, { event, place }: Occasion): boolean {
  return file.problem !== undefined && event === "push" && place.ref.startsWith("refs/heads/");
}

/** GitHub starts nothing where a draft is made, edited or deleted. */
function isOfDraft(event: string, action: string | undefined, payload: Happening["payload"]): boolean {
  if (event !== "release" || !["created", "edited", "deleted"].includes(action ?? "")) return false;
  return (payload["release"] as { readonly draft: boolean }).draft;
}

/** How many runs led to this one, each by having been told of as `workflow_run`. */
function chainLength(world: World, payload: unknown): number {
  const { workflow_run: told } = payload as { readonly workflow_run?: { readonly id: number } };
  const run = told === undefined ? undefined : world.runs.get(told.id);
  return run === undefined ? 0 : 1 + chainLength(world, run.payload);
}

/** What workflows report themselves starts none. */
function isCheckOfActions(payload: Happening["payload"]): boolean {
  const { check_run, check_suite } = payload as Readonly<
    Record<string, { readonly app?: { readonly id: number } | null } | undefined>
  >;
  return (check_run ?? check_suite)?.app?.id === actionsAppId;
}

function ownerOf({ world }: Services, { ownerId }: RepositoryRow): number {
  const owner = world.accounts.get(ownerId)!;
  const admin = world.memberships.by("organization", ownerId).find(({ role }) => role === "admin");
  return owner.kind === "Organization" ? (admin?.userId ?? ownerId) : ownerId;
}

/** What a run is named after: the issue, or the commit's first line. */
function titleOf(payload: Happening["payload"]): string | undefined {
  const { issue, pull_request, head_commit, release } = payload as Record<
    string,
    { readonly title?: string; readonly message?: string; readonly name?: string | null } | null | undefined
  >;
  const title = issue?.title ?? pull_request?.title ?? head_commit?.message?.split("\n")[0];
  return title ?? release?.name ?? undefined;
}
