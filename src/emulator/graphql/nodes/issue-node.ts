/**
 * @module Issues, and what pull requests have in common with them, as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { roleOfPrincipal } from "../../access/permissions.ts";
import { wholeSeconds } from "../../clock.ts";
import { issueNodeId } from "../../shapes/issue-json.ts";
import { isPull } from "../../shapes/pull-json.ts";
import { hasRole } from "../../world/account-rows.ts";
import type { IssueRow } from "../../world/issue-rows.ts";
import { connectRows, type PageArguments } from "../connection.ts";
import { type Order, sortRows } from "../order.ts";
import { type Fields, issuePath, upperCase, type View } from "../view.ts";
import { none } from "./absent-node.ts";
import { type LabelOrder, labelKeys } from "./label-node.ts";
import { pullFields } from "./pull-node.ts";
import { timelineOf } from "./timeline-node.ts";
import { writtenToFields } from "./written-node.ts";

export function issueToNode(view: View, issue: IssueRow): Fields {
  const { world, urls, nodes } = view;
  const repository = world.repositories.get(issue.repositoryId)!;
  const path = issuePath(view, issue);
  const milestone = issue.milestoneId === null ? undefined : world.milestones.get(issue.milestoneId);
  return {
    ...writtenToFields(view, { kind: "issue", row: issue }),
    id: issueNodeId(issue),
    number: issue.number,
    title: issue.title,
    url: urls.html(path),
    resourcePath: path,
    closed: issue.state === "closed",
    closedAt: issue.closedAt === null ? null : wholeSeconds(issue.closedAt),
    locked: issue.isLocked,
    activeLockReason: issue.lockReason === null ? null : upperCase(issue.lockReason),
    milestone: () => (milestone === undefined ? null : nodes.milestone(milestone)),
    labels(args: PageArguments & { readonly orderBy?: LabelOrder }, _: unknown, info: GraphQLResolveInfo) {
      const labels = issue.labelIds.flatMap((id) => world.labels.get(id) ?? []);
      return connectRows(sortRows(labels, args.orderBy, labelKeys), args, info, nodes.label);
    },
    assignees(args: PageArguments, _: unknown, info: GraphQLResolveInfo) {
      const accounts = issue.assigneeIds.flatMap((id) => world.accounts.get(id) ?? []);
      return connectRows(accounts, args, info, nodes.account);
    },
    comments(
      args: PageArguments & { readonly orderBy?: Order<"UPDATED_AT"> | null },
      _: unknown,
      info: GraphQLResolveInfo,
    ) {
      const comments = sortRows(view.lists.comments.by("issue", issue.id), args.orderBy, {
        UPDATED_AT: ({ updatedAt }) => Math.floor(updatedAt / 1000),
      });
      return connectRows(comments, args, info, nodes.comment);
    },
    participants(args: PageArguments, _: unknown, info: GraphQLResolveInfo) {
      const commenters = view.lists.comments.by("issue", issue.id).map(({ authorId }) => authorId);
      const ids = new Set([issue.authorId, ...issue.assigneeIds, ...commenters]);
      const people = [...ids].flatMap((id) => world.accounts.get(id) ?? []);
      return connectRows(
        people.filter(({ kind }) => kind === "User"),
        args,
        info,
        nodes.account,
      );
    },
    projectCards: none,
    projectItems: none,
    timelineItems: timelineOf(view, issue),
    viewerCanDelete: () => hasRole(roleOfPrincipal(world, view.principal, repository), "admin"),
    ...(isPull(issue) ? pullFields(view, issue) : issueState(issue)),
  };
}

export function issueState({ state, stateReason }: IssueRow): Fields {
  return {
    __typename: "Issue",
    state: upperCase(state),
    // Who does not ask for duplicates by name is told of them as not planned.
    stateReason: ({ enableDuplicate }: { readonly enableDuplicate: boolean }) =>
      stateReason === null
        ? null
        : stateReason === "duplicate" && !enableDuplicate
          ? "NOT_PLANNED"
          : upperCase(stateReason),
  };
}
