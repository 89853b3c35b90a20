/**
 * @module Searches over GraphQL. What is found is what the REST API finds.
 */
import type { GraphQLResolveInfo } from "graphql";
import { accountsFound, issuesFound, repositoriesFound } from "../operations/search.ts";
import type { SearchCall } from "../operations/search-places.ts";
import { withOrder } from "../operations/search-query.ts";
import { mostShown } from "../operations/search-results.ts";
import { connect, type PageArguments } from "./connection.ts";
import type { Fields, View } from "./view.ts";

interface SearchArguments extends PageArguments {
  readonly query: string;
  readonly type: "ISSUE" | "REPOSITORY" | "USER";
}

/** @throws {Refusal} 422, 501 */
export function connectSearch(view: View, args: SearchArguments, info: GraphQLResolveInfo): Fields {
  const { nodes } = view;
  const call = searchCall(view, args.query);
  switch (args.type) {
    case "ISSUE": {
      const found = issuesFound(call).map(({ issue }) => issue);
      return { ...connectFound(found, args, info, nodes.issue), ...counts, issueCount: found.length };
    }
    case "REPOSITORY": {
      const found = repositoriesFound(call);
      return {
        ...connectFound(found, args, info, nodes.repository),
        ...counts,
        repositoryCount: found.length,
      };
    }
    case "USER": {
      const found = accountsFound(call);
      return { ...connectFound(found, args, info, nodes.account), ...counts, userCount: found.length };
    }
  }
}

/** Of what was not searched for, none was found. */
const counts = { issueCount: 0, repositoryCount: 0, userCount: 0 };

function connectFound<T extends { readonly id: number }>(
  found: readonly T[],
  args: PageArguments,
  info: GraphQLResolveInfo,
  toNode: (row: T) => unknown,
): Fields {
  return connect({ all: found.slice(0, mostShown), args, info, keyOf: ({ id }) => id, toNode });
}

/** Here the order stands in the query itself: `sort:updated-asc`. */
function searchCall({ services, lists, principal }: View, query: string): SearchCall {
  return { services, world: lists, principal, query: withOrder({ q: query }) };
}
