/**
 * @module What is made once though the program that wants it is ended and started again: the caller names it, and it is looked for by
 * that name before it is made.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { Recovery } from "../fetch/governed-request.ts";
import { deadlineOf } from "./call-deadline.ts";
import { createMarker, type OperationMarker } from "./markers.ts";
import type { CallOptions, Session } from "./session.ts";
import { untilShown } from "./until-shown.ts";

/** So that something is made once even where the program that wants it is ended and started again. */
export interface Operation {
  /** The caller's own, which nobody else uses: letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  /**
   * ISO 8601: when it was begun for the first time. What it may have made is looked for from then on: for as long as GitHub may
   * not show it yet (`retry.lagMs`), unless it is just being begun. So give the moment of the first call, and note it before.
   */
  readonly since: string;
}

/** @throws {HubsteadError} `invalid_input` for an id that would not be found again, or could end the mark */
export function markOf(operation: Operation | undefined): OperationMarker {
  if (operation === undefined) return createMarker();
  if (!/^[\w.-]{8,100}$/u.test(operation.id) || Number.isNaN(Date.parse(operation.since))) {
    throw invalidInput(
      "the operation has no usable id or time",
      "Give it an id of 8 to 100 letters, digits, `.`, `_`, `-`, and the time when it was begun.",
      { path: "operation" },
    );
  }
  return createMarker(operation.id);
}

/** @returns when to look from, where the operation was begun before this call */
export function earlier(since: string, operation: Operation | undefined): string {
  const begun = operation === undefined ? Number.POSITIVE_INFINITY : Date.parse(operation.since);
  return new Date(Math.max(1_000, Math.min(begun, Date.parse(since)))).toISOString();
}

/** A create that is named. */
export interface Naming {
  readonly operation: Operation | undefined;
  readonly recovery: Recovery;
  readonly call: CallOptions;
}

/**
 * Makes it unless it was made before.
 *
 * @param make sends what makes it @param read what was found
 * @throws {HubsteadError} `ambiguous_write` where the call's time is too short to know whether it was made before
 */
export async function makeOnce<T>(
  session: Session,
  { operation, recovery, call }: Naming,
  make: () => Promise<T>,
  read: (found: Response) => Promise<T>,
): Promise<T> {
  if (operation === undefined) return make();
  const { clock, lagMs, apiUrl } = session;
  const [startedAt, deadlineAt] = [clock.now(), deadlineOf(call, clock)];
  const key = `${apiUrl} ${recovery.marker}`;
  const isNew = !begun.has(key) && isJustBegun(operation, startedAt);
  const { signal = new AbortController().signal } = call;
  // What was made less than `lagMs` before this call need not be shown yet; of what is new, nothing was.
  const from = isNew ? startedAt - lagMs : startedAt;
  const shown = await untilShown({ clock, lagMs, from, deadlineAt, signal }, () => recovery.find(signal));
  if (shown.kind === "found") return read(shown.value);
  if (shown.kind === "late") throw unknownYet(recovery.marker, lagMs);
  note(key);
  try {
    return await make();
  } catch (error) {
    if (isRefused(error)) begun.delete(key);
    throw error;
  }
}

/** What this process may have made. */
const begun = new Set<string>();
const mostBegun = 10_000;

function note(key: string): void {
  begun.delete(key);
  begun.add(key);
  if (begun.size > mostBegun) begun.delete(begun.values().next().value!);
}

/** Whether GitHub has said no, or was not asked. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof HubsteadError)) return false;
  const { status } = error.data;
  return error.code === "rate_limited" || (typeof status === "number" && status >= 400 && status < 500);
}

// Nobody takes over so soon from a program that has died on another machine.
const newMs = 5_000;

/** Whether no process can have begun it before this call: none that this one has replaced, and none beside it. */
function isJustBegun({ since }: Operation, now: number): boolean {
  const begunAt = Date.parse(since);
  return begunAt >= performance.timeOrigin && Math.abs(now - begunAt) <= newMs;
}

function unknownYet(marker: string, lagMs: number): HubsteadError {
  return new HubsteadError("ambiguous_write", `nobody knows yet whether it was made before: ${marker}`, {
    hint: `Allow more time (\`timeoutMs\`): what GitHub shows may be ${lagMs / 1_000} s behind.`,
    data: { marker },
  });
}
