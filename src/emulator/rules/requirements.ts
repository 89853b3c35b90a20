/**
 * @module What protection and rulesets require before commits reach a branch, and what of it is missing. Reads only.
 */
import { missingChecks } from "../checks/required-checks.ts";
import type { GitRepository } from "../git/git-store.ts";
import { isAncestor } from "../git/history.ts";
import type { ProtectionSettings, RequiredCheck, RulesetRow } from "../world/repository-rows.ts";
import { missingReviews, type Reviewed, type ReviewNeed, type RulePlace } from "./approvals.ts";
import { rulesetsFor } from "./rulesets-for.ts";

export interface Requirements {
  readonly checks: readonly RequiredCheck[];
  /** Whether the head must have all that the base has. */
  readonly isStrict: boolean;
  /** `null`: no pull request is needed. */
  readonly reviews: ReviewNeed | null;
}

export function requirementsOfProtection({
  requiredStatusChecks: checks,
  requiredReviews: reviews,
}: ProtectionSettings): Requirements {
  return {
    checks: checks?.checks ?? [],
    isStrict: checks?.strict === true,
    reviews:
      reviews === null
        ? null
        : {
            count: reviews.count,
            needsCodeOwners: reviews.codeOwners,
            needsOtherThanPusher: reviews.lastPushApproval,
          },
  };
}

export function requirementsOfRule({ type, parameters = {} }: RulesetRow["rules"][number]): Requirements {
  const isOfChecks = type === "required_status_checks";
  const checks = (isOfChecks ? (parameters["required_status_checks"] ?? []) : []) as readonly {
    readonly context: string;
    readonly integration_id?: number | null;
  }[];
  return {
    checks: checks.map(({ context, integration_id }) => ({ context, appId: integration_id ?? null })),
    isStrict: checks.length > 0 && parameters["strict_required_status_checks_policy"] === true,
    reviews:
      type === "pull_request"
        ? {
            count: Number(parameters["required_approving_review_count"] ?? 0),
            needsCodeOwners: parameters["require_code_owner_review"] === true,
            needsOtherThanPusher: parameters["require_last_push_approval"] === true,
          }
        : null,
  };
}

/** Of everything that is in force for a branch, whoever asks. */
export function requirementsFor({ world, repository }: RulePlace, branch: string): Requirements[] {
  const protections = world.protections
    .by("repository", repository.id)
    .filter((row) => row.branch === branch)
    .map(({ settings }) => requirementsOfProtection(settings));
  const rules = rulesetsFor(world, repository, `refs/heads/${branch}`).flatMap((row) => row.rules);
  return [...protections, ...rules.map(requirementsOfRule)];
}

/** @returns why a pull request must wait, apart from whether it is up to date */
export function missingForMerge(
  place: RulePlace,
  merged: Reviewed,
  { checks, reviews }: Requirements,
): string[] {
  const { world, repository } = place;
  return [
    reviews === null ? undefined : missingReviews(place, merged, reviews),
    missingChecks(world, repository.id, merged.headOid, checks),
  ].filter((message) => message !== undefined);
}

/** @param base and `head`: ids of commits */
export function isBehind(
  git: GitRepository,
  { isStrict, checks }: Requirements,
  base: string,
  head: string,
): boolean {
  return isStrict && checks.length > 0 && !isAncestor(git, base, head);
}
