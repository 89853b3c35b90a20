/**
 * @module The life of a run: waiting for its end, ending it, starting it again. An end is believed when GitHub shows it, not
 * when it was asked for.
 */
import { HubsteadError } from "../../errors.ts";
import type { CallOptions, RepoName, Session } from "./session.ts";
import { toWorkflowRun, type WorkflowRun } from "./workflow-run.ts";

export interface WaitOptions extends CallOptions {
  /** For the whole wait. Default: an hour. */
  readonly timeoutMs?: number;
  /** Between two looks. Default: 10,000; a look that finds nothing new costs nothing of the hourly allowance. */
  readonly pollMs?: number;
  /** Asked before each look; `true` ends the wait, not the run. */
  readonly isCancelled?: () => boolean | Promise<boolean>;
  /** Waits for this attempt or a later one. Default: whichever it is. */
  readonly attempt?: number;
  /** Told of each look. */
  readonly onRun?: (run: WorkflowRun) => void;
}

export interface CancelOptions extends CallOptions {
  /** For the run to end. Default: 5 minutes. */
  readonly timeoutMs?: number;
  readonly pollMs?: number;
  /** Whether it is ended even where its jobs say `always()`. Default: no. */
  readonly force?: boolean;
}

const usualWaitMs = 3_600_000;
const usualPollMs = 10_000;
const usualCancelMs = 5 * 60_000;

export async function getRun(
  session: Session,
  name: string,
  runId: number,
  call: CallOptions,
): Promise<WorkflowRun> {
  const { owner, repo } = session.repo(name);
  const api = await session.api(`run ${runId} of ${owner}/${repo}`, call);
  const { data } = await api.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
    owner,
    repo,
    run_id: runId,
  });
  return toWorkflowRun(data);
}

/** @see WorkflowMethods.waitForRun */
export async function waitForRun(
  session: Session,
  name: string,
  runId: number,
  options: WaitOptions,
): Promise<WorkflowRun> {
  const { timeoutMs = usualWaitMs, pollMs = usualPollMs, isCancelled, attempt = 1, onRun, ...call } = options;
  const { clock } = session;
  const deadline = clock.now() + timeoutMs;
  const left = () => deadline - clock.now();
  let last: WorkflowRun | undefined;
  while (left() > 0) {
    const seen = await look(session, name, runId, { lane: "poll", ...call, timeoutMs: Math.max(1, left()) });
    if (seen !== undefined && seen.attempt >= attempt) {
      last = seen;
      onRun?.(seen);
      if (seen.status === "completed") return seen;
    }
    if (last !== undefined && (await isCancelled?.()) === true) return last;
    await clock.sleep(Math.max(0, Math.min(pollMs, left())), call.signal);
  }
  throw notFinished(session.repo(name), runId, last, timeoutMs);
}

/** @returns `undefined` where GitHub cannot be reached for the moment */
async function look(
  session: Session,
  name: string,
  runId: number,
  call: CallOptions,
): Promise<WorkflowRun | undefined> {
  try {
    return await getRun(session, name, runId, call);
  } catch (error) {
    if (error instanceof HubsteadError && error.code === "remote_unavailable") return undefined;
    throw error;
  }
}

function notFinished(
  { owner, repo }: RepoName,
  runId: number,
  last: WorkflowRun | undefined,
  timeoutMs: number,
): HubsteadError {
  const status = last?.status ?? "not to be seen";
  return new HubsteadError("busy", `run ${runId} of ${owner}/${repo} is ${status} after ${timeoutMs} ms`, {
    hint: "Wait longer (`timeoutMs`), or end it with cancelRun.",
    data: { runId, retryAfterMs: usualPollMs, ...(last === undefined ? {} : { status: last.status }) },
  });
}

/** @see WorkflowMethods.cancelRun */
export async function cancelRun(
  session: Session,
  name: string,
  runId: number,
  { timeoutMs = usualCancelMs, pollMs, force = false, ...call }: CancelOptions,
): Promise<WorkflowRun> {
  const { owner, repo } = session.repo(name);
  const api = await session.api(`run ${runId} of ${owner}/${repo}`, call);
  const place = { owner, repo, run_id: runId };
  try {
    if (force) await api.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel", place);
    else await api.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", place);
  } catch (error) {
    if (!isPerhapsOver(error)) throw error;
  }
  return waitForRun(session, name, runId, {
    lane: "interactive-write",
    ...call,
    timeoutMs,
    pollMs: pollMs ?? 2_000,
  });
}

/** 409: it has ended; or nobody knows, and the run itself will show it. */
function isPerhapsOver(error: unknown): boolean {
  return (
    error instanceof HubsteadError && (error.code === "version_conflict" || error.code === "ambiguous_write")
  );
}

/** @see WorkflowMethods.rerunFailed */
export async function rerunFailed(
  session: Session,
  name: string,
  runId: number,
  call: CallOptions,
): Promise<number> {
  const { owner, repo } = session.repo(name);
  const about = `run ${runId} of ${owner}/${repo}`;
  const { attempt } = await getRun(session, name, runId, { lane: "interactive-write", ...call });
  const recovery = {
    marker: `attempt ${attempt + 1} of ${about}`,
    async find(signal: AbortSignal) {
      const run = await getRun(session, name, runId, { lane: "interactive-write", ...call, signal });
      return run.attempt > attempt ? Response.json({}, { status: 201 }) : undefined;
    },
  };
  const api = await session.api(about, { ...call, recovery });
  await api.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", {
    owner,
    repo,
    run_id: runId,
  });
  return attempt + 1;
}
