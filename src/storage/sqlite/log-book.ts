/**
 * @module The log of changes: stamping new ones, finding and reading old ones. Consecutive changes of one replica
 * under one version vector are a run; runs say which position a change id has without an index on every change.
 */
import { crc32 } from "node:zlib";
import { type Clock, firstClock, nextClock } from "../../base/hybrid-clock.ts";
import { readJson } from "../../base/json-reader.ts";
import { mergeVectors, type VersionVector, vectorDifference } from "../../base/version-vector.ts";
import { type Change, type Draft, encodeChange, type LoggedChange } from "../../entity/change.ts";
import type { ReplicaId } from "../../entity/id.ts";
import { HubsteadError } from "../../errors.ts";
import type { LogEntry } from "../storage.ts";
import type { Session } from "./session.ts";

/** Where a run begins, and what its writer had folded then, its own earlier changes included. */
interface Run {
  readonly firstPosition: number;
  readonly replica: string;
  readonly firstSeq: number;
  readonly seen: VersionVector;
}

type RunRow = readonly [firstPosition: number, replica: string, firstSeq: number, seen: string];

/** One row of the `change` table. */
type ChangeRow = readonly [
  position: number,
  entity: number,
  previous: number,
  body: string,
  checksum: number,
];

export interface LogBook {
  /** Brings what is known of the log up to date. Call it first in every transaction. @param current its commit stamp */
  refresh(current: number): void;
  /**
   * Gives a draft its place, {@link LogBook.lastPosition}; nothing is written yet. Must be called inside a write
   * transaction.
   */
  stamp(entity: string, draft: Draft, replica: ReplicaId, nowMs: number): Change;
  /** What was stamped last, with all that its writer had folded. */
  withSeen(change: Change): LoggedChange;
  /**
   * Writes what was stamped last.
   *
   * @param row the entity's
   * @param previous the position of its change before this one, 0 for the first
   * @param setText canonical text of the change's `set`, where it is known
   */
  append(change: Change, row: number, previous: number, setText?: string): void;
  /** Forgets stamps of a transaction that was undone. */
  forget(): void;
  lastPosition(): number;
  /** Of the newest change. */
  lastClock(): Clock;
  /** All changes of an entity, from its newest back to its first, returned oldest first. */
  chain(newest: number): LogEntry[];
  after(position: number, limit: number): LogEntry[];
  /** The number of changes of a replica. */
  lastSeqOf(replica: string): number;
  vector(): VersionVector;
}

export function createLogBook(session: Session): LogBook {
  const insertChange = session.prepare(
    "INSERT INTO change(position, entity, previous, body, checksum) VALUES (?, ?, ?, ?, ?)",
  );
  const selectChange = session.prepare(
    "SELECT position, entity, previous, body, checksum FROM change WHERE position = ?",
  );
  let runs: Run[] = [];
  let position = 0;
  let clock: Clock = firstClock;
  let stamp = -1;

  const readLast = (): readonly [number, string] | undefined =>
    session.get("SELECT position, body ->> '$.clock' FROM change ORDER BY position DESC LIMIT 1");

  const endOfRun = (index: number): number => (runs[index + 1]?.firstPosition ?? position + 1) - 1;

  const lastSeqOf = (replica: string): number => {
    const newest = runs.at(-1);
    if (newest?.replica === replica) return newest.firstSeq + position - newest.firstPosition;
    const index = runs.findLastIndex((run) => run.replica === replica);
    const run = runs[index];
    return run === undefined ? 0 : run.firstSeq + endOfRun(index) - run.firstPosition;
  };

  const vector = (): VersionVector =>
    Object.fromEntries(
      [...new Set(runs.map(({ replica }) => replica))].map((replica) => [replica, lastSeqOf(replica)]),
    );

  const runAt = (at: number): Run => {
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (runs[middle]!.firstPosition <= at) low = middle;
      else high = middle - 1;
    }
    const run = runs[low];
    if (run === undefined || run.firstPosition > at) throw damagedLog(session.path, at);
    return run;
  };

  // Whatever reads the log reads it whole: what is folded, told or handed on must not be a damaged change.
  const toEntry = ([at, , , body, checksum]: ChangeRow): LogEntry => {
    if (!isIntact(body, checksum)) throw damagedLog(session.path, at);
    const change = parseBody(session.path, at, body);
    return { position: at, change, seen: seenAt(at, change) };
  };

  const seenAt = (at: number, { replica, seq }: Change): VersionVector => ({
    ...runAt(at).seen,
    [replica]: seq - 1,
  });

  return {
    refresh(current) {
      if (current === stamp) return;
      const known = runs.at(-1)?.firstPosition ?? 0;
      const found = session.all<RunRow>(
        "SELECT first_position, replica, first_seq, seen FROM run WHERE first_position > ? ORDER BY first_position",
        known,
      );
      const last = readLast();
      runs = [...runs, ...found.map((row) => toRun(session.path, row))];
      position = last?.[0] ?? 0;
      clock = (last?.[1] ?? firstClock) as Clock;
      // Last of all: a log that could not be read is not known.
      stamp = current;
    },

    stamp(entity, draft, replica, nowMs) {
      const last = runs.at(-1);
      const seq = lastSeqOf(replica) + 1;
      clock = nextClock(clock, nowMs);
      if (last?.replica === replica) {
        position++;
        return { ...draft, replica, seq, clock, entity };
      }
      const seen = vectorBefore(vector(), replica, seq);
      const before = runs.findLast((run) => run.replica === replica)?.seen ?? {};
      const { [replica]: _, ...news } = vectorDifference(before, seen);
      // Not before the vector is read: the last run would seem to be one change longer.
      position++;
      const run: Run = { firstPosition: position, replica, firstSeq: seq, seen };
      session.run(
        "INSERT INTO run(first_position, replica, first_seq, seen) VALUES (?, ?, ?, ?)",
        position,
        replica,
        seq,
        JSON.stringify(seen),
      );
      runs = [...runs, run];
      const isNews = Object.keys(news).length > 0;
      return { ...draft, replica, seq, clock, entity, ...(isNews ? { seen: news } : {}) };
    },

    withSeen: (change) => ({ change, seen: seenAt(position, change) }),

    append(change, row, previous, setText) {
      const body = encodeChange(change, setText);
      // Not `run`: it would make an object that says what was changed.
      insertChange.get(position, row, previous, body, crc32(body));
    },

    forget() {
      stamp = -1;
      runs = [];
    },

    lastPosition: () => position,
    lastClock: () => clock,

    chain(newest) {
      const entries: LogEntry[] = [];
      for (let at = newest; at > 0; ) {
        const row = selectChange.get(at) as unknown as ChangeRow | undefined;
        // Positions fall along the chain; a damaged link must not lead round for ever.
        if (row === undefined || row[2] >= at || row[2] < 0) throw damagedLog(session.path, at);
        const entry = toEntry(row);
        // Nor to another entity.
        if (entry.change.entity !== (entries[0] ?? entry).change.entity) throw damagedLog(session.path, at);
        entries.push(entry);
        at = row[2];
      }
      return entries.reverse();
    },

    after: (from, limit) =>
      session
        .all<ChangeRow>(
          "SELECT position, entity, previous, body, checksum FROM change WHERE position > ? ORDER BY position LIMIT ?",
          from,
          limit,
        )
        .map(toEntry),

    lastSeqOf,
    vector,
  };
}

function vectorBefore(all: VersionVector, replica: string, seq: number): VersionVector {
  return seq === 1 ? { ...all } : mergeVectors(all, { [replica]: seq - 1 });
}

/** True when a change's text is what was written. */
export function isIntact(body: unknown, checksum: number): boolean {
  return typeof body === "string" && crc32(body) === checksum;
}

/** @throws {HubsteadError} `corrupt` when the body is no longer JSON */
export function parseBody(path: string, position: number, body: string): Change {
  try {
    return readJson(body) as Change;
  } catch {
    throw damagedLog(path, position);
  }
}

/** @throws {HubsteadError} `corrupt` */
function toRun(path: string, [firstPosition, replica, firstSeq, seen]: RunRow): Run {
  try {
    return { firstPosition, replica, firstSeq, seen: JSON.parse(seen) as VersionVector };
  } catch (cause) {
    throw new HubsteadError(
      "corrupt",
      `the run of changes in ${path} from position ${firstPosition} on is damaged`,
      {
        hint: "Run `hubstead verify` to see all that is damaged; `hubstead rebuild` makes runs anew.",
        data: { path, position: firstPosition },
        cause,
      },
    );
  }
}

export function damagedLog(path: string, position: number): HubsteadError {
  return new HubsteadError("corrupt", `the log of ${path} is damaged at position ${position}`, {
    hint: "Run `hubstead verify` to see all that is damaged, then `hubstead backup restore`.",
    data: { path, position },
  });
}
