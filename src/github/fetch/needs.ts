/**
 * @module What a request needs of the limits: the model of GitHub's limits that the client keeps to, with room to spare.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
import type { Need } from "../limits/limiter-store.ts";
import { keepShareOf, type Lane, shares } from "./lane.ts";
import type { Operation } from "./operation.ts";

/** How much the client lets itself use, for all processes that share a limiter store. */
export interface LimitPolicy {
  /** Requests an hour, of those that GitHub counts. Default: as many as GitHub allows, less the reserve. */
  readonly maxRequestsPerHour?: number;
  /**
   * What stays of GitHub's hourly allowance for others who use the same account. Default: 500, or a tenth of the allowance
   * where that is less.
   */
  readonly reserve?: number;
  /** Requests at one time. Default: 50; GitHub allows 100. */
  readonly concurrent?: number;
  /** Points a minute: 1 for a read, 5 for a write. Default: 700; GitHub allows 900. */
  readonly pointsPerMinute?: number;
  /** Between two writes. Default: 1,000; GitHub asks for it. */
  readonly mutationGapMs?: number;
  /** Things that notify people. Default: 60 a minute and 450 an hour; GitHub allows 80 and 500. */
  readonly contentPerMinute?: number;
  readonly contentPerHour?: number;
  /** Issues among them. Default: 15 a minute and 140 an hour; about 20 and 150 have been seen to pass. */
  readonly issuesPerMinute?: number;
  readonly issuesPerHour?: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** The windows that are halved when GitHub refuses content. */
export const contentWindows = ["content/min", "content/h", "issues/min", "issues/h"] as const;

const usualReserve = 500;

/** @param lane decides how much of each limit it may see used */
export function needsOf(operation: Operation, lane: Lane, policy: LimitPolicy): readonly Need[] {
  const share = shares[lane];
  const needs: Need[] = [];
  const window = (name: string, limit: number, windowMs: number, cost: number, refundable = false) =>
    needs.push({ kind: "window", name, limit, windowMs, cost, share, refundable });
  if (operation.resource !== undefined) {
    needs.push({
      kind: "budget",
      resource: operation.resource,
      cost: 1,
      reserve: policy.reserve ?? usualReserve,
      reserveShare: policy.reserve === undefined || isSmall(operation.resource) ? 0.1 : 1,
      keepShare: keepShareOf(lane),
    });
    if (policy.maxRequestsPerHour !== undefined)
      window("requests/h", policy.maxRequestsPerHour, hourMs, 1, true);
  }
  window("points/min", policy.pointsPerMinute ?? 700, minuteMs, operation.points);
  if (operation.contents > 0) {
    window("content/min", policy.contentPerMinute ?? 60, minuteMs, operation.contents);
    window("content/h", policy.contentPerHour ?? 450, hourMs, operation.contents);
  }
  if (operation.issues > 0) {
    window("issues/min", policy.issuesPerMinute ?? 15, minuteMs, operation.issues);
    window("issues/h", policy.issuesPerHour ?? 140, hourMs, operation.issues);
  }
  needs.push({ kind: "concurrent", limit: policy.concurrent ?? 50, share });
  if (operation.effect !== "read") {
    needs.push({ kind: "serial", name: "mutation", gapMs: policy.mutationGapMs ?? 1_000 });
  }
  return needs;
}

/** Allowances of a few requests a minute, of which a reserve that was meant for thousands would leave nothing. */
function isSmall(resource: string): boolean {
  return resource !== "core" && resource !== "graphql";
}
