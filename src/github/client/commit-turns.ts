/**
 * @module One commit at a time in each repository: commits that are made at the same time refuse each other, and every one but
 * the first is in vain. Holds for one process; between processes GitHub decides.
 *
 * @see https://docs.github.com/rest/repos/contents: "If you use this endpoint and the Delete a file endpoint in parallel, the
 * concurrent requests will conflict"
 */
import { HubsteadError } from "../../errors.ts";
import { notWaitedFor } from "../clock.ts";
import { deadlineOf } from "./call-deadline.ts";
import type { CallOptions, RepoName, Session } from "./session.ts";

/** The time that an operation of several requests has. */
export interface Deadline {
  /** By the clock. */
  readonly at: number;
  /** For the next request: what is left. */
  readonly call: () => CallOptions;
  /** Waits, but not beyond the deadline. @returns whether there is time left */
  readonly pause: (ms: number) => Promise<boolean>;
}

// Commits may have to wait for others again and again; whoever wants it shorter says so.
const usualMs = 5 * 60_000;

/** @param options `timeoutMs` is for the operation as a whole; default: 5 minutes */
export function startDeadline({ clock }: Session, options: CallOptions): Deadline {
  const { timeoutMs, ...terms } = options;
  const at = timeoutMs === undefined ? clock.now() + usualMs : deadlineOf(options, clock);
  return {
    at,
    call: () => ({
      ...terms,
      ...(timeoutMs === undefined ? {} : { timeoutMs: Math.max(1, at - clock.now()) }),
    }),
    async pause(ms) {
      if (clock.now() + ms >= at) return false;
      await clock.sleep(ms, terms.signal);
      return true;
    },
  };
}

/** By repository: of all clients of this process, whoever they commit for. */
const line = new Map<string, Promise<void>>();

/** @throws {HubsteadError} `busy` when its turn does not come before the deadline; the signal's reason */
export async function inTurn<T>(
  session: Session,
  { owner, repo }: RepoName,
  { at, call }: Deadline,
  body: () => Promise<T>,
): Promise<T> {
  const key = `${session.apiUrl} ${owner}/${repo}`.toLowerCase();
  const before = line.get(key);
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const mine = (before ?? Promise.resolve()).then(() => done);
  line.set(key, mine);
  try {
    if (before !== undefined) await waitFor(session, before, at, call().signal, `${owner}/${repo}`);
    return await body();
  } finally {
    resolve();
    if (line.get(key) === mine) line.delete(key);
  }
}

async function waitFor(
  { clock }: Session,
  before: Promise<void>,
  at: number,
  signal: AbortSignal | undefined,
  about: string,
): Promise<void> {
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const late = clock.sleep(Math.max(0, at - clock.now()), either).then(() => {
    throw new HubsteadError("busy", `other commits to ${about} took too long`, {
      hint: "Try again, or allow more time (`timeoutMs`).",
      data: { retryAfterMs: 1_000 },
    });
  });
  try {
    await Promise.race([before, late]);
  } finally {
    over.abort(notWaitedFor);
    late.catch(() => undefined);
  }
}

/** By repository and branch, the commit that this process has made last. */
const landed = new Map<string, string>();

/** A commit that has landed, and what it came after. */
export interface Landing {
  readonly head: string;
  readonly commitSha: string;
  /** How long the attempt took, by the clock. */
  readonly tookMs: number;
}

const mostBranches = 1_000;

// Others who have lost against this commit need about as long again, and a little to notice; nobody waits longer than this.
const longestGapMs = 30_000;

/**
 * Leaves others a gap when there are some: who has just won would else win again and again, being the first to know the new
 * head. Without others it takes no time.
 */
export async function makeRoom(
  session: Session,
  { owner, repo }: RepoName,
  branch: string,
  { pause }: Deadline,
  { head, commitSha, tookMs }: Landing,
): Promise<void> {
  const key = `${session.apiUrl} ${owner}/${repo} ${branch}`.toLowerCase();
  const own = landed.get(key);
  landed.delete(key);
  landed.set(key, commitSha);
  if (landed.size > mostBranches) landed.delete(landed.keys().next().value!);
  const areOthersThere = own !== undefined && own !== head;
  if (areOthersThere) await pause(Math.min(longestGapMs, tookMs * (2 + Math.random())));
}
