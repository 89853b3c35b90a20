/**
 * @module Short histories written by hand: who wrote what, having seen what. Clocks tick by one second a change.
 */
import { type Clock, firstClock, nextClock } from "../src/base/hybrid-clock.ts";
import { mergeVectors, type VersionVector } from "../src/base/version-vector.ts";
import { type Change, changeId, type Draft, type LoggedChange } from "../src/entity/change.ts";
import type { EntityState } from "../src/entity/entity.ts";
import { fold } from "../src/entity/fold.ts";
import type { ReplicaId } from "../src/entity/id.ts";
import { isPolicyId } from "../src/entity/policy.ts";

interface WriteOptions {
  /** Changes that the writer had folded, with all that their writers had; its own are always among them. */
  readonly sees?: readonly LoggedChange[];
  /** Seconds; default: one after the change before. */
  readonly at?: number;
  /** Default: `task-1`. */
  readonly entity?: string;
}

export interface Story {
  /** @param writer one letter, the replica's name */
  write(writer: string, draft: Draft, options?: WriteOptions): LoggedChange;
  /** What the changes of `task-1` fold to. */
  fold(): EntityState;
  /** The open conflicts as text, heads by letter and number: `/a: A1 B1 (defer)`. */
  conflicts(): string[];
  readonly log: readonly LoggedChange[];
  readonly policies: readonly LoggedChange[];
}

const storyStartMs = 1_800_000_000_000;

export function createStory(): Story {
  const all: LoggedChange[] = [];
  const vectors = new Map<string, VersionVector>();
  const counts = new Map<string, number>();
  let seconds = 0;
  const logOf = (wanted: (id: string) => boolean) => all.filter(({ change }) => wanted(change.entity));
  const story: Story = {
    write(writer, draft, { sees = [], at = seconds + 1, entity = "task-1" } = {}) {
      seconds = at;
      const replica = replicaNamed(writer);
      const seq = (counts.get(replica) ?? 0) + 1;
      counts.set(replica, seq);
      let seen = mergeVectors(vectors.get(replica) ?? {}, seq === 1 ? {} : { [replica]: seq - 1 });
      for (const { change, seen: before } of sees) {
        seen = mergeVectors(mergeVectors(seen, before), { [change.replica]: change.seq });
      }
      vectors.set(replica, seen);
      const change: Change = { ...draft, replica, seq, clock: clockAt(at), entity };
      const logged = { change, seen };
      all.push(logged);
      return logged;
    },
    fold: () => fold(story.log, story.policies)!,
    conflicts: () =>
      story.fold().conflicts.map(({ path, kind, heads, resolver }) => {
        const where = kind === "value" ? path : kind;
        const how = resolver === "merge-fields" ? "" : ` (${resolver})`;
        return `${where}: ${heads.map(shortName).join(" ")}${how}`;
      }),
    get log() {
      return logOf((id) => id === "task-1");
    },
    get policies() {
      return logOf(isPolicyId);
    },
  };
  return story;
}

export function clockAt(seconds: number): Clock {
  return nextClock(firstClock, storyStartMs + seconds * 1000);
}

export function replicaNamed(letter: string): ReplicaId {
  return letter.toLowerCase().repeat(16) as ReplicaId;
}

function shortName(id: string): string {
  return `${id[0]!.toUpperCase()}${id.slice(17)}`;
}

/** The short name of a change, as in {@link Story.conflicts}. */
export function nameOf({ change }: LoggedChange): string {
  return shortName(changeId(change));
}
