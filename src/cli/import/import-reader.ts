/**
 * @module What every reader of a format returns.
 */
import type { ImportRecord } from "../../store/store.ts";

export interface ImportReader {
  readonly records: Iterable<ImportRecord> | AsyncIterable<ImportRecord>;
  /** Where it comes from, for the history of each entity. */
  readonly note?: string;
  /** Where the n-th record, from 1, stands: `line 7`. */
  placeOf?(record: number): string;
}

const outsideTime = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?)?$/iu;

/**
 * A time as other programs write it: with microseconds, with a space, without a zone (then UTC, as Python's `utcnow`).
 *
 * @returns ISO 8601 UTC; `undefined` for what is no time
 */
export function readOutsideTime(text: unknown): string | undefined {
  const match = typeof text === "string" ? outsideTime.exec(text.trim()) : null;
  if (match === null) return undefined;
  const [, day, time = "00:00", seconds = ":00", fraction = "", zone = "Z"] = match;
  const sign = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const date = new Date(`${day}T${time}${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${sign}`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
