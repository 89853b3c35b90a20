/**
 * @module Starts runs of workflows.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs
 */
import type { JsonObject } from "../../base/json.ts";
import { fillIn } from "../actions/expression.ts";
import { variablesOf } from "../actions/runner-secrets.ts";
import type { KnownWorkflow } from "../actions/workflows.ts";
import { nameOfRef } from "../git/revisions.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { Concurrency, RunRow } from "../world/action-rows.ts";
import type { Act } from "./act.ts";
import { actionsApp } from "./apps.ts";
import { makeRoom } from "./concurrency.ts";
import { addJob } from "./jobs.ts";
import { tellOfJob, tellOfRun } from "./run-events.ts";
import { completeRun } from "./run-life.ts";

export interface RunStart {
  readonly event: string;
  /** `refs/heads/main`. */
  readonly ref: string;
  /** What is run, where it is not the head itself, as the merge of a pull request. */
  readonly sha?: string;
  /** Where the ref is none of a branch or a tag. */
  readonly headBranch?: string;
  readonly headSha: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What the run is called where the workflow has no `run-name`. */
  readonly title?: string | undefined;
}

/** A file that is no workflow makes a run that has failed before any job. */
export function startRun(act: Act, { workflow, file }: KnownWorkflow, start: RunStart): RunRow {
  const { world } = act.services;
  // Its jobs are check runs of this app.
  actionsApp(world, act.repository.ownerId, act.nowMs);
  const isBroken = file.problem !== undefined;
  const name = isBroken ? file.path : workflow.name;
  const id = world.runs.nextId();
  const earlier = world.runs.by("workflow", workflow.id);
  const number = (earlier.at(-1)?.number ?? 0) + 1;
  const contexts = contextsOf(act, { id, number, workflow: name }, start);
  const concurrency: Concurrency | null =
    file.concurrency === undefined
      ? null
      : {
          group: fillIn(file.concurrency.group, contexts),
          cancelsInProgress: fillIn(file.concurrency.cancels, contexts) === "true",
        };
  const status = makeRoom(act, concurrency, id);
  const run = world.runs.put({
    id,
    repositoryId: act.repository.id,
    workflowId: workflow.id,
    name,
    title: file.runName === undefined ? (start.title ?? name) : fillIn(file.runName, contexts),
    number,
    attempt: 1,
    event: start.event,
    status,
    conclusion: null,
    ref: start.ref,
    sha: start.sha ?? start.headSha,
    headBranch: start.headBranch ?? nameOfRef(start.ref),
    headSha: start.headSha,
    actorId: act.actor.id,
    triggeringActorId: act.actor.id,
    concurrency,
    hasLogs: !isBroken,
    inputs: start.inputs ?? {},
    payload: start.payload,
    earlier: [],
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
    startedAt: act.nowMs,
  });
  const jobs = file.jobs.map((job) => {
    const environment = job.environment === null ? null : fillIn(job.environment, contexts);
    return addJob(act, run, { ...job, environment });
  });
  tellOfRun(act, "requested", run);
  for (const job of jobs) tellOfJob(act, "queued", job);
  return isBroken ? completeRun(act, run, "failure") : run;
}

function contextsOf(
  { services: { world }, repository, actor }: Act,
  { id, number, workflow }: { readonly id: number; readonly number: number; readonly workflow: string },
  start: RunStart,
): JsonObject {
  const { pull_request: pull } = start.payload as {
    readonly pull_request?: {
      readonly head: { readonly ref: string };
      readonly base: { readonly ref: string };
    };
  };
  return {
    github: {
      workflow,
      ref: start.ref,
      ref_name: nameOfRef(start.ref),
      head_ref: pull?.head.ref ?? "",
      base_ref: pull?.base.ref ?? "",
      sha: start.sha ?? start.headSha,
      actor: actor.login,
      event_name: start.event,
      repository: fullNameOf(world, repository),
      repository_owner: world.accounts.get(repository.ownerId)!.login,
      run_id: String(id),
      run_number: String(number),
      run_attempt: "1",
      event: start.payload as JsonObject,
    },
    inputs: (start.inputs ?? {}) as JsonObject,
    vars: variablesOf(world, { ...start, id, attempt: 1, repositoryId: repository.id }),
  };
}
