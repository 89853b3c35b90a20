/** @module A measurement with a limit of its own, apart from the floor: a latency, a size, a delay. */

export interface LimitResult {
  readonly what: string;
  readonly measured: string;
  /** The goal in words; empty where the number is only told. */
  readonly goal: string;
  readonly missed: boolean;
}

export interface Reading {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

/** Below the limit is good. */
export function judgeReading({ what, value, limit, unit }: Reading): LimitResult {
  return {
    what,
    measured: `${value.toFixed(value < 10 ? 2 : 1)} ${unit}`,
    goal: `< ${limit} ${unit}`,
    missed: value >= limit,
  };
}

/** At least so much is good. */
export function judgeRate({
  what,
  value,
  least,
  unit,
}: Omit<Reading, "limit"> & { readonly least: number }): LimitResult {
  return {
    what,
    measured: `${Math.round(value).toLocaleString("en-US")} ${unit}`,
    goal: `≥ ${least.toLocaleString("en-US")} ${unit}`,
    missed: value < least,
  };
}
