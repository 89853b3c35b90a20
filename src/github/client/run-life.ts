/**
 * @module The life of a run: waiting for its end, ending it, starting it again. An end is believed when GitHub shows it, not
 * when it was asked for.
 */
import { HubsteadError } from "../../errors.ts";
import type { CallOptions, RepoName, Session } from "./session.ts";
import { unseenForMs } from "./started-runs.ts";
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
const usualCancelPollMs = 2_000;

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

// How often it is asked for a run that was started a moment ago.
const unseenPollMs = 2_000;

/**
 * What is asked of a run: of one that this process has started again and again, for as long as GitHub may not show it yet.
 *
 * @param ask gets the time that is left
 */
export async function onceShown<T>(
  session: Session,
  place: RepoName,
  runId: number,
  call: CallOptions,
  ask: (call: CallOptions) => Promise<T>,
): Promise<T> {
  const { clock } = session;
  const { timeoutMs, ...terms } = call;
  const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.max(1, deadline - clock.now());
    try {
      return await ask(timeoutMs === undefined ? terms : { ...terms, timeoutMs: leftMs });
    } catch (error) {
      const pauseMs = Math.min(unseenPollMs, unseenForMs(session, place, runId));
      if (!isCode(error, "not_found") || pauseMs <= 0 || clock.now() + pauseMs >= deadline) throw error;
      await clock.sleep(pauseMs, call.signal);
    }
  }
}

/** @see WorkflowMethods.waitForRun */
export function waitForRun(
  session: Session,
  name: string,
  runId: number,
  options: WaitOptions,
): Promise<WorkflowRun> {
  const { timeoutMs = usualWaitMs, ...wait } = options;
  return watch(session, name, runId, { ...wait, timeoutMs, deadlineAt: session.clock.now() + timeoutMs });
}

interface Watch extends WaitOptions {
  /** For messages. */
  readonly timeoutMs: number;
  /** By the clock. */
  readonly deadlineAt: number;
}

async function watch(
  session: Session,
  name: string,
  runId: number,
  { timeoutMs, deadlineAt, pollMs = usualPollMs, isCancelled, attempt = 1, onRun, ...call }: Watch,
): Promise<WorkflowRun> {
  const { clock } = session;
  const place = session.repo(name);
  const leftMs = () => deadlineAt - clock.now();
  let last: WorkflowRun | undefined;
  const stopped = (): WorkflowRun => {
    if (last !== undefined) return last;
    throw notFinished(place, runId, undefined, timeoutMs - leftMs());
  };
  for (let looks = 0; leftMs() > 0; looks++) {
    const isOver = (await isCancelled?.()) === true;
    // Who stops before anything was seen is told by one look what there is.
    if (isOver && looks > 0) return stopped();
    const { run, isScarce } = await look(session, name, runId, call, { deadlineAt, pollMs });
    last = run ?? last;
    if (isOver) return stopped();
    if (run !== undefined && run.attempt >= attempt) {
      onRun?.(run);
      if (run.status === "completed") return run;
    }
    const pauseMs = isScarce ? Math.max(pollMs, scarcePollMs) : pollMs;
    await clock.sleep(Math.max(0, Math.min(pauseMs, leftMs())), call.signal);
  }
  const isWanted = last !== undefined && last.attempt >= attempt;
  throw notFinished(place, runId, isWanted ? last : undefined, timeoutMs);
}

// One look that gets no answer is none.
const longestLookMs = 120_000;
// Between two looks that use what is kept for others.
const scarcePollMs = 30_000;

interface Look {
  /** Absent where it is not to be seen for the moment. */
  readonly run: WorkflowRun | undefined;
  /** Whether little is left of GitHub's allowance. */
  readonly isScarce: boolean;
}

/**
 * A look that need not be urgent. Somebody waits for the run all the same: where the allowance has come down to what is kept
 * from polls, it goes on as a read that somebody waits for, and seldom.
 */
async function look(
  session: Session,
  name: string,
  runId: number,
  call: CallOptions,
  { deadlineAt, pollMs }: { readonly deadlineAt: number; readonly pollMs: number },
): Promise<Look> {
  const timeoutMs = Math.max(1, Math.min(longestLookMs, deadlineAt - session.clock.now()));
  const own = { ...call, timeoutMs };
  const polite = { lane: "poll", maxWaitMs: pollMs, ...own } as const;
  let isScarce = false;
  try {
    try {
      return { run: await getRun(session, name, runId, polite), isScarce };
    } catch (error) {
      if (call.lane !== undefined || !isForAllowance(error)) throw error;
      isScarce = true;
      return { run: await getRun(session, name, runId, { ...own, lane: "interactive-read" }), isScarce };
    }
  } catch (error) {
    const isUnseen = isCode(error, "not_found") && unseenForMs(session, session.repo(name), runId) > 0;
    if (isUnseen || isCode(error, "remote_unavailable") || isOverBefore(error, deadlineAt))
      return { run: undefined, isScarce };
    throw error;
  }
}

function isCode(error: unknown, code: HubsteadError["code"]): error is HubsteadError {
  return error instanceof HubsteadError && error.code === code;
}

/** The hourly allowance: GitHub's, or what the client lets itself use of it. */
function isForAllowance(error: unknown): boolean {
  if (!isCode(error, "rate_limited")) return false;
  const { kind, name } = (error.data["because"] ?? {}) as { readonly kind?: string; readonly name?: string };
  return kind === "budget" || name === "requests/h";
}

/** A limit that ends in time is waited for. */
function isOverBefore(error: unknown, deadlineAt: number): boolean {
  return isCode(error, "rate_limited") && Date.parse(String(error.data["retryAt"])) < deadlineAt;
}

function notFinished(
  { owner, repo }: RepoName,
  runId: number,
  last: WorkflowRun | undefined,
  afterMs: number,
): HubsteadError {
  const status = last?.status ?? "not to be seen";
  return new HubsteadError(
    "busy",
    `run ${runId} of ${owner}/${repo} is ${status} after ${Math.round(afterMs)} ms`,
    {
      hint: "Wait longer (`timeoutMs`), or end it with cancelRun.",
      data: { runId, retryAfterMs: usualPollMs, ...(last === undefined ? {} : { status: last.status }) },
    },
  );
}

/** @see WorkflowMethods.cancelRun */
export async function cancelRun(
  session: Session,
  name: string,
  runId: number,
  { timeoutMs = usualCancelMs, pollMs = usualCancelPollMs, force = false, ...call }: CancelOptions,
): Promise<WorkflowRun> {
  const { clock } = session;
  const place = session.repo(name);
  const deadlineAt = clock.now() + timeoutMs;
  const terms = { ...call, timeoutMs: Math.min(timeoutMs, longestLookMs) };
  try {
    await onceShown(session, place, runId, terms, async (left) => {
      const api = await session.api(`run ${runId} of ${place.owner}/${place.repo}`, left);
      const run = { ...place, run_id: runId };
      if (force) await api.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel", run);
      else await api.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", run);
    });
  } catch (error) {
    if (!isPerhapsOver(error)) throw error;
  }
  return watch(session, name, runId, {
    lane: "interactive-write",
    ...call,
    timeoutMs,
    deadlineAt,
    pollMs,
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
  const urgent = { lane: "interactive-write", ...call } as const;
  const { attempt } = await onceShown(session, { owner, repo }, runId, urgent, (left) =>
    getRun(session, name, runId, left),
  );
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
