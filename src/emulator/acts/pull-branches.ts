/**
 * @module What becomes of open pull requests when a branch of theirs goes on, goes away, or gets another name.
 */

import { rulesetsFor } from "../rules/rulesets-for.ts";
import { isPull } from "../shapes/pull-json.ts";
import type { Act } from "./act.ts";
import { tellOfIssue } from "./issue-events.ts";
import { editIssue } from "./issues.ts";
import type { PullRow } from "./pulls.ts";
import { dismissStaleReviews } from "./reviews.ts";

/** To be called once a branch points elsewhere. @param after `undefined`: it is gone */
export function followBranch(act: Act, branch: string, before: string, after: string | undefined): void {
  for (const row of openPulls(act)) {
    const { head, base } = row.pull;
    if (after === undefined && (head === branch || base === branch)) close(act, row, branch, before);
    else if (after !== undefined && head === branch) synchronize(act, row, before, after);
  }
}

/** It stays where its branches were last. */
function close(act: Act, row: PullRow, branch: string, oid: string): void {
  const { head, headOid, baseOid } = row.pull;
  const ends = head === branch ? { headOid: oid, baseOid } : { headOid, baseOid: oid };
  const pull = { ...row.pull, ...ends };
  editIssue(act, act.services.world.issues.put({ ...row, pull }), { state: "closed" });
}

/** What was to be merged into a branch that is merged itself, and goes, is to be merged where that one went. */
export function retarget(act: Act, from: string, to: string): void {
  const open = openPulls(act);
  const baseOid = act.services.git.repository(act.repository.id).ref(`refs/heads/${to}`);
  for (const row of open) {
    const { head, base } = row.pull;
    const isThere = open.some(({ pull }) => pull.head === head && pull.base === to);
    if (base !== from || head === to || isThere || baseOid === undefined) continue;
    const changed: PullRow = { ...row, pull: { ...row.pull, base: to, baseOid }, updatedAt: act.nowMs };
    act.services.world.issues.put(changed);
    tellOfIssue(act, "edited", changed, {
      changes: { base: { ref: { from }, sha: { from: row.pull.baseOid } } },
    });
  }
}

function synchronize(act: Act, row: PullRow, before: string, after: string): void {
  const pull = { ...row.pull, headOid: after, lastPusherId: act.actor.id };
  const changed: PullRow = { ...row, pull, updatedAt: act.nowMs };
  act.services.world.issues.put(changed);
  tellOfIssue(act, "synchronize", changed, { before, after });
  if (dismissesStale(act, pull.base)) dismissStaleReviews(act, changed);
}

/** Whether new commits take approvals away. */
function dismissesStale({ services: { world }, repository }: Act, base: string): boolean {
  const isProtected = world.protections
    .by("repository", repository.id)
    .some(({ branch, settings }) => branch === base && settings.requiredReviews?.dismissStale === true);
  return (
    isProtected ||
    rulesetsFor(world, repository, `refs/heads/${base}`).some(({ rules }) =>
      rules.some(({ type, parameters }) => type === "pull_request" && parameters?.[staleRule] === true),
    )
  );
}

const staleRule = "dismiss_stale_reviews_on_push";

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
