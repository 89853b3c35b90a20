/**
 * @module Brings the head of a pull request up to date: what its base has gained is merged into it.
 *
 * @see https://docs.github.com/rest/pulls/pulls#update-a-pull-request-branch
 */
import { isAncestor } from "../git/history.ts";
import { mergedTree } from "../git/pull-figures.ts";
import { Refusal } from "../http/refusal.ts";
import { pullOids } from "../shapes/pull-json.ts";
import type { Act } from "./act.ts";
import type { PullRow } from "./pulls.ts";
import { updateRef } from "./refs.ts";
import { signatureOf } from "./signatures.ts";
import { writeSignedCommit } from "./signed-commits.ts";

/** @param expectedHead where the head must be; `undefined`: wherever it is @throws {Refusal} 422 */
export function updatePullBranch(act: Act, row: PullRow, expectedHead: string | undefined): void {
  const git = act.services.git.repository(act.repository.id);
  const { headOid, baseOid } = pullOids(git, row);
  const { head, base } = row.pull;
  if (row.state === "closed") throw new Refusal(422, "Cannot update a closed pull request.");
  if (expectedHead !== undefined && expectedHead !== headOid)
    throw new Refusal(422, "expected head sha didn’t match current head ref.");
  if (isAncestor(git, baseOid, headOid))
    throw new Refusal(422, "There are no new commits on the base branch.");
  const tree = mergedTree(git, headOid, baseOid);
  if (tree === undefined) throw new Refusal(422, "merge conflict between base and head");
  const author = signatureOf(act.actor, act.nowMs);
  const message = `Merge branch '${base}' into ${head}`;
  const oid = writeSignedCommit(git, { tree, parents: [headOid, baseOid], author, message }, act.nowMs);
  updateRef(act, `refs/heads/${head}`, oid, false);
}
