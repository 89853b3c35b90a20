/**
 * @module Starts a workflow, once, and tells which run that is. Where GitHub does not say it, as older Enterprise Servers, or
 * where its answer was lost, the run is taken only if no other one can be meant.
 *
 * @see https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { Recovery } from "../fetch/governed-request.ts";
import { mustBeObject } from "./check-arguments.ts";
import { type Deadline, startDeadline } from "./commit-turns.ts";
import { dateOf, isoSeconds } from "./github-time.ts";
import { isByOneself } from "./oneself.ts";
import { parseRef } from "./repository-place.ts";
import type { CallOptions, RepoName, Session } from "./session.ts";
import { parseWorkflow } from "./workflow-name.ts";
import { type RunJson, toWorkflowRun, type WorkflowRun } from "./workflow-run.ts";

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

/** What is asked for, and what there was before. */
interface Dispatch extends RepoName {
  readonly session: Session;
  /** `timeoutMs` is for all requests and waits together. */
  readonly deadline: Deadline;
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly isOurs: (run: WorkflowRun) => boolean;
  /** By GitHub's clock. */
  readonly since: string;
  readonly before: ReadonlySet<number>;
  /** Whether the API's version has a parameter for being told the run. */
  readonly asksForRun: boolean;
}

const mostInputs = 25;

/** @see WorkflowMethods.triggerWorkflow */
export async function triggerWorkflow(
  session: Session,
  name: string,
  workflow: string | number,
  { ref, inputs = {}, isOurs = () => true, ...call }: TriggerOptions,
): Promise<number> {
  const place = session.repo(name);
  const id = parseWorkflow(workflow);
  const texts = checkInputs(inputs, id);
  const wanted = ref === undefined ? undefined : parseRef(ref);
  const about = `${id} of ${place.owner}/${place.repo}`;
  const deadline = startDeadline(session, call);
  const api = await session.api(about, { lane: "interactive-write", ...deadline.call() });
  // It also tells that there is such a workflow, and the time at GitHub.
  const { data, headers } = await api.request(
    "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
    { ...place, workflow_id: id, event: "workflow_dispatch", per_page: 100 },
  );
  const dispatch: Dispatch = {
    ...place,
    session,
    deadline,
    workflow: id,
    ref: wanted ?? (await api.request("GET /repos/{owner}/{repo}", { ...place })).data.default_branch,
    inputs: texts,
    isOurs,
    since: isoSeconds(dateOf(headers) ?? session.clock.now()),
    before: new Set(data.workflow_runs.map((run) => Number(run.id))),
    asksForRun: String(headers["x-github-api-version-selected"] ?? "2022-11-28") < "2026-03-10",
  };
  return (await send(dispatch, about)) ?? correlate(dispatch);
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
async function send(dispatch: Dispatch, about: string): Promise<number | undefined> {
  const { session, deadline, owner, repo, workflow, ref, inputs, asksForRun } = dispatch;
  const api = await session.api(about, { ...deadline.call(), recovery: recoveryOf(dispatch) });
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

function explained(error: unknown, { ref }: Dispatch): unknown {
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

// GitHub shows a run a moment after it was started; twice as long each time, two minutes in all.
const firstLookMs = 1_000;
const longestLookMs = 65_000;
/** After the first one is seen: whether a second one turns up that could be meant as well. */
const settleMs = 5_000;

async function correlate(dispatch: Dispatch): Promise<number> {
  const { deadline } = dispatch;
  for (let pauseMs = firstLookMs; pauseMs < longestLookMs; pauseMs *= 2) {
    if (!(await deadline.pause(pauseMs))) break;
    const run = await findRun(dispatch, deadline.call().signal);
    if (run !== undefined) return Number(run.id);
  }
  throw ambiguous(dispatch, []);
}

function recoveryOf(dispatch: Dispatch): Recovery {
  return {
    marker: markerOf(dispatch),
    async find(signal) {
      const run = await findRun(dispatch, signal);
      return run === undefined ? undefined : Response.json({ workflow_run_id: Number(run.id) });
    },
  };
}

/** @throws {HubsteadError} `ambiguous_write` where more than one can be meant */
async function findRun(dispatch: Dispatch, signal: AbortSignal | undefined): Promise<RunJson | undefined> {
  const found = await candidates(dispatch, signal);
  if (found.length === 0) return undefined;
  await dispatch.session.clock.sleep(settleMs, signal);
  const settled = await candidates(dispatch, signal);
  if (settled.length !== 1) throw ambiguous(dispatch, settled);
  return settled[0];
}

async function candidates(
  { session, deadline, owner, repo, workflow, ref, since, before, isOurs }: Dispatch,
  signal: AbortSignal | undefined,
): Promise<readonly RunJson[]> {
  const terms = { ...deadline.call(), ...(signal === undefined ? {} : { signal }) };
  const api = await session.api(`the runs of ${owner}/${repo}`, { lane: "interactive-write", ...terms });
  const { data } = await api.request("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", {
    owner,
    repo,
    workflow_id: workflow,
    event: "workflow_dispatch",
    branch: ref.replace(/^refs\/(?:heads|tags)\//u, ""),
    created: `>=${since}`,
    per_page: 100,
  });
  const isNew = (run: RunJson) => !before.has(Number(run.id)) && isOurs(toWorkflowRun(run));
  const found = data.workflow_runs.filter(isNew);
  const own: RunJson[] = [];
  for (const run of found) {
    if (await isByOneself(session, api, { owner, repo }, run.actor, signal)) own.push(run);
  }
  return own;
}

function markerOf({ owner, repo, workflow, ref, since }: Dispatch): string {
  return `a run of ${workflow} of ${owner}/${repo} on ${ref}, started by workflow_dispatch since ${since}`;
}

function ambiguous(dispatch: Dispatch, found: readonly RunJson[]): HubsteadError {
  const marker = markerOf(dispatch);
  const { owner, repo, workflow } = dispatch;
  return new HubsteadError(
    "ambiguous_write",
    `which run of ${workflow} of ${owner}/${repo} was started cannot be told: ${found.length} come into question`,
    {
      hint: `Look for ${marker} before you start another one; \`isOurs\` can tell them apart by a run-name.`,
      data: { marker, runIds: found.map(({ id }) => Number(id)) },
    },
  );
}
