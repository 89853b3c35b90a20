/**
 * @module Where queries begin.
 */
import type { GraphQLResolveInfo } from "graphql";
import { wholeSeconds } from "../clock.ts";
import { findNodeFields } from "./find-node.ts";
import { findRepository } from "./find-repository.ts";
import { findResource } from "./find-resource.ts";
import { Problem } from "./problem.ts";
import { connectSearch } from "./search.ts";
import { type Fields, unresolved, type View } from "./view.ts";

const mostIds = 100;

export function queryRoot(view: View): Fields {
  const { world, nodes } = view;
  return {
    id: "Q",
    // Only here a bot has the ending that REST gives it.
    viewer: () => ({ ...nodes.account(view.actor), __typename: "User", login: view.actor.login }),
    repository(args: { readonly owner: string; readonly name: string; readonly followRenames: boolean }) {
      return nodes.repository(findRepository(view, args.owner, args.name, args.followRenames));
    },
    user({ login }: { readonly login: string }) {
      const account = world.accounts.find("login", login.toLowerCase());
      if (account?.kind !== "User") throw unresolved(`a User with the login of '${login}'`);
      return nodes.account(account);
    },
    organization({ login }: { readonly login: string }) {
      const account = world.accounts.find("login", login.toLowerCase());
      if (account?.kind !== "Organization") {
        throw unresolved(`an Organization with the login of '${login}'`);
      }
      return nodes.account(account);
    },
    repositoryOwner({ login }: { readonly login: string }) {
      const account = world.accounts.find("login", login.toLowerCase());
      return account === undefined || account.kind === "Bot" ? null : nodes.account(account);
    },
    search: (args: Parameters<typeof connectSearch>[1], _: unknown, info: GraphQLResolveInfo) =>
      connectSearch(view, args, info),
    resource: ({ url }: { readonly url: string }) => findResource(view, url),
    node: ({ id }: { readonly id: string }) => findNodeFields(view, id),
    nodes({ ids }: { readonly ids: readonly string[] }) {
      if (ids.length > mostIds) {
        throw new Problem(
          "ARGUMENT_LIMIT",
          `You may not provide more than ${mostIds} node ids; you provided ${ids.length}.`,
        );
      }
      // One that is not there is an error at its place; the others are answered.
      return ids.map(async (id) => findNodeFields(view, id));
    },
    rateLimit() {
      const { limit, remaining, used, reset } = view.services.budgets.look(view.principal, "graphql");
      return { ...view.usage, limit, remaining, used, resetAt: wholeSeconds(reset * 1000) };
    },
  };
}
