/**
 * @module Where the use of GitHub's limits is counted: the port. Its drivers stand beside it: memory (one process), SQLite
 * (the processes of one machine), Redis (many machines). One suite, `limiter-store.conformance.ts`, holds for all.
 *
 * Everything is counted for a principal: whoever GitHub counts for, on one host. Times are the store's own, so that
 * machines with different clocks agree; what goes in and comes out is a length of time.
 */

/** Something that a request needs before it may be sent. */
export type Need = BudgetNeed | WindowNeed | ConcurrencyNeed | SerialNeed;

/** A part of what GitHub allows an hour or a minute, as its headers tell. Nothing is known before the first answer. */
export interface BudgetNeed {
  readonly kind: "budget";
  /** GitHub's name of it: `core`, `search`, `graphql` … */
  readonly resource: string;
  readonly cost: number;
  /** What stays untouched: so many … */
  readonly reserve: number;
  /** … but no more than this share of the limit, */
  readonly reserveShare: number;
  /** and at least this share of the limit. From 0 to 1. */
  readonly keepShare: number;
}

/**
 * At most `limit` within any stretch of `windowMs`. Counted in 60 slots, of which one that has only partly left the
 * window still counts as a whole: never too much, at most a sixtieth too little. A use counts from the end of its request, because
 * nobody knows when GitHub got it.
 */
export interface WindowNeed {
  readonly kind: "window";
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly cost: number;
  /** Of the limit, how much this request may see used, itself included: from 0 to 1. At least 1 is always allowed. */
  readonly share: number;
  /** Given back where the request turns out not to count: a 304. */
  readonly refundable: boolean;
}

/** At most `limit` leases at one time. */
export interface ConcurrencyNeed {
  readonly kind: "concurrent";
  readonly limit: number;
  /** As a window's. */
  readonly share: number;
}

/**
 * One at a time, and `gapMs` from when GitHub has got one, at the latest, to the beginning of the next: from its answer, or from 100 ms
 * after its beginning, when a connection has been made and what takes longer is the answer. From its end where no answer came,
 * and from its beginning where it was never sent.
 */
export interface SerialNeed {
  readonly kind: "serial";
  readonly name: string;
  readonly gapMs: number;
}

export interface AcquireRequest {
  readonly principal: string;
  /**
   * Who waits, unique among all processes. A request that is refused for `concurrent` or `serial` is remembered under it
   * for a while: until then nobody of a worse rank, or of the same rank and later, is let past it to the same thing. Asking again in time keeps
   * the place. While it is refused for something else as well it holds up nobody, because it could not go anyway.
   */
  readonly ticket: string;
  /** The lower, the sooner; but one turn in eleven goes to one who was passed over by ten better ones, with a share of 1. */
  readonly rank: number;
  /** After this, a lease that was not settled counts as ended: its process died. */
  readonly leaseMs: number;
  /** All are given, or none. Each resource, window or serial name at most once. */
  readonly needs: readonly Need[];
}

export type AcquireResult =
  | { readonly granted: true; readonly lease: string }
  | {
      readonly granted: false;
      /** When to ask again, at the earliest; at least 1. Somebody else's answer may make room sooner. */
      readonly waitMs: number;
      readonly because: RefusedBecause;
    };

export interface RefusedBecause {
  readonly kind: "pause" | Need["kind"];
  /** The resource's or window's name; why there is a pause. */
  readonly name: string;
}

/** What GitHub's headers say about a resource. */
export interface BudgetNews {
  readonly resource: string;
  readonly limit: number;
  readonly remaining: number;
  /** From now; 0 or less where the window has ended already. */
  readonly resetsInMs: number;
}

/** What came of a request. */
export interface Settlement {
  /**
   * Whether GitHub counted it: `no` for a 304; `unsent` for what never left, which gives everything back; `unknown` where no
   * answer came, which is counted as used unless `budget` knows better.
   */
  readonly counted: "yes" | "no" | "unsent" | "unknown";
  readonly budget?: BudgetNews;
  /** GitHub refused: nobody sends anything for so long. */
  readonly pause?: PauseNews;
  /** Windows whose limit is halved from now on, down to an eighth; it grows back by a twentieth of the whole every ten minutes. */
  readonly halve?: readonly string[];
}

export interface PauseNews {
  /** As GitHub asked; absent where it named no time: a minute, doubled for each further refusal in a row, at most an hour. */
  readonly forMs?: number;
  readonly reason: "primary" | "secondary" | "content";
}

/** What is known of one principal. */
export interface PrincipalState {
  readonly paused?: { readonly forMs: number; readonly reason: string };
  readonly budgets: readonly {
    readonly resource: string;
    readonly limit: number;
    /** As GitHub said last, less what was sent since. */
    readonly remaining: number;
    /** Reserved for requests that are under way. */
    readonly inFlight: number;
    readonly resetsInMs: number;
  }[];
  readonly windows: readonly {
    readonly name: string;
    readonly used: number;
    /** 0 where nothing is known of it but its scale. */
    readonly windowMs: number;
    /** 1, or what is left of the limit after refusals. */
    readonly scale: number;
  }[];
  readonly inFlight: number;
  readonly waiting: number;
}

/**
 * @remarks
 * - `acquire` gives everything that is needed, or nothing: a refusal uses nothing up.
 * - Two processes that acquire at one time never get together what is there only once.
 * - A lease ends by `settle` or by its time; one that ends by its time counts as `unknown`.
 * - Of two pieces of news about a budget the later reset counts, or the one of a request that was sent when the other was known;
 *   of the same window the smaller rest. A window lasts 65 minutes at most.
 * - A pause is never shortened by another.
 * - `settle` for a lease that has ended already still takes in the news, and counts nothing twice.
 */
export interface LimiterStore extends AsyncDisposable {
  acquire(request: AcquireRequest): Promise<AcquireResult>;
  settle(principal: string, lease: string, settlement: Settlement): Promise<void>;
  /** Gives up a place that a ticket has. */
  withdraw(principal: string, ticket: string): Promise<void>;
  read(principal: string): Promise<PrincipalState>;
  /** Whether others share what is counted, so that room may come up without anything happening in this process. */
  readonly isShared: boolean;
  close(): Promise<void>;
}
