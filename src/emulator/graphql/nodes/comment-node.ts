/**
 * @module Comments, and edits of all that is written, as objects of the schema.
 */
import { roleOfPrincipal } from "../../access/permissions.ts";
import { wholeSeconds } from "../../clock.ts";
import { commentNodeId } from "../../shapes/issue-json.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { hasRole } from "../../world/account-rows.ts";
import type { CommentRow } from "../../world/issue-rows.ts";
import { type Edit, type Fields, issueOf, issuePath, type View } from "../view.ts";
import { issueState } from "./issue-node.ts";
import { writtenToFields } from "./written-node.ts";

export function commentToNode(view: View, comment: CommentRow): Fields {
  const { urls, nodes } = view;
  const issue = issueOf(view, comment);
  const path = `${issuePath(view, issue)}#issuecomment-${comment.id}`;
  const fields = writtenToFields(view, { kind: "comment", row: comment });
  return {
    ...fields,
    __typename: "IssueComment",
    id: commentNodeId(comment),
    url: urls.html(path),
    resourcePath: path,
    issue: () => ({ ...nodes.issue(issue), ...issueState(issue) }),
    pullRequest: () => (issue.pull === null ? null : nodes.issue(issue)),
    isMinimized: comment.minimizedFor !== undefined,
    minimizedReason: comment.minimizedFor ?? null,
    viewerCanMinimize: () =>
      hasRole(
        roleOfPrincipal(view.world, view.principal, view.world.repositories.get(comment.repositoryId)!),
        "triage",
      ),
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
