/**
 * @module The refs that a pull request has besides its branches: `refs/pull/1/head`, and `refs/pull/1/merge`, which is what
 * both branches are together. Nobody writes them but GitHub.
 *
 * @see https://docs.github.com/rest/pulls/pulls#get-a-pull-request
 */
import type { GitRepository } from "../git/git-store.ts";
import { mergedTree, pullFigures } from "../git/pull-figures.ts";
import { readCommit } from "../git/revisions.ts";
import { pullOids } from "../shapes/pull-json.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { Act } from "./act.ts";
import { signatureOf } from "./signatures.ts";
import { writeSignedCommit } from "./signed-commits.ts";

type PullRow = IssueRow & { readonly pull: NonNullable<IssueRow["pull"]> };

const refOf = (number: number, which: "head" | "merge") => `refs/pull/${number}/${which}`;

/** Only GitHub writes them. */
export function isPullRef(ref: string): boolean {
  return ref.startsWith("refs/pull/");
}

/** The commit that merges it for a test; `undefined` where its branches conflict. */
export function testMergeOf(git: GitRepository, number: number): string | undefined {
  return git.ref(refOf(number, "merge"));
}

/** To be called whenever somebody looks at an open pull request, or it changes. */
export function updatePullRefs({ services, repository, nowMs }: Omit<Act, "actor">, row: PullRow): void {
  if (row.state === "closed") return;
  const git = services.git.repository(repository.id);
  const { headOid, baseOid } = pullOids(git, row);
  if (git.ref(refOf(row.number, "head")) !== headOid) git.setRef(refOf(row.number, "head"), headOid);
  const known = testMergeOf(git, row.number);
  const parents = known === undefined ? [] : readCommit(git, known).parents;
  if (parents[0] === baseOid && parents[1] === headOid) return;
  const isMergeable = pullFigures(git, baseOid, headOid).isMergeable === true;
  const tree = isMergeable ? mergedTree(git, baseOid, headOid) : undefined;
  if (tree === undefined) {
    git.removeRef(refOf(row.number, "merge"));
    return;
  }
  const author = signatureOf(services.world.accounts.get(row.authorId)!, nowMs);
  const message = `Merge ${headOid} into ${baseOid}`;
  const merge = writeSignedCommit(git, { tree, parents: [baseOid, headOid], author, message }, nowMs);
  git.setRef(refOf(row.number, "merge"), merge);
}
