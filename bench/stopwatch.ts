/** @module Timing calls one after the other, each awaited. */

export interface Timing {
  readonly calls: number;
  readonly seconds: number;
}

export interface Limits {
  readonly sliceMs: number;
  /** Whether a call may be made again when all have been made. */
  readonly repeat: boolean;
}

const callsPerLook = 8; // Looking at the clock costs a few percent of the fastest read.

/** Makes the calls until the time is up or, without `repeat`, until there are none left. */
export async function timeCalls(calls: readonly (() => unknown)[], limits: Limits): Promise<Timing> {
  const start = performance.now();
  const end = start + limits.sliceMs;
  let made = 0;
  while (limits.repeat || made < calls.length) {
    await calls[made % calls.length]!();
    made++;
    if (made % callsPerLook === 0 && performance.now() >= end) break;
  }
  return { calls: made, seconds: (performance.now() - start) / 1_000 };
}
