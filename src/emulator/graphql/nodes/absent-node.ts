/**
 * @module Lists of what nothing here can make: they are empty.
 */
import type { GraphQLResolveInfo } from "graphql";
import { connect, type PageArguments } from "../connection.ts";
import type { Fields } from "../view.ts";

/** @throws {Problem} where a page is asked for without saying how large, as for any list */
export function none(args: PageArguments, _: unknown, info: GraphQLResolveInfo): Fields {
  const toNothing = () => null;
  return connect<never>({ all: [], args, info, keyOf: () => 0, toNode: toNothing });
}
