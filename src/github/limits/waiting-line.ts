/**
 * @module Who waits for a lease, or for a turn where only one goes at a time: the line has an order, so that nobody is
 * passed by for ever.
 */
import type { AcquireRequest, ConcurrencyNeed, SerialNeed, WindowNeed } from "./limiter-store.ts";
import { arrivedAt } from "./pass-time.ts";
import type { PrincipalRecord, TicketRecord } from "./principal-record.ts";
import { isDue, orderOf } from "./turn-taking.ts";
import { allowedShare } from "./window-count.ts";

/** Whoever does not ask again by so much after the time that it was told has gone. */
const graceMs = 2_000;
/** Where nobody knows when it will be free. */
const pollMs = 25;
const longestPollMs = 1_000;
/** Those ahead may give up: nobody sleeps longer than this because of them. */
const longestForOthersMs = 2_000;
/** More are not remembered, so that a record stays small; they come after those that are. */
const mostTickets = 256;
/** Whoever is sent away for longer, for another reason, begins anew: most of those do not come back. */
const longestAwayMs = 60_000;

/** What a request waits for in the line. */
export interface Wants {
  room?: number;
  serials?: string[];
}

/** 0 where there is a place. */
export function concurrencyWaitMs(
  record: PrincipalRecord,
  need: ConcurrencyNeed,
  request: AcquireRequest,
): number {
  let room = roomFor(record, need, request.rank);
  let ahead = 0;
  for (const ticket of ticketsAhead(record, request, turnsOf(need))) {
    if (ticket.room === undefined) continue;
    ahead++;
    room = Math.min(room, ticket.room);
  }
  if (record.leases.size + ahead < room) return 0;
  let waitMs = Math.min(longestPollMs, pollMs * (1 + ahead));
  for (const { endsAt } of record.leases.values()) waitMs = Math.min(waitMs, endsAt - record.at);
  return Math.max(1, waitMs);
}

/** How many leases there may be with its own. Who is due may use what is kept for others. */
export function roomFor(record: PrincipalRecord, need: ConcurrencyNeed, rank: number): number {
  return allowedShare(need.limit, isDue(record.turns.get(turnsOf(need)), rank) ? 1 : need.share);
}

/** Under which name the turns of a need are noted. */
export function turnsOf(need: ConcurrencyNeed | SerialNeed | WindowNeed): string {
  return need.kind === "concurrent" ? need.kind : `${need.kind} ${need.name}`;
}

/** 0 where it is free. */
export function serialWaitMs(record: PrincipalRecord, need: SerialNeed, request: AcquireRequest): number {
  let freeMs = Math.max(0, (record.serials.get(need.name) ?? 0) - record.at);
  for (const lease of record.leases.values()) {
    const gapMs = lease.serials?.get(need.name);
    // It may end at any moment.
    if (gapMs !== undefined)
      freeMs = Math.max(freeMs, arrivedAt(lease, record.at) + gapMs - record.at, pollMs);
  }
  let ahead = 0;
  for (const ticket of ticketsAhead(record, request, turnsOf(need)))
    if (ticket.serials?.includes(need.name)) ahead++;
  if (ahead === 0) return freeMs;
  return Math.min(freeMs + ahead * Math.max(need.gapMs, pollMs), Math.max(freeMs, longestForOthersMs));
}

function* ticketsAhead(
  record: PrincipalRecord,
  request: AcquireRequest,
  turnsName: string,
): Iterable<TicketRecord> {
  const place = record.tickets.get(request.ticket)?.place ?? Number.POSITIVE_INFINITY;
  const turns = record.turns.get(turnsName);
  const mine = orderOf(turns, request.rank);
  for (const [name, ticket] of record.tickets) {
    const theirs = orderOf(turns, ticket.rank);
    const isAhead = theirs < mine || (theirs === mine && ticket.place < place);
    if (isAhead && name !== request.ticket) yield ticket;
  }
}

/**
 * @param wants `undefined` where it waits for something else too: then it holds up nobody, but keeps the place that it
 *   may have for when it is back soon
 */
export function remember(
  record: PrincipalRecord,
  { ticket, rank }: AcquireRequest,
  wants: Wants | undefined,
  waitMs: number,
): void {
  const known = record.tickets.get(ticket);
  if (known === undefined && (wants === undefined || !hasRoom(record, rank))) return;
  if (wants === undefined && waitMs > longestAwayMs) {
    record.tickets.delete(ticket);
    return;
  }
  const place = known?.place ?? record.nextPlace++;
  record.tickets.set(ticket, { rank, place, endsAt: record.at + waitMs + graceMs, ...wants });
}

/** Makes room in a full line by sending away the last, if that comes after the given rank. */
function hasRoom({ tickets }: PrincipalRecord, rank: number): boolean {
  if (tickets.size < mostTickets) return true;
  let last: [string, TicketRecord] | undefined;
  for (const entry of tickets) {
    const [, ticket] = entry;
    if (
      last === undefined ||
      ticket.rank > last[1].rank ||
      (ticket.rank === last[1].rank && ticket.place > last[1].place)
    )
      last = entry;
  }
  if (last === undefined || last[1].rank <= rank) return false;
  return tickets.delete(last[0]);
}
