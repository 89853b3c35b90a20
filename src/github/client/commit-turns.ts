/**
 * @module One commit at a time in each repository: commits that are made at the same time refuse each other, and every one but
 * the first is in vain. Holds for one client; between clients GitHub decides.
 *
 * @see https://docs.github.com/rest/repos/contents: "If you use this endpoint and the Delete a file endpoint in parallel, the
 * concurrent requests will conflict"
 */
import { HubsteadError } from "../../errors.ts";
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
  const at = clock.now() + (timeoutMs ?? usualMs);
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

const lines = new WeakMap<Session, Map<string, Promise<void>>>();

/** @throws {HubsteadError} `busy` when its turn does not come before the deadline; the signal's reason */
export async function inTurn<T>(
  session: Session,
  { owner, repo }: RepoName,
  { at, call }: Deadline,
  body: () => Promise<T>,
): Promise<T> {
  const line = lines.get(session) ?? new Map<string, Promise<void>>();
  lines.set(session, line);
  const key = `${owner}/${repo}`.toLowerCase();
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
    over.abort();
    late.catch(() => undefined);
  }
}
