/**
 * @module Takes issues away for good, with all that hangs on them. Their numbers are not given out again.
 */
import type { IssueRow } from "../world/issue-rows.ts";
import type { Act } from "./act.ts";
import { tellOfIssue } from "./issue-events.ts";

export function deleteIssue(act: Act, issue: IssueRow): void {
  const { issues, comments, reactions, events, issueFieldValues } = act.services.world;
  const gone = comments.by("issue", issue.id);
  const subjects = [`issue/${issue.id}`, ...gone.map(({ id }) => `comment/${id}`)];
  for (const subject of subjects) for (const { id } of reactions.by("subject", subject)) reactions.remove(id);
  for (const { id } of gone) comments.remove(id);
  for (const { id } of events.by("issue", issue.id)) events.remove(id);
  for (const { id } of issueFieldValues.by("issue", issue.id)) issueFieldValues.remove(id);
  issues.remove(issue.id);
  tellOfIssue(act, "deleted", issue);
}
