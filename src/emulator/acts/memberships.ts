/**
 * @module What is done to memberships of organisations: somebody is asked, says yes, changes roles, leaves.
 */
import { roleOf } from "../access/permissions.ts";
import { membershipToJson } from "../shapes/membership-json.ts";
import type { AccountRow, MembershipInvitationRow, MembershipRow } from "../world/account-rows.ts";
import type { World } from "../world/world.ts";
import { type Act, tellOrganization } from "./act.ts";

/** Something that is done beyond one repository. */
export type OrganizationAct = Pick<Act, "services" | "principal" | "actor" | "urls" | "nowMs">;

export interface MembershipState {
  readonly row: Pick<MembershipRow, "organizationId" | "userId" | "role">;
  readonly state: "active" | "pending";
}

export function membershipStateOf(
  world: World,
  organization: AccountRow,
  user: AccountRow,
): MembershipState | undefined {
  const isIts = ({ userId }: { readonly userId: number }) => userId === user.id;
  const member = world.memberships.by("organization", organization.id).find(isIts);
  if (member !== undefined) return { row: member, state: "active" };
  const invited = world.membershipInvitations.by("organization", organization.id).find(isIts);
  return invited && { row: invited, state: "pending" };
}

/** Members get the role at once; others are asked whether they want to come. */
export function setMembership(
  act: OrganizationAct,
  organization: AccountRow,
  user: AccountRow,
  role: MembershipRow["role"],
): MembershipState {
  const { memberships } = act.services.world;
  const known = memberships.by("organization", organization.id).find(({ userId }) => userId === user.id);
  if (known !== undefined) return { row: memberships.put({ ...known, role }), state: "active" };
  return { row: inviteMember(act, organization, user, { role, teamIds: [] }), state: "pending" };
}

/** @returns the invitation, which there is once for each person */
export function inviteMember(
  act: OrganizationAct,
  organization: AccountRow,
  user: AccountRow,
  { role, teamIds }: Pick<MembershipInvitationRow, "role" | "teamIds">,
): MembershipInvitationRow {
  const { membershipInvitations } = act.services.world;
  const known = membershipInvitations
    .by("organization", organization.id)
    .find(({ userId }) => userId === user.id);
  const invitation = membershipInvitations.put({
    id: known?.id ?? membershipInvitations.nextId(),
    organizationId: organization.id,
    userId: user.id,
    role,
    teamIds: [...new Set([...(known?.teamIds ?? []), ...teamIds])],
  });
  if (known === undefined) tellOfMember(act, organization, "member_invited", invitation, "pending");
  return invitation;
}

export function acceptMembership(
  act: OrganizationAct,
  organization: AccountRow,
  invitation: MembershipInvitationRow,
): MembershipRow {
  const { memberships, membershipInvitations, teamMembers } = act.services.world;
  const { organizationId, userId, role } = invitation;
  membershipInvitations.remove(invitation.id);
  const member = memberships.put({
    id: memberships.nextId(),
    organizationId,
    userId,
    role,
    isPublic: false,
  });
  for (const teamId of invitation.teamIds)
    teamMembers.put({ id: teamMembers.nextId(), teamId, userId, role: "member" });
  tellOfMember(act, organization, "member_added", member, "active");
  return member;
}

/** Access through the organisation ends with it, and so do assignments. @returns whether there was anything to end */
export function endMembership(act: OrganizationAct, organization: AccountRow, user: AccountRow): boolean {
  const { world } = act.services;
  const invitation = world.membershipInvitations
    .by("organization", organization.id)
    .find(({ userId }) => userId === user.id);
  if (invitation !== undefined) world.membershipInvitations.remove(invitation.id);
  const member = world.memberships
    .by("organization", organization.id)
    .find(({ userId }) => userId === user.id);
  if (member === undefined) return invitation !== undefined;
  world.memberships.remove(member.id);
  const teams = new Set(world.teams.by("organization", organization.id).map(({ id }) => id));
  for (const { id, teamId } of world.teamMembers.by("user", user.id))
    if (teams.has(teamId)) world.teamMembers.remove(id);
  for (const { id, repositoryId } of world.collaborators.by("user", user.id))
    if (world.repositories.get(repositoryId)?.ownerId === organization.id) world.collaborators.remove(id);
  for (const repository of world.repositories.by("owner", organization.id))
    unassign(world, repository.id, user.id);
  tellOfMember(act, organization, "member_removed", member, "active");
  return true;
}

/** Whoever can no longer see a repository as more than the public does is assigned to nothing there. */
export function unassign(world: World, repositoryId: number, userId: number): void {
  const repository = world.repositories.get(repositoryId);
  if (repository === undefined) return;
  if (roleOf(world, userId, { ...repository, visibility: "private" }) !== "none") return;
  for (const issue of world.issues.by("repository", repositoryId)) {
    if (!issue.assigneeIds.includes(userId)) continue;
    world.issues.put({ ...issue, assigneeIds: issue.assigneeIds.filter((id) => id !== userId) });
  }
}

function tellOfMember(
  act: OrganizationAct,
  organization: AccountRow,
  action: "member_invited" | "member_added" | "member_removed",
  row: MembershipState["row"],
  state: MembershipState["state"],
): void {
  const membership = membershipToJson(act.services.world, row, state, act.urls);
  const { user } = membership;
  tellOrganization(
    act,
    organization,
    "organization",
    action,
    action === "member_invited" ? { user } : { membership },
  );
}
