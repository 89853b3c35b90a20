/**
 * @module The audit log as people read it: what was done to the store, and every change, in the order of time.
 */
import { clockTimeMs } from "../base/hybrid-clock.ts";
import { normalizeTime } from "../entity/change.ts";
import { invalidInput } from "../errors.ts";
import type { AuditRecord, Storage } from "../storage/storage.ts";

const defaultLimit = 1_000;
const page = 1_000;

/** The newest records since a time, oldest first. Changes count by when they were recorded here. */
export async function listAudit(
  storage: Storage,
  {
    since = "1970-01-01T00:00:00Z",
    limit = defaultLimit,
  }: { readonly since?: string | Date; readonly limit?: number },
): Promise<readonly AuditRecord[]> {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw invalidInput('"limit" is a whole number above 0', "Leave it out for the newest 1,000.");
  const from = normalizeTime(since);
  const records = [
    ...(await storage.auditSince(from, limit)),
    ...(await changesAsRecords(storage, from, limit)),
  ];
  return records.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(-limit);
}

async function changesAsRecords(storage: Storage, from: string, limit: number): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  // Backwards from the newest: the log follows time closely enough to stop at the first page that is too old.
  for (let end = await storage.lastPosition(); end > 0 && records.length < limit; end -= page) {
    const start = Math.max(0, end - page);
    const entries = await storage.changesSince(start, end - start);
    const recent = entries
      .map(({ change }): AuditRecord => {
        const at = new Date(clockTimeMs(change.clock)).toISOString();
        return {
          at,
          who: change.author ?? "",
          what: change.kind,
          target: change.entity,
          why: change.note ?? "",
        };
      })
      .filter(({ at }) => at >= from);
    records.unshift(...recent);
    if (recent.length === 0) break;
  }
  return records;
}
