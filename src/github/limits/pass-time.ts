/**
 * @module Brings a principal's record to the present: what has ended is dropped, and a clock that went back is made up for.
 */
import { countReserved, refreshBudget } from "./budget-count.ts";
import { pauseEndsAt } from "./pause.ts";
import type { LeaseRecord, PrincipalRecord } from "./principal-record.ts";
import { addToSlots, refreshWindow, slotBefore, windowEndsAt } from "./window-count.ts";

export function passTime(record: PrincipalRecord, nowMs: number): void {
  const now = Math.floor(nowMs);
  if (now < record.at) moveBack(record, record.at - now, now);
  record.at = now;
  endLeases(record, now);
  const { budgets, windows, serials, tickets, turns } = record;
  for (const [name, budget] of budgets) if (!refreshBudget(budget, now)) budgets.delete(name);
  for (const [name, window] of windows) if (!refreshWindow(window, now)) windows.delete(name);
  for (const [name, freeAt] of serials) if (freeAt <= now) serials.delete(name);
  for (const [name, { endsAt }] of tickets) if (endsAt <= now) tickets.delete(name);
  if (tickets.size === 0) record.nextPlace = 0;
  // Nobody was let in for so long that nobody waits because of it.
  if (windows.size + serials.size + record.leases.size === 0) turns.clear();
  if (record.pause !== undefined && pauseEndsAt(record.pause) <= now) record.pause = undefined;
}

/** Each ends at its own time, by which a budget may have been reset before or not. */
function endLeases(record: PrincipalRecord, now: number): void {
  let ended: [string, LeaseRecord][] | undefined;
  for (const entry of record.leases) {
    if (entry[1].endsAt > now) continue;
    ended ??= [];
    ended.push(entry);
  }
  for (const [id, lease] of ended?.sort(([, a], [, b]) => a.endsAt - b.endsAt) ?? []) {
    record.leases.delete(id);
    for (const resource of lease.budgets?.keys() ?? []) {
      const budget = record.budgets.get(resource);
      if (budget !== undefined && !refreshBudget(budget, lease.endsAt)) record.budgets.delete(resource);
    }
    countReserved(record, [id, lease], lease.endsAt, false);
    freeSerials(record, lease, lease.endsAt);
  }
}

// By then a request has reached GitHub, also where a connection had to be made first.
export const arrivalMs = 100;

/** When GitHub has got a write that it has answered, at the latest. */
export function arrivedAt({ since }: LeaseRecord, answeredAt: number): number {
  return Math.min(answeredAt, since + arrivalMs);
}

/** @param from when the gap began */
export function freeSerials({ serials }: PrincipalRecord, lease: LeaseRecord, from: number): void {
  for (const [name, gapMs] of lease.serials ?? []) {
    const freeAt = from + gapMs;
    if (freeAt > (serials.get(name) ?? 0)) serials.set(name, freeAt);
  }
}

/** When the clock goes back, no time has passed: every moment lies as far away as it did. */
function moveBack(record: PrincipalRecord, byMs: number, now: number): void {
  const { pause, budgets, windows, serials, leases, tickets } = record;
  if (pause !== undefined) pause.endsAt -= byMs;
  for (const budget of budgets.values()) {
    if (budget.resetAt !== undefined) budget.resetAt -= byMs;
    if (budget.learntAt !== undefined) budget.learntAt -= byMs;
    for (const [id, [cost, at]] of budget.unseen ?? []) budget.unseen?.set(id, [cost, at - byMs]);
    budget.endsAt -= byMs;
  }
  for (const lease of leases.values()) {
    lease.since -= byMs;
    lease.endsAt -= byMs;
    lease.uses &&= new Map(
      [...lease.uses].map(([name, [slot, cost, refundable]]) => {
        const ms = windows.get(name)?.ms;
        return [name, [ms === undefined ? slot : slotBefore(slot, ms, byMs, now), cost, refundable]] as const;
      }),
    );
  }
  for (const window of windows.values()) {
    const slots: number[] = [];
    for (let index = 0; index < window.slots.length; index += 2)
      addToSlots(slots, slotBefore(window.slots[index]!, window.ms, byMs, now), window.slots[index + 1]!);
    window.slots = slots;
    if (window.scale !== undefined) window.scale = [window.scale[0], window.scale[1] - byMs];
  }
  for (const [name, freeAt] of serials) serials.set(name, freeAt - byMs);
  for (const ticket of tickets.values()) ticket.endsAt -= byMs;
}

/** The moment from which on a record says nothing any more, at the latest; it may be dropped then. */
export function recordEndsAt(record: PrincipalRecord): number {
  let latest = record.pause === undefined ? 0 : pauseEndsAt(record.pause);
  const reach = (at: number): void => {
    if (at > latest) latest = at;
  };
  for (const { endsAt } of record.budgets.values()) reach(endsAt);
  for (const window of record.windows.values()) reach(windowEndsAt(window));
  for (const freeAt of record.serials.values()) reach(freeAt);
  for (const { endsAt } of record.tickets.values()) reach(endsAt);
  for (const lease of record.leases.values()) {
    reach(lease.endsAt);
    for (const gapMs of lease.serials?.values() ?? []) reach(lease.endsAt + gapMs);
  }
  return latest;
}
