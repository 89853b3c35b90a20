/**
 * @module Repositories as a whole: `repos/…` of the REST API.
 *
 * @see https://docs.github.com/rest/repos/repos
 */
import type { JsonObject } from "../../base/json.ts";
import { isGranted, membershipOf, notAccessible } from "../access/permissions.ts";
import { createRepository, type NewRepositoryRequest } from "../acts/create-repository.ts";
import {
  editRepository,
  type RepositoryEdit,
  setTopics,
  transferRepository,
} from "../acts/edit-repository.ts";
import { removeRepository } from "../acts/remove-repository.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { Refusal, validationFailed } from "../http/refusal.ts";
import { teamToJson } from "../shapes/account-json.ts";
import { fullRepositoryToJson, repositoryToJson } from "../shapes/repository-json.ts";
import { type AccountRow, hasRole } from "../world/account-rows.ts";
import type { AppRow } from "../world/app-rows.ts";
import type { MergeSettings, RepositoryRow } from "../world/repository-rows.ts";
import { actOf } from "./issues.ts";
import {
  actorOf,
  type Call,
  forOrganization,
  forPerson,
  forRepository,
  type Operation,
  type RepositoryCall,
} from "./operation.ts";

const metadata = { permission: "metadata", level: "read", role: "read" } as const;
const administer = { permission: "administration", level: "write", role: "admin" } as const;
const maintain = { ...administer, role: "maintain" } as const;

/**
 * What the role of maintainers may change; the rest of the settings wants an administrator.
 *
 * @see https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization
 */
const maintained: readonly string[] = [
  "description",
  "homepage",
  "has_projects",
  "has_wiki",
  "has_discussions",
  "allow_squash_merge",
  "allow_merge_commit",
  "allow_rebase_merge",
  "allow_auto_merge",
  "allow_update_branch",
  "delete_branch_on_merge",
  "squash_merge_commit_title",
  "squash_merge_commit_message",
  "merge_commit_title",
  "merge_commit_message",
  "use_squash_pr_title_as_default",
];

/** @throws {Refusal} 403 */
function checkMayEdit({ body, role }: RepositoryCall): void {
  if (hasRole(role, "admin") || Object.keys(body).every((field) => maintained.includes(field))) return;
  throw new Refusal(403, "Must have admin rights to Repository.");
}

export const repositoryOperations: readonly Operation[] = [
  forRepository("repos/get", metadata, (call) => {
    const repository = call.world.repositories.get(call.repository.id) ?? call.repository;
    const role = call.principal.kind === "anonymous" ? undefined : call.role;
    const json = fullRepositoryToJson(call.world, repository, { ...call, role });
    // Only the answer to this question has it.
    return ok(hasRole(role ?? "none", "write") ? { ...json, temp_clone_token: "" } : json);
  }),
  forRepository("repos/update", { ...maintain, evenArchived: true }, (call) => {
    checkMayEdit(call);
    const repository = editRepository(actOf(call), editIn(call.body));
    return ok(fullRepositoryToJson(call.services.world, repository, call));
  }),
  forRepository("repos/delete", { ...administer, scope: "delete_repo", evenArchived: true }, (call) => {
    removeRepository(actOf(call));
    return noContent;
  }),
  forPerson("repos/create-for-authenticated-user", { scopes: ["repo", "public_repo"] }, (call) =>
    create(call, call.user),
  ),
  forOrganization(
    "repos/create-in-org",
    { permission: "administration", level: "write", role: "member", scopes: ["repo", "public_repo"] },
    (call) => create(call, call.organization),
  ),
  forRepository("repos/get-all-topics", metadata, (call) => ok({ names: call.repository.topics })),
  forRepository("repos/replace-all-topics", maintain, (call) => {
    const { topics } = setTopics(actOf(call), call.body["names"] as readonly string[]);
    return ok({ names: topics });
  }),
  forRepository("repos/transfer", administer, (call) => {
    const { new_owner, new_name, team_ids } = call.body;
    const { world } = call.services;
    const owner = world.accounts.find("login", String(new_owner).toLowerCase());
    if (owner === undefined || owner.kind === "Bot")
      throw validationFailed({ resource: "Repository", field: "new_owner", code: "invalid" });
    const { principal } = call;
    const isOutsider =
      owner.kind === "Organization" &&
      principal.kind === "user" &&
      membershipOf(world, principal.userId, owner.id) === undefined;
    if (isOutsider) {
      const kind = call.repository.visibility;
      throw new Refusal(
        422,
        `You don’t have the permission to create ${kind} repositories on ${owner.login}`,
      );
    }
    if (principal.kind === "installation" && !isInstalledOn(call, principal.app, owner))
      throw notAccessible("integration", administer);
    // GitHub transfers later: the answer shows the repository as it was.
    const json = repositoryToJson(world, call.repository, call);
    transferRepository(
      actOf(call),
      owner,
      (new_name ?? call.repository.name) as string,
      (team_ids ?? []) as readonly number[],
    );
    return { status: 202, body: json };
  }),
  forRepository("repos/list-teams", { ...metadata, role: "write" }, (call) => {
    const { world } = call;
    const grants = world.teamRepositories.by("repository", call.repository.id);
    return listed(
      call,
      grants.flatMap(({ teamId, role }) => {
        const team = world.teams.get(teamId);
        return team === undefined ? [] : [{ team, role }];
      }),
      ({ team, role }) => teamToJson(world, team, call.urls, role),
    );
  }),
];

/** Whether an app may make repositories there. */
function isInstalledOn({ services: { world } }: Call, app: AppRow, { id }: AccountRow): boolean {
  return world.installations
    .by("account", id)
    .some(
      ({ appId, permissions, suspendedAt }) =>
        appId === app.id && suspendedAt === null && isGranted(permissions, administer),
    );
}

/** @throws {Refusal} 422; 501 for templates, which are GitHub's */
function create(call: Call, owner: AccountRow) {
  const { body, principal } = call;
  for (const field of ["gitignore_template", "license_template"])
    if (body[field] != null && body[field] !== "")
      throw new Refusal(501, `The emulator has no templates for ${field}`);
  if (
    principal.kind === "user" &&
    principal.token.kind === "fine-grained" &&
    !isGranted(principal.token.permissions, administer)
  )
    throw notAccessible("personal access token", administer);
  const isPublicOnly =
    principal.kind === "user" &&
    principal.token.kind !== "fine-grained" &&
    !principal.token.scopes.includes("repo");
  const input = { ...editIn(body), name: String(body["name"]) };
  if (isPublicOnly && (input.visibility ?? "public") !== "public") {
    throw new Refusal(404, "Not Found", undefined, { "x-accepted-oauth-scopes": "repo" });
  }
  const request: NewRepositoryRequest = {
    ...input,
    ...(body["has_discussions"] == null ? {} : { hasDiscussions: body["has_discussions"] === true }),
    ...(body["team_id"] == null ? {} : { teamId: Number(body["team_id"]) }),
    hasReadme: body["auto_init"] === true,
  };
  const repository = createRepository({ ...call, actor: actorOf(call) }, owner, request);
  const json = fullRepositoryToJson(call.services.world, repository, { ...call, role: "admin" });
  return created(json, json.url);
}

/** What is absent or null stays as it is; but a description and a homepage are taken away by null. */
function editIn(body: JsonObject): RepositoryEdit {
  const flag = (field: string, key: string) => (body[field] == null ? {} : { [key]: body[field] === true });
  const text = (field: string, key: string) =>
    body[field] === undefined ? {} : { [key]: (body[field] || null) as string | null };
  const merging: Partial<MergeSettings> = {
    ...flag("allow_squash_merge", "allowSquash"),
    ...flag("allow_merge_commit", "allowMerge"),
    ...flag("allow_rebase_merge", "allowRebase"),
    ...flag("allow_auto_merge", "allowAuto"),
    ...flag("delete_branch_on_merge", "deleteBranch"),
    ...flag("allow_update_branch", "allowUpdateBranch"),
  };
  const visibility = visibilityIn(body);
  return {
    ...(body["name"] == null ? {} : { name: String(body["name"]) }),
    ...text("description", "description"),
    ...text("homepage", "homepage"),
    ...(visibility === undefined ? {} : { visibility }),
    ...(body["default_branch"] == null ? {} : { defaultBranch: String(body["default_branch"]) }),
    ...flag("archived", "isArchived"),
    ...flag("is_template", "isTemplate"),
    ...flag("has_downloads", "hasDownloads"),
    ...flag("has_issues", "hasIssues"),
    ...flag("has_projects", "hasProjects"),
    ...flag("has_wiki", "hasWiki"),
    merging,
  };
}

function visibilityIn(body: JsonObject): RepositoryRow["visibility"] | undefined {
  const { visibility } = body;
  if (visibility != null) return visibility as RepositoryRow["visibility"];
  return body["private"] == null ? undefined : body["private"] === true ? "private" : "public";
}
