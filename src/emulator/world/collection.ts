/**
 * @module Records of one kind, by id and by whatever they are looked up by. Records are never altered, only replaced,
 * so that what a record was some seconds ago can be kept for answers that lag behind.
 */
export interface Row {
  readonly id: number;
}

export interface Collection<R extends Row, L extends string> {
  readonly name: string;
  get(id: number): R | undefined;
  /** Inserts, or replaces the record of the same id. */
  put(row: R): R;
  remove(id: number): void;
  /** In the order in which they came. */
  by(lookup: L, key: string | number): readonly R[];
  /** The first one. */
  find(lookup: L, key: string | number): R | undefined;
  all(): readonly R[];
  /** An id that no record has had. */
  nextId(): number;
  /** Changes whenever a record does. */
  revision(): number;
}

interface Earlier<R> {
  /** Until when it was so, milliseconds since 1970. */
  readonly until: number;
  /** `undefined`: it did not exist. */
  readonly row: R | undefined;
}

export interface CollectionParts<R extends Row, L extends string> {
  readonly name: string;
  readonly lookups: Readonly<Record<L, (row: R) => string | number | undefined>>;
  readonly firstId: number;
  readonly now: () => number;
  /** For how long it is remembered what a record was, in milliseconds. */
  readonly memoryMs: () => number;
  /** Told of every change; `undefined` for a record that is gone. */
  readonly changed: (id: number, row: R | undefined) => void;
}

export interface StoredCollection<R extends Row, L extends string> extends Collection<R, L> {
  /** Takes a record from storage: nobody is told. */
  load(row: R): void;
  /** Ids up to this one were given away. */
  reserve(lastId: number): void;
  lastId(): number;
  /** The collection as it was, to read. @param at milliseconds since 1970, within the memory */
  asOf(at: number): Collection<R, L>;
}

export function createCollection<R extends Row, L extends string>({
  name,
  lookups,
  firstId,
  now,
  memoryMs,
  changed,
}: CollectionParts<R, L>): StoredCollection<R, L> {
  const rows = new Map<number, R>();
  const indexes = new Map<string, Map<string | number, Map<number, R>>>();
  const earlier = new Map<number, Earlier<R>[]>();
  const keysOf = Object.entries(lookups) as [L, (row: R) => string | number | undefined][];
  for (const [lookup] of keysOf) indexes.set(lookup, new Map());
  let lastId = firstId - 1;
  let revision = 0;

  const index = (row: R, before: R | undefined): void => {
    for (const [lookup, keyOf] of keysOf) {
      const byKey = indexes.get(lookup)!;
      const key = keyOf(row);
      const old = before === undefined ? undefined : keyOf(before);
      if (old !== undefined && old !== key) dropFrom(byKey, old, row.id);
      if (key === undefined) continue;
      const found = byKey.get(key);
      if (found === undefined) byKey.set(key, new Map([[row.id, row]]));
      else found.set(row.id, row);
    }
  };

  const remember = (id: number): void => {
    const keep = memoryMs();
    if (keep === 0) {
      earlier.clear();
      return;
    }
    const at = now();
    const known = (earlier.get(id) ?? []).filter(({ until }) => until > at - keep);
    // To its end: what was changed longest ago comes first, and is forgotten first.
    earlier.delete(id);
    earlier.set(id, [...known, { until: at, row: rows.get(id) }]);
    for (const [other, versions] of earlier) {
      if (versions.at(-1)!.until > at - keep) break;
      earlier.delete(other);
    }
  };

  const set = (row: R): void => {
    const before = rows.get(row.id);
    rows.set(row.id, row);
    index(row, before);
    if (row.id > lastId) lastId = row.id;
    revision++;
  };

  const collection: StoredCollection<R, L> = {
    name,
    get: (id) => rows.get(id),
    put(row) {
      remember(row.id);
      set(row);
      changed(row.id, row);
      return row;
    },
    remove(id) {
      const row = rows.get(id);
      if (row === undefined) return;
      remember(id);
      rows.delete(id);
      for (const [lookup, keyOf] of keysOf) {
        const key = keyOf(row);
        if (key !== undefined) dropFrom(indexes.get(lookup)!, key, id);
      }
      revision++;
      changed(id, undefined);
    },
    by: (lookup, key) => [...(indexes.get(lookup)!.get(key)?.values() ?? [])],
    find: (lookup, key) => indexes.get(lookup)!.get(key)?.values().next().value,
    all: () => [...rows.values()],
    nextId: () => ++lastId,
    revision: () => revision,
    load: set,
    reserve(id) {
      lastId = Math.max(lastId, id);
    },
    lastId: () => lastId,
    asOf: (at) => lagging(collection, lookups, earlier, at),
  };
  return collection;
}

function dropFrom<R>(byKey: Map<string | number, Map<number, R>>, key: string | number, id: number): void {
  const found = byKey.get(key);
  found?.delete(id);
  if (found?.size === 0) byKey.delete(key);
}

/** What the records were at a time: those that have not changed since, and the others as they were. */
function lagging<R extends Row, L extends string>(
  current: StoredCollection<R, L>,
  lookups: Readonly<Record<L, (row: R) => string | number | undefined>>,
  earlier: ReadonlyMap<number, readonly Earlier<R>[]>,
  at: number,
): Collection<R, L> {
  const rowAt = (id: number): R | undefined => {
    const was = earlier.get(id)?.find(({ until }) => until > at);
    return was === undefined ? current.get(id) : was.row;
  };
  let changed: ReadonlyMap<number, R | undefined> | undefined;
  /** What has changed since, as it was. */
  const changedRows = () => {
    changed ??= new Map(
      [...earlier].flatMap(([id, versions]) => {
        const was = versions.find(({ until }) => until > at);
        return was === undefined ? [] : [[id, was.row] as const];
      }),
    );
    return changed;
  };
  const idsByKey = new Map<L, ReadonlyMap<string | number | undefined, ReadonlySet<number>>>();
  /** Which of those are found by a key, now or then. */
  const changedBy = (lookup: L, key: string | number): ReadonlySet<number> => {
    let known = idsByKey.get(lookup);
    if (known === undefined) {
      known = groupIds(changedRows(), (id, was) =>
        [current.get(id), was].map((row) => row && lookups[lookup](row)),
      );
      idsByKey.set(lookup, known);
    }
    return known.get(key) ?? new Set();
  };
  const corrected = (
    now: readonly R[],
    ids: ReadonlySet<number>,
    isFound: (row: R) => boolean,
  ): readonly R[] => {
    if (ids.size === 0) return now;
    const were = [...ids].flatMap((id) => changedRows().get(id) ?? []).filter(isFound);
    return [...now.filter(({ id }) => !ids.has(id)), ...were].sort((a, b) => a.id - b.id);
  };
  const all = () => corrected(current.all(), new Set(changedRows().keys()), () => true);
  const by = (lookup: L, key: string | number) =>
    corrected(current.by(lookup, key), changedBy(lookup, key), (row) => lookups[lookup](row) === key);
  return {
    name: current.name,
    get: rowAt,
    by,
    find: (lookup, key) => by(lookup, key)[0],
    all,
    revision: current.revision,
    put: () => readOnly(current.name),
    remove: () => readOnly(current.name),
    nextId: () => readOnly(current.name),
  };
}

function groupIds<R, K>(
  rows: ReadonlyMap<number, R>,
  keysOf: (id: number, row: R) => readonly K[],
): ReadonlyMap<K, ReadonlySet<number>> {
  const groups = new Map<K, Set<number>>();
  for (const [id, row] of rows) {
    for (const key of keysOf(id, row)) {
      const found = groups.get(key);
      if (found === undefined) groups.set(key, new Set([id]));
      else found.add(id);
    }
  }
  return groups;
}

function readOnly(name: string): never {
  throw new Error(`${name} as they were cannot be written`);
}
