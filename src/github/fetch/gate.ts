/**
 * @module The turns of requests: who is let in next, and when. Keeps the queues of this process; what is counted lies in the
 * limiter store, which other processes may share.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { type GitHubClock, notWaitedFor } from "../clock.ts";
import type { LimiterStore, Need, RefusedBecause, Settlement } from "../limits/limiter-store.ts";
import { noteTurn, orderOf } from "../limits/turn-taking.ts";
import { type Lane, lanes } from "./lane.ts";

interface Turn {
  /** Of the host and whom it counts for. */
  readonly principal: string;
  readonly lane: Lane;
  /** Requests with equal needs, but for their lane, wait in one line. */
  readonly line: string;
  readonly needs: readonly Need[];
  readonly leaseMs: number;
  /** By the clock: not to wait for room beyond it. */
  readonly waitUntil: number;
  /** By the clock: nothing at all is waited for beyond it. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal | undefined;
}

interface Entered {
  readonly lease: string;
  readonly waitedMs: number;
}

export interface Gate {
  /**
   * Waits for its turn.
   *
   * @throws {HubsteadError} `rate_limited` with `data.retryAt` when the wait is longer than it may be; `invalid_input` when
   *   the gate is closed; the signal's reason
   */
  enter(turn: Turn): Promise<Entered>;
  /** Gives the turn back. A store that does not answer is not waited for beyond a second or the deadline. */
  leave(principal: string, lease: string, settlement: Settlement, deadlineAt: number): Promise<void>;
  /** How many wait, by lane. */
  depths(principal: string): Readonly<Record<Lane, number>>;
  /** Sends away whoever waits, and waits a moment for what is still to be written down. */
  close(): Promise<void>;
}

// The memory of a request is written down at once, or its store is in trouble.
const longestWriteMs = 1_000;

interface Waiter {
  readonly turn: Turn;
  readonly ticket: string;
  readonly since: number;
  because?: RefusedBecause;
  /** When it can be let in, as far as is known. */
  retryAt?: number;
  /** Its time is over: it is not asked for again. */
  isLate: boolean;
  isDone: boolean;
  readonly resolve: (entered: Entered) => void;
  readonly reject: (error: unknown) => void;
}

interface Desk {
  /** By line, then by lane. */
  readonly lines: Map<string, Waiter[][]>;
  /** Who was let in last, so that those who were passed over are asked for first now and then. */
  readonly turns: Map<string, number[]>;
  isServing: boolean;
  isCalled: boolean;
  alarm: AbortController | undefined;
}

export function createGate(store: LimiterStore, clock: GitHubClock): Gate {
  const desks = new Map<string, Desk>();
  const writing = new Set<Promise<void>>();
  let isClosed = false;

  const deskOf = (principal: string): Desk => {
    const known = desks.get(principal);
    if (known !== undefined) return known;
    const desk: Desk = {
      lines: new Map(),
      turns: new Map(),
      isServing: false,
      isCalled: false,
      alarm: undefined,
    };
    desks.set(principal, desk);
    return desk;
  };

  const remove = (desk: Desk, waiter: Waiter): void => {
    const { line, lane } = waiter.turn;
    const queues = desk.lines.get(line);
    const queue = queues?.[lanes.indexOf(lane)] ?? [];
    const at = queue.indexOf(waiter);
    if (at >= 0) queue.splice(at, 1);
    if (queues?.every(({ length }) => length === 0)) desk.lines.delete(line);
  };

  const giveUp = (desk: Desk, waiter: Waiter, error: unknown): void => {
    if (waiter.isDone) return;
    waiter.isDone = true;
    remove(desk, waiter);
    waiter.reject(error);
    const wasAsked = waiter.because !== undefined;
    if (wasAsked) void store.withdraw(waiter.turn.principal, waiter.ticket).catch(() => undefined);
    // Nobody is left for whom to wake up.
    if (desk.lines.size === 0) desk.alarm?.abort(notWaitedFor);
    else void serve(desk);
  };

  /** @returns in how many milliseconds to ask again; infinite when nobody is left to ask for */
  const serveLine = async (desk: Desk, queues: Waiter[][]): Promise<number> => {
    for (;;) {
      let againMs = Number.POSITIVE_INFINITY;
      let wasServed = false;
      for (const waiter of firstOnes(desk, queues)) {
        const result = await ask(desk, waiter);
        if (result === "served") {
          wasServed = true;
          break;
        }
        againMs = Math.min(againMs, result);
      }
      if (!wasServed) return againMs;
    }
  };

  const ask = async (desk: Desk, waiter: Waiter): Promise<"served" | number> => {
    const { turn, ticket } = waiter;
    if (waiter.isDone) return "served";
    const { principal, needs, leaseMs } = turn;
    const rank = lanes.indexOf(turn.lane);
    const result = await store.acquire({ principal, ticket, rank, leaseMs, needs });
    if (result.granted) {
      if (waiter.isDone) await store.settle(principal, result.lease, { counted: "unsent" });
      else {
        waiter.isDone = true;
        noteTurn(desk.turns, anyTurn, rank);
        remove(desk, waiter);
        waiter.resolve({ lease: result.lease, waitedMs: clock.now() - waiter.since });
      }
      return "served";
    }
    waiter.because = result.because;
    waiter.retryAt = clock.now() + result.waitMs;
    if (waiter.retryAt > turn.waitUntil) {
      giveUp(desk, waiter, tooLong(desk, waiter));
      return "served";
    }
    return result.waitMs;
  };

  const serve = async (desk: Desk): Promise<void> => {
    desk.isCalled = true;
    if (desk.isServing || isClosed) return;
    desk.isServing = true;
    desk.alarm?.abort(notWaitedFor);
    let againMs = Number.POSITIVE_INFINITY;
    try {
      while (desk.isCalled) {
        desk.isCalled = false;
        againMs = Number.POSITIVE_INFINITY;
        for (const queues of linesByRank(desk)) {
          againMs = Math.min(againMs, await serveLine(desk, queues));
        }
      }
    } catch (error) {
      // The store has failed: whoever waits must know.
      const all = [...desk.lines.values()].flat(2);
      for (const waiter of all) giveUp(desk, waiter, error);
    } finally {
      desk.isServing = false;
    }
    for (const waiter of [...desk.lines.values()].flat(2))
      if (waiter.isLate) giveUp(desk, waiter, tooLong(desk, waiter));
    if (desk.lines.size > 0 && !desk.isServing) wake(desk, againMs);
  };

  const wake = (desk: Desk, againMs: number): void => {
    desk.alarm = new AbortController();
    // Processes that ask at the same moment again and again would hinder each other.
    const jitterMs = store.isShared ? Math.random() * 10 : 0;
    const waitMs = Math.max(1, Math.min(againMs, 60_000)) + jitterMs;
    clock.sleep(waitMs, desk.alarm.signal).then(
      () => serve(desk),
      () => undefined,
    );
  };

  return {
    async enter(turn) {
      turn.signal?.throwIfAborted();
      if (isClosed) throw closed();
      const desk = deskOf(turn.principal);
      const { promise, resolve, reject } = Promise.withResolvers<Entered>();
      const waiter: Waiter = {
        turn,
        ticket: crypto.randomUUID(),
        since: clock.now(),
        isLate: false,
        isDone: false,
        resolve,
        reject,
      };
      const queues = desk.lines.get(turn.line) ?? lanes.map(() => []);
      desk.lines.set(turn.line, queues);
      queues[lanes.indexOf(turn.lane)]!.push(waiter);
      void serve(desk);
      return waitFor(desk, waiter, promise);
    },
    async leave(principal, lease, settlement, deadlineAt) {
      // An answer that is there must not be lost because its use cannot be written down: the lease ends by its time.
      const settling = store.settle(principal, lease, settlement).then(
        () => noteLeft(principal),
        () => noteLeft(principal),
      );
      writing.add(settling);
      void settling.then(() => writing.delete(settling));
      await noLongerThan(settling, Math.min(longestWriteMs, deadlineAt - clock.now()));
    },
    depths(principal) {
      const lines = [...(desks.get(principal)?.lines.values() ?? [])];
      const depth = (index: number) => lines.reduce((sum, queues) => sum + queues[index]!.length, 0);
      return Object.fromEntries(lanes.map((lane, index) => [lane, depth(index)])) as Record<Lane, number>;
    },
    async close() {
      isClosed = true;
      for (const desk of desks.values())
        for (const waiter of [...desk.lines.values()].flat(2)) giveUp(desk, waiter, closed());
      if (writing.size > 0) await noLongerThan(Promise.all(writing), longestWriteMs);
    },
  };

  function noteLeft(principal: string): void {
    const desk = desks.get(principal);
    if (desk === undefined) return;
    if (desk.lines.size > 0) void serve(desk);
    else if (!desk.isServing) desks.delete(principal);
  }

  /** @param what that does not fail */
  async function noLongerThan(what: Promise<unknown>, ms: number): Promise<void> {
    const over = new AbortController();
    const late = clock.sleep(Math.max(0, ms), over.signal).catch(() => undefined);
    await Promise.race([what, late]);
    over.abort(notWaitedFor);
  }

  async function waitFor(desk: Desk, waiter: Waiter, promise: Promise<Entered>): Promise<Entered> {
    const { signal, waitUntil, deadlineAt } = waiter.turn;
    const over = new AbortController();
    const onAbort = () => giveUp(desk, waiter, signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const at = async (time: number, then: () => void): Promise<void> => {
      if (!Number.isFinite(time)) return;
      await clock.sleep(Math.max(0, time - clock.now()), over.signal).then(then, () => undefined);
    };
    const giveUpNow = () => giveUp(desk, waiter, tooLong(desk, waiter));
    void at(waitUntil, () => {
      // The store is being asked: there may be room without any wait.
      waiter.isLate = true;
      if (!desk.isServing || clock.now() >= deadlineAt) giveUpNow();
      else void at(deadlineAt, giveUpNow);
    });
    try {
      return await promise;
    } finally {
      over.abort(notWaitedFor);
      signal?.removeEventListener("abort", onAbort);
    }
  }
}

const anyTurn = "any";

/** The first of each lane, whoever is to be asked for first at the front. */
function firstOnes({ turns }: Desk, queues: readonly Waiter[][]): Waiter[] {
  const first = queues.flatMap((queue) => queue.slice(0, 1));
  return first.sort((a, b) => placeOf(a, turns) - placeOf(b, turns) || a.since - b.since);
}

function placeOf({ turn }: Waiter, turns: Desk["turns"]): number {
  return orderOf(turns.get(anyTurn), lanes.indexOf(turn.lane));
}

function linesByRank(desk: Desk): Waiter[][][] {
  const best = (queues: readonly Waiter[][]) => placeOf(firstOnes(desk, queues)[0]!, desk.turns);
  return [...desk.lines.values()].sort((a, b) => best(a) - best(b));
}

function closed(): HubsteadError {
  return invalidInput("the fetch is closed", "Make another one.");
}

function tooLong({ lines }: Desk, waiter: Waiter): HubsteadError {
  const { turn } = waiter;
  // Who was never asked for waits for what the first of the line waits for.
  const first = [waiter, ...(lines.get(turn.line) ?? []).flat()].find((one) => one.because !== undefined);
  const { because, retryAt } = first ?? {};
  const what = because === undefined ? "its turn" : `GitHub's limits (${because.kind} ${because.name})`;
  const at = new Date(Math.max(retryAt ?? 0, turn.waitUntil)).toISOString();
  return new HubsteadError("rate_limited", `the request would have to wait for ${what} until ${at}`, {
    hint: "Try again then, allow a longer wait (`maxWaitMs`), or see `limits()` for who uses how much.",
    data: { retryAt: at, lane: turn.lane, because: because ?? { kind: "turn", name: turn.lane } },
  });
}
