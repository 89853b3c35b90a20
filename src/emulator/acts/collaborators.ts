/**
 * @module What is done about who may do what in a repository: people are asked, say yes or no, and are taken off again.
 */
import { membershipOf } from "../access/permissions.ts";
import { validationFailed } from "../http/refusal.ts";
import { accountToJson } from "../shapes/account-json.ts";
import type { AccountRow, RepositoryRole } from "../world/account-rows.ts";
import type { CollaboratorRow, InvitationRow } from "../world/repository-rows.ts";
import { type Act, tell } from "./act.ts";
import { unassign } from "./memberships.ts";

/**
 * Collaborators get the role at once, and so do members of the organisation; others are asked.
 *
 * @returns the invitation; `undefined` where nothing is to be accepted
 * @throws {Refusal} 422 for the owner
 */
export function addCollaborator(
  act: Act,
  user: AccountRow,
  wanted: RepositoryRole,
): InvitationRow | undefined {
  const { world } = act.services;
  const { id: repositoryId, ownerId } = act.repository;
  if (user.id === ownerId) {
    throw validationFailed({
      resource: "Repository",
      code: "custom",
      message: "Repository owner cannot be a collaborator",
    });
  }
  // In a person's own repository all collaborators may do the same.
  const role = world.accounts.get(ownerId)?.kind === "Organization" ? wanted : "write";
  const known = collaboratorOf(act, user.id);
  if (known !== undefined) {
    dropInvitations(act, user);
    world.collaborators.put({ ...known, role });
    if (known.role !== role) tellOfMember(act, "edited", user);
    return undefined;
  }
  if (membershipOf(world, user.id, ownerId) !== undefined) {
    admit(act, user, role);
    return undefined;
  }
  const invited = world.invitations.by("repository", repositoryId).find(({ userId }) => userId === user.id);
  return world.invitations.put({
    id: invited?.id ?? world.invitations.nextId(),
    repositoryId,
    userId: user.id,
    inviterId: act.actor.id,
    role,
    createdAt: act.nowMs,
  });
}

/** Makes the one who is asked a collaborator. */
export function acceptInvitation(act: Act, invitation: InvitationRow): void {
  admit(act, act.actor, invitation.role);
}

/** Ends what was given to this person alone, an invitation included; and assignments, where nothing else gives access. */
export function removeCollaborator(act: Act, user: AccountRow): void {
  const { world } = act.services;
  dropInvitations(act, user);
  const known = world.collaborators
    .by("repository", act.repository.id)
    .filter(({ userId }) => userId === user.id);
  if (known.length === 0) return;
  for (const { id } of known) world.collaborators.remove(id);
  unassign(world, act.repository.id, user.id);
  tellOfMember(act, "removed", user);
}

export function collaboratorOf(
  { services: { world }, repository }: Pick<Act, "services" | "repository">,
  userId: number,
): CollaboratorRow | undefined {
  return world.collaborators
    .by("repository", repository.id)
    .find((collaborator) => collaborator.userId === userId);
}

/** Once only, however often somebody was asked before. */
function admit(act: Act, user: AccountRow, role: RepositoryRole): void {
  const { collaborators } = act.services.world;
  dropInvitations(act, user);
  const known = collaboratorOf(act, user.id);
  collaborators.put({
    id: known?.id ?? collaborators.nextId(),
    repositoryId: act.repository.id,
    userId: user.id,
    role,
  });
  if (known === undefined) tellOfMember(act, "added", user);
}

function dropInvitations({ services: { world }, repository }: Act, user: AccountRow): void {
  for (const { id, userId } of world.invitations.by("repository", repository.id))
    if (userId === user.id) world.invitations.remove(id);
}

function tellOfMember(act: Act, action: "added" | "edited" | "removed", user: AccountRow): void {
  tell(act, "member", action, { member: accountToJson(user, act.urls) });
}
