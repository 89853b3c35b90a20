/**
 * @module Who may do what in a repository, as the REST API shows it.
 */
import { wholeSeconds } from "../clock.ts";
import type { AccountRow, RepositoryRole } from "../world/account-rows.ts";
import type { InvitationRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { accountToJson, authorToJson } from "./account-json.ts";
import { nodeId } from "./node-id.ts";
import { fullNameOf, permissionsOf, simpleRepositoryToJson } from "./repository-json.ts";
import type { Urls } from "./urls.ts";

/** `collaborator`. */
export function collaboratorToJson(account: AccountRow, role: RepositoryRole, urls: Urls) {
  return { ...accountToJson(account, urls), permissions: permissionsOf(role), role_name: role };
}

/** `repository-collaborator-permission`. Its `permission` knows three words only; the role itself is beside it. */
export function permissionToJson(account: AccountRow, role: RepositoryRole, urls: Urls) {
  const permission = role === "maintain" ? "write" : role === "triage" ? "read" : role;
  return { permission, user: collaboratorToJson(account, role, urls), role_name: role };
}

const invitationLifeMs = 7 * 24 * 3_600_000;

/** `repository-invitation`. */
export function invitationToJson(
  world: World,
  invitation: InvitationRow,
  { urls, nowMs }: { readonly urls: Urls; readonly nowMs: number },
) {
  const repository = world.repositories.get(invitation.repositoryId)!;
  const fullName = fullNameOf(world, repository);
  return {
    id: invitation.id,
    node_id: nodeId("invitation", repository.id, invitation.id),
    repository: simpleRepositoryToJson(world, repository, urls),
    invitee: authorToJson(world, invitation.userId, urls),
    inviter: authorToJson(world, invitation.inviterId, urls),
    permissions: invitation.role,
    created_at: wholeSeconds(invitation.createdAt),
    expired: isExpired(invitation, nowMs),
    url: urls.api(`/user/repository_invitations/${invitation.id}`),
    html_url: urls.html(`/${fullName}/invitations`),
  };
}

/** Nobody can say yes after seven days. */
export function isExpired({ createdAt }: InvitationRow, nowMs: number): boolean {
  return nowMs >= createdAt + invitationLifeMs;
}
