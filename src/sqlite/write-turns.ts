/**
 * @module Write transactions that take turns: within the process in order of arrival, between processes by
 * awaited retries with jitter. Nothing ever blocks the event loop while it waits.
 */
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { HubsteadError } from "../errors.ts";
import { isLocked, toHubsteadError } from "./open-database.ts";

/** How long a write waits for the lock of other processes before it fails with `busy`. */
export const defaultBusyTimeoutMs = 30_000;

// While others write too, hold the lock for this long at most, then leave a gap that a waiting process can hit.
const holdMs = 5;
const gapMs = 2;
const othersActiveMs = 100;
const longestRetryMs = 10;

export interface WriteTurns {
  /**
   * Runs `body` inside a write transaction.
   *
   * @param body synchronous; what it throws undoes the transaction
   * @param undone called when the transaction was undone, before anybody else gets a turn
   * @throws {HubsteadError} `busy` after the timeout; what `body` throws
   */
  run<T>(body: () => T, undone?: () => void): Promise<T>;
  /** Runs `body` inside a write transaction if the lock is free this moment. @returns whether it was */
  runIfFree(body: () => void): boolean;
  /** Waits for a lock that an operation outside of a transaction needs. */
  retry<T>(operation: () => T): Promise<T>;
  /** Changes whenever another connection has committed. */
  commitStamp(): number;
  /** How many turns this connection has begun. With the commit stamp it tells whether anything was written. */
  turnsTaken(): number;
  /** The stamp as it was when the running write transaction began. */
  stampInTurn(): number;
  /** Waits until every turn that was asked for has ended, well or badly. */
  settled(): Promise<void>;
}

export function createWriteTurns(
  database: DatabaseSync,
  path: string,
  busyTimeoutMs = defaultBusyTimeoutMs,
): WriteTurns {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const dataVersion = database.prepare("PRAGMA data_version");
  dataVersion.setReturnArrays(true);
  const commitStamp = () => (dataVersion.get() as unknown as [number])[0];

  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let othersUntil = 0;
  let heldSince = 0;
  let stamp = commitStamp();
  let taken = 0;

  const transact = <T>(body: () => T, undone: (() => void) | undefined): T => {
    begin.run();
    taken++;
    try {
      const now = performance.now();
      const current = commitStamp();
      if (current !== stamp) {
        stamp = current;
        if (now > othersUntil) heldSince = now;
        othersUntil = now + othersActiveMs;
      }
      const result = body();
      commit.run();
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      undone?.();
      throw toHubsteadError(error, path);
    }
  };

  const retry = <T>(operation: () => T): Promise<T> => retryWhileLocked(operation, path, busyTimeoutMs);

  const takeTurn = async <T>(body: () => T, undone: (() => void) | undefined): Promise<T> => {
    const now = performance.now();
    if (now < othersUntil && now - heldSince > holdMs) {
      await sleep(1 + Math.random() * gapMs);
      heldSince = performance.now();
    }
    return retry(() => transact(body, undone));
  };

  return {
    run(body, undone) {
      waiting++;
      const turn = waiting === 1 ? takeTurn(body, undone) : tail.then(() => takeTurn(body, undone));
      const done = turn.finally(() => waiting--);
      tail = done.catch(() => undefined);
      return done;
    },
    runIfFree(body) {
      try {
        transact(body, undefined);
        return true;
      } catch (error) {
        if (isLockError(error)) return false;
        throw toHubsteadError(error, path);
      }
    },
    retry,
    commitStamp,
    turnsTaken: () => taken,
    stampInTurn: () => stamp,
    async settled() {
      await tail;
    },
  };
}

/** Tries again, with jitter, until the lock is free. @throws {HubsteadError} `busy` after the timeout */
export async function retryWhileLocked<T>(
  operation: () => T,
  path: string,
  busyTimeoutMs: number,
): Promise<T> {
  const deadline = performance.now() + busyTimeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 1.5, longestRetryMs)) {
    try {
      return operation();
    } catch (error) {
      if (!isLockError(error)) throw toHubsteadError(error, path);
      if (performance.now() > deadline) throw busy(path, busyTimeoutMs, error);
    }
    await sleep(Math.random() * pauseMs);
  }
}

function isLockError(error: unknown): boolean {
  return (
    isLocked(error) || (error instanceof HubsteadError && error.code === "busy" && isLocked(error.cause))
  );
}

function busy(path: string, waitedMs: number, cause: unknown): HubsteadError {
  return new HubsteadError(
    "busy",
    `other processes kept ${path} locked for ${waitedMs < 1_000 ? `${waitedMs} ms` : `${Math.round(waitedMs / 1_000)} s`}`,
    {
      hint: "Look for a process that writes without pause or holds a transaction open, then try again.",
      data: { path, retryAfterMs: 1_000 },
      cause,
    },
  );
}
