/**
 * @module Branches and tags as lists.
 *
 * @see https://docs.github.com/rest/branches/branches
 */
import { renameBranch } from "../acts/branches.ts";
import { renamedTo } from "../acts/renamed-branches.ts";
import { peel } from "../git/revisions.ts";
import { ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { moved, Refusal } from "../http/refusal.ts";
import { branchToJson, branchUrl, shortBranchToJson } from "../shapes/branch-json.ts";
import { tagOfListToJson } from "../shapes/commit-json.ts";
import { checkIsServed, gitOf, gitPlaceOf, readContents } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const prefix = "refs/heads/";

export const branchOperations: readonly Operation[] = [
  forRepository("repos/list-branches", readContents, (call) => {
    const { protected: wanted = "" } = call.query;
    const place = gitPlaceOf(call);
    const branches = gitOf(call)
      .refs(prefix)
      .map(({ name, oid }) => shortBranchToJson(place, name.slice(prefix.length), oid))
      .filter((json) => wanted === "" || json.protected === (wanted !== "false"));
    return listed(call, branches, (json) => json);
  }),
  forRepository("repos/get-branch", readContents, (call) => {
    const branch = call.params["branch"]!;
    const oid = gitOf(call).ref(prefix + branch);
    if (oid === undefined) {
      checkIsServed(call);
      const name = renamedTo(call.services.world, call.repository.id, branch);
      if (name !== undefined) throw moved(call.method, branchUrl(gitPlaceOf(call), name));
      throw branchNotFound();
    }
    return ok(branchToJson(gitPlaceOf(call), branch, oid));
  }),
  forRepository(
    "repos/rename-branch",
    { permission: "administration", level: "write", role: "write" },
    (call) => {
      const branch = call.params["branch"]!;
      const name = String(call.body["new_name"]);
      renameBranch(actOf(call), mustBeBranch(call, branch), name);
      const json = branchToJson(gitPlaceOf(call), name, gitOf(call).ref(prefix + name)!);
      return { status: 201, body: json };
    },
  ),
  forRepository("repos/list-tags", readContents, (call) => {
    const git = gitOf(call);
    const tags = git.refs("refs/tags/").flatMap(({ name, oid }) => {
      const commit = peel(git, oid);
      return commit === undefined ? [] : [{ name: name.slice("refs/tags/".length), oid: commit }];
    });
    return listed(call, tags.reverse(), ({ name, oid }) => tagOfListToJson(gitPlaceOf(call), name, oid));
  }),
];

function branchNotFound(): Refusal {
  return new Refusal(404, "Branch not found");
}

/** @throws {Refusal} 404 @returns its name */
export function mustBeBranch(call: RepositoryCall, branch: string): string {
  if (gitOf(call).ref(prefix + branch) === undefined) throw branchNotFound();
  return branch;
}
