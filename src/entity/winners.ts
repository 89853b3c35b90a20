/**
 * @module Which edits count where the policy takes the entity as one unit: under `last-write-wins` and
 * `higher-version-wins` the state is what the writer of the winning head saw, plus that head, recursively. Pure.
 */
import { canonicalJson } from "../base/json.ts";
import { createCausality } from "./causality.ts";
import { changeId, type LoggedChange, saw } from "./change.ts";
import { compareChanges, headsOf } from "./change-order.ts";
import { type Shown, showEdits } from "./contested-paths.ts";
import type { Conflict } from "./entity.ts";
import { type Deciders, takesWholeEntity } from "./policy-book.ts";

export interface Winners {
  /** In the order of the fold. */
  readonly edits: readonly LoggedChange[];
  readonly conflicts: readonly Conflict[];
}

/**
 * @param edits of one life, in the order of the fold
 * @param from what the edits are applied to
 */
export function winningEdits(edits: readonly LoggedChange[], from: Shown, deciders: Deciders): Winners {
  const { headsSeenBy } = createCausality(edits);
  const basesOf = new Map(edits.map((edit) => [edit, pickWinners(headsSeenBy(edit), deciders)]));
  /** Changes with all that they build on. */
  const buildOf = (tips: readonly LoggedChange[]): readonly LoggedChange[] => {
    const reached = new Set<LoggedChange>();
    const open = [...tips];
    for (let edit = open.pop(); edit !== undefined; edit = open.pop()) {
      if (reached.has(edit)) continue;
      reached.add(edit);
      open.push(...basesOf.get(edit)!);
    }
    return edits.filter((edit) => reached.has(edit));
  };
  const textOf = (tips: readonly LoggedChange[]): string => {
    const { data, status, type } = showEdits(buildOf(tips), from, deciders);
    return canonicalJson([data, status ?? null, type ?? null]);
  };

  const heads = headsOf(edits);
  const winners = pickWinners(heads, deciders);
  const won = buildOf(winners);
  if (heads.length < 2 || winners.length > 1) return { edits: won, conflicts: [] };
  const shown = textOf(winners);
  const rivals = heads.flatMap((head) => rivalsOf(head, heads, buildOf([head]), winners[0]!, deciders));
  if (rivals.every((rival) => textOf([rival]) === shown)) return { edits: won, conflicts: [] };
  const sides = headsOf(
    [...new Set([...winners, ...rivals])].sort((a, b) => compareChanges(a.change, b.change)),
  );
  const conflict: Conflict = {
    path: "",
    kind: "value",
    heads: sides.map(({ change }) => changeId(change)),
    resolver: deciders.policyOf(heads).resolver,
  };
  return { edits: won, conflicts: [conflict] };
}

/** The one that wins where the policy takes the entity as a whole; else all heads. */
function pickWinners(heads: readonly LoggedChange[], deciders: Deciders): readonly LoggedChange[] {
  if (heads.length < 2) return heads;
  const policy = deciders.policyOf(heads);
  if (!takesWholeEntity(policy)) return heads;
  const sides = heads.filter((head) => !yieldsToResolution(head, heads, deciders));
  return [policy.resolver === "higher-version-wins" ? deciders.bestInformed(sides) : sides.at(-1)!];
}

/** Between resolutions the best-informed one counts. */
function yieldsToResolution(
  head: LoggedChange,
  heads: readonly LoggedChange[],
  { bestInformed }: Deciders,
): boolean {
  if (head.change.kind !== "resolve") return false;
  return head !== bestInformed(heads.filter(({ change }) => change.kind === "resolve"));
}

/** What the winner stands against: a head, or, where that is a lesser resolution, the ordinary edits lost with it. */
function rivalsOf(
  head: LoggedChange,
  heads: readonly LoggedChange[],
  build: readonly LoggedChange[],
  winner: LoggedChange,
  deciders: Deciders,
): readonly LoggedChange[] {
  if (head === winner) return [];
  if (!yieldsToResolution(head, heads, deciders)) return [head];
  return headsOf(
    build.filter((edit) => edit.change.kind !== "resolve" && !saw(winner, edit) && edit !== winner),
  );
}
