/** @module What we promise of speed, and whether one comparison keeps it. */
import type { Comparison, Measured } from "./compare.ts";
import { floorName, oursName } from "./options.ts";

/** At least this share of the floor's operations per second. */
const shareGoals: Partial<Record<Measured, number>> = {
  create: 0.6,
  update: 0.6,
  put: 0.6,
  import: 0.5,
  get: 0.6,
  list50: 0.7,
  searchRare: 0.6,
  searchCommonNewest: 0.6,
};

/** Where we are also ahead of every judged peer. */
const aheadOfPeers: readonly Measured[] = ["create", "update", "put"];

export interface Verdict {
  /** The goal in words, empty where there is none. */
  readonly goal: string;
  readonly share: number | undefined;
  /** What was missed, in words; `undefined` where nothing was measured against a goal. */
  readonly misses: readonly string[] | undefined;
}

export function judge(measured: Measured, comparison: Comparison): Verdict {
  const ours = comparison.rate(measured, oursName);
  const floor = comparison.rate(measured, floorName);
  const wanted = shareGoals[measured];
  const share = ours !== undefined && floor !== undefined ? ours / floor : undefined;
  const goal = wanted === undefined ? "" : `≥ ${wanted}${aheadOfPeers.includes(measured) ? ", first" : ""}`;
  if (wanted === undefined || share === undefined || ours === undefined) {
    return { goal, share, misses: undefined };
  }
  const misses = share < wanted ? ["below the goal"] : [];
  return { goal, share, misses: [...misses, ...fasterPeers(measured, comparison, ours)] };
}

function fasterPeers(measured: Measured, comparison: Comparison, ours: number): string[] {
  if (!aheadOfPeers.includes(measured)) return [];
  return [...comparison.descriptionsByEngine]
    .filter(([name, { judged }]) => judged && (comparison.rate(measured, name) ?? 0) > ours)
    .map(([, { label }]) => `${label} is faster`);
}
