/**
 * @module The dispatches of this process of which nobody knows yet which run they have started, or whether any: a run that one
 * of them may have started is no other one's. What other processes do, it does not know.
 */
import { HubsteadError } from "../../errors.ts";
import { isByOneself } from "./oneself.ts";
import type { CallOptions, RepoName, Session } from "./session.ts";
import { type RunJson, toWorkflowRun, type WorkflowRun } from "./workflow-run.ts";

/** What is asked for, and what there was before. */
export interface Dispatch extends RepoName {
  readonly session: Session;
  /** A file's name, or an id. */
  readonly workflow: string;
  readonly ref: string;
  /** Where absent, no run can be told from another one. */
  readonly isOurs: ((run: WorkflowRun) => boolean) | undefined;
  /** By the session's clock: when it was asked what runs there are. */
  readonly askedAt: number;
  /** By GitHub's clock, as it writes times. */
  readonly since: string;
  /** The runs that there were. */
  readonly before: ReadonlySet<number>;
}

export interface OpenDispatch extends Dispatch {
  /** `sending` while there is no answer, `looking` for the run, `lost` when that was given up. */
  state: "sending" | "looking" | "lost";
  /** By its session's clock: from then on it starts nothing more. */
  endedAt?: number;
}

const open = new Set<OpenDispatch>();

// Nobody looks for a run for so long.
const rememberedMs = 3_600_000;
const mostOpen = 10_000;

/** To be called before anything is sent. */
export function openDispatch(dispatch: Dispatch): OpenDispatch {
  for (const known of open) {
    const isOver = known.endedAt !== undefined && known.session.clock.now() - known.endedAt > rememberedMs;
    if (!isOver && open.size < mostOpen) break;
    if (isOver || known.state === "lost") open.delete(known);
  }
  const opened: OpenDispatch = { ...dispatch, state: "sending" };
  open.add(opened);
  return opened;
}

/** Its run is known, or it certainly has none. */
export function closeDispatch(dispatch: OpenDispatch): void {
  open.delete(dispatch);
}

export function isOpen(dispatch: OpenDispatch): boolean {
  return open.has(dispatch);
}

/** @returns the others that may have started runs of the same workflow on the same ref */
export function rivalsOf(own: OpenDispatch): readonly OpenDispatch[] {
  return [...open].filter(
    (other) =>
      other !== own &&
      placeOf(other) === placeOf(own) &&
      branchOf(other) === branchOf(own) &&
      mayBeOneWorkflow(other.workflow, own.workflow) &&
      !isShownTo(own, other),
  );
}

/** What it has started stood among what there was before, as far behind as GitHub may be. */
function isShownTo({ askedAt, session: { lagMs } }: OpenDispatch, { state, endedAt }: OpenDispatch): boolean {
  return state === "lost" && endedAt !== undefined && endedAt + lagMs <= askedAt;
}

/**
 * Whether a dispatch may have started a run, for all that can be seen of the run.
 *
 * @param own whose account has started the run
 */
export async function mayHaveStarted(
  rival: OpenDispatch,
  run: RunJson,
  own: OpenDispatch,
  call: CallOptions,
): Promise<boolean> {
  const { session, owner, repo, isOurs, before, since } = rival;
  if (before.has(Number(run.id)) || Date.parse(run.created_at) < Date.parse(since)) return false;
  if (isOurs !== undefined && !isOurs(toWorkflowRun(run))) return false;
  try {
    if ((await principalOf(rival, call)) === (await principalOf(own, call))) return true;
    const api = await session.api(`the runs of ${owner}/${repo}`, { lane: "interactive-write", ...call });
    return await isByOneself(session, api, { owner, repo }, run.actor, call.signal);
  } catch (error) {
    call.signal?.throwIfAborted();
    // Its client may be closed, its token have ended: that says nothing of what it has started.
    if (error instanceof HubsteadError) return true;
    throw error;
  }
}

async function principalOf({ session, owner, repo }: Dispatch, { signal }: CallOptions): Promise<string> {
  const scope = { owner, repo, path: `/repos/${owner}/${repo}` };
  return (await session.source.credentialFor(scope, signal)).principal;
}

/** As runs name it, and as lists of runs are asked for it. */
export function branchOf({ ref }: Pick<Dispatch, "ref">): string {
  return ref.replace(/^refs\/(?:heads|tags)\//u, "");
}

function placeOf({ session, owner, repo }: Dispatch): string {
  return `${session.apiUrl} ${owner}/${repo}`.toLowerCase();
}

/** A name and an id may stand for the same one. */
function mayBeOneWorkflow(one: string, other: string): boolean {
  const isId = (workflow: string) => /^\d+$/u.test(workflow);
  return one === other || isId(one) !== isId(other);
}
