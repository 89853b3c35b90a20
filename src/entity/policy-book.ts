/**
 * @module Which policy decides between given changes: the newest one that any of their writers had folded,
 * as its own writer saw it. A new policy never rewrites what is decided. Pure.
 */
import type { Causality } from "./causality.ts";
import { changeId, type LoggedChange, saw } from "./change.ts";
import { orderForFold, pastOf } from "./change-order.ts";
import type { EntityState } from "./entity.ts";
import { checkId } from "./id.ts";
import { defaultPolicy, isPolicyId, type Policy, policyIdOf, readPolicy } from "./policy.ts";

/** The policy that decides between the sides of a conflict. */
export type PolicyOf = (sides: readonly LoggedChange[]) => Policy;

/** All that is asked to decide a conflict. */
export interface Deciders extends Pick<Causality, "bestInformed"> {
  readonly policyOf: PolicyOf;
  /** True when some policy, of any time, defers. */
  readonly defers: boolean;
}

export interface PolicyBook extends Omit<Deciders, "bestInformed"> {
  /** True when some policy, of any time, decides entities as a whole. */
  readonly takesWholeEntities: boolean;
}

/** The resolvers whose unit is the entity, not the path. */
export function takesWholeEntity({ resolver }: Policy): boolean {
  return resolver === "last-write-wins" || resolver === "higher-version-wins";
}

/** The types whose policies decide an entity: those that its creates name, nearly always one. */
export function policyTypesOf(log: readonly LoggedChange[]): readonly string[] {
  const first = log[0]?.change.entity;
  if (first === undefined || isPolicyId(first)) return [];
  const types = log.filter(({ change }) => change.kind === "create").map(typeOf);
  return types.length === 0 ? [checkId(first)] : [...new Set(types)];
}

function typeOf({ change }: LoggedChange): string {
  return change.type ?? checkId(change.entity);
}

/**
 * @param log all changes of the entity, in the order of the fold
 * @param policyChanges of the policies of its types
 * @param foldPolicy folds the changes of a policy entity; policies themselves follow the default policy
 */
export function createPolicyBook(
  log: readonly LoggedChange[],
  policyChanges: readonly LoggedChange[],
  foldPolicy: (past: readonly LoggedChange[]) => EntityState | undefined,
): PolicyBook {
  const types = policyTypesOf(log);
  const ordered = orderForFold(policyChanges);
  const logs = new Map(
    types.map((type) => [type, ordered.filter(({ change }) => change.entity === policyIdOf(type))]),
  );
  const policies = new Map<string, Policy>();
  const policyAt = (tip: LoggedChange): Policy => {
    const id = changeId(tip.change);
    const known = policies.get(id);
    if (known !== undefined) return known;
    const state = foldPolicy(
      pastOf(
        ordered.filter(({ change }) => change.entity === tip.change.entity),
        tip,
      ),
    );
    const policy = state === undefined || state.deleted ? defaultPolicy : readPolicy(state.data);
    policies.set(id, policy);
    return policy;
  };
  const typeSeenBy = (sides: readonly LoggedChange[]): string => {
    if (types.length === 1) return types[0]!;
    const isKnown = (entry: LoggedChange) => sides.some((side) => side === entry || saw(side, entry));
    const create = log.findLast((entry) => entry.change.kind === "create" && isKnown(entry));
    return create === undefined ? types[0]! : typeOf(create);
  };
  const ever = [...logs.values()].flat().map(policyAt);
  return {
    policyOf(sides) {
      if (ever.length === 0) return defaultPolicy;
      const newest = logs.get(typeSeenBy(sides))!.findLast((entry) => sides.some((side) => saw(side, entry)));
      return newest === undefined ? defaultPolicy : policyAt(newest);
    },
    defers: ever.some(({ resolver }) => resolver === "defer"),
    takesWholeEntities: ever.some(takesWholeEntity),
  };
}
