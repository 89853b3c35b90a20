/**
 * @module Starts a workflow, once, and tells which run that is. Where GitHub does not say it, as older Enterprise Servers, or
 * where its answer was lost, the run is looked for.
 *
 * @see https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
 */
import { type ErrorCode, HubsteadError, invalidInput } from "../../errors.ts";
import type { Recovery } from "../fetch/governed-request.ts";
import { mustBeObject } from "./check-arguments.ts";
import { type Deadline, startDeadline } from "./commit-turns.ts";
import { findAccepted, findLost, markerOf } from "./dispatched-run.ts";
import { dateOf, isoSeconds } from "./github-time.ts";
import { closeDispatch, type OpenDispatch, openDispatch } from "./open-dispatches.ts";
import { parseRef } from "./repository-place.ts";
import type { CallOptions, Session } from "./session.ts";
import { noteStarted } from "./started-runs.ts";
import { parseWorkflow } from "./workflow-name.ts";
import type { WorkflowRun } from "./workflow-run.ts";

export interface TriggerOptions extends CallOptions {
  /** A branch or a tag. Default: the default branch. */
  readonly ref?: string;
  /** At most 25. */
  readonly inputs?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Whether a run that was found can be the one, where GitHub does not say which it is: for workflows whose `run-name` shows
   * an input that nobody else uses.
   */
  readonly isOurs?: (run: WorkflowRun) => boolean;
}

/** What is sent, and in what time. */
interface Wish {
  readonly inputs: Readonly<Record<string, string>>;
  /** `timeoutMs` is for all requests and waits together. */
  readonly deadline: Deadline;
  /** Whether the API's version has a parameter for being told the run. */
  readonly asksForRun: boolean;
}

const mostInputs = 25;

/** @see WorkflowMethods.triggerWorkflow */
export async function triggerWorkflow(
  session: Session,
  name: string,
  workflow: string | number,
  { ref, inputs = {}, isOurs, ...call }: TriggerOptions,
): Promise<number> {
  const place = session.repo(name);
  const id = parseWorkflow(workflow);
  const texts = checkInputs(inputs, id);
  const wanted = ref === undefined ? undefined : parseRef(ref);
  const about = `${id} of ${place.owner}/${place.repo}`;
  const deadline = startDeadline(session, call);
  const api = await session.api(about, { lane: "interactive-write", ...deadline.call() });
  const askedAt = session.clock.now();
  // It also tells that there is such a workflow, and the time at GitHub.
  const { data, headers } = await api.request(
    "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    { ...place, workflow_id: id, event: "workflow_dispatch", per_page: 100 },
  );
  const dispatch = openDispatch({
    ...place,
    session,
    workflow: id,
    ref: wanted ?? (await api.request("GET /repos/{owner}/{repo}", { ...place })).data.default_branch,
    isOurs,
    askedAt,
    since: isoSeconds(dateOf(headers) ?? session.clock.now()),
    before: new Set(data.workflow_runs.map((run) => Number(run.id))),
  });
  const asksForRun = String(headers["x-github-api-version-selected"] ?? "2022-11-28") < "2026-03-10";
  return settle(dispatch, { inputs: texts, deadline, asksForRun }, about);
}

/** Whatever happens, others learn whether they may still come upon its run. */
async function settle(dispatch: OpenDispatch, wish: Wish, about: string): Promise<number> {
  const { session } = dispatch;
  try {
    const told = await send(dispatch, wish, about);
    if (told !== undefined) noteStarted(session, dispatch, told);
    else Object.assign(dispatch, { state: "looking", endedAt: session.clock.now() });
    const runId = told ?? (await findAccepted(dispatch, wish.deadline));
    closeDispatch(dispatch);
    return runId;
  } catch (error) {
    if (dispatch.state === "sending" && isRefusal(error)) closeDispatch(dispatch);
    else Object.assign(dispatch, { state: "lost", endedAt: dispatch.endedAt ?? session.clock.now() });
    throw error;
  }
}

/** GitHub has said no, or was not asked: nothing has begun. */
function isRefusal(error: unknown): boolean {
  const codes: readonly ErrorCode[] = [
    "invalid_input",
    "not_found",
    "unauthorized",
    "forbidden",
    "version_conflict",
    "already_exists",
    "rate_limited",
  ];
  return error instanceof HubsteadError && codes.includes(error.code);
}

function checkInputs(
  inputs: NonNullable<TriggerOptions["inputs"]>,
  workflow: string,
): Readonly<Record<string, string>> {
  const entries = Object.entries(mustBeObject(inputs, "what the workflow is given", "inputs"));
  if (entries.length > mostInputs) {
    throw invalidInput(
      `${workflow} was given ${entries.length} inputs`,
      `GitHub takes ${mostInputs}; put several into one, as JSON.`,
      { path: "inputs", expected: `at most ${mostInputs}`, found: entries.length },
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** @returns the run's id; `undefined` where it was started and GitHub does not say which it is */
async function send(
  dispatch: OpenDispatch,
  { inputs, deadline, asksForRun }: Wish,
  about: string,
): Promise<number | undefined> {
  const { session, owner, repo, workflow, ref } = dispatch;
  const recovery: Recovery = {
    marker: markerOf(dispatch),
    async find(signal) {
      const runId = await findLost(dispatch, deadline, signal);
      return runId === undefined ? undefined : Response.json({ workflow_run_id: runId });
    },
  };
  const api = await session.api(about, { ...deadline.call(), recovery });
  const route = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
  const body = { owner, repo, workflow_id: workflow, ref, inputs };
  try {
    const { data } = await api
      .request(route, asksForRun ? { ...body, return_run_details: true } : body)
      .catch((error: unknown) => {
        if (!asksForRun || !mayBeTheParameter(error)) throw error;
        // Refused, nothing has begun.
        return api.request(route, body);
      });
    const id = Number((data as { readonly workflow_run_id?: number } | undefined)?.workflow_run_id);
    return Number.isSafeInteger(id) && id > 0 ? id : undefined;
  } catch (error) {
    throw explained(error, dispatch);
  }
}

/** An Enterprise Server that does not know `return_run_details` answers 400 or 422. */
function mayBeTheParameter(error: unknown): boolean {
  if (!(error instanceof HubsteadError) || error.code !== "invalid_input") return false;
  return !/No ref found|workflow_dispatch|\binputs?\b/iu.test(error.message);
}

function explained(error: unknown, { ref }: OpenDispatch): unknown {
  if (!(error instanceof HubsteadError) || !/No ref found/iu.test(error.message)) return error;
  const isCommit = /^[0-9a-f]{40}$/iu.test(ref);
  return new HubsteadError(error.code, error.message, {
    hint: isCommit
      ? "A workflow runs on a branch or a tag only: make a temporary tag with createOrResetTag, and delete it after the run."
      : "Name a branch or a tag of the repository.",
    data: { ...error.data, path: "ref", ref },
    cause: error,
  });
}
