/**
 * @module People, organisations and bots as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { membershipOf } from "../../access/permissions.ts";
import { wholeSeconds } from "../../clock.ts";
import { accountNodeId } from "../../shapes/account-json.ts";
import type { AccountRow } from "../../world/account-rows.ts";
import { connect, connectRows, type PageArguments } from "../connection.ts";
import { findRepository } from "../find-repository.ts";
import { type Order, sortRows } from "../order.ts";
import { connectRepositories, type RepositoryArguments } from "../repository-connection.ts";
import type { Fields, View } from "../view.ts";
import { none } from "./absent-node.ts";
import { teamsOf } from "./team-node.ts";

type Info = GraphQLResolveInfo;

export function accountToNode(view: View, account: AccountRow): Fields {
  const { urls } = view;
  const { id, login, kind, name, email } = account;
  const path = kind === "Bot" ? `/apps/${login.replace(/\[bot\]$/u, "")}` : `/${login}`;
  return {
    __typename: kind,
    id: accountNodeId(account),
    databaseId: id,
    // GraphQL names a bot without the ending that REST gives it.
    login: kind === "Bot" ? login.replace(/\[bot\]$/u, "") : login,
    name,
    email: kind === "Organization" ? email : (email ?? ""),
    url: urls.html(path),
    resourcePath: path,
    avatarUrl: urls.html(`/avatars/u/${id}?v=4`),
    createdAt: wholeSeconds(account.createdAt),
    updatedAt: wholeSeconds(account.updatedAt),
    isSiteAdmin: account.isSiteAdmin,
    isViewer: id === view.actor.id,
    repository: ({ name: asked, followRenames }: { name: string; followRenames: boolean }) =>
      view.nodes.repository(findRepository(view, login, asked, followRenames)),
    repositories: (args: RepositoryArguments, _: unknown, info: Info) =>
      connectRepositories(view, account, args, info),
    ...(kind === "Organization" ? organizationFields(view, account) : personFields(view, account)),
  };
}

function personFields(view: View, { id }: AccountRow): Fields {
  return {
    followers: none,
    organizations(
      args: PageArguments & { readonly orderBy?: Order<"CREATED_AT" | "LOGIN"> | null },
      _: unknown,
      info: Info,
    ) {
      const organizations = view.lists.memberships
        .by("user", id)
        .filter((member) => member.isPublic || isMember(view, member.organizationId))
        .flatMap(({ organizationId }) => view.lists.accounts.get(organizationId) ?? []);
      const sorted = sortRows(organizations, args.orderBy, {
        CREATED_AT: ({ createdAt }) => createdAt,
        LOGIN: ({ login }) => login.toLowerCase(),
      });
      return connectRows(sorted, args, info, view.nodes.account);
    },
  };
}

function organizationFields(view: View, organization: AccountRow): Fields {
  const { world, lists, nodes, actor } = view;
  const { id } = organization;
  return {
    // Nothing here describes organisations.
    description: null,
    viewerIsAMember: () => isMember(view, id),
    viewerCanAdminister: () => membershipOf(world, actor.id, id)?.role === "admin",
    membersWithRole(args: PageArguments, _: unknown, info: Info) {
      const canSeeAll = isMember(view, id);
      const all = lists.memberships
        .by("organization", id)
        .filter(({ isPublic }) => canSeeAll || isPublic)
        .flatMap((member) => {
          const account = lists.accounts.get(member.userId);
          return account === undefined ? [] : [{ member, account }];
        });
      return connect({
        all,
        args,
        info,
        keyOf: ({ account }) => account.id,
        toNode: ({ account }) => nodes.account(account),
        // Only members are told who administers.
        toEdge: ({ member }) => ({ role: canSeeAll ? member.role.toUpperCase() : null }),
      });
    },
    ...teamsOf(view, organization),
  };
}

/** Whether who asks belongs to it: an app does where it is installed. */
function isMember({ world, principal, actor }: View, organizationId: number): boolean {
  return principal.kind === "installation"
    ? principal.installation.accountId === organizationId
    : membershipOf(world, actor.id, organizationId) !== undefined;
}
