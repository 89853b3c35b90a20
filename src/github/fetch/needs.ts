/**
 * @module What a request needs of the limits: the model of GitHub's limits that the client keeps to, with room to spare.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
import { HubsteadError } from "../../errors.ts";
import type { Need } from "../limits/limiter-store.ts";
import { keepShareOf, type Lane, shares } from "./lane.ts";
import type { Operation } from "./operation.ts";

/** How much the client lets itself use, for all processes that share a limiter store. */
export interface LimitPolicy {
  /** Requests an hour, of those that GitHub counts. Default: as many as GitHub allows, less the reserve. */
  readonly maxRequestsPerHour?: number;
  /**
   * What stays of GitHub's hourly allowance for others who use the same account. Default: 500, or a tenth of the allowance
   * where that is less. One that is named is at most half of the allowance, so that something is left of a small one.
   */
  readonly reserve?: number;
  /** Requests at one time. Default: 50; GitHub allows 100. */
  readonly concurrent?: number;
  /** Points a minute: 1 for a read, 5 for a write. Default: 700; GitHub allows 900. */
  readonly pointsPerMinute?: number;
  /** Between two writes as GitHub gets them. Default: 1,000; GitHub asks for it. */
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

/** What holds where a policy says nothing. */
const defaults = {
  concurrent: 50,
  pointsPerMinute: 700,
  mutationGapMs: 1_000,
  contentPerMinute: 60,
  contentPerHour: 450,
  issuesPerMinute: 15,
  issuesPerHour: 140,
} as const;

/** By a window's name, which setting is its limit, and how long it is. */
const windows = {
  "requests/h": ["maxRequestsPerHour", hourMs],
  "points/min": ["pointsPerMinute", minuteMs],
  "content/min": ["contentPerMinute", minuteMs],
  "content/h": ["contentPerHour", hourMs],
  "issues/min": ["issuesPerMinute", minuteMs],
  "issues/h": ["issuesPerHour", hourMs],
} as const satisfies Readonly<Record<string, readonly [keyof LimitPolicy, number]>>;

/** The names of all settings of a policy. */
export const limitSettings: readonly string[] = ["maxRequestsPerHour", "reserve", ...Object.keys(defaults)];

type WindowName = keyof typeof windows;

/** @returns a window's limit, as far as GitHub's refusals have left it; infinite where there is none */
export function limitOf(
  window: { readonly name: string; readonly scale: number },
  policy: LimitPolicy,
): number {
  const [setting] = windows[window.name as WindowName] ?? [undefined];
  if (setting === undefined) return Number.POSITIVE_INFINITY;
  const limit = { ...defaults, ...policy }[setting] ?? Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(limit * window.scale));
}

/** Reads leave so much of the points to writes, of which each takes five. */
const readShare = 0.9;

/**
 * @param lane decides how much of each limit it may see used
 * @throws {HubsteadError} `invalid_input` for a request that makes more at once than GitHub allows in a minute or an hour
 */
export function needsOf(operation: Operation, lane: Lane, policy: LimitPolicy): readonly Need[] {
  const share = shares[lane];
  const { resource, cost: ownCost, points, contents, issues, effect } = operation;
  const needs: Need[] = [];
  const take = (name: WindowName, cost: number): void => {
    const [setting, windowMs] = windows[name];
    const limit = { ...defaults, ...policy }[setting];
    if (limit === undefined || cost === 0) return;
    if (cost > Math.max(1, limit) && contentWindows.some((content) => content === name))
      throw tooMuch(name, cost, limit);
    const own = name === "points/min" && effect === "read" ? Math.min(share, readShare) : share;
    needs.push({
      kind: "window",
      name,
      limit,
      windowMs,
      cost,
      share: own,
      refundable: name === "requests/h",
    });
  };
  if (resource !== undefined) {
    needs.push({
      kind: "budget",
      resource,
      cost: ownCost,
      reserve: policy.reserve ?? usualReserve,
      reserveShare: policy.reserve === undefined || isSmall(resource) ? 0.1 : 0.5,
      keepShare: keepShareOf(lane),
    });
    take("requests/h", 1);
  }
  take("points/min", points);
  take("content/min", contents);
  take("content/h", contents);
  take("issues/min", issues);
  take("issues/h", issues);
  needs.push({ kind: "concurrent", limit: policy.concurrent ?? defaults.concurrent, share });
  if (effect !== "read") {
    needs.push({ kind: "serial", name: "mutation", gapMs: policy.mutationGapMs ?? defaults.mutationGapMs });
  }
  return needs;
}

function tooMuch(name: string, cost: number, limit: number): HubsteadError {
  return new HubsteadError(
    "invalid_input",
    `one request makes ${cost} things that notify people, of ${limit} (${name})`,
    {
      hint: `Split it into requests of at most ${limit}.`,
      data: { window: name, expected: `at most ${limit}` },
    },
  );
}

/** Allowances of a few requests a minute, of which a reserve that was meant for thousands would leave nothing. */
function isSmall(resource: string): boolean {
  return resource !== "core" && resource !== "graphql";
}
