/**
 * @module Finds the run that a dispatch has started, where GitHub has not told it: one that nobody else can have started, as far
 * as this process knows. It is never guessed.
 */
import { HubsteadError } from "../../errors.ts";
import type { Deadline } from "./commit-turns.ts";
import { isByOneself } from "./oneself.ts";
import { branchOf, isOpen, mayHaveStarted, type OpenDispatch, rivalsOf } from "./open-dispatches.ts";
import { isStarted, noteStarted } from "./started-runs.ts";
import { type RunJson, toWorkflowRun } from "./workflow-run.ts";

/** What a look has shown. */
type Look =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly runId: number }
  /** `isFinal` where no later look can tell more. */
  | { readonly kind: "open"; readonly runIds: readonly number[]; readonly isFinal: boolean };

// GitHub shows a run a moment after it was started; twice as long each time, two minutes in all.
const firstLookMs = 1_000;
const longestLookMs = 65_000;
/** After the first one is seen: whether a second one turns up that could be meant as well. */
const settleMs = 5_000;

/**
 * Of a dispatch that GitHub has accepted.
 *
 * @throws {HubsteadError} `ambiguous_write`, whatever stands in the way: it must not be sent again; the signal's reason
 */
export async function findAccepted(dispatch: OpenDispatch, deadline: Deadline): Promise<number> {
  const { signal } = deadline.call();
  let runIds: readonly number[] = [];
  let cause: HubsteadError | undefined;
  for (let pauseMs = firstLookMs; pauseMs < longestLookMs; pauseMs *= 2) {
    if (!(await deadline.pause(pauseMs))) break;
    try {
      const look = await lookForRun(dispatch, deadline, signal);
      cause = undefined;
      if (look.kind === "found") return look.runId;
      runIds = look.kind === "open" ? look.runIds : [];
      if (look.kind === "open" && look.isFinal) break;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HubsteadError)) throw error;
      cause = error;
    }
  }
  throw ambiguous(dispatch, runIds, cause);
}

/**
 * Of a dispatch whose answer was lost.
 *
 * @returns `undefined` where GitHub shows none
 * @throws {HubsteadError} `ambiguous_write` where it cannot be told whether one that is shown is it
 */
export async function findLost(
  dispatch: OpenDispatch,
  deadline: Deadline,
  signal: AbortSignal,
): Promise<number | undefined> {
  const look = await lookForRun(dispatch, deadline, signal);
  if (look.kind === "open") throw ambiguous(dispatch, look.runIds);
  return look.kind === "found" ? look.runId : undefined;
}

/** What is found is noted in the same breath, so that nobody else takes it. */
async function lookForRun(
  dispatch: OpenDispatch,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): Promise<Look> {
  const { session } = dispatch;
  if ((await newRuns(dispatch, deadline, signal)).length === 0) return { kind: "none" };
  await session.clock.sleep(settleMs, signal);
  const runs = await newRuns(dispatch, deadline, signal);
  // Who begins from here on cannot have started what GitHub has shown.
  const claims = await claimsOn(runs, dispatch, deadline, signal);
  const free = runs.filter((run) => !isStarted(session, dispatch, Number(run.id)));
  const [first] = free;
  if (first === undefined) return { kind: "none" };
  const rivals = [...new Set(free.flatMap((run) => claims.get(run) ?? []))].filter(isOpen);
  if (free.length === 1 && rivals.length === 0) {
    noteStarted(session, dispatch, Number(first.id));
    return { kind: "found", runId: Number(first.id) };
  }
  // Of those that wait for each other none learns more than there is to be seen.
  const isStuck = ({ state, isOurs }: OpenDispatch) =>
    state === "lost" || (free.length > 1 && state === "looking" && isOurs === undefined);
  return { kind: "open", runIds: free.map(({ id }) => Number(id)), isFinal: rivals.every(isStuck) };
}

/** By run: who else may have started it. */
async function claimsOn(
  runs: readonly RunJson[],
  dispatch: OpenDispatch,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<RunJson, readonly OpenDispatch[]>> {
  // A run that we can tell by what it shows is only somebody's who can tell it, too.
  const rivals = rivalsOf(dispatch).filter(
    ({ isOurs }) => dispatch.isOurs === undefined || isOurs !== undefined,
  );
  const { lane, timeoutMs } = deadline.call();
  const call = {
    ...(lane === undefined ? {} : { lane }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
  const claims = new Map<RunJson, readonly OpenDispatch[]>();
  for (const run of runs) {
    const claimants: OpenDispatch[] = [];
    for (const rival of rivals) if (await mayHaveStarted(rival, run, dispatch, call)) claimants.push(rival);
    claims.set(run, claimants);
  }
  return claims;
}

/** Those that there were not before, that nobody of this process was told, and that were started with this credential. */
async function newRuns(
  dispatch: OpenDispatch,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): Promise<readonly RunJson[]> {
  const { session, owner, repo, workflow, since, before, isOurs } = dispatch;
  const terms = { ...deadline.call(), ...(signal === undefined ? {} : { signal }) };
  const api = await session.api(`the runs of ${owner}/${repo}`, { lane: "interactive-write", ...terms });
  const { data } = await api.request("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", {
    owner,
    repo,
    workflow_id: workflow,
    event: "workflow_dispatch",
    branch: branchOf(dispatch),
    created: `>=${since}`,
    per_page: 100,
  });
  const own: RunJson[] = [];
  for (const run of data.workflow_runs) {
    if (before.has(Number(run.id)) || isStarted(session, dispatch, Number(run.id))) continue;
    if (isOurs !== undefined && !isOurs(toWorkflowRun(run))) continue;
    if (await isByOneself(session, api, { owner, repo }, run.actor, signal)) own.push(run);
  }
  return own;
}

/** What to look for, for people. */
export function markerOf({ owner, repo, workflow, ref, since }: OpenDispatch): string {
  return `a run of ${workflow} of ${owner}/${repo} on ${ref}, started by workflow_dispatch since ${since}`;
}

function ambiguous(dispatch: OpenDispatch, runIds: readonly number[], cause?: HubsteadError): HubsteadError {
  const marker = markerOf(dispatch);
  const { owner, repo, workflow } = dispatch;
  const what =
    cause === undefined
      ? `${runIds.length} come into question${runIds.length === 1 ? ", which another call may have started" : ""}`
      : cause.message;
  return new HubsteadError(
    "ambiguous_write",
    `which run of ${workflow} of ${owner}/${repo} was started cannot be told: ${what}`,
    {
      hint: `Look for ${marker} before you start another one; \`isOurs\` can tell them apart by a run-name.`,
      data: { marker, runIds },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
