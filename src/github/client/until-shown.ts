/**
 * @module Looks again and again for what GitHub may not show yet: what it shows is behind what was written, and only what is
 * still absent after that time is not there.
 */
import type { GitHubClock } from "../clock.ts";

export interface Wait {
  readonly clock: GitHubClock;
  /** How far what GitHub shows may be behind. */
  readonly lagMs: number;
  /** By the clock: since when nothing of the kind can have been written. */
  readonly from: number;
  /** By the clock: nobody waits longer. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal | undefined;
}

/** `late`: the deadline came first, and nobody knows. */
export type Shown<T> = { readonly kind: "found"; readonly value: T } | { readonly kind: "absent" | "late" };

// After the first look; twice as long each time.
const firstPauseMs = 500;

/** @param look what it throws ends it */
export async function untilShown<T>(
  { clock, lagMs, from, deadlineAt, signal }: Wait,
  look: () => Promise<T | undefined>,
): Promise<Shown<T>> {
  const certainAt = from + lagMs;
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    const isLast = clock.now() >= certainAt;
    const value = await look();
    if (value !== undefined) return { kind: "found", value };
    if (isLast) return { kind: "absent" };
    const nextAt = Math.min(certainAt, clock.now() + pauseMs);
    if (nextAt >= deadlineAt) return { kind: "late" };
    await clock.sleep(Math.max(0, nextAt - clock.now()), signal);
  }
}
