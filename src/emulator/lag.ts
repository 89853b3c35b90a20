/**
 * @module How far answers are behind what was written. Nothing is behind unless it is asked for.
 */
import { invalidInput } from "../errors.ts";

/** To set what is no time from 0 to a minute throws a HubsteadError, `invalid_input`. */
export interface Lag {
  /** Of lists and searches: what was written less than so long ago does not show in them yet. At most a minute. */
  listsMs: number;
  /** Of single reads, as from a replica. At most a minute. */
  readsMs: number;
}

export const mostLagMs = 60_000;

export function createLag(): Lag {
  let [listsMs, readsMs] = [0, 0];
  return {
    get listsMs() {
      return listsMs;
    },
    set listsMs(ms) {
      listsMs = parseLagMs("listsMs", ms);
    },
    get readsMs() {
      return readsMs;
    },
    set readsMs(ms) {
      readsMs = parseLagMs("readsMs", ms);
    },
  };
}

/** @throws {HubsteadError} `invalid_input` */
function parseLagMs(name: keyof Lag, ms: unknown): number {
  if (typeof ms === "number" && ms >= 0 && ms <= mostLagMs) return ms;
  throw invalidInput(
    `lag.${name} is no time from 0 to ${mostLagMs}: ${String(ms)}`,
    "Say it in milliseconds.",
  );
}

/** By how much the answer to a read is behind. @param operation GitHub's operation id */
export function lagOf({ listsMs, readsMs }: Lag, operation: string): number {
  const isList = /^list$|^search\/|\/(?:list|search)/u.test(operation);
  return isList ? listsMs : readsMs;
}
