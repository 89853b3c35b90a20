/**
 * @module Reactions as objects of the schema: one by one, and in groups by what they say.
 */
import type { GraphQLResolveInfo } from "graphql";
import { roleOfPrincipal } from "../../access/permissions.ts";
import { wholeSeconds } from "../../clock.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { hasRole } from "../../world/account-rows.ts";
import type { ReactionContent, ReactionRow } from "../../world/issue-rows.ts";
import { connect, connectRows, type PageArguments } from "../connection.ts";
import { type Order, sortRows } from "../order.ts";
import { type Fields, issueOf, type Reaction, type View, type Written } from "../view.ts";

/** In the order in which GitHub lists the groups. */
const contentNames = {
  THUMBS_UP: "+1",
  THUMBS_DOWN: "-1",
  LAUGH: "laugh",
  HOORAY: "hooray",
  CONFUSED: "confused",
  HEART: "heart",
  ROCKET: "rocket",
  EYES: "eyes",
} as const satisfies Readonly<Record<string, ReactionContent>>;

export type ContentName = keyof typeof contentNames;

const names = Object.keys(contentNames) as ContentName[];

export function readContentName(name: ContentName): ReactionContent {
  return contentNames[name];
}

export function subjectOf({ kind, row }: Written): ReactionRow["subject"] {
  return `${kind}/${row.id}`;
}

export function reactionToNode(view: View, { row, of }: Reaction): Fields {
  return {
    __typename: "Reaction",
    id: nodeId("reaction", of.row.repositoryId, row.id),
    databaseId: row.id,
    content: names.find((name) => contentNames[name] === row.content),
    createdAt: wholeSeconds(row.createdAt),
    user: () => view.nodes.accountOf(row.userId),
    reactable: () => writtenToNode(view, of),
  };
}

export function writtenToNode({ nodes }: View, of: Written): Fields {
  return of.kind === "issue" ? nodes.issue(of.row) : nodes.comment(of.row);
}

interface ReactionArguments extends PageArguments {
  readonly content?: ContentName | null;
  readonly orderBy?: Order<"CREATED_AT"> | null;
}

/** The fields of what can be reacted to. */
export function reactionFields(view: View, of: Written): Fields {
  const { lists, world, principal, actor, nodes } = view;
  const reactions = (content?: ContentName | null) => {
    const all = lists.reactions.by("subject", subjectOf(of));
    return content == null ? all : all.filter((row) => row.content === contentNames[content]);
  };
  return {
    reactionGroups: () => reactionGroups(view, of),
    reactions(args: ReactionArguments, _: unknown, info: GraphQLResolveInfo) {
      const all = sortRows(reactions(args.content), args.orderBy, { CREATED_AT: ({ id }) => id });
      return {
        ...connectRows(all, args, info, (row) => nodes.reaction({ row, of })),
        viewerHasReacted: all.some(({ userId }) => userId === actor.id),
      };
    },
    viewerCanReact() {
      const issue = of.kind === "issue" ? of.row : issueOf(view, of.row);
      const repository = world.repositories.get(of.row.repositoryId)!;
      return !issue.isLocked || hasRole(roleOfPrincipal(world, principal, repository), "write");
    },
  };
}

/** All eight, those that nobody has used included. */
export function reactionGroups(view: View, of: Written): readonly Fields[] {
  const all = view.lists.reactions.by("subject", subjectOf(of));
  return groups(view, all, () => writtenToNode(view, of));
}

/** Of what nobody can react to here: all eight groups, empty. */
export function noReactions(view: View, subject: () => Fields): readonly Fields[] {
  return groups(view, [], subject);
}

function groups(
  { nodes, actor }: View,
  all: readonly ReactionRow[],
  subject: () => Fields,
): readonly Fields[] {
  return names.map((content) => {
    const rows = all.filter((row) => row.content === contentNames[content]);
    const reacting = (args: PageArguments, _: unknown, info: GraphQLResolveInfo) =>
      connect({
        all: rows,
        args,
        info,
        keyOf: ({ id }) => id,
        toNode: ({ userId }) => nodes.accountOf(userId),
        toEdge: ({ createdAt }) => ({ reactedAt: wholeSeconds(createdAt) }),
      });
    return {
      content,
      createdAt: rows[0] === undefined ? null : wholeSeconds(rows[0].createdAt),
      subject,
      viewerHasReacted: rows.some(({ userId }) => userId === actor.id),
      users: reacting,
      reactors: reacting,
    };
  });
}
