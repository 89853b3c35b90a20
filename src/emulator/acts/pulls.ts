/**
 * @module What is done to pull requests beyond what is done to all issues. Both branches lie in the same repository.
 */
import { isRefName } from "../git/folder-git-store.ts";
import { commitsBetween, haveHistoryInCommon } from "../git/pull-figures.ts";
import { type FieldError, Refusal, validationFailed } from "../http/refusal.ts";
import { isPull } from "../shapes/pull-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { IssueRow, PullPart } from "../world/issue-rows.ts";
import type { Act } from "./act.ts";
import { checkBody, checkTitle } from "./bodies.ts";
import { tellOfIssue } from "./issue-events.ts";
import { takeNumber } from "./issues.ts";

export type PullRow = IssueRow & { readonly pull: PullPart };

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  /** A branch, or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly isDraft: boolean;
}

/** @throws {Refusal} 422 */
export function openPull(act: Act, { title, body, head, base, isDraft }: NewPull): PullRow {
  const { world } = act.services;
  checkTitle(title);
  checkBody("Issue", body ?? "");
  const branch = headBranch(act, head);
  const ends = checkEnds(act, branch, base);
  const pull: PullPart = { head: branch, base, ...ends, isDraft, mergedAt: null };
  const row: PullRow = {
    id: world.issues.nextId(),
    repositoryId: act.repository.id,
    number: takeNumber(act),
    title: title.trim(),
    body,
    authorId: act.actor.id,
    state: "open",
    stateReason: null,
    labelIds: [],
    assigneeIds: [],
    milestoneId: null,
    isLocked: false,
    lockReason: null,
    commentsEver: 0,
    pull,
    closedAt: null,
    closedById: null,
    edits: [],
    createdAt: act.nowMs,
    updatedAt: act.nowMs,
  };
  world.issues.put(row);
  tellOfIssue(act, "opened", row);
  return row;
}

/** @throws {Refusal} 422 */
export function checkBase(act: Act, { pull }: PullRow, base: string): void {
  if (base !== pull.base) checkEnds(act, pull.head, base);
}

/** @throws {Refusal} 422 */
export function changeBase(act: Act, row: PullRow, base: string): PullRow {
  if (base === row.pull.base) return row;
  const ends = checkEnds(act, row.pull.head, base);
  const changed: PullRow = { ...row, pull: { ...row.pull, ...ends, base }, updatedAt: act.nowMs };
  act.services.world.issues.put(changed);
  tellOfIssue(act, "edited", changed, {
    changes: { base: { ref: { from: row.pull.base }, sha: { from: row.pull.baseOid } } },
  });
  return changed;
}

/** @throws {Refusal} 403 unless it is one's own, or one may write in the repository */
export function setDraft(act: Act, row: PullRow, isDraft: boolean): PullRow {
  if (row.authorId !== act.actor.id && !hasRole(act.role, "write"))
    throw new Refusal(403, "Must have push access to the repository.");
  if (row.pull.isDraft === isDraft) return row;
  if (row.state === "closed") throw wrong({ field: "draft", code: "invalid" });
  const changed: PullRow = { ...row, pull: { ...row.pull, isDraft }, updatedAt: act.nowMs };
  act.services.world.issues.put(changed);
  tellOfIssue(act, isDraft ? "converted_to_draft" : "ready_for_review", changed);
  return changed;
}

/** A pull request is reopened only while there is something to merge. @throws {Refusal} 422 */
export function checkReopening(act: Act, { pull }: PullRow): void {
  if (pull.mergedAt !== null) throw wrong({ field: "state", code: "invalid" });
  if (branchOid(act, pull.head) === undefined) {
    const message = `state cannot be changed. The ${pull.head} branch has been deleted.`;
    throw wrong({ field: "state", code: "custom", message });
  }
  if (branchOid(act, pull.base) === undefined) {
    const message = `state cannot be changed. The ${pull.base} branch has been deleted.`;
    throw wrong({ field: "state", code: "custom", message });
  }
  checkIsOnly(act, pull.head, pull.base);
}

/** @returns the name of a branch in this repository; forks are not served */
function headBranch({ services: { world }, repository }: Act, head: string): string {
  const at = head.indexOf(":");
  if (at === -1) return head;
  const owner = world.accounts.get(repository.ownerId)!;
  if (head.slice(0, at).toLowerCase() !== owner.login.toLowerCase())
    throw wrong({ field: "head", code: "invalid" });
  return head.slice(at + 1);
}

function checkEnds(act: Act, head: string, base: string): Pick<PullPart, "headOid" | "baseOid"> {
  const baseOid = branchOid(act, base);
  if (baseOid === undefined) throw wrong({ field: "base", code: "invalid" });
  const headOid = branchOid(act, head);
  if (headOid === undefined) throw wrong({ field: "head", code: "invalid" });
  checkIsOnly(act, head, base);
  const git = act.services.git.repository(act.repository.id);
  if (commitsBetween(git, baseOid, headOid) === 0)
    throw wrong({ code: "custom", message: `No commits between ${base} and ${head}` });
  if (!haveHistoryInCommon(git, baseOid, headOid))
    throw wrong({ code: "custom", message: `The ${head} branch has no history in common with ${base}` });
  return { headOid, baseOid };
}

function checkIsOnly({ services: { world }, repository }: Act, head: string, base: string): void {
  const isThere = world.issues
    .by("repository", repository.id)
    .some(({ state, pull }) => state === "open" && pull?.head === head && pull.base === base);
  if (!isThere) return;
  const { login } = world.accounts.get(repository.ownerId)!;
  throw wrong({ code: "custom", message: `A pull request already exists for ${login}:${head}.` });
}

function branchOid({ services: { git }, repository }: Act, branch: string): string | undefined {
  const name = `refs/heads/${branch}`;
  return isRefName(name) ? git.repository(repository.id).ref(name) : undefined;
}

function wrong(error: Omit<FieldError, "resource">) {
  return validationFailed({ resource: "PullRequest", ...error });
}

/** @returns the pull request of a number; `undefined` where there is none, or it is an issue */
export function findPull(
  world: Act["services"]["world"],
  repositoryId: number,
  number: number,
): PullRow | undefined {
  const issue = world.issues.find("number", `${repositoryId}/${number}`);
  return issue !== undefined && isPull(issue) ? issue : undefined;
}
