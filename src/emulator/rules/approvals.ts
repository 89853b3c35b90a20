/**
 * @module Whether a pull request is approved as protection and rulesets require it. Reads only.
 *
 * @see https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/approving-a-pull-request-with-required-reviews
 */
import { repositoriesOf } from "../access/installed.ts";
import { isGranted, roleOf } from "../access/permissions.ts";
import type { GitRepository } from "../git/git-store.ts";
import { filesOfPull } from "../git/pull-changes.ts";
import { hasRole } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { ReviewRow } from "../world/review-rows.ts";
import type { World } from "../world/world.ts";
import { ownersOf } from "./code-owners.ts";

/** Where rules are looked at. */
export interface RulePlace {
  readonly world: World;
  readonly git: GitRepository;
  readonly repository: RepositoryRow;
}

export interface ReviewNeed {
  /** How many are to approve. */
  readonly count: number;
  /** Whether those must be among them who own what is changed. */
  readonly needsCodeOwners: boolean;
  /** Whether one of them must not be who pushed last. */
  readonly needsOtherThanPusher: boolean;
}

export interface Reviewed {
  /** The pull request. */
  readonly issueId: number;
  readonly headOid: string;
}

/** Why a pull request is not approved; `undefined` where it is. */
export function missingReviews(
  place: RulePlace,
  reviewed: Reviewed,
  { count, needsCodeOwners, needsOtherThanPusher }: ReviewNeed,
): string | undefined {
  const { world, repository } = place;
  const { issueId, headOid } = reviewed;
  const opinions = opinionsOn(world, repository, issueId);
  const approvals = opinions.filter(({ state }) => state === "APPROVED");
  const against = opinions.filter(({ state }) => state === "CHANGES_REQUESTED").length;
  if (count > 0 && against > 0)
    return `${against} ${against === 1 ? "review" : "reviews"} requesting changes by reviewers with write access.`;
  if (approvals.length < count) {
    const reviews = count === 1 ? "1 approving review is" : `${count} approving reviews are`;
    return `At least ${reviews} required by reviewers with write access.`;
  }
  const owners = needsCodeOwners ? missingOwners(place, reviewed, approvals) : undefined;
  if (owners !== undefined) return owners;
  if (!needsOtherThanPusher) return undefined;
  const issue = world.issues.get(issueId)!;
  const pusherId = issue.pull?.lastPusherId ?? issue.authorId;
  const isSeen = approvals.some(({ userId, commitOid }) => userId !== pusherId && commitOid === headOid);
  return isSeen ? undefined : "New changes require approval from someone other than the last pusher.";
}

/** Of those who own a file together, one is enough. */
function missingOwners(
  { world, git, repository }: RulePlace,
  { issueId, headOid }: Reviewed,
  approvals: readonly ReviewRow[],
): string | undefined {
  const { pull } = world.issues.get(issueId)!;
  const base = git.ref(`refs/heads/${pull?.base}`);
  if (base === undefined) return undefined;
  const paths = filesOfPull(git, base, headOid).map(({ path }) => path);
  const missing = ownersOf(world, repository, git, base, paths).filter(
    ({ userIds }) => !approvals.some(({ userId }) => userIds.has(userId)),
  );
  const names = [...new Set(missing.flatMap((owners) => owners.names))];
  return names.length === 0 ? undefined : `Waiting on code owner review from ${names.join(" and/or ")}.`;
}

/** What each who may write said last, for or against. */
export function opinionsOn(world: World, repository: RepositoryRow, issueId: number): ReviewRow[] {
  const said = world.reviews
    .by("issue", issueId)
    .filter(({ state }) => state !== "PENDING" && state !== "COMMENTED")
    .toSorted((a, b) => a.submittedAt! - b.submittedAt! || a.id - b.id);
  const last = [...new Map(said.map((review) => [review.userId, review])).values()];
  return last.filter(({ userId }) => mayWrite(world, repository, userId));
}

function mayWrite(world: World, repository: RepositoryRow, userId: number): boolean {
  if (hasRole(roleOf(world, userId, repository), "write")) return true;
  const app = world.apps.all().find(({ botId }) => botId === userId);
  if (app === undefined) return false;
  return world.installations
    .by("app", app.id)
    .some(
      (installation) =>
        isGranted(installation.permissions, { permission: "contents", level: "write" }) &&
        repositoriesOf(world, installation).some(({ id }) => id === repository.id),
    );
}
