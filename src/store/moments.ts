/**
 * @module Moments of an entity: what it was at a version, after a change, at a time; its history; what differs.
 */
import { showValue } from "../base/show-value.ts";
import { changeId, type LoggedChange, normalizeTime, saw } from "../entity/change.ts";
import { orderForFold, pastOf } from "../entity/change-order.ts";
import { diffData, listDifferences } from "../entity/edit.ts";
import type { EntityState } from "../entity/entity.ts";
import { fold, shownTime } from "../entity/fold.ts";
import { type ChangeId, checkId } from "../entity/id.ts";
import { policyIdOf } from "../entity/policy.ts";
import { policyTypesOf } from "../entity/policy-book.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import type { Storage } from "../storage/storage.ts";
import { notFound } from "./plans.ts";
import type { EntityDifference, HistoryEntry, Moment } from "./store.ts";

/** Folds changes of one entity under the policies of its type. */
export async function stateAfter(
  storage: Storage,
  changes: readonly LoggedChange[],
): Promise<EntityState | undefined> {
  const policies = await Promise.all(policyTypesOf(changes).map((type) => storage.logOf(policyIdOf(type))));
  return fold(changes, policies.flat());
}

/**
 * The entity as it was.
 *
 * @returns `undefined` before its first change
 * @throws {HubsteadError} `not_found` for an id, version or change that is not there; `invalid_input`
 */
export async function stateAt(
  storage: Storage,
  id: string,
  moment: Moment,
): Promise<EntityState | undefined> {
  const raw = await logOf(storage, id);
  if (raw.length === 0) throw notFound(id);
  return stateAfter(storage, changesUpTo(raw, id, moment));
}

/** @param raw in any order, later records of an outside event included: they have change ids too */
function changesUpTo(raw: readonly LoggedChange[], id: string, moment: Moment): readonly LoggedChange[] {
  const log = orderForFold(raw);
  if (typeof moment === "number") {
    if (!Number.isSafeInteger(moment) || moment < 1 || moment > log.length)
      throw noMoment(id, `version ${moment}`, log.length);
    return log.slice(0, moment);
  }
  if (typeof moment === "string" && moment.includes(":") && !/^\d{4}-/u.test(moment)) {
    const tip = raw.find(({ change }) => changeId(change) === moment);
    if (tip === undefined) throw noMoment(id, `change ${showValue(moment)}`, log.length);
    return pastOf(raw, tip);
  }
  if (typeof moment !== "string" && !(moment instanceof Date)) {
    throw invalidInput(
      `${showValue(moment)} is no moment of an entity`,
      "Use a version, a change id, or a time.",
    );
  }
  const time = normalizeTime(moment);
  const early = log.filter(({ change }) => shownTime(change) <= time);
  // An import may show times that do not follow its order: what somebody had seen comes along.
  return log.filter((entry) => early.some((later) => later === entry || saw(later, entry)));
}

function noMoment(id: string, what: string, versions: number): HubsteadError {
  return new HubsteadError("not_found", `${id} has no ${what}`, {
    hint: `It has versions 1 to ${versions}; \`hubstead history ${id}\` lists them.`,
    data: { id, versions },
  });
}

async function logOf(storage: Storage, id: string): Promise<readonly LoggedChange[]> {
  return typeof id === "string" ? storage.logOf(id) : [];
}

/** All changes of an entity as people read them, oldest first. */
export async function historyOf(
  storage: Storage,
  id: string,
  limit: number | undefined,
): Promise<HistoryEntry[]> {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1))
    throw invalidInput('"limit" is a whole number above 0', "Leave it out for all changes.");
  const entries = orderForFold(await logOf(storage, id)).map(({ change }, index): HistoryEntry => {
    const { kind, author, note, status, set, unset } = change;
    return {
      version: index + 1,
      change: changeId(change),
      kind,
      at: shownTime(change),
      ...(author === undefined ? {} : { author }),
      ...(note === undefined ? {} : { note }),
      ...(status === undefined ? {} : { status }),
      ...(set === undefined ? {} : { set }),
      ...(unset === undefined ? {} : { unset }),
    };
  });
  return limit === undefined ? entries : entries.slice(-limit);
}

/** What differs between two moments; an entity that did not exist or was deleted then counts as empty. */
export async function differenceBetween(
  storage: Storage,
  id: string,
  from: Moment,
  to: Moment | undefined,
): Promise<EntityDifference> {
  checkId(id, undefined);
  const before = await stateAt(storage, id, from);
  const after = to === undefined ? await storage.get(id) : await stateAt(storage, id, to);
  const old = before === undefined || before.deleted ? undefined : before;
  const next = after === undefined || after.deleted ? undefined : after;
  const status =
    old?.status === next?.status
      ? []
      : [{ path: "status", ...side("before", old?.status), ...side("after", next?.status) }];
  return {
    id,
    from: before === undefined ? { version: 0 } : { version: before.version, at: before.updatedAt },
    to: after === undefined ? { version: 0 } : { version: after.version, at: after.updatedAt },
    differences: [...status, ...listDifferences(old?.data ?? {}, next?.data ?? {})],
    edit: {
      ...(next !== undefined && old?.status !== next.status ? { status: next.status } : {}),
      ...diffData(old?.data ?? {}, next?.data ?? {}),
    },
  };
}

function side(name: "before" | "after", value: string | undefined) {
  return value === undefined ? {} : { [name]: value };
}

/** Names a moment that `revert` goes back to. */
export function asMoment(to: number | string): number | ChangeId {
  if (typeof to !== "string") return to;
  if (/^\d{1,15}$/u.test(to)) return Number(to);
  return to as ChangeId;
}
