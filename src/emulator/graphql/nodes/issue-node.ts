/**
 * @module Issues, pull requests as items beside them, comments, and edits of both as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { roleOfPrincipal } from "../../access/permissions.ts";
import { wholeSeconds } from "../../clock.ts";
import { commentNodeId, issueNodeId } from "../../shapes/issue-json.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { fullNameOf } from "../../shapes/repository-json.ts";
import { hasRole } from "../../world/account-rows.ts";
import type { CommentRow, IssueRow } from "../../world/issue-rows.ts";
import { connectRows, type PageArguments } from "../connection.ts";
import { type Order, sortRows } from "../order.ts";
import { type Edit, type Fields, issueOf, type View } from "../view.ts";
import { type LabelOrder, labelKeys } from "./label-node.ts";
import { writtenToFields } from "./written-node.ts";

export function issueToNode(view: View, issue: IssueRow): Fields {
  const { world, urls, nodes } = view;
  const repository = world.repositories.get(issue.repositoryId)!;
  const path = pathOf(view, issue);
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
    viewerCanDelete: () => hasRole(roleOfPrincipal(world, view.principal, repository), "admin"),
    ...(issue.pull === null ? issueState(issue) : pullState(issue, issue.pull)),
  };
}

function issueState({ state, stateReason }: IssueRow): Fields {
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

function pullState({ state }: IssueRow, pull: NonNullable<IssueRow["pull"]>): Fields {
  return {
    __typename: "PullRequest",
    state: pull.mergedAt === null ? upperCase(state) : "MERGED",
    isDraft: pull.isDraft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt === null ? null : wholeSeconds(pull.mergedAt),
    headRefName: pull.head,
    baseRefName: pull.base,
  };
}

export function commentToNode(view: View, comment: CommentRow): Fields {
  const { urls, nodes } = view;
  const issue = issueOf(view, comment);
  const path = `${pathOf(view, issue)}#issuecomment-${comment.id}`;
  const fields = writtenToFields(view, { kind: "comment", row: comment });
  return {
    ...fields,
    __typename: "IssueComment",
    id: commentNodeId(comment),
    url: urls.html(path),
    resourcePath: path,
    issue: () => ({ ...nodes.issue(issue), ...issueState(issue) }),
    pullRequest: () => (issue.pull === null ? null : nodes.issue(issue)),
    // Nothing here minimizes comments.
    isMinimized: false,
    viewerCanDelete: fields["viewerCanUpdate"],
  };
}

export function editToNode({ nodes }: View, { row, of, index }: Edit): Fields {
  return {
    __typename: "UserContentEdit",
    id: nodeId("edit", of.row.repositoryId, of.kind, of.row.id, index),
    createdAt: wholeSeconds(row.at),
    editedAt: wholeSeconds(row.at),
    updatedAt: wholeSeconds(row.at),
    editor: () => nodes.accountOf(row.editorId),
    diff: row.body,
    // Nothing here deletes a revision of a body.
    deletedAt: null,
    deletedBy: null,
  };
}

function pathOf({ world }: View, { repositoryId, number, pull }: IssueRow): string {
  const repository = world.repositories.get(repositoryId)!;
  return `/${fullNameOf(world, repository)}/${pull === null ? "issues" : "pull"}/${number}`;
}

function upperCase(name: string): string {
  return name.toUpperCase().replaceAll(/[- ]/gu, "_");
}
