/**
 * @module What is left of GitHub's own budgets: learnt from its headers, less what was sent since and what is under way.
 */
import type { BudgetNeed, BudgetNews, Settlement } from "./limiter-store.ts";
import type { BudgetRecord, LeaseRecord, PrincipalRecord } from "./principal-record.ts";
import { roundingSlack } from "./window-count.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** Before the first answer: enough to learn quickly, too few to do harm. */
const unknownInFlight = 5;
/** Where an answer that is under way may make room. */
const pollMs = 250;
/** An answer without headers shows that a server does not count (GitHub Enterprise Server by default); it may begin to. */
const unlimitedMs = 600_000;
/** Resets are told in whole seconds and by clocks that differ. GitHub's shortest window lasts a minute. */
const sameResetMs = 15_000;

/** 0 where there is enough. */
export function budgetWaitMs(record: PrincipalRecord, need: BudgetNeed): number {
  if (need.cost <= 0) return 0;
  const budget = record.budgets.get(need.resource);
  const inFlight = inFlightOf(record, need.resource);
  if (budget === undefined) return inFlight.requests < unknownInFlight ? 0 : pollMs;
  if (budget.limit === undefined) return 0;
  const keep = keepOf(need, budget.limit);
  // What costs more than there can ever be goes when all of it is there.
  const cost = budget.limit > keep ? Math.min(need.cost, budget.limit - keep) : need.cost;
  if (cost + keep + inFlight.cost <= budget.remaining) return 0;
  const resetMs = budget.resetAt === undefined ? minuteMs : Math.max(1, budget.resetAt - record.at);
  return cost + keep <= budget.remaining ? Math.min(pollMs, resetMs) : resetMs;
}

function keepOf({ reserve, reserveShare, keepShare }: BudgetNeed, limit: number): number {
  const shareOf = (share: number) => Math.ceil(limit * share - roundingSlack);
  return Math.max(Math.min(reserve, shareOf(reserveShare)), shareOf(keepShare));
}

/** What is reserved for requests that are under way. */
export function inFlightOf(
  record: PrincipalRecord,
  resource: string,
): { readonly requests: number; readonly cost: number } {
  let requests = 0;
  let cost = 0;
  for (const { budgets } of record.leases.values()) {
    const reserved = budgets?.get(resource);
    if (reserved === undefined) continue;
    requests++;
    cost += reserved;
  }
  return { requests, cost };
}

/** News that says something: servers that do not count say nothing, or a limit of 0. */
export function usableNews(news: BudgetNews | undefined): BudgetNews | undefined {
  return news !== undefined && news.limit > 0 && Number.isFinite(news.remaining + news.resetsInMs)
    ? news
    : undefined;
}

export function takeNews(record: PrincipalRecord, news: BudgetNews): void {
  const { resource, limit } = news;
  const budget = record.budgets.get(resource);
  const known = budget?.limit === undefined ? undefined : budget;
  if (news.resetsInMs <= 0) {
    // It tells of a window that has ended: only the limit is worth something, where none is known.
    if (known === undefined)
      record.budgets.set(resource, { limit, remaining: limit, endsAt: record.at + hourMs });
    return;
  }
  const resetAt = record.at + Math.ceil(news.resetsInMs);
  const remaining = Math.max(0, Math.floor(news.remaining));
  const fresh = { limit, remaining, resetAt, endsAt: resetAt + hourMs };
  if (known?.resetAt === undefined || resetAt > known.resetAt + sameResetMs)
    record.budgets.set(resource, fresh);
  else if (resetAt >= known.resetAt - sameResetMs) {
    known.limit = limit;
    known.remaining = Math.min(known.remaining, remaining);
    known.resetAt = Math.max(known.resetAt, resetAt);
    known.endsAt = known.resetAt + hourMs;
  }
}

/** Counts what a lease had reserved, of which GitHub said nothing. */
export function countReserved(
  record: PrincipalRecord,
  { budgets }: LeaseRecord,
  counted: Exclude<Settlement["counted"], "no">,
  at: number,
): void {
  for (const [resource, cost] of budgets ?? []) {
    const budget = record.budgets.get(resource);
    if (budget?.resetAt === undefined && counted === "yes")
      record.budgets.set(resource, { remaining: 0, endsAt: at + unlimitedMs });
    else if (budget?.limit !== undefined) {
      budget.remaining = Math.max(0, budget.remaining - cost);
      // GitHub's longest window, should no answer ever tell.
      budget.resetAt ??= at + hourMs;
      budget.endsAt = budget.resetAt + hourMs;
    }
  }
}

/** A reset fills it up. @returns false where nothing is left to remember */
export function refreshBudget(budget: BudgetRecord, at: number): boolean {
  if (budget.resetAt !== undefined && budget.limit !== undefined && budget.resetAt <= at) {
    budget.remaining = budget.limit;
    budget.resetAt = undefined;
  }
  return budget.endsAt > at;
}

/** When nothing is left to remember of what a lease has reserved, should it end by its time. */
export function reservedEndsAt({ budgets, endsAt }: LeaseRecord): number {
  return budgets === undefined || budgets.size === 0 ? endsAt : endsAt + 2 * hourMs;
}
