/**
 * @module What issues, pull requests and comments have in common: an author, a body with its edits, reactions.
 */
import type { GraphQLResolveInfo } from "graphql";
import { roleOfPrincipal } from "../../access/permissions.ts";
import { wholeSeconds } from "../../clock.ts";
import { associationOf } from "../../shapes/issue-json.ts";
import { hasRole } from "../../world/account-rows.ts";
import { bodyToHtml } from "../body-html.ts";
import { connect, type PageArguments } from "../connection.ts";
import type { Fields, View, Written } from "../view.ts";
import { reactionFields } from "./reaction-node.ts";

export function writtenToFields(view: View, of: Written): Fields {
  const { row } = of;
  const { edits, authorId } = row;
  const { world, nodes, actor, principal } = view;
  const repository = world.repositories.get(row.repositoryId)!;
  const role = () => roleOfPrincipal(world, principal, repository);
  const isOwn = authorId === actor.id;
  const last = edits.at(-1);
  return {
    databaseId: row.id,
    fullDatabaseId: String(row.id),
    body: row.body ?? "",
    bodyHTML: () => bodyToHtml(row.body ?? ""),
    author: () => nodes.accountOf(authorId),
    authorAssociation: () => associationOf(world, authorId, repository),
    createdAt: wholeSeconds(row.createdAt),
    publishedAt: wholeSeconds(row.createdAt),
    updatedAt: wholeSeconds(row.updatedAt),
    lastEditedAt: last === undefined ? null : wholeSeconds(last.at),
    editor: () => (last === undefined ? null : nodes.accountOf(last.editorId)),
    includesCreatedEdit: edits.length > 0,
    createdViaEmail: false,
    userContentEdits(args: PageArguments, _: unknown, info: GraphQLResolveInfo) {
      // The newest first, down to the body as it was written.
      const all = edits.map((edit, index) => ({ row: edit, of, index })).toReversed();
      return connect({ all, args, info, keyOf: ({ index }) => index, toNode: nodes.edit });
    },
    repository: () => nodes.repository(repository),
    viewerDidAuthor: isOwn,
    viewerCanUpdate: () => isOwn || hasRole(role(), "write"),
    ...reactionFields(view, of),
  };
}
