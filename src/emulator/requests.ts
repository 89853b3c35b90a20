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
  /** The newest ones, the oldest of them first; all, or those of one operation. */
  list(operation?: string): readonly RequestRecord[];
  /** The names of the operations, in order. */
  names(): readonly string[];
  count(operation?: string): number;
  clear(): void;
}

/** So many are kept: a test looks at its own, and a program that runs for days must not grow. */
const mostKept = 10_000;

export function createRequests(): Requests & { add(record: RequestRecord): void } {
  let records: RequestRecord[] = [];
  const list = (operation?: string) =>
    operation === undefined ? [...records] : records.filter((record) => record.operation === operation);
  return {
    list,
    names: () => records.map(({ operation }) => operation),
    count: (operation) => list(operation).length,
    clear() {
      records = [];
    },
    add(record) {
      records.push(record);
      if (records.length > mostKept * 2) records = records.slice(-mostKept);
    },
  };
}
