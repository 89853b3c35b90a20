/**
 * @module The primary limits: how many requests, or points, each principal has left of each resource until a reset.
 */

import { repositoriesOf } from "../access/installed.ts";
import { budgetKeyOf, type Principal } from "../access/principal.ts";
import type { InstallationRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";
import { githubLimits, type Limits } from "./limits.ts";

export const limitedResources = [
  "core",
  "search",
  "code_search",
  "graphql",
  "integration_manifest",
  "source_import",
  "actions_runner_registration",
  "scim",
  "dependency_snapshots",
] as const;
export type LimitedResource = (typeof limitedResources)[number];

export interface Budget {
  readonly resource: LimitedResource;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

export interface PrimaryBudgets {
  /** What is left, without using anything. */
  look(principal: Principal, resource: LimitedResource): Budget;
  /** Uses some of it. @returns `undefined` where there is not enough */
  take(principal: Principal, resource: LimitedResource, cost: number): Budget | undefined;
  /** Gives back what a 304 does not cost. */
  refund(principal: Principal, resource: LimitedResource, cost: number): Budget;
  /** Leaves so much of the current window, for tests that want to be near its end. */
  setRemaining(principal: Principal, resource: LimitedResource, remaining: number): void;
}

interface Window {
  used: number;
  readonly resetMs: number;
}

/** @param world what installations reach grows their limits */
export function createPrimaryBudgets(limits: Limits, now: () => number, world: World): PrimaryBudgets {
  const windows = new Map<string, Window>();

  const windowOf = (principal: Principal, resource: LimitedResource): Window => {
    const key = `${resource} ${budgetKeyOf(principal)}`;
    const known = windows.get(key);
    if (known !== undefined && known.resetMs > now()) return known;
    const fresh = { used: 0, resetMs: now() + lengthMs(resource) };
    windows.set(key, fresh);
    return fresh;
  };

  const toBudget = (principal: Principal, resource: LimitedResource): Budget => {
    const { used, resetMs } = windowOf(principal, resource);
    const limit = limitOf(limits, world, principal, resource);
    return {
      resource,
      limit,
      used,
      remaining: Math.max(0, limit - used),
      reset: Math.ceil(resetMs / 1000),
    };
  };

  return {
    look: toBudget,
    take(principal, resource, cost) {
      const window = windowOf(principal, resource);
      if (window.used + cost > limitOf(limits, world, principal, resource)) return undefined;
      window.used += cost;
      return toBudget(principal, resource);
    },
    refund(principal, resource, cost) {
      const window = windowOf(principal, resource);
      window.used = Math.max(0, window.used - cost);
      return toBudget(principal, resource);
    },
    setRemaining(principal, resource, remaining) {
      windowOf(principal, resource).used = limitOf(limits, world, principal, resource) - remaining;
    },
  };
}

function lengthMs(resource: LimitedResource): number {
  return resource === "search" || resource === "code_search" ? 60_000 : 3_600_000;
}

function limitOf(
  { core, graphql, search }: Limits,
  world: World,
  principal: Principal,
  resource: LimitedResource,
): number {
  const who = principal.kind === "installation" && principal.isActionsJob ? "actions" : principal.kind;
  const grown = (limit: Limits["graphql"], usual: number): number => {
    if (who === "anonymous") return 0;
    const base = limit[who === "app" ? "installation" : who];
    const isScaled = who === "installation" && principal.kind === "installation" && base === usual;
    return isScaled ? scaled(base, world, principal.installation) : base;
  };
  switch (resource) {
    case "search":
      return who === "anonymous" ? search.anonymous : search.signedIn;
    case "code_search":
      return Math.min(search.code, search.signedIn);
    case "graphql":
      return who === "anonymous" ? 0 : grown(graphql, githubLimits.graphql.installation);
    default:
      return who === "anonymous" ? core.anonymous : grown(core, githubLimits.core.installation);
  }
}

const mostScaled = 12_500;
const freeOfScale = 20;
const perThing = 50;

/**
 * The more repositories and people an installation reaches, the more it may ask.
 *
 * @see https://docs.github.com/apps/creating-github-apps/registering-a-github-app/rate-limits-for-github-apps
 */
function scaled(base: number, world: World, installation: InstallationRow): number {
  const above = (count: number) => perThing * Math.max(0, count - freeOfScale);
  const repositories = repositoriesOf(world, installation).length;
  const people = world.memberships.by("organization", installation.accountId).length;
  return Math.min(mostScaled, base + above(repositories) + above(people));
}
