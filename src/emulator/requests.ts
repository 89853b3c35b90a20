/**
 * @module What was asked of the emulator, for assertions: by operation name, in order.
 */
export interface RequestRecord {
  /** GitHub's operation id, `issues/create`; `graphql`, `git/…`; `unknown` for a path that GitHub has not. */
  readonly operation: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  /** Who asked: `user:ada`, `app:bot`, `installation:1`, `anonymous`. */
  readonly by: string;
  /** ISO 8601 UTC, by the emulator's clock. */
  readonly at: string;
}

export interface Requests {
  /** The newest 10,000 at least, the oldest of them first, fewer where bodies are huge; all, or those of one operation. */
  list(operation?: string): readonly RequestRecord[];
  /** The names of the operations of those, in order. */
  names(): readonly string[];
  /** Of all requests since the start or `clear`, however many that are. */
  count(operation?: string): number;
  clear(): void;
}

/** So many are kept: a test looks at its own, and a program that runs for days must not grow. */
const mostKept = 10_000;
/** And no more than have bodies of so many characters together, the newest one apart. */
const mostKeptLength = 64_000_000;

export interface RequestLog extends Requests {
  /** @param length of the text that the body was read from */
  add(record: RequestRecord, length: number): void;
}

export function createRequests(): RequestLog {
  let entries: { readonly record: RequestRecord; readonly length: number }[] = [];
  let keptLength = 0;
  const counts = new Map<string, number>();
  let total = 0;
  const list = (operation?: string) =>
    entries
      .map(({ record }) => record)
      .filter((record) => operation === undefined || record.operation === operation);
  const dropOldest = (count: number): void => {
    for (const { length } of entries.slice(0, count)) keptLength -= length;
    entries = entries.slice(count);
  };
  return {
    list,
    names: () => entries.map(({ record }) => record.operation),
    count: (operation) => (operation === undefined ? total : (counts.get(operation) ?? 0)),
    clear() {
      dropOldest(entries.length);
      counts.clear();
      total = 0;
    },
    add(record, length) {
      total++;
      counts.set(record.operation, (counts.get(record.operation) ?? 0) + 1);
      entries.push({ record, length });
      keptLength += length;
      if (entries.length > mostKept * 2) dropOldest(mostKept);
      while (keptLength > mostKeptLength && entries.length > 1) dropOldest(Math.ceil(entries.length / 10));
    },
  };
}
