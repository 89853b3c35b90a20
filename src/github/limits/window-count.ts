/**
 * @module Counts what was used within a sliding window, in slots of a sixtieth of it. A slot counts until all of it has
 * left the window, so that no stretch of its length ever holds more than is allowed.
 */
import type { WindowNeed } from "./limiter-store.ts";
import type { PrincipalRecord, WindowRecord } from "./principal-record.ts";
import { isDue } from "./turn-taking.ts";

const slotsPerWindow = 60;
const whole = 1_000;
const leastScale = 125; // An eighth.
const growth = 50; // A twentieth …
const growthMs = 600_000; // … every ten minutes.

/** Shares are decimal fractions: 0.57 × 100 is 56.99999999999999, and means 57. */
export const roundingSlack = 1e-9;

/** At least 1. */
export function allowedShare(limit: number, share: number): number {
  return Math.max(1, Math.floor(limit * share + roundingSlack));
}

/** The window as a need describes it: one that was counted in slots of another length counts from now on. Changes nothing. */
function windowFor(record: PrincipalRecord, need: WindowNeed): WindowRecord {
  const known = record.windows.get(need.name);
  if (known?.ms === need.windowMs) return known;
  const used = known === undefined ? 0 : usedOf(known);
  return {
    ms: need.windowMs,
    slots: used === 0 ? [] : [slotAt(record.at, need.windowMs), used],
    scale: known?.scale,
  };
}

/** 0 where there is room now. */
export function windowWaitMs(record: PrincipalRecord, need: WindowNeed, rank: number): number {
  if (need.cost <= 0) return 0;
  const window = windowFor(record, need);
  // Who was passed over for long may use what is kept for the more urgent, once.
  const share = isDue(record.turns.get(`window ${need.name}`), rank) ? 1 : need.share;
  const allowed = allowedShare((need.limit * scaleOf(window, record.at)) / whole, share);
  // What costs more than is allowed goes alone.
  let excess = usedOf(window) + Math.min(need.cost, allowed) - allowed;
  if (excess <= 0) return 0;
  const { slots, ms } = window;
  for (let index = 0; index < slots.length; index += 2) {
    excess -= slots[index + 1]!;
    if (excess <= 0) return Math.max(1, leavesAt(slots[index]!, ms) - record.at);
  }
  return ms;
}

/** @returns the slot that it was counted in */
export function takeFromWindow(record: PrincipalRecord, need: WindowNeed): number {
  const window = windowFor(record, need);
  record.windows.set(need.name, window);
  const slot = slotAt(record.at, window.ms);
  addToSlots(window.slots, slot, need.cost);
  return slot;
}

/** @returns whether it was still there */
export function refundWindow(record: PrincipalRecord, name: string, slot: number, cost: number): boolean {
  const slots = record.windows.get(name)?.slots ?? [];
  for (let index = 0; index < slots.length; index += 2) {
    if (slots[index] !== slot) continue;
    const left = slots[index + 1]! - cost;
    if (left > 0) slots[index + 1] = left;
    else slots.splice(index, 2);
    return true;
  }
  return false;
}

/** Nobody knows when GitHub got a request before its end: it counts from then. */
export function restampUse(record: PrincipalRecord, name: string, slot: number, cost: number): void {
  const window = record.windows.get(name);
  if (window === undefined || window.ms === 0) return;
  const last = slotAt(record.at, window.ms);
  if (last !== slot && refundWindow(record, name, slot, cost)) addToSlots(window.slots, last, cost);
}

/** @param sentAt when the request was let through that GitHub refused; absent where that is not known any more */
export function halveWindow(record: PrincipalRecord, name: string, sentAt: number | undefined): void {
  const window = record.windows.get(name) ?? { ms: 0, slots: [] };
  // Many requests that were on their way together meet one refusal each: that is one refusal.
  if (sentAt !== undefined && window.scale !== undefined && sentAt < window.scale[1]) return;
  window.scale = [Math.max(leastScale, Math.floor(scaleOf(window, record.at) / 2)), record.at];
  record.windows.set(name, window);
}

/** Thousandths. */
export function scaleOf({ scale }: WindowRecord, at: number): number {
  if (scale === undefined) return whole;
  return Math.min(whole, scale[0] + growth * Math.floor((at - scale[1]) / growthMs));
}

export function usedOf({ slots }: WindowRecord): number {
  let used = 0;
  for (let index = 1; index < slots.length; index += 2) used += slots[index]!;
  return used;
}

/** What of it was used from a moment on. */
export function usedSince({ slots, ms }: WindowRecord, at: number): number {
  const first = slotAt(at, ms);
  let used = 0;
  for (let index = 0; index < slots.length; index += 2) if (slots[index]! >= first) used += slots[index + 1]!;
  return used;
}

/** Drops what has left the window. @returns false where nothing is left to remember */
export function refreshWindow(window: WindowRecord, at: number): boolean {
  const { slots, ms } = window;
  let gone = 0;
  while (gone < slots.length && leavesAt(slots[gone]!, ms) <= at) gone += 2;
  if (gone > 0) slots.splice(0, gone);
  if (scaleOf(window, at) >= whole) window.scale = undefined;
  return slots.length > 0 || window.scale !== undefined;
}

/** When there is nothing left to remember. */
export function windowEndsAt({ slots, ms, scale }: WindowRecord): number {
  const last = slots.at(-2);
  return Math.max(
    last === undefined ? 0 : leavesAt(last, ms),
    scale === undefined ? 0 : scale[1] + Math.ceil((whole - scale[0]) / growth) * growthMs,
  );
}

/** The slot as it is called once the clock went back: never earlier than right. */
export function slotBefore(slot: number, ms: number, byMs: number, now: number): number {
  if (ms === 0) return slot;
  return Math.min(slotAt(now, ms), slot - Math.floor((byMs * slotsPerWindow) / ms));
}

export function addToSlots(slots: number[], slot: number, cost: number): void {
  if (slots.at(-2) === slot) slots[slots.length - 1]! += cost;
  else slots.push(slot, cost);
}

function slotAt(at: number, ms: number): number {
  return Math.floor((at * slotsPerWindow) / ms);
}

function leavesAt(slot: number, ms: number): number {
  return Math.ceil(((slot + slotsPerWindow + 1) * ms) / slotsPerWindow);
}
