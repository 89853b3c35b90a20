/**
 * @module Lanes: which requests go before which, and how much of each limit they may use.
 */

/** From the most to the least urgent. */
export const lanes = ["interactive-write", "interactive-read", "sync", "poll", "backfill"] as const;
export type Lane = (typeof lanes)[number];

/**
 * Of every limit, how much may be in use when a request of the lane is let in: what nobody waits for leaves room for
 * those for whom somebody does.
 */
export const shares: Readonly<Record<Lane, number>> = {
  "interactive-write": 1,
  "interactive-read": 1,
  sync: 0.9,
  poll: 0.8,
  backfill: 0.8,
};

/** The share of GitHub's allowance at which a lane stops. */
export function keepShareOf(lane: Lane): number {
  return lane === "poll" || lane === "backfill" ? 0.2 : 0;
}

/** The lane of a request for which none is named: somebody is taken to wait for it. */
export function laneFor(isWrite: boolean): Lane {
  return isWrite ? "interactive-write" : "interactive-read";
}
