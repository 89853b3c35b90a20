/**
 * @module A log in memory that takes changes in any order: each waits until all that its writer had seen is
 * there, then is folded. The specification of what every storage does, and the model that tests compare with. Pure.
 */
import { dominates, mergeVectors, type VersionVector } from "../base/version-vector.ts";
import { type Change, changeId, type LoggedChange } from "./change.ts";
import type { EntityState } from "./entity.ts";
import { fold, foldOnto, followsAll } from "./fold.ts";
import { isPolicyId, policyIdOf } from "./policy.ts";
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
  entities(): readonly string[];
}

export function createCausalLog(): CausalLog {
  const logs = new Map<string, LoggedChange[]>();
  const states = new Map<string, EntityState>();
  const lastSeen = new Map<string, VersionVector>();
  const waiting = new Map<string, Change>();
  let folded: VersionVector = {};

  const logOf = (entity: string) => logs.get(entity) ?? [];

  const take = (change: Change): void => {
    const own = { [change.replica]: change.seq - 1 };
    const seen = mergeVectors(mergeVectors(lastSeen.get(change.replica) ?? {}, change.seen ?? {}), own);
    const logged = { change, seen };
    lastSeen.set(change.replica, seen);
    folded = mergeVectors(folded, { [change.replica]: change.seq });
    const log = [...logOf(change.entity), logged];
    logs.set(change.entity, log);
    refold(change.entity, logged, log);
    if (isPolicyId(change.entity)) refoldUnder(change.entity);
  };

  /** Who had not seen a policy is not decided by it; only histories that break the rules can look different then. */
  const refoldUnder = (policyId: string): void => {
    for (const [entity, log] of logs) {
      const types = policyTypesOf(log);
      if (!types.some((type) => policyIdOf(type) === policyId)) continue;
      states.set(entity, fold(log, policiesOf(types))!);
    }
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
      if (change.seq <= (folded[change.replica] ?? 0) || waiting.has(id)) return;
      waiting.set(id, change);
      for (
        let ready = [...waiting.values()].find(isReady);
        ready !== undefined;
        ready = [...waiting.values()].find(isReady)
      ) {
        waiting.delete(changeId(ready));
        take(ready);
      }
    },
    get: (entity) => states.get(entity),
    logOf,
    vector: () => folded,
    waiting: () => [...waiting.values()],
    entities: () => [...logs.keys()],
  };
}
