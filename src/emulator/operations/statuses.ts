/**
 * @module Commit statuses: `repos/…-status…` of the REST API.
 *
 * @see https://docs.github.com/rest/commits/statuses
 */
import { renamedTo } from "../acts/renamed-branches.ts";
import { setStatus } from "../acts/statuses.ts";
import { latestStatuses } from "../checks/required-checks.ts";
import { findCommit } from "../git/revisions.ts";
import { created, ok } from "../http/answer.ts";
import { listed, pageOf } from "../http/pages.ts";
import { moved, Refusal } from "../http/refusal.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import { combinedToJson, statusToJson } from "../shapes/status-json.ts";
import type { StatusRow } from "../world/check-rows.ts";
import { gitOf } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const orScopes = ["repo:status"] as const;
const read = { permission: "statuses", level: "read", role: "read", orScopes } as const;
const write = { permission: "statuses", level: "write", role: "write", orScopes } as const;

export const statusOperations: readonly Operation[] = [
  forRepository("repos/create-commit-status", write, (call) => {
    const { state, target_url, description, context } = call.body;
    const sha = call.params["sha"]!;
    checkIsCommit(call, sha);
    const status = setStatus(actOf(call), {
      sha,
      context: context == null ? "default" : String(context),
      state: state as StatusRow["state"],
      targetUrl: target_url == null || target_url === "" ? null : String(target_url),
      description: description == null ? null : String(description),
    });
    const json = statusToJson(call, status);
    return created(json, json.url);
  }),
  forRepository("repos/list-commit-statuses-for-ref", read, (call) => {
    const ref = call.params["ref"]!;
    const name = renamedTo(call.services.world, call.repository.id, ref);
    if (name !== undefined && gitOf(call).ref(`refs/heads/${ref}`) === undefined) {
      const full = fullNameOf(call.world, call.repository);
      const url = call.urls.api(`/repos/${full}/commits/${encodeURIComponent(name)}/statuses`);
      throw moved(call.method, url);
    }
    const all = call.world.statuses.by("commit", `${call.repository.id}/${commitNamed(call)}`);
    return listed(call, all.toReversed(), (status) => statusToJson(call, status));
  }),
  forRepository("repos/get-combined-status-for-ref", read, (call) => {
    const sha = commitNamed(call);
    const { items, headers } = pageOf(call, latestStatuses(call.world, call.repository.id, sha));
    return ok(combinedToJson(call, sha, items), headers);
  }),
];

/** The commit that `ref` of the path means. @throws {Refusal} 422 */
export function commitNamed(call: RepositoryCall): string {
  const ref = call.params["ref"]!;
  const oid = findCommit(gitOf(call), ref, call.repository.defaultBranch);
  if (oid === undefined) throw noCommit(ref);
  return oid;
}

/** @param sha a whole id; names are none @throws {Refusal} 422 */
export function checkIsCommit(call: RepositoryCall, sha: string): void {
  const isId = /^[0-9a-f]{40}$/u.test(sha);
  if (!isId || gitOf(call).read(sha)?.kind !== "commit") throw noCommit(sha);
}

function noCommit(name: string): Refusal {
  return new Refusal(422, `No commit found for SHA: ${name}`);
}
