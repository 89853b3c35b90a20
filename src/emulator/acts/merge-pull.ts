/**
 * @module Merges pull requests, by a merge commit or by squashing; what conflicts is told by the installed git.
 */
import { commitMessages, mergedTree } from "../git/pull-figures.ts";
import { Refusal } from "../http/refusal.ts";
import { pullOids } from "../shapes/pull-json.ts";
import type { Act } from "./act.ts";
import { note, tellOfIssue } from "./issue-events.ts";
import { editIssue } from "./issues.ts";
import { retarget } from "./pull-branches.ts";
import type { PullRow } from "./pulls.ts";
import { notePush, type RefChange } from "./pushes.ts";
import { refusalsOf } from "./ref-rules.ts";
import { signatureOf } from "./signatures.ts";
import { writeSignedCommit } from "./signed-commits.ts";

export interface MergeRequest {
  readonly method: "merge" | "squash" | "rebase";
  /** The first line of the commit's message, and the rest. */
  readonly title?: string;
  readonly message?: string;
  /** Where the head must be. */
  readonly headOid?: string;
}

/** @returns the commit that merges it @throws {Refusal} 405, 409; 501 for a rebase */
export function mergePull(act: Act, row: PullRow, request: MergeRequest): string {
  const { world, git: store } = act.services;
  const git = store.repository(act.repository.id);
  const { headOid, baseOid } = pullOids(git, row);
  checkMayMerge(act, row, request.method);
  if (request.headOid !== undefined && request.headOid !== headOid)
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  const isBaseThere = git.ref(`refs/heads/${row.pull.base}`) !== undefined;
  const tree = isBaseThere ? mergedTree(git, baseOid, headOid) : undefined;
  if (tree === undefined) throw new Refusal(405, "Pull Request is not mergeable");
  const oid = writeSignedCommit(
    git,
    {
      tree,
      parents: request.method === "merge" ? [baseOid, headOid] : [baseOid],
      author: signatureOf(act.actor, act.nowMs),
      message: messageOf(act, row, request, commitMessages(git, baseOid, headOid)),
    },
    act.nowMs,
  );
  const change: RefChange = {
    ref: `refs/heads/${row.pull.base}`,
    before: baseOid,
    after: oid,
    merged: { issueId: row.id, headOid },
  };
  const reasons = refusalsOf(act, change);
  if (reasons.length > 0) throw new Refusal(405, reasons.join(" "));
  git.setRef(change.ref, oid);
  notePush(act, [change]);
  const merged: PullRow = {
    ...row,
    state: "closed",
    closedAt: act.nowMs,
    closedById: act.actor.id,
    pull: { ...row.pull, headOid, baseOid, mergedAt: act.nowMs, mergeOid: oid, mergedById: act.actor.id },
    updatedAt: act.nowMs,
  };
  world.issues.put(merged);
  note(act, merged, "merged", { commitOid: oid });
  note(act, merged, "closed");
  tellOfIssue(act, "closed", merged);
  if (act.repository.merging.deleteBranch) removeHead(act, row.pull, headOid);
  closeNamedIssues(act, merged);
  return oid;
}

/** Leaves a branch where rules keep it, or where it has gone on. */
function removeHead(act: Act, { head, base }: PullRow["pull"], oid: string): void {
  const git = act.services.git.repository(act.repository.id);
  const change: RefChange = { ref: `refs/heads/${head}`, before: oid, after: undefined };
  if (git.ref(change.ref) !== oid || refusalsOf(act, change).length > 0) return;
  retarget(act, head, base);
  git.removeRef(change.ref);
  notePush(act, [change]);
}

function checkMayMerge({ repository: { merging } }: Act, row: PullRow, method: MergeRequest["method"]): void {
  if (row.state === "closed") throw new Refusal(405, "Pull Request is not mergeable");
  if (row.pull.isDraft) throw new Refusal(405, "Pull Request is still a draft");
  const [isAllowed, name] = {
    merge: [merging.allowMerge, "Merge commits"] as const,
    squash: [merging.allowSquash, "Squash merges"] as const,
    rebase: [merging.allowRebase, "Rebase merges"] as const,
  }[method];
  if (!isAllowed) throw new Refusal(405, `${name} are not allowed on this repository.`);
  if (method === "rebase") throw new Refusal(501, "The emulator does not merge by rebasing");
}

function messageOf(act: Act, row: PullRow, request: MergeRequest, messages: readonly string[]): string {
  const [title, message] = request.method === "merge" ? mergeWords(act, row) : squashWords(row, messages);
  const rest = request.message ?? message;
  return `${request.title ?? title}${rest === "" ? "" : `\n\n${rest}`}`;
}

function mergeWords(
  { services: { world }, repository }: Act,
  row: PullRow,
): [title: string, message: string] {
  const { login } = world.accounts.get(repository.ownerId)!;
  return [`Merge pull request #${row.number} from ${login}/${row.pull.head}`, row.title];
}

/** One commit keeps its words; several are listed. */
function squashWords(row: PullRow, messages: readonly string[]): [title: string, message: string] {
  const [only = row.title, second] = messages;
  const [title = row.title, ...rest] = only.split("\n");
  return second === undefined
    ? [`${title} (#${row.number})`, rest.join("\n").trim()]
    : [`${row.title} (#${row.number})`, messages.map((message) => `* ${message.trim()}`).join("\n\n")];
}

/** @see https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,9})\b/giu;

/** A merge into the default branch closes the issues that the pull request says it closes. */
function closeNamedIssues(act: Act, row: PullRow): void {
  if (row.pull.base !== act.repository.defaultBranch) return;
  for (const [, number] of (row.body ?? "").matchAll(closing)) {
    const issue = act.services.world.issues.find("number", `${act.repository.id}/${Number(number)}`);
    if (issue?.pull === null && issue.state === "open") editIssue(act, issue, { state: "closed" });
  }
}
