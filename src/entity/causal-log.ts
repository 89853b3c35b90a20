/**
 * @module A log in memory that takes changes in any order: each waits until all that its writer had seen is
 * there, then is folded, if its clock keeps the rules. The specification of what every storage does, and the model that tests compare with. Pure.
 */
import { dominates, mergeVectors, type VersionVector } from "../base/version-vector.ts";
import { type Change, changeId, type LoggedChange } from "./change.ts";
import { compareChanges } from "./change-order.ts";
import type { EntityState } from "./entity.ts";
import { fold, foldOnto, followsAll } from "./fold.ts";
import { policyIdOf } from "./policy.ts";
import { policyTypesOf } from "./policy-book.ts";

export interface CausalLog {
  /** Takes one change; one that is there already, or waits already, changes nothing. */
  receive(change: Change): void;
  get(entity: string): EntityState | undefined;
  /** All folded changes of one entity, in order of their arrival. */
  logOf(entity: string): readonly LoggedChange[];
  /** What is folded. */
  vector(): VersionVector;
  /** Changes that wait for others. */
  waiting(): readonly Change[];
  /**
   * Changes whose clock is not after all that their writer had seen: the order of the fold would contradict who knew
   * what. They are never folded, and what was written on top of them waits.
   */
  malformed(): readonly Change[];
  entities(): readonly string[];
}

export function createCausalLog(): CausalLog {
  const logs = new Map<string, LoggedChange[]>();
  const states = new Map<string, EntityState>();
  const lastSeen = new Map<string, VersionVector>();
  const changes = new Map<string, Change>();
  const waiting = new Map<string, Change>();
  const malformed = new Map<string, Change>();
  let folded: VersionVector = {};

  const logOf = (entity: string) => logs.get(entity) ?? [];

  /** Each change in `seen` keeps the rule itself, so that the newest of each replica speak for all before them. */
  const isAfterAllSeen = (change: Change): boolean =>
    Object.entries({ ...change.seen, [change.replica]: change.seq - 1 }).every(([replica, seq]) => {
      const seen = changes.get(`${replica}:${seq}`);
      return seen === undefined || compareChanges(seen, change) < 0;
    });

  const take = (change: Change): void => {
    changes.set(changeId(change), change);
    const own = { [change.replica]: change.seq - 1 };
    const seen = mergeVectors(mergeVectors(lastSeen.get(change.replica) ?? {}, change.seen ?? {}), own);
    const logged = { change, seen };
    lastSeen.set(change.replica, seen);
    folded = mergeVectors(folded, { [change.replica]: change.seq });
    const log = [...logOf(change.entity), logged];
    logs.set(change.entity, log);
    refold(change.entity, logged, log);
  };

  const policiesOf = (types: readonly string[]) => types.flatMap((type) => logOf(policyIdOf(type)));

  const refold = (entity: string, newest: LoggedChange, log: readonly LoggedChange[]): void => {
    const state = states.get(entity);
    states.set(
      entity,
      followsAll(newest, log, state)
        ? foldOnto(state, newest.change)
        : fold(log, policiesOf(policyTypesOf(log)))!,
    );
  };

  const isReady = (change: Change): boolean => {
    const next = (folded[change.replica] ?? 0) + 1;
    return change.seq === next && dominates(folded, change.seen ?? {});
  };

  return {
    receive(change) {
      const id = changeId(change);
      if (change.seq <= (folded[change.replica] ?? 0) || waiting.has(id) || malformed.has(id)) return;
      waiting.set(id, change);
      for (
        let ready = [...waiting.values()].find(isReady);
        ready !== undefined;
        ready = [...waiting.values()].find(isReady)
      ) {
        waiting.delete(changeId(ready));
        if (isAfterAllSeen(ready)) take(ready);
        else malformed.set(changeId(ready), ready);
      }
    },
    get: (entity) => states.get(entity),
    logOf,
    vector: () => folded,
    waiting: () => [...waiting.values()],
    malformed: () => [...malformed.values()],
    entities: () => [...logs.keys()],
  };
}
