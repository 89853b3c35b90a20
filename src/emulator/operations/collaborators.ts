/**
 * @module Who may do what in a repository: collaborators, their roles, and invitations.
 *
 * @see https://docs.github.com/rest/collaborators/collaborators
 */
import { membershipOf, roleOf } from "../access/permissions.ts";
import {
  acceptInvitation,
  addCollaborator,
  collaboratorOf,
  removeCollaborator,
} from "../acts/collaborators.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { forbidden, notFound, validationFailed } from "../http/refusal.ts";
import {
  collaboratorToJson,
  invitationToJson,
  isExpired,
  permissionToJson,
} from "../shapes/collaborator-json.ts";
import { type AccountRow, hasRole, type RepositoryRole, roleOfPermission } from "../world/account-rows.ts";
import type { InvitationRow, RepositoryRow } from "../world/repository-rows.ts";
import { actOf } from "./issues.ts";
import {
  actorOf,
  forPerson,
  forRepository,
  type Operation,
  type RepositoryCall,
  type UserCall,
} from "./operation.ts";
import { personNamed } from "./users.ts";

const look = { permission: "metadata", level: "read", role: "write" } as const;
const administer = { permission: "administration", level: "write", role: "admin" } as const;
const answerInvitation = { scopes: ["repo", "repo:invite", "public_repo"], granted: administer };
const seeInvitations = { ...answerInvitation, granted: { ...administer, level: "read" } } as const;

export const collaboratorOperations: readonly Operation[] = [
  forRepository("repos/list-collaborators", look, (call) => {
    const { affiliation = "all", permission } = call.query;
    const least = permission === undefined ? "read" : roleOfPermission(permission)!;
    const people = call.world.accounts
      .all()
      .filter(({ kind }) => kind === "User")
      .map((account) => ({ account, role: roleIn(call, account) }))
      .filter(({ account, role }) => hasRole(role, least) && hasAffiliation(call, account, affiliation));
    return listed(call, people, ({ account, role }) => collaboratorToJson(account, role, call.urls));
  }),
  forRepository("repos/check-collaborator", look, (call) => {
    const user = personNamed(call, call.params["username"]!);
    if (!isCollaborator(call, user)) throw notFound();
    return noContent;
  }),
  forRepository("repos/add-collaborator", administer, (call) => {
    const user = personNamed(call, call.params["username"]!);
    const role = roleOfPermission(String(call.body["permission"] ?? "push"));
    if (role === undefined)
      throw validationFailed({ resource: "Repository", field: "permission", code: "invalid" });
    const invitation = addCollaborator(actOf(call), user, role);
    if (invitation === undefined) return noContent;
    const json = invitationToJson(call.services.world, invitation, call);
    return created(json, json.url);
  }),
  forRepository(
    "repos/remove-collaborator",
    { permission: "administration", level: "write", role: "read" },
    (call) => {
      const user = personNamed(call, call.params["username"]!);
      // Everybody may go.
      if (user.id !== actorOf(call).id && !hasRole(call.role, "admin"))
        throw forbidden("Must have admin rights to Repository.");
      removeCollaborator(actOf(call), user);
      return noContent;
    },
  ),
  forRepository("repos/get-collaborator-permission-level", look, (call) => {
    const { username = "" } = call.params;
    const account = call.world.accounts.find("login", username.toLowerCase());
    if (account === undefined || account.kind === "Organization") throw notFound();
    const role = roleOf(call.world, account.id, call.repository);
    return ok(permissionToJson(account, role, call.urls));
  }),
  forRepository("repos/list-invitations", { ...administer, level: "read" }, (call) =>
    listed(call, call.world.invitations.by("repository", call.repository.id), (invitation) =>
      invitationToJson(call.world, invitation, call),
    ),
  ),
  forRepository("repos/update-invitation", administer, (call) => {
    const role = (call.body["permissions"] ?? invitationOf(call).role) as RepositoryRole;
    const invitation = call.services.world.invitations.put({ ...invitationOf(call), role });
    return ok(invitationToJson(call.services.world, invitation, call));
  }),
  forRepository("repos/delete-invitation", administer, (call) => {
    call.services.world.invitations.remove(invitationOf(call).id);
    return noContent;
  }),
  forPerson("repos/list-invitations-for-authenticated-user", seeInvitations, (call) =>
    listed(
      call,
      call.world.invitations.by("user", call.user.id).filter((row) => !isExpired(row, call.nowMs)),
      (invitation) => invitationToJson(call.world, invitation, call),
    ),
  ),
  forPerson("repos/accept-invitation-for-authenticated-user", answerInvitation, (call) => {
    const invitation = ownInvitation(call);
    const repository = call.services.world.repositories.get(invitation.repositoryId)!;
    acceptInvitation({ ...call, actor: call.user, repository, role: invitation.role }, invitation);
    return noContent;
  }),
  forPerson("repos/decline-invitation-for-authenticated-user", answerInvitation, (call) => {
    call.services.world.invitations.remove(ownInvitation(call).id);
    return noContent;
  }),
];

/** What somebody may do beyond what a public repository lets everybody do. */
function roleIn(call: RepositoryCall, account: AccountRow): RepositoryRole {
  return roleOf(call.world, account.id, { ...call.repository, visibility: hidden(call.repository) });
}

/** Everybody sees what is public, and every member what is internal; neither makes a collaborator. */
function hidden({ visibility }: RepositoryRow): RepositoryRow["visibility"] {
  return visibility === "internal" ? "internal" : "private";
}

function isCollaborator(call: RepositoryCall, account: AccountRow): boolean {
  return hasRole(roleIn(call, account), "read");
}

function hasAffiliation(call: RepositoryCall, account: AccountRow, affiliation: string): boolean {
  if (affiliation === "all") return true;
  if (collaboratorOf(call, account.id) === undefined)
    return affiliation === "direct" && account.id === call.repository.ownerId;
  return affiliation === "direct" || membershipOf(call.world, account.id, call.owner.id) === undefined;
}

function invitationOf(call: RepositoryCall): InvitationRow {
  const invitation = call.services.world.invitations.get(Number(call.params["invitation_id"]));
  if (invitation?.repositoryId !== call.repository.id) throw notFound();
  return invitation;
}

function ownInvitation(call: UserCall): InvitationRow {
  const invitation = call.services.world.invitations.get(Number(call.params["invitation_id"]));
  if (invitation?.userId !== call.user.id || isExpired(invitation, call.nowMs)) throw notFound();
  return invitation;
}
