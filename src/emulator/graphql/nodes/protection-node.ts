/**
 * @module Protection of branches as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { roleOfPrincipal } from "../../access/permissions.ts";
import { hasRole } from "../../world/account-rows.ts";
import type { ProtectionRow, RepositoryRow } from "../../world/repository-rows.ts";
import { connectRows, type PageArguments } from "../connection.ts";
import type { Fields, View } from "../view.ts";

/** Those who may not push are told of none. */
function rulesFor({ world, principal }: View, repository: RepositoryRow): readonly ProtectionRow[] {
  const mayKnow = hasRole(roleOfPrincipal(world, principal, repository), "write");
  return mayKnow ? world.protections.by("repository", repository.id) : [];
}

export function connectProtections(
  view: View,
  repository: RepositoryRow,
  args: PageArguments,
  info: GraphQLResolveInfo,
): Fields {
  const toNode = (row: ProtectionRow) => protectionFields(view, repository, row);
  return connectRows(rulesFor(view, repository), args, info, toNode);
}

/** @param ref `refs/heads/main` */
export function protectionOf(view: View, repository: RepositoryRow, ref: string): Fields | null {
  const row = rulesFor(view, repository).find(({ branch }) => `refs/heads/${branch}` === ref);
  return row === undefined ? null : protectionFields(view, repository, row);
}

function protectionFields(
  view: View,
  repository: RepositoryRow,
  { branch, settings }: ProtectionRow,
): Fields {
  const { requiredReviews, requiredStatusChecks } = settings;
  return {
    pattern: branch,
    repository: () => view.nodes.repository(repository),
    allowsDeletions: settings.allowDeletions,
    allowsForcePushes: settings.allowForcePushes,
    blocksCreations: settings.blockCreations,
    isAdminEnforced: settings.enforceAdmins,
    lockBranch: settings.lockBranch,
    requiresLinearHistory: settings.linearHistory,
    requiresConversationResolution: settings.conversationResolution,
    restrictsPushes: settings.restrictions !== null,
    requiresStatusChecks: requiredStatusChecks !== null,
    requiresStrictStatusChecks: requiredStatusChecks?.strict ?? false,
    requiredStatusCheckContexts: requiredStatusChecks?.checks.map(({ context }) => context) ?? [],
    requiresApprovingReviews: requiredReviews !== null,
    requiredApprovingReviewCount: requiredReviews?.count ?? null,
    requiresCodeOwnerReviews: requiredReviews?.codeOwners ?? false,
    dismissesStaleReviews: requiredReviews?.dismissStale ?? false,
    requireLastPushApproval: requiredReviews?.lastPushApproval ?? false,
  };
}
