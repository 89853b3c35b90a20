/**
 * @module What pull requests bring: `pulls/list-commits`, `list-files`, and bringing their heads up to date.
 *
 * @see https://docs.github.com/rest/pulls/pulls
 */
import { updatePullBranch } from "../acts/update-pull-branch.ts";
import { commitsOfPull, filesOfPull } from "../git/pull-changes.ts";
import { listed } from "../http/pages.ts";
import { commitToJson, fileToDiffEntry } from "../shapes/commit-json.ts";
import { pullOids } from "../shapes/pull-json.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import { gitOf, gitPlaceOf } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation } from "./operation.ts";
import { pullOf } from "./pulls.ts";

const read = { permission: "pull_requests", level: "read", role: "read" } as const;

/** GitHub lists no more. */
const mostCommits = 250;

export const pullChangeOperations: readonly Operation[] = [
  forRepository("pulls/list-commits", read, (call) => {
    const { headOid, baseOid } = pullOids(gitOf(call), pullOf(call, call.world));
    const commits = commitsOfPull(gitOf(call), baseOid, headOid).slice(0, mostCommits);
    return listed(call, commits, (oid) => commitToJson(gitPlaceOf(call), oid));
  }),
  forRepository("pulls/list-files", read, (call) => {
    const { headOid, baseOid } = pullOids(gitOf(call), pullOf(call, call.world));
    const files = filesOfPull(gitOf(call), baseOid, headOid);
    return listed(call, files, (file) => fileToDiffEntry(gitPlaceOf(call), file, headOid));
  }),
  forRepository(
    "pulls/update-branch",
    { permission: "pull_requests", level: "write", role: "write" },
    (call) => {
      const row = pullOf(call);
      const { expected_head_sha } = call.body;
      updatePullBranch(actOf(call), row, expected_head_sha == null ? undefined : String(expected_head_sha));
      const url = call.urls.api(`/repos/${fullNameOf(call.world, call.repository)}/pulls/${row.number}`);
      return { status: 202, body: { message: "Updating pull request branch.", url } };
    },
  ),
];
