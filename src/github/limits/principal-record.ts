/**
 * @module What is remembered of one principal, as plain data that becomes one JSON text: the same text in SQLite and in
 * Redis, whose script reads and writes it too. Names come from outside, so they are keys of maps, not of objects.
 * All times are milliseconds since 1970 by the store's clock, all numbers integers but for none.
 */
import { HubsteadError } from "../../errors.ts";
import type { PauseNews } from "./limiter-store.ts";

export interface PrincipalRecord {
  /** When it was last looked at. */
  at: number;
  /** The place in the line that the next ticket gets. */
  nextPlace: number;
  pause: PauseRecord | undefined;
  readonly budgets: Map<string, BudgetRecord>;
  readonly windows: Map<string, WindowRecord>;
  /** By name: when the next may begin. */
  readonly serials: Map<string, number>;
  readonly leases: Map<string, LeaseRecord>;
  readonly tickets: Map<string, TicketRecord>;
  /** By kind and name of a need: the ranks that were let in last, the newest at the end. See `turn-taking.ts`. */
  readonly turns: Map<string, number[]>;
}

export interface PauseRecord {
  endsAt: number;
  reason: PauseNews["reason"];
  /** How many refusals in a row. */
  strikes: number;
}

export interface BudgetRecord {
  /** Absent where GitHub counts nothing: its limits are switched off. */
  limit?: number;
  /** As GitHub said last. */
  remaining: number;
  /** Cost that no answer told of, and when it was counted, by lease. */
  unseen?: Map<string, readonly [number, number]> | undefined;
  /** When the answer came that says so. */
  learntAt?: number | undefined;
  /** Absent where GitHub's next window has not begun, as far as is known. */
  resetAt?: number | undefined;
  /** When all this is forgotten. */
  endsAt: number;
}

export interface WindowRecord {
  ms: number;
  /** Number and cost of each slot, one after the other, the oldest first. */
  slots: number[];
  /** Thousandths of the limit that are allowed, and since when. Absent: all. */
  scale?: readonly [number, number] | undefined;
}

export interface LeaseRecord {
  since: number;
  endsAt: number;
  /** Cost by resource. */
  readonly budgets?: ReadonlyMap<string, number> | undefined;
  /** Slot, cost, and 1 where it is refundable, by the name of each window. */
  uses?: ReadonlyMap<string, readonly [slot: number, cost: number, refundable: 0 | 1]> | undefined;
  /** Gap by name. */
  readonly serials?: ReadonlyMap<string, number> | undefined;
}

export interface TicketRecord {
  readonly rank: number;
  readonly place: number;
  endsAt: number;
  /** It waits for a lease, and so many may there be with its own. */
  readonly room?: number | undefined;
  /** What it waits for one at a time. */
  readonly serials?: readonly string[] | undefined;
}

export function createRecord(at: number): PrincipalRecord {
  return {
    at,
    nextPlace: 0,
    pause: undefined,
    budgets: new Map(),
    windows: new Map(),
    serials: new Map(),
    leases: new Map(),
    tickets: new Map(),
    turns: new Map(),
  };
}

/** What is empty is left out: Redis' JSON cannot tell an empty list from an empty object. */
export function recordToText(record: PrincipalRecord): string {
  const { at, nextPlace, pause, budgets, windows, serials, leases, tickets, turns } = record;
  return JSON.stringify({
    at,
    nextPlace: nextPlace === 0 ? undefined : nextPlace,
    pause,
    budgets: mapToObject(budgets, (budget) => ({ ...budget, unseen: mapToObject(budget.unseen) })),
    windows: mapToObject(windows, (window) =>
      window.slots.length > 0 ? window : { ...window, slots: undefined },
    ),
    serials: mapToObject(serials),
    leases: mapToObject(leases, (lease) => ({
      since: lease.since,
      endsAt: lease.endsAt,
      budgets: mapToObject(lease.budgets),
      uses: mapToObject(lease.uses),
      serials: mapToObject(lease.serials),
    })),
    tickets: mapToObject(tickets),
    turns: mapToObject(turns),
  });
}

function mapToObject<T>(map: ReadonlyMap<string, T> | undefined, show?: (value: T) => unknown): unknown {
  if (map === undefined || map.size === 0) return undefined;
  // `fromEntries` takes every name, `__proto__` too.
  return Object.fromEntries(
    show === undefined ? map : [...map].map(([name, value]) => [name, show(value)] as const),
  );
}

type Dictionary<T> = Readonly<Record<string, T>>;

interface PlainLease {
  readonly since: number;
  readonly endsAt: number;
  readonly budgets?: Dictionary<number>;
  readonly uses?: Dictionary<readonly [number, number, 0 | 1]>;
  readonly serials?: Dictionary<number>;
}

interface PlainRecord {
  readonly at: number;
  readonly nextPlace?: number;
  readonly pause?: PauseRecord;
  readonly budgets?: Dictionary<
    Omit<BudgetRecord, "unseen"> & { readonly unseen?: Dictionary<readonly [number, number]> }
  >;
  readonly windows?: Dictionary<Omit<WindowRecord, "slots"> & { readonly slots?: number[] }>;
  readonly serials?: Dictionary<number>;
  readonly leases?: Dictionary<PlainLease>;
  readonly tickets?: Dictionary<TicketRecord>;
  readonly turns?: Dictionary<number[]>;
}

/**
 * @param where the text stands, for the error
 * @throws {HubsteadError} `corrupt`
 */
export function parseRecord(text: string, where: string): PrincipalRecord {
  const plain = parsePlain(text);
  if (plain === undefined)
    throw new HubsteadError("corrupt", `what ${where} holds of GitHub's limits cannot be read`, {
      hint: "Remove it: what is allowed is learnt again from GitHub's next answers.",
      data: { where },
    });
  return {
    at: plain.at,
    nextPlace: plain.nextPlace ?? 0,
    pause: plain.pause,
    budgets: new Map(
      Object.entries(plain.budgets ?? {}).map(([name, budget]) => [
        name,
        { ...budget, unseen: budget.unseen && objectToMap(budget.unseen) },
      ]),
    ),
    windows: new Map(
      Object.entries(plain.windows ?? {}).map(([name, window]) => [
        name,
        { ...window, slots: window.slots ?? [] },
      ]),
    ),
    serials: objectToMap(plain.serials),
    leases: new Map(
      Object.entries(plain.leases ?? {}).map(([name, { since, endsAt, budgets, uses, serials }]) => [
        name,
        {
          since,
          endsAt,
          budgets: budgets && objectToMap(budgets),
          uses: uses && objectToMap(uses),
          serials: serials && objectToMap(serials),
        },
      ]),
    ),
    tickets: objectToMap(plain.tickets),
    turns: objectToMap(plain.turns),
  };
}

/** Only this project writes the text: it is looked at so far that another's text is not taken for it. */
function parsePlain(text: string): PlainRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isRecord =
      typeof value === "object" && value !== null && typeof (value as PlainRecord).at === "number";
    return isRecord ? (value as PlainRecord) : undefined;
  } catch {
    return undefined;
  }
}

function objectToMap<T>(object: Dictionary<T> | undefined): Map<string, T> {
  return new Map(Object.entries(object ?? {}));
}
