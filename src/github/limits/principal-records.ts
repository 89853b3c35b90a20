/**
 * @module The records of many principals in this process' memory. Those of which nothing is left to remember are dropped.
 */
import { passTime, recordEndsAt } from "./pass-time.ts";
import { createRecord, type PrincipalRecord } from "./principal-record.ts";

const sweepEveryMs = 60_000;

export interface PrincipalRecords {
  recordOf(principal: string, now: number): PrincipalRecord;
  readonly size: number;
}

export function createPrincipalRecords(): PrincipalRecords {
  const records = new Map<string, PrincipalRecord>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  const sweep = (now: number): void => {
    // A clock that went back counts as well.
    if (Math.abs(now - sweptAt) < sweepEveryMs) return;
    sweptAt = now;
    for (const [principal, record] of records) {
      passTime(record, now);
      if (recordEndsAt(record) <= now) records.delete(principal);
    }
  };

  return {
    recordOf(principal, now) {
      sweep(now);
      const known = records.get(principal);
      if (known !== undefined) return known;
      const record = createRecord(Math.floor(now));
      records.set(principal, record);
      return record;
    },
    get size() {
      return records.size;
    },
  };
}
