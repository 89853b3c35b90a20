/**
 * @module Protection of branches. What it refuses is in `acts/ref-rules.ts`.
 *
 * @see https://docs.github.com/rest/branches/branch-protection
 */
import type { Json, JsonObject } from "../../base/json.ts";
import { noContent, ok } from "../http/answer.ts";
import { Refusal } from "../http/refusal.ts";
import { protectionToJson } from "../shapes/protection-json.ts";
import type { Chosen, ProtectionRow, ProtectionSettings, RequiredCheck } from "../world/repository-rows.ts";
import { mustBeBranch } from "./branches.ts";
import { gitPlaceOf } from "./git-place.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "administration", level: "read", role: "admin" } as const;
const write = { permission: "administration", level: "write", role: "admin" } as const;

export const protectionOperations: readonly Operation[] = [
  forRepository("repos/get-branch-protection", read, (call) =>
    ok(protectionToJson(gitPlaceOf(call), mustFindProtection(call))),
  ),
  forRepository("repos/update-branch-protection", write, (call) => {
    const branch = mustBeBranch(call, call.params["branch"]!);
    const { protections } = call.services.world;
    const row = protections.put({
      id: findProtection(call, branch)?.id ?? protections.nextId(),
      repositoryId: call.repository.id,
      branch,
      settings: settingsFrom(call, call.body),
    });
    return ok(protectionToJson(gitPlaceOf(call), row));
  }),
  forRepository("repos/delete-branch-protection", write, (call) => {
    call.services.world.protections.remove(mustFindProtection(call).id);
    return noContent;
  }),
];

function findProtection({ services, repository }: RepositoryCall, name: string): ProtectionRow | undefined {
  return services.world.protections.by("repository", repository.id).find(({ branch }) => branch === name);
}

/** @throws {Refusal} 404 */
function mustFindProtection(call: RepositoryCall): ProtectionRow {
  const row = findProtection(call, mustBeBranch(call, call.params["branch"]!));
  if (row === undefined) throw new Refusal(404, "Branch not protected");
  return row;
}

/** @throws {Refusal} 422 for people that there are not, and for restrictions of a person's repository */
function settingsFrom(call: RepositoryCall, body: JsonObject): ProtectionSettings {
  const checks = body["required_status_checks"] as {
    strict: boolean;
    contexts?: string[];
    checks?: { context: string; app_id?: number | null }[];
  } | null;
  const reviews = body["required_pull_request_reviews"] as JsonObject | null;
  return {
    requiredStatusChecks:
      checks == null
        ? null
        : {
            strict: checks.strict,
            checks: requiredFrom([
              ...(checks.contexts ?? []).map((context) => ({ context })),
              ...(checks.checks ?? []),
            ]),
          },
    enforceAdmins: body["enforce_admins"] === true,
    requiredReviews:
      reviews == null
        ? null
        : {
            dismissStale: reviews["dismiss_stale_reviews"] === true,
            codeOwners: reviews["require_code_owner_reviews"] === true,
            count: Number(reviews["required_approving_review_count"] ?? 1),
            lastPushApproval: reviews["require_last_push_approval"] === true,
            dismissal: chosenIn(call, reviews["dismissal_restrictions"]),
            bypass: chosenIn(call, reviews["bypass_pull_request_allowances"]),
          },
    restrictions: chosenIn(call, body["restrictions"]),
    blockCreations: body["block_creations"] === true,
    forkSyncing: body["allow_fork_syncing"] === true,
    linearHistory: body["required_linear_history"] === true,
    allowForcePushes: body["allow_force_pushes"] === true,
    allowDeletions: body["allow_deletions"] === true,
    conversationResolution: body["required_conversation_resolution"] === true,
    lockBranch: body["lock_branch"] === true,
  };
}

/** Of one context the last one counts; -1 is any app. */
function requiredFrom(given: readonly { context: string; app_id?: number | null }[]): RequiredCheck[] {
  const checks = given.map(({ context, app_id }) => ({
    context,
    appId: app_id == null || app_id === -1 ? null : app_id,
  }));
  return [...new Map(checks.map((check) => [check.context, check])).values()];
}

/** @returns `null` for nothing, and for an empty object @throws {Refusal} 422 */
function chosenIn({ services: { world }, owner }: RepositoryCall, given: Json | undefined): Chosen | null {
  if (given == null) return null;
  const { users, teams, apps } = given as Partial<Chosen>;
  if (users === undefined && teams === undefined && apps === undefined) return null;
  if (owner.kind !== "Organization") {
    throw new Refusal(422, "Validation Failed", [
      "Only organization repositories can have users and team restrictions",
    ]);
  }
  const unknown = users?.find((login) => world.accounts.find("login", login.toLowerCase()) === undefined);
  if (unknown !== undefined) throw new Refusal(422, "Validation Failed", [`${unknown} is not a user`]);
  return { users: users ?? [], teams: teams ?? [], apps: apps ?? [] };
}
