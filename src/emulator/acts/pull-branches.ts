/**
 * @module What becomes of open pull requests when a branch of theirs goes on, goes away, or gets another name.
 */
import { isPull } from "../shapes/pull-json.ts";
import type { Act } from "./act.ts";
import { tellOfIssue } from "./issue-events.ts";
import { editIssue } from "./issues.ts";

/** To be called once a branch points elsewhere. @param after `undefined`: it is gone */
export function followHead(act: Act, branch: string, before: string, after: string | undefined): void {
  const { issues } = act.services.world;
  for (const row of openPulls(act)) {
    if (row.pull.head !== branch) continue;
    const pull = { ...row.pull, headOid: after ?? before };
    const changed = issues.put({ ...row, pull, updatedAt: act.nowMs });
    if (after === undefined) editIssue(act, changed, { state: "closed" });
    else tellOfIssue(act, "synchronize", changed, { before, after });
  }
}

/** To be called once a branch has its new name. */
export function followRename(act: Act, from: string, to: string): void {
  const { issues } = act.services.world;
  for (const row of openPulls(act)) {
    const { head, base, baseOid } = row.pull;
    if (head !== from && base !== from) continue;
    const pull = { ...row.pull, head: head === from ? to : head, base: base === from ? to : base };
    const changed = issues.put({ ...row, pull, updatedAt: act.nowMs });
    if (base !== from) continue;
    tellOfIssue(act, "edited", changed, {
      changes: { base: { ref: { from }, sha: { from: baseOid } } },
    });
  }
}

function openPulls({ services: { world }, repository }: Act) {
  return world.issues
    .by("repository", repository.id)
    .filter(isPull)
    .filter(({ state }) => state === "open");
}
