/**
 * @module What is done to reactions. Anyone who can see an issue or a release can react to it, unless it is locked.
 */
import { notFound, Refusal } from "../http/refusal.ts";
import { hasRole } from "../world/account-rows.ts";
import type { IssueRow, ReactionContent, ReactionRow } from "../world/issue-rows.ts";
import type { Act } from "./act.ts";

/** A reaction is there once for each person: a second one is the first. @returns whether it is new @throws {Refusal} 403 */
export function react(
  act: Act,
  issue: IssueRow | undefined,
  subject: ReactionRow["subject"],
  content: ReactionContent,
): { readonly reaction: ReactionRow; readonly isNew: boolean } {
  if (issue?.isLocked === true && !hasRole(act.role, "write")) {
    throw new Refusal(403, "Unable to react because issue is locked.");
  }
  const { reactions } = act.services.world;
  const known = reactions
    .by("subject", subject)
    .find((reaction) => reaction.userId === act.actor.id && reaction.content === content);
  if (known !== undefined) return { reaction: known, isNew: false };
  const reaction = reactions.put({
    id: reactions.nextId(),
    subject,
    userId: act.actor.id,
    content,
    createdAt: act.nowMs,
  });
  return { reaction, isNew: true };
}

/** @throws {Refusal} 403 unless it is one's own, or one may write; 404 */
export function unreact(act: Act, subject: ReactionRow["subject"], id: number): void {
  const { reactions } = act.services.world;
  const reaction = reactions.get(id);
  if (reaction?.subject !== subject) throw notFound();
  if (reaction.userId !== act.actor.id && !hasRole(act.role, "write")) {
    throw new Refusal(403, "Must have admin rights to Repository.");
  }
  reactions.remove(id);
}
