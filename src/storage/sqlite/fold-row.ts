/**
 * @module Folds the changes of one entity as they lie in the log, under the policies of its types.
 */
import { canonicalJson } from "../../base/json.ts";
import type { LoggedChange } from "../../entity/change.ts";
import type { EntityState } from "../../entity/entity.ts";
import { fold } from "../../entity/fold.ts";
import { policyIdOf } from "../../entity/policy.ts";
import { policyTypesOf } from "../../entity/policy-book.ts";
import { stateToCells } from "./entity-rows.ts";
import type { LogBook } from "./log-book.ts";
import type { Session } from "./session.ts";

/** @param changes all changes of the entity, at least one */
export function foldChain(session: Session, log: LogBook, changes: readonly LoggedChange[]): EntityState {
  const policies = policyTypesOf(changes).flatMap((type) => {
    const newest = session.get<[number]>("SELECT newest FROM entity WHERE id = ?", policyIdOf(type))?.[0];
    return newest === undefined ? [] : log.chain(newest);
  });
  return fold(changes, policies)!;
}

/**
 * What the row of an entity must be.
 *
 * @param newest position of the entity's newest change
 * @returns the cells of its row, without the row's number
 */
export function foldRow(session: Session, log: LogBook, newest: number): (string | number | null)[] {
  const folded = foldChain(session, log, log.chain(newest));
  return stateToCells(folded, canonicalJson(folded.data), newest);
}
