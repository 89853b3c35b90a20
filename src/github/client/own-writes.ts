/**
 * @module What this process has written to files a moment ago: it knows that better than GitHub, whose reads are behind for a while.
 */
import type { Place } from "./read-file.ts";
import type { Session } from "./session.ts";

export interface OwnWrite {
  /** The blob's id; `undefined` where the file was deleted. */
  readonly id: string | undefined;
  /** What was there before: a read that shows it is older than the write, unless somebody has put it back. */
  readonly older: readonly (string | undefined)[];
  /** By the clock. */
  readonly at: number;
}

const writes = new Map<string, OwnWrite>();
const mostWrites = 10_000;
const mostOlder = 100;

/** @returns the last one, for as long as a read may be older than it */
export function ownWriteOf(session: Session, place: Place): OwnWrite | undefined {
  const write = writes.get(keyOf(session, place));
  const ageMs = write === undefined ? Number.POSITIVE_INFINITY : session.clock.now() - write.at;
  return ageMs >= 0 && ageMs < session.lagMs ? write : undefined;
}

/** @param base the id that it had, `undefined` for no file */
export function noteOwnWrite(
  session: Session,
  place: Place,
  id: string | undefined,
  base: string | undefined,
): void {
  const key = keyOf(session, place);
  const before = ownWriteOf(session, place);
  const older = before === undefined ? [base] : [...before.older, before.id, base];
  writes.delete(key);
  writes.set(key, {
    id,
    older: older.filter((other) => other !== id).slice(-mostOlder),
    at: session.clock.now(),
  });
  if (writes.size > mostWrites) writes.delete(writes.keys().next().value!);
}

/** Somebody else has written since. */
export function forgetOwnWrite(session: Session, place: Place): void {
  writes.delete(keyOf(session, place));
}

function keyOf({ apiUrl }: Session, { owner, repo, ref, path }: Place): string {
  return JSON.stringify([apiUrl, owner.toLowerCase(), repo.toLowerCase(), ref ?? null, path]);
}
