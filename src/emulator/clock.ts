/**
 * @module The emulator's time: the machine's, moved on at will, so that an hour passes in a call.
 */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the time on. @param ms at least 0 */
  advance(ms: number): void;
}

export interface ClockMemory {
  /** By how much it was moved before. */
  readonly movedByMs: number;
  /** Hears by how much it has been moved in all. */
  readonly moved: (ms: number) => void;
}

/** @param wall what the time is, before it is moved; a constant stops the clock between the calls of `advance` */
export function createEmulatorClock(wall: () => number = Date.now, memory?: ClockMemory): EmulatorClock {
  let offsetMs = memory?.movedByMs ?? 0;
  return {
    now: () => wall() + offsetMs,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`the clock goes forward only, not by ${ms} ms`);
      offsetMs += ms;
      memory?.moved(offsetMs);
    },
  };
}

/** GitHub's own form of times: ISO 8601 UTC with whole seconds. */
export function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
