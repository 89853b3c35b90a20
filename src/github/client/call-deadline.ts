/**
 * @module The time that a call has: `timeoutMs` is for all of its requests together, however many they are. The moment when it ends
 * goes along with the options, from one function to the next.
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubClock } from "../clock.ts";

/** Stays with the options when they are spread and taken apart, and is no option that anybody could name. */
const endsAt = Symbol("when the call ends");

/** Options that may have been stamped. */
interface Timed {
  readonly timeoutMs?: number;
  readonly [endsAt]?: number;
}

/** @returns the arguments of a call that begins now, whose options know when it ends */
export function stampDeadline(args: readonly unknown[], clock: GitHubClock): readonly unknown[] {
  return args.map((arg) => {
    const { timeoutMs, [endsAt]: before } = (typeof arg === "object" && arg !== null ? arg : {}) as Timed;
    if (typeof timeoutMs !== "number" || before !== undefined) return arg;
    return { ...(arg as object), [endsAt]: clock.now() + timeoutMs };
  });
}

/** @returns by the clock; without end where the caller has named no time */
export function deadlineOf(options: object, clock: GitHubClock): number {
  const { timeoutMs, [endsAt]: at = Number.POSITIVE_INFINITY } = options as Timed;
  // Who has taken the time out of the options keeps to it by other means.
  return timeoutMs === undefined ? Number.POSITIVE_INFINITY : Math.min(at, clock.now() + timeoutMs);
}

/**
 * The terms of a call's next request: what is left of its time.
 *
 * @throws {HubsteadError} `remote_unavailable` where nothing is left: it is not sent any more
 */
export function termsWithin<T extends object>(
  terms: T,
  deadlineAt: number,
  clock: GitHubClock,
): T & { readonly timeoutMs?: number } {
  if (!Number.isFinite(deadlineAt)) return terms;
  const timeoutMs = deadlineAt - clock.now();
  if (timeoutMs > 0) return { ...terms, timeoutMs };
  throw new HubsteadError("remote_unavailable", "the time of the call was over before all of it was done", {
    hint: "Allow more time (`timeoutMs`): it is for all requests of a call together.",
    data: { reason: "deadline" },
  });
}
