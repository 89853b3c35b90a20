/**
 * @module Lives of an entity: a life begins with a create and ends with a delete that holds. Decides whether
 * the entity is deleted, which edits belong to the life that shows, and which came too late. Pure.
 */
import type { Causality } from "./causality.ts";
import { changeId, concurrent, type LoggedChange, saw } from "./change.ts";
import { compareChanges, headsOf } from "./change-order.ts";
import type { Conflict } from "./entity.ts";
import type { Deciders, PolicyOf } from "./policy-book.ts";
import { related, touchesOf } from "./touches.ts";

export interface LifeVerdict {
  /** 1 for the first life, or for the one that was going on when the log began. */
  readonly life: number;
  readonly deleted: boolean;
  /** The deletes of that life that are not void; some may have been taken back. */
  readonly deletes: readonly LoggedChange[];
  /** The first change of that life. */
  readonly first: LoggedChange;
  /** The edits of the life that shows, in the order of the fold. */
  readonly edits: readonly LoggedChange[];
  readonly conflicts: readonly Conflict[];
}

/**
 * @param log in the order of the fold
 * @param isAlive true when all its writers had seen the entity alive before the log begins
 */
export function judgeLives(
  log: readonly LoggedChange[],
  isAlive: boolean,
  deciders: Deciders & Causality,
): LifeVerdict {
  const { policyOf } = deciders;
  const lifeOf = numberLives(log, isAlive, deciders);
  const life = log.reduce((most, entry) => Math.max(most, lifeOf.get(entry)!), 1);
  const ofLife = log.filter((entry) => lifeOf.get(entry) === life);
  const edits = ofLife.filter(isEdit);
  const { deleted, holding, conflicts } = judgeDeletes(ofLife, deciders);
  const late = life === 1 ? [] : lateEdits(log, lifeOf);
  return {
    life,
    deleted,
    deletes: holding,
    first: ofLife[0]!,
    edits,
    conflicts: [...conflicts, ...late.flatMap((entry) => lateConflict(entry, edits, policyOf))],
  };
}

function isEdit({ change }: LoggedChange): boolean {
  return ["create", "update", "restore", "resolve"].includes(change.kind);
}

function isDelete({ change }: LoggedChange): boolean {
  return change.kind === "delete";
}

/** By change: the life that its writer worked on. A create that saw the entity deleted begins the next one. */
function numberLives(
  log: readonly LoggedChange[],
  isAlive: boolean,
  deciders: Deciders & Causality,
): ReadonlyMap<LoggedChange, number> {
  const lifeOf = new Map<LoggedChange, number>();
  const mayEnd = log.some(({ change }, index) => change.kind === "create" && (index > 0 || isAlive));
  for (const entry of log) {
    const current = mayEnd
      ? deciders.headsSeenBy(entry).reduce((most, earlier) => Math.max(most, lifeOf.get(earlier) ?? 1), 1)
      : 1;
    const begins =
      entry.change.kind === "create" &&
      judgeDeletes(
        log.filter((earlier) => lifeOf.get(earlier) === current && saw(entry, earlier)),
        deciders,
      ).deleted;
    lifeOf.set(entry, begins ? current + 1 : current);
  }
  return lifeOf;
}

interface DeleteVerdict {
  readonly deleted: boolean;
  readonly holding: readonly LoggedChange[];
  readonly conflicts: readonly Conflict[];
}

/**
 * A delete is void while an edit concurrent with it exists, unless another delete has seen that edit, or the
 * policy says `delete-wins`; an edit whose writer saw the delete has taken it back.
 */
function judgeDeletes(life: readonly LoggedChange[], { policyOf, defers }: Deciders): DeleteVerdict {
  const deletes = life.filter(isDelete);
  const holding: LoggedChange[] = [];
  const conflicts: Conflict[] = [];
  let deleted = false;
  for (const deletion of deletes) {
    const rivals = life.filter((edit) => isEdit(edit) && concurrent(edit, deletion));
    const saving = rivals.filter((edit) => !deletes.some((other) => other !== deletion && saw(other, edit)));
    const isTakenBack = life.some((edit) => isEdit(edit) && saw(edit, deletion));
    const isVoid = saving.some((edit) => policyOf([edit, deletion]).deletes === "edit-wins");
    if (!isVoid) holding.push(deletion);
    if (!isVoid && !isTakenBack) deleted = true;
    const open = isTakenBack || saving.length === 0 ? [] : [sidesWith(deletion, saving)];
    const deferred = defers ? deferredSides(deletion, rivals, life, policyOf) : [];
    for (const sides of [...open, ...deferred]) {
      const { resolver } = policyOf(sides);
      if (resolver === "defer" && isResolved(sides, life)) continue;
      conflicts.push({
        path: "",
        kind: "delete",
        heads: sides.map(({ change }) => changeId(change)),
        resolver,
      });
    }
  }
  return { deleted, holding, conflicts: withoutRepeats(conflicts) };
}

/** What ordinary changes went past under `defer`: the delete against the edits that stood against it as their writers saw it. */
function deferredSides(
  deletion: LoggedChange,
  rivals: readonly LoggedChange[],
  life: readonly LoggedChange[],
  policyOf: PolicyOf,
): readonly (readonly LoggedChange[])[] {
  if (rivals.length === 0) return [];
  const witnesses = life.filter((later) => (isEdit(later) || isDelete(later)) && saw(later, deletion));
  return witnesses.flatMap((witness) => {
    const past = life.filter((earlier) => saw(witness, earlier));
    const isOver = past.some((edit) => isEdit(edit) && saw(edit, deletion));
    const standing = rivals.filter(
      (edit) =>
        saw(witness, edit) &&
        !past.some((other) => isDelete(other) && other !== deletion && saw(other, edit)),
    );
    if (isOver || standing.length === 0) return [];
    const sides = sidesWith(deletion, standing);
    return policyOf(sides).resolver === "defer" ? [sides] : [];
  });
}

function sidesWith(deletion: LoggedChange, edits: readonly LoggedChange[]): readonly LoggedChange[] {
  return [deletion, ...headsOf(edits)].sort((a, b) => compareChanges(a.change, b.change));
}

function isResolved(sides: readonly LoggedChange[], life: readonly LoggedChange[]): boolean {
  return life.some((edit) => edit.change.kind === "resolve" && sides.every((side) => saw(edit, side)));
}

function withoutRepeats(conflicts: readonly Conflict[]): readonly Conflict[] {
  return [...new Map(conflicts.map((conflict) => [conflict.heads.join(), conflict])).values()];
}

/** Edits of an earlier life that no create of a later life had seen: they came too late. */
function lateEdits(
  log: readonly LoggedChange[],
  lifeOf: ReadonlyMap<LoggedChange, number>,
): readonly LoggedChange[] {
  const births = log.filter((entry) => entry.change.kind === "create" && lifeOf.get(entry)! > 1);
  return log.filter((edit) => {
    const life = lifeOf.get(edit)!;
    const later = births.filter((birth) => lifeOf.get(birth)! > life);
    return isEdit(edit) && later.length > 0 && !later.some((birth) => saw(birth, edit));
  });
}

/** Open until edits of the life that shows, by people who had seen the late one, touch all its paths, or one resolves it. */
function lateConflict(late: LoggedChange, edits: readonly LoggedChange[], policyOf: PolicyOf): Conflict[] {
  const id = changeId(late.change);
  const { resolver } = policyOf([late]);
  const answers = edits.filter(
    (edit) => saw(edit, late) && (resolver !== "defer" || edit.change.kind === "resolve"),
  );
  const answered = answers.flatMap(({ change }) => touchesOf(change));
  const isNamed = answers.some(({ change }) => change.resolves?.length === 1 && change.resolves[0] === id);
  const isCovered =
    answers.length > 0 &&
    touchesOf(late.change).every(({ path }) => answered.some((touch) => related(touch.path, path)));
  return isNamed || isCovered ? [] : [{ path: "", kind: "ended-life", heads: [id], resolver }];
}
