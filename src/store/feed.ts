/**
 * @module Follows the log: observers and iterators hear of every commit, of this process at once, of others within
 * a tenth of a second.
 */
import { setImmediate as breathe, setTimeout as sleep } from "node:timers/promises";
import { changeId } from "../entity/change.ts";
import type { EntityState } from "../entity/entity.ts";
import { shownTime } from "../entity/fold.ts";
import { invalidInput } from "../errors.ts";
import type { LogEntry, Outcome, Storage } from "../storage/storage.ts";
import { stateToEntity } from "./entity-view.ts";
import type { ChangeEvent, Observer } from "./store.ts";
import { createToldStates } from "./told-states.ts";

/** How often other processes' commits are looked for. */
const pollMs = 100;
const page = 500;

export interface Feed {
  observe(observer: Observer): () => void;
  changes(options: {
    readonly since?: number;
    readonly signal?: AbortSignal;
  }): AsyncIterableIterator<ChangeEvent>;
  /** Tells of this process's own commit. */
  announce(outcomes: readonly Outcome[]): Promise<void>;
  close(): void;
}

/** Somebody who observes, and the position of the log after which it hears. */
interface Listener {
  readonly observer: Observer;
  since: number;
}

/** @param onError gets what observers throw and reads that failed, where the observer does not take it */
export function createFeed(storage: Storage, onError: (error: unknown) => void): Feed {
  const listeners = new Set<Listener>();
  const wakers = new Set<() => void>();
  const closing = new AbortController();
  const states = createToldStates(storage);
  let position = 0;
  let timer: NodeJS.Timeout | undefined;
  let stamp = -1;
  let stampFailed = false;
  let catchingUp = false;
  let hasMore = false;
  let tail: Promise<void> = Promise.resolve();

  /** One after the other: two that read the log at the same time would tell of one change twice. */
  const inTurn = (body: () => Promise<void>): Promise<void> => {
    tail = tail.then(body).catch(onError);
    return tail;
  };

  const tell = (at: number, before: EntityState | undefined, after: EntityState | undefined): void => {
    position = at;
    for (const { observer, since } of listeners) {
      if (at <= since) continue;
      const failed = (error: unknown) => attempt(() => (observer.onError ?? onError)(error), onError);
      attempt(() => callObserver(observer, before, after), failed);
    }
  };

  /** @returns true when that was the end of the log */
  const readPage = async (): Promise<boolean> => {
    const entries = await storage.changesSince(position, page);
    for (const entry of entries) tell(entry.position, ...(await states.around(entry)));
    return entries.length < page;
  };

  /** Others may write as fast as we read: no write waits for this, and what else the process does goes on. */
  const catchUp = (): void => {
    hasMore = true;
    if (catchingUp) return;
    catchingUp = true;
    void inTurn(async () => {
      try {
        while (hasMore) {
          hasMore = false;
          while (!(await readPage())) await breathe();
        }
      } finally {
        catchingUp = false;
      }
    });
  };

  /** True when somebody may have committed since the last look. */
  const isStale = (): boolean => {
    try {
      const current = storage.commitStamp();
      stampFailed = false;
      if (current === stamp) return false;
      stamp = current;
      return true;
    } catch (error) {
      if (!stampFailed) onError(error);
      stampFailed = true;
      return false;
    }
  };

  const poll = (): void => {
    if (closing.signal.aborted || !isStale()) return;
    for (const wake of wakers) wake();
    if (listeners.size > 0) catchUp();
  };

  const watch = (): void => {
    const needed = listeners.size + wakers.size > 0 && !closing.signal.aborted;
    if (needed && timer === undefined) timer = setInterval(poll, pollMs).unref();
    if (!needed && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
    }
  };

  return {
    observe(observer) {
      checkObserver(observer);
      const isFirst = listeners.size === 0;
      const listener: Listener = { observer, since: Number.POSITIVE_INFINITY };
      listeners.add(listener);
      const last = storage.lastPosition();
      void inTurn(async () => {
        listener.since = await last;
        if (!isFirst || position >= listener.since) return;
        position = listener.since;
        states.clear();
      });
      watch();
      return () => {
        listeners.delete(listener);
        watch();
      };
    },

    async announce(outcomes) {
      for (const wake of wakers) wake();
      if (listeners.size === 0) return;
      const logged = outcomes.filter((outcome) => outcome.logged !== undefined);
      const first = logged[0]?.logged?.position;
      if (first === undefined) return;
      if (catchingUp) return catchUp();
      await inTurn(async () => {
        // Others committed in between: their changes come first. A write waits for a page of them, not for more.
        if (position < first - 1) await readPage();
        if (position < first - 1) return catchUp();
        for (const { before, after, logged: entry } of logged) {
          if (entry!.position <= position) continue;
          states.note(entry!.change, after);
          tell(entry!.position, before, after);
        }
      });
    },

    changes({ since, signal }) {
      if (since !== undefined && (!Number.isSafeInteger(since) || since < 0)) {
        throw invalidInput(
          '"since" is no cursor',
          "Use the `cursor` of the last change you know, or 0 for all.",
        );
      }
      const start = since === undefined ? storage.lastPosition() : Promise.resolve(since);
      // Who reads hears of it.
      start.catch(() => undefined);
      // `return` must not wait for a change that may never come.
      const leaving = new AbortController();
      const signals = [leaving.signal, closing.signal, ...(signal === undefined ? [] : [signal])];
      const events = follow(start, AbortSignal.any(signals));
      const end = events.return.bind(events);
      return Object.assign(events, {
        return() {
          leaving.abort();
          return end();
        },
      });
    },

    close() {
      closing.abort();
      watch();
    },
  };

  async function* follow(start: Promise<number>, ends: AbortSignal): AsyncGenerator<ChangeEvent, void> {
    let cursor = await start;
    while (!ends.aborted) {
      let wake = () => {};
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      wakers.add(wake);
      watch();
      const pause = new AbortController();
      try {
        const entries = await storage.changesSince(cursor, page);
        for (const entry of entries) {
          if (ends.aborted) return;
          cursor = entry.position;
          yield entryToEvent(entry);
        }
        if (entries.length === page) await breathe();
        if (entries.length === 0) await Promise.race([woken, rest(AbortSignal.any([ends, pause.signal]))]);
      } finally {
        pause.abort();
        wakers.delete(wake);
        watch();
      }
    }
  }
}

const methods = ["onCreate", "onUpdate", "onDelete", "onError"] as const;

/** @throws {HubsteadError} `invalid_input` for one that would never hear anything */
function checkObserver(observer: Observer): void {
  const isObject = typeof observer === "object" && observer !== null;
  const given = isObject ? methods.filter((name) => observer[name] !== undefined) : [];
  const hears = given.some((name) => name !== "onError");
  if (hears && given.every((name) => typeof observer[name] === "function")) return;
  throw invalidInput(
    "an observer is an object of functions",
    "Write { onCreate(entity) { … } }; there are onCreate, onUpdate, onDelete and onError.",
  );
}

/** Calls what users gave us; it may throw, or answer with a promise that rejects. */
function attempt(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(failed);
  } catch (error) {
    failed(error);
  }
}

/** Ends when the signal does; keeps the process alive while somebody awaits the next change. */
async function rest(signal: AbortSignal): Promise<void> {
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
}

function callObserver(
  observer: Observer,
  before: EntityState | undefined,
  after: EntityState | undefined,
): unknown {
  const was = before !== undefined && !before.deleted ? stateToEntity(before) : undefined;
  const is = after !== undefined && !after.deleted ? stateToEntity(after) : undefined;
  if (was === undefined) return is === undefined ? undefined : observer.onCreate?.(is);
  return is === undefined ? observer.onDelete?.(was) : observer.onUpdate?.(was, is);
}

function entryToEvent({ position, change }: LogEntry): ChangeEvent {
  const { author, note, status, set, unset } = change;
  return {
    cursor: position,
    change: changeId(change),
    kind: change.kind,
    id: change.entity,
    at: shownTime(change),
    ...(author === undefined ? {} : { author }),
    ...(note === undefined ? {} : { note }),
    ...(status === undefined ? {} : { status }),
    ...(set === undefined ? {} : { set }),
    ...(unset === undefined ? {} : { unset }),
  };
}
