/**
 * @module What is left of GitHub's own budgets: learnt from its headers, less what was sent since and what is under way.
 */
import type { BudgetNeed, BudgetNews } from "./limiter-store.ts";
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
const mostUnseen = 50;
/** GitHub's windows last an hour at most; a reset that is said to be further away is a mistake. */
export const longestWindowMs = 3_900_000;

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
  const free = remainingOf(budget) - keep - cost;
  if (inFlight.cost <= free) return 0;
  const resetMs = Math.max(1, (budget.resetAt ?? Math.min(budget.endsAt, record.at + minuteMs)) - record.at);
  return free >= 0 ? Math.min(pollMs, resetMs) : resetMs;
}

export function remainingOf({ remaining, unseen }: BudgetRecord): number {
  let left = remaining;
  for (const [cost] of unseen?.values() ?? []) left -= cost;
  return Math.max(0, left);
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

/**
 * @param lease whose answer brought it
 * @returns false where it tells of a window that has ended
 */
export function takeNews(record: PrincipalRecord, news: BudgetNews, lease: string): boolean {
  const { resource, limit } = news;
  const budget = record.budgets.get(resource);
  const known = budget?.limit === undefined ? undefined : budget;
  if (news.resetsInMs <= 0) {
    // Only the limit is worth something, where none is known.
    if (known === undefined)
      record.budgets.set(resource, { limit, remaining: limit, endsAt: record.at + hourMs });
    return false;
  }
  const resetAt = record.at + Math.min(longestWindowMs, Math.ceil(news.resetsInMs));
  const remaining = Math.max(0, Math.floor(news.remaining));
  const learntAt = record.at;
  const sentAt = record.leases.get(lease)?.since ?? 0;
  // An earlier reset is of an earlier window, or GitHub has thought better of it: who asked afterwards knows.
  const isCorrection = known?.learntAt !== undefined && sentAt > known.learntAt;
  if (
    known?.resetAt === undefined ||
    resetAt > known.resetAt + sameResetMs ||
    (isCorrection && resetAt < known.resetAt - sameResetMs)
  )
    record.budgets.set(resource, {
      limit,
      remaining,
      unseen: known?.unseen,
      learntAt,
      resetAt,
      endsAt: resetAt + hourMs,
    });
  else if (resetAt >= known.resetAt - sameResetMs) {
    known.limit = limit;
    known.remaining = Math.min(known.remaining, remaining);
    known.resetAt = Math.max(known.resetAt, resetAt);
    known.endsAt = known.resetAt + hourMs;
    known.learntAt = learntAt;
  } else return false;
  // An answer contains its own request, and whatever had ended before that began.
  for (const [other, [, at]] of known?.unseen ?? [])
    if (other === lease || at < sentAt) known?.unseen?.delete(other);
  return true;
}

/**
 * Counts what a lease had reserved, where GitHub said nothing of it.
 *
 * @param isSilent an answer came, without a word about any budget
 */
export function countReserved(
  record: PrincipalRecord,
  [id, { budgets }]: readonly [string, LeaseRecord],
  at: number,
  isSilent: boolean,
): void {
  for (const [resource, cost] of budgets ?? []) {
    const budget = record.budgets.get(resource);
    if (isSilent && budget?.resetAt === undefined)
      record.budgets.set(resource, { remaining: 0, endsAt: at + unlimitedMs });
    else if (budget?.limit !== undefined) {
      budget.unseen ??= new Map();
      // Many at once stand under no name of their own, so that a record stays small.
      const name = budget.unseen.size < mostUnseen ? id : "";
      const [before, beforeAt] = budget.unseen.get(name) ?? [0, 0];
      budget.unseen.set(name, [before + cost, Math.max(beforeAt, at)]);
    }
  }
}

/** A reset fills it up. @returns false where nothing is left to remember */
export function refreshBudget(budget: BudgetRecord, at: number): boolean {
  if (budget.resetAt !== undefined && budget.limit !== undefined && budget.resetAt <= at) {
    budget.remaining = budget.limit;
    budget.unseen = undefined;
    budget.resetAt = undefined;
  }
  return budget.endsAt > at;
}
