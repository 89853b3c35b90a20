/**
 * @module Which changes of branches and tags are refused: by protection of the branch, and by rulesets.
 *
 * @see https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
 * @see https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
 */

import { missingChecks } from "../checks/required-checks.ts";
import type { GitRepository } from "../git/git-store.ts";
import { ancestorsOf, isAncestor } from "../git/history.ts";
import { peel, readCommit } from "../git/revisions.ts";
import {
  isBehind,
  missingForMerge,
  type Requirements,
  requirementsOfProtection,
  requirementsOfRule,
} from "../rules/requirements.ts";
import { rulesetsFor } from "../rules/rulesets-for.ts";
import { hasRole } from "../world/account-rows.ts";
import type { ProtectionRow, RulesetRow } from "../world/repository-rows.ts";
import type { Act } from "./act.ts";
import { isAmong } from "./chosen.ts";
import type { RefChange } from "./pushes.ts";
import { bypasses } from "./rulesets.ts";

/** One reason against a change, and when it counts. */
export interface Objection {
  /** `forced` and `merges` are known only once the commits have arrived. */
  readonly when: "always" | "forced" | "merges";
  readonly message: string;
}

type Kind = "creation" | "update" | "deletion";

function kindOf({ before, after }: RefChange): Kind {
  return before === undefined ? "creation" : after === undefined ? "deletion" : "update";
}

/** What is to be said against a change, before anybody has looked at its commits. */
export function objectionsTo(act: Act, change: RefChange): readonly Objection[] {
  const { world } = act.services;
  const branch = change.ref.startsWith("refs/heads/") ? change.ref.slice("refs/heads/".length) : undefined;
  const protection = world.protections
    .by("repository", act.repository.id)
    .find((row) => row.branch === branch);
  return [
    ...(branch === act.repository.defaultBranch && change.after === undefined
      ? [{ when: "always", message: "Cannot delete the default branch" } as const]
      : []),
    ...(protection === undefined ? [] : objectionsOfProtection(act, protection, change)),
    ...objectionsOfRulesets(act, change),
  ];
}

export function objectionsOfRulesets(act: Act, change: RefChange): readonly Objection[] {
  return rulesetsFor(act.services.world, act.repository, change.ref)
    .filter((ruleset) => !bypasses(act, ruleset, change.merged !== undefined))
    .flatMap((ruleset) => objectionsOfRuleset(act, ruleset, change));
}

/** @returns the reasons why a change is refused; none where it may be @param change of objects that are there */
export function refusalsOf(act: Act, change: RefChange, objections = objectionsTo(act, change)): string[] {
  const git = act.services.git.repository(act.repository.id);
  const messages = objections.filter(({ when }) => counts(git, change, when)).map(({ message }) => message);
  return [...new Set(messages)];
}

function counts(git: GitRepository, { before, after }: RefChange, when: Objection["when"]): boolean {
  if (when === "always") return true;
  const from = before === undefined ? undefined : peel(git, before);
  const to = after === undefined ? undefined : peel(git, after);
  if (to === undefined) return false;
  if (when === "forced") return from !== undefined && !isAncestor(git, from, to);
  const known = from === undefined ? new Set<string>() : ancestorsOf(git, from);
  return [...ancestorsOf(git, to, known)].some((oid) => readCommit(git, oid).parents.length > 1);
}

/** Nobody forces or deletes where that is not allowed; from all else administrators are free, unless they are bound, too. */
function objectionsOfProtection(act: Act, { settings }: ProtectionRow, change: RefChange): Objection[] {
  const kind = kindOf(change);
  const isFree = !settings.enforceAdmins && isAdministrator(act);
  return [
    ...(kind === "deletion" && !settings.allowDeletions
      ? [always("Cannot delete this protected branch")]
      : []),
    ...(kind === "update" && !settings.allowForcePushes
      ? [{ when: "forced", message: "Cannot force-push to this protected branch" } as const]
      : []),
    ...(isFree || kind === "deletion" ? [] : objectionsToContent(act, settings, change)),
  ];
}

function objectionsToContent(act: Act, settings: ProtectionRow["settings"], change: RefChange): Objection[] {
  const bypass = settings.requiredReviews?.bypass ?? null;
  const required = requirementsOfProtection(settings);
  const isReviewFree = bypass !== null && isAmong(act, bypass);
  return [
    ...(settings.lockBranch ? [always("Cannot change this locked branch")] : []),
    ...(settings.restrictions !== null && !isAmong(act, settings.restrictions)
      ? [always("You're not authorized to push to this branch.")]
      : []),
    ...objectionsToMissing(act, change, isReviewFree ? { ...required, reviews: null } : required),
    ...(settings.linearHistory
      ? [{ when: "merges", message: "This branch must not contain merge commits." } as const]
      : []),
  ];
}

function objectionsOfRuleset(act: Act, { rules, target }: RulesetRow, change: RefChange): Objection[] {
  const kind = kindOf(change);
  return rules.flatMap((rule): Objection[] => {
    const { type, parameters = {} } = rule;
    const isKind = (...kinds: readonly Kind[]) => kinds.includes(kind);
    switch (type) {
      case "creation":
        return isKind("creation") ? [always("Cannot create ref due to creations being restricted.")] : [];
      case "update":
        return isKind("update") ? [always("Cannot update this protected ref.")] : [];
      case "deletion":
        return isKind("deletion") ? [always(`Cannot delete this ${target}`)] : [];
      case "non_fast_forward":
        return isKind("update") ? [{ when: "forced", message: `Cannot force-push to this ${target}` }] : [];
      case "required_linear_history":
        return isKind("creation", "update")
          ? [{ when: "merges", message: "This branch must not contain merge commits." }]
          : [];
      case "pull_request":
        return isKind("update") ? objectionsToMissing(act, change, requirementsOfRule(rule)) : [];
      case "required_status_checks": {
        const isAsked =
          isKind("update") || (isKind("creation") && parameters["do_not_enforce_on_create"] !== true);
        return isAsked ? objectionsToMissing(act, change, requirementsOfRule(rule)) : [];
      }
      default:
        return [];
    }
  });
}

function always(message: string): Objection {
  return { when: "always", message };
}

/** What is required is asked of the pull request that is merged, or of the commit that is pushed. */
function objectionsToMissing(act: Act, change: RefChange, required: Requirements): Objection[] {
  const { repository } = act;
  const { world, git: store } = act.services;
  const git = store.repository(repository.id);
  const { merged, before, after } = change;
  if (merged !== undefined) {
    const isLate = before !== undefined && isBehind(git, required, before, merged.headOid);
    return [
      ...missingForMerge({ world, git, repository }, merged, required),
      ...(isLate ? ["Head branch is out of date. Review and try the merge again."] : []),
    ].map(always);
  }
  const checks = missingChecks(world, repository.id, after, required.checks);
  return [
    ...(required.reviews === null ? [] : ["Changes must be made through a pull request."]),
    ...(checks === undefined ? [] : [checks]),
  ].map(always);
}

function isAdministrator({ principal, role }: Act): boolean {
  return principal.kind === "user" && hasRole(role, "admin");
}
