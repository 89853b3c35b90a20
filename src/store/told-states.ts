/**
 * @module What a feed has told last of each entity: the next change folds on from there, where it would otherwise
 * have to read the entity's whole history, again for every change of a busy one.
 */
import type { Change } from "../entity/change.ts";
import type { EntityState } from "../entity/entity.ts";
import { foldOnto, followsAll } from "../entity/fold.ts";
import type { LogEntry, Storage } from "../storage/storage.ts";
import { stateAfter } from "./moments.ts";

/** Entities, those told last. One is at most a mebibyte, and hardly ever more than some kilobytes. */
const mostKept = 200;

interface Told {
  readonly state: EntityState | undefined;
  /** The entity's newest change, whose writer had folded all of the entity's others. */
  readonly tip: Change;
}

export interface ToldStates {
  /** Notes what a commit of this process made: its change had seen all that the file holds. */
  note(change: Change, after: EntityState | undefined): void;
  /** The entity before and after the next change of the log. Each change is asked for once, in order. */
  around(entry: LogEntry): Promise<readonly [EntityState | undefined, EntityState | undefined]>;
  /** Changes will be passed over: nothing that is known counts any more. */
  clear(): void;
}

export function createToldStates(storage: Storage): ToldStates {
  const told = new Map<string, Told>();

  const note = (tip: Change, state: EntityState | undefined): void => {
    told.delete(tip.entity);
    told.set(tip.entity, { state, tip });
    if (told.size > mostKept) told.delete(told.keys().next().value!);
  };

  return {
    note,
    async around(entry) {
      const { change } = entry;
      const known = told.get(change.entity);
      if (known !== undefined && isNext(entry, known)) {
        const after = foldOnto(known.state, change);
        note(change, after);
        return [known.state, after];
      }
      const log = (await storage.logOf(change.entity)).filter(({ position }) => position <= entry.position);
      const earlier = log.slice(0, -1);
      const before = await stateAfter(storage, earlier);
      if (followsAll(entry, earlier, before)) {
        const after = foldOnto(before, change);
        note(change, after);
        return [before, after];
      }
      told.delete(change.entity);
      return [before, await stateAfter(storage, log)];
    },
    clear: () => told.clear(),
  };
}

/** True when the writer had seen the tip, and so all that the tip's writer had seen. */
function isNext({ change, seen }: LogEntry, { state, tip }: Told): boolean {
  const isOpen = state !== undefined && state.conflicts.length > 0;
  // Whether an outside event was recorded before only the log says.
  return !isOpen && change.origin === undefined && (seen[tip.replica] ?? 0) >= tip.seq;
}
