/**
 * @module Whether a pull request can be merged now, in GitHub's words. Reads only.
 *
 * @see https://docs.github.com/graphql/reference/enums#mergestatestatus
 */
import { stateOfCommit } from "../checks/required-checks.ts";
import type { IssueRow, PullPart } from "../world/issue-rows.ts";
import type { RulePlace } from "./approvals.ts";
import { isBehind, missingForMerge, requirementsFor } from "./requirements.ts";

export interface MergeEnds {
  readonly headOid: string;
  readonly baseOid: string;
  /** `null` where it is closed, or git does not tell. */
  readonly isMergeable: boolean | null;
}

export function mergeStateOf(
  place: RulePlace,
  row: IssueRow & { readonly pull: PullPart },
  { headOid, baseOid, isMergeable }: MergeEnds,
): "unknown" | "dirty" | "draft" | "blocked" | "behind" | "unstable" | "clean" {
  if (isMergeable === null) return "unknown";
  if (!isMergeable) return "dirty";
  if (row.pull.isDraft) return "draft";
  const { world, repository, git } = place;
  const isLocked = world.protections
    .by("repository", repository.id)
    .some(({ branch, settings }) => branch === row.pull.base && settings.lockBranch);
  const requirements = requirementsFor(place, row.pull.base);
  const merged = { issueId: row.id, headOid };
  if (isLocked || requirements.some((required) => missingForMerge(place, merged, required).length > 0))
    return "blocked";
  if (requirements.some((required) => isBehind(git, required, baseOid, headOid))) return "behind";
  const reported = stateOfCommit(world, repository.id, headOid);
  return reported === undefined || reported === "passing" ? "clean" : "unstable";
}
