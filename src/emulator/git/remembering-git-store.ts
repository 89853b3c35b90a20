/**
 * @module A git store that knows where branches and tags were some seconds ago, for answers that are behind what was
 * written. Objects never change, so that refs are all that is to be remembered.
 */
import type { GitRepository, GitStore } from "./git-store.ts";

export interface RememberingGitStore extends GitStore {
  /** The same repositories as they were at a time. To read from. @param at milliseconds since 1970 */
  asOf(at: number): GitStore;
}

interface Earlier {
  /** When it was changed. */
  readonly until: number;
  /** `undefined`: it did not exist. */
  readonly oid: string | undefined;
}

export interface MemoryParts {
  readonly now: () => number;
  /** For how long what was is remembered; 0 for not at all. */
  readonly memoryMs: () => number;
}

export function createRememberingGitStore(
  store: GitStore,
  { now, memoryMs }: MemoryParts,
): RememberingGitStore {
  /** By repository and ref, the oldest first. */
  const earlier = new Map<number, Map<string, Earlier[]>>();
  const opened = new WeakMap<GitRepository, GitRepository>();

  const remember = (id: number, name: string, oid: string | undefined): void => {
    const keepMs = memoryMs();
    if (keepMs === 0) return;
    const byName = earlier.get(id) ?? new Map<string, Earlier[]>();
    earlier.set(id, byName);
    const known = (byName.get(name) ?? []).filter(({ until }) => until > now() - keepMs);
    byName.set(name, [...known, { until: now(), oid }]);
  };

  const remembering = (id: number): GitRepository => {
    const inner = store.repository(id);
    const known = opened.get(inner);
    if (known !== undefined) return known;
    const repository: GitRepository = {
      ...inner,
      setRef(name, oid) {
        remember(id, name, inner.ref(name));
        inner.setRef(name, oid);
      },
      removeRef(name) {
        remember(id, name, inner.ref(name));
        inner.removeRef(name);
      },
    };
    opened.set(inner, repository);
    return repository;
  };

  return {
    ...store,
    repository: remembering,
    noteRef: remember,
    asOf: (at) => ({ ...store, repository: (id) => behind(store.repository(id), earlier.get(id), at) }),
  };
}

/** A repository whose refs are where they were. */
function behind(
  inner: GitRepository,
  earlier: ReadonlyMap<string, readonly Earlier[]> | undefined,
  at: number,
): GitRepository {
  const were = new Map(
    [...(earlier ?? [])].flatMap(([name, versions]) => {
      const was = versions.find(({ until }) => until > at);
      return was === undefined ? [] : [[name, was.oid] as const];
    }),
  );
  const refs: GitRepository["refs"] = (prefix) =>
    [
      ...inner.refs(prefix).filter(({ name }) => !were.has(name)),
      ...[...were].flatMap(([name, oid]) =>
        oid === undefined || !name.startsWith(prefix) ? [] : [{ name, oid }],
      ),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...inner,
    ref: (name) => (were.has(name) ? were.get(name) : inner.ref(name)),
    refs,
    isEmpty: () => refs("refs/heads/").length === 0,
  };
}
