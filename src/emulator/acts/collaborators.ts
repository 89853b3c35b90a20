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
  act.services.world.invitations.remove(invitation.id);
  admit(act, act.actor, invitation.role);
}

/** Ends what was given to this person alone, an invitation included; and assignments, where nothing else gives access. */
export function removeCollaborator(act: Act, user: AccountRow): void {
  const { world } = act.services;
  for (const { id, userId } of world.invitations.by("repository", act.repository.id))
    if (userId === user.id) world.invitations.remove(id);
  const known = collaboratorOf(act, user.id);
  if (known === undefined) return;
  world.collaborators.remove(known.id);
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

function admit(act: Act, user: AccountRow, role: RepositoryRole): void {
  const { collaborators } = act.services.world;
  collaborators.put({
    id: collaborators.nextId(),
    repositoryId: act.repository.id,
    userId: user.id,
    role,
  });
  tellOfMember(act, "added", user);
}

function tellOfMember(act: Act, action: "added" | "edited" | "removed", user: AccountRow): void {
  tell(act, "member", action, { member: accountToJson(user, act.urls) });
}
