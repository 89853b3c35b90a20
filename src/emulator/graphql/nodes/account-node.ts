/**
 * @module People, organisations and bots as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { wholeSeconds } from "../../clock.ts";
import { accountNodeId } from "../../shapes/account-json.ts";
import type { AccountRow } from "../../world/account-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connectRows, type PageArguments } from "../connection.ts";
import { findRepository } from "../find-repository.ts";
import { type Order, sortRows } from "../order.ts";
import { canSee, type Fields, type View } from "../view.ts";

export function accountToNode(view: View, account: AccountRow): Fields {
  const { urls, lists } = view;
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
    repositories(
      args: PageArguments & { readonly orderBy?: Order<RepositoryField> | null },
      _: unknown,
      info: GraphQLResolveInfo,
    ) {
      const seen = lists.repositories.by("owner", id).filter((repository) => canSee(view, repository));
      return connectRows(sortRows(seen, args.orderBy, repositoryKeys), args, info, view.nodes.repository);
    },
  };
}

type RepositoryField = "CREATED_AT" | "UPDATED_AT" | "PUSHED_AT" | "NAME";

const repositoryKeys: Readonly<Record<RepositoryField, (row: RepositoryRow) => number | string>> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
  PUSHED_AT: ({ pushedAt }) => pushedAt,
  NAME: ({ name }) => name.toLowerCase(),
};
