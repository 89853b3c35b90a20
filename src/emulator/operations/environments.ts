/**
 * @module Environments that a repository deploys to: `repos/…-environment` of the REST API. Their rules are kept and shown;
 * nothing waits for them.
 *
 * @see https://docs.github.com/rest/deployments/environments
 */
import { findEnvironment, putEnvironment, removeEnvironment } from "../acts/environments.ts";
import { noContent, ok } from "../http/answer.ts";
import { counted } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { environmentToJson } from "../shapes/environment-json.ts";
import type { EnvironmentRow } from "../world/action-rows.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "actions", level: "read", role: "read" } as const;
const write = { permission: "administration", level: "write", role: "admin" } as const;

/** The environment that the path names. @throws {Refusal} 404 */
export function environmentOf(
  { params, repository }: RepositoryCall,
  from: RepositoryCall["world"],
): EnvironmentRow {
  const found = findEnvironment(from, repository.id, params["environment_name"]!);
  if (found === undefined) throw notFound();
  return found;
}

/** What a body says: whatever it leaves out is as in the beginning. */
interface EnvironmentBody {
  readonly wait_timer?: number;
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly { readonly type?: "User" | "Team"; readonly id?: number }[] | null;
  readonly deployment_branch_policy?: {
    readonly protected_branches: boolean;
    readonly custom_branch_policies: boolean;
  } | null;
}

export const environmentOperations: readonly Operation[] = [
  forRepository("repos/get-all-environments", read, (call) =>
    counted(call, "environments", call.world.environments.by("repository", call.repository.id), (row) =>
      environmentToJson(call, row),
    ),
  ),
  forRepository("repos/get-environment", read, (call) =>
    ok(environmentToJson(call, environmentOf(call, call.world))),
  ),
  forRepository("repos/create-or-update-environment", write, (call) => {
    const { wait_timer, prevent_self_review, reviewers, deployment_branch_policy } =
      call.body as EnvironmentBody;
    const row = putEnvironment(actOf(call), call.params["environment_name"]!, {
      waitMinutes: wait_timer ?? 0,
      preventsSelfReview: prevent_self_review === true,
      reviewers: (reviewers ?? []).map(({ type = "User", id = 0 }) => ({ kind: type, id })),
      branchPolicy:
        deployment_branch_policy == null
          ? null
          : {
              isProtected: deployment_branch_policy.protected_branches,
              isCustom: deployment_branch_policy.custom_branch_policies,
            },
    });
    return ok(environmentToJson(call, row));
  }),
  forRepository("repos/delete-an-environment", write, (call) => {
    removeEnvironment(call, environmentOf(call, call.services.world));
    return noContent;
  }),
];
