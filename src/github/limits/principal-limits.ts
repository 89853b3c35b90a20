/**
 * @module Decides what one principal may send: acquire, settle, withdraw and describe, on its record alone. Knows neither
 * where the record is kept nor what time it is. Redis' script says the same in Lua.
 */
import {
  budgetWaitMs,
  countReserved,
  inFlightOf,
  remainingOf,
  takeNews,
  usableNews,
} from "./budget-count.ts";
import type {
  AcquireRequest,
  AcquireResult,
  Need,
  PrincipalState,
  RefusedBecause,
  Settlement,
} from "./limiter-store.ts";
import { arrivedAt, freeSerials, passTime } from "./pass-time.ts";
import { takePause, takeSuccess } from "./pause.ts";
import type { LeaseRecord, PrincipalRecord } from "./principal-record.ts";
import { noteTurn } from "./turn-taking.ts";
import { concurrencyWaitMs, remember, roomFor, serialWaitMs, turnsOf, type Wants } from "./waiting-line.ts";
import {
  halveWindow,
  refundWindow,
  restampUse,
  scaleOf,
  takeFromWindow,
  usedOf,
  windowWaitMs,
} from "./window-count.ts";

/** @param lease the name that the lease gets, if it is given */
export function tryAcquire(
  record: PrincipalRecord,
  request: AcquireRequest,
  nowMs: number,
  lease: string,
): AcquireResult {
  passTime(record, nowMs);
  const refusal = refusalOf(record, request);
  if (refusal !== undefined) {
    const { waitMs, because, wants } = refusal;
    remember(record, request, wants, waitMs);
    return { granted: false, waitMs, because };
  }
  take(record, request, lease);
  return { granted: true, lease };
}

/** Takes in what was granted elsewhere, whether there is room for it or not. */
export function noteGrant(
  record: PrincipalRecord,
  request: AcquireRequest,
  nowMs: number,
  lease: string,
): void {
  passTime(record, nowMs);
  take(record, request, lease);
}

interface Refusal {
  readonly waitMs: number;
  readonly because: RefusedBecause;
  readonly wants: Wants | undefined;
}

/** What takes longest names the refusal. */
function refusalOf(record: PrincipalRecord, request: AcquireRequest): Refusal | undefined {
  let waitMs = 0;
  let because: RefusedBecause | undefined;
  let wants: Wants | undefined = {};
  const refuse = (needMs: number, kind: RefusedBecause["kind"], name: string): void => {
    if (needMs > waitMs) [waitMs, because] = [needMs, { kind, name }];
    if (kind !== "concurrent" && kind !== "serial") wants = undefined;
  };
  if (record.pause !== undefined && record.pause.endsAt > record.at)
    refuse(record.pause.endsAt - record.at, "pause", record.pause.reason);
  for (const need of request.needs) {
    const needMs = Math.ceil(needWaitMs(record, need, request));
    if (needMs === 0) continue;
    refuse(needMs, need.kind, nameOf(need));
    if (wants === undefined) continue;
    if (need.kind === "concurrent") wants.room = roomFor(record, need, request.rank);
    if (need.kind === "serial") wants.serials = [...(wants.serials ?? []), need.name];
  }
  return because && { waitMs, because, wants };
}

function needWaitMs(record: PrincipalRecord, need: Need, request: AcquireRequest): number {
  switch (need.kind) {
    case "budget":
      return budgetWaitMs(record, need);
    case "window":
      return windowWaitMs(record, need, request.rank);
    case "concurrent":
      return concurrencyWaitMs(record, need, request);
    case "serial":
      return serialWaitMs(record, need, request);
  }
}

function nameOf(need: Need): string {
  if (need.kind === "budget") return need.resource;
  return need.kind === "concurrent" ? "concurrent" : need.name;
}

function take(record: PrincipalRecord, request: AcquireRequest, lease: string): void {
  const { ticket, rank, needs, leaseMs } = request;
  record.tickets.delete(ticket);
  const budgets = new Map<string, number>();
  const uses = new Map<string, readonly [number, number, 0 | 1]>();
  const serials = new Map<string, number>();
  for (const need of needs) {
    if (need.kind === "budget" && need.cost > 0) budgets.set(need.resource, need.cost);
    if (need.kind !== "budget" && !(need.kind === "window" && need.cost <= 0))
      noteTurn(record.turns, turnsOf(need), rank);
    if (need.kind === "serial") serials.set(need.name, Math.ceil(need.gapMs));
    if (need.kind !== "window" || need.cost <= 0) continue;
    const slot = takeFromWindow(record, need);
    uses.set(need.name, [slot, need.cost, need.refundable ? 1 : 0]);
  }
  record.leases.set(lease, {
    since: record.at,
    endsAt: record.at + Math.ceil(leaseMs),
    budgets,
    uses,
    serials,
  });
}

/** Of what was never sent from its beginning; where no answer came nobody knows when GitHub got it. */
function gapFrom(lease: LeaseRecord, counted: Settlement["counted"], now: number): number {
  if (counted === "unsent") return lease.since;
  return counted === "unknown" ? now : arrivedAt(lease, now);
}

export function settle(record: PrincipalRecord, id: string, settlement: Settlement, nowMs: number): void {
  passTime(record, nowMs);
  const { counted, pause, halve = [] } = settlement;
  const lease = record.leases.get(id);
  const news = usableNews(settlement.budget);
  const isTaken = news !== undefined && takeNews(record, news, id);
  if (lease !== undefined) {
    record.leases.delete(id);
    freeSerials(record, lease, gapFrom(lease, counted, record.at));
    for (const [name, [slot, cost, refundable]] of lease.uses ?? []) {
      if (counted === "unsent" || (counted === "no" && refundable === 1))
        refundWindow(record, name, slot, cost);
      else restampUse(record, name, slot, cost);
    }
    if (counted !== "no" && counted !== "unsent" && !isTaken)
      countReserved(record, [id, lease], record.at, counted === "yes" && news === undefined);
  }
  for (const name of halve) halveWindow(record, name, lease?.since);
  if (pause !== undefined) takePause(record, pause);
  else if (counted === "yes") takeSuccess(record);
}

export function withdraw(record: PrincipalRecord, ticket: string, nowMs: number): void {
  passTime(record, nowMs);
  record.tickets.delete(ticket);
}

export function describeRecord(record: PrincipalRecord, nowMs: number): PrincipalState {
  passTime(record, nowMs);
  const { at, pause, leases, tickets } = record;
  return {
    ...(pause !== undefined && pause.endsAt > at
      ? { paused: { forMs: pause.endsAt - at, reason: pause.reason } }
      : {}),
    budgets: [...record.budgets].sort(byName).flatMap(([resource, budget]) =>
      budget.limit === undefined
        ? []
        : [
            {
              resource,
              limit: budget.limit,
              remaining: remainingOf(budget),
              inFlight: inFlightOf(record, resource).cost,
              resetsInMs: budget.resetAt === undefined ? 0 : budget.resetAt - at,
            },
          ],
    ),
    windows: [...record.windows].sort(byName).map(([name, window]) => ({
      name,
      used: usedOf(window),
      windowMs: window.ms,
      scale: scaleOf(window, at) / 1_000,
    })),
    inFlight: leases.size,
    waiting: tickets.size,
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
