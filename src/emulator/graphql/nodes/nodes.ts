/**
 * @module All kinds of objects of the schema, for one who looks.
 */
import type { Nodes, View } from "../view.ts";
import { accountToNode } from "./account-node.ts";
import { checkRunToNode, statusToNode } from "./check-node.ts";
import { gitObjectToNode, refToNode } from "./git-node.ts";
import { commentToNode, editToNode, issueToNode } from "./issue-node.ts";
import { labelToNode, milestoneToNode } from "./label-node.ts";
import { reactionToNode } from "./reaction-node.ts";
import { repositoryToNode } from "./repository-node.ts";

/** @returns the view, with what makes its objects */
export function withNodes(parts: Omit<View, "nodes">): View {
  const nodes: Nodes = {
    account: (row) => accountToNode(view, row),
    accountOf(id) {
      const row = id === null ? undefined : view.world.accounts.get(id);
      return row === undefined ? null : accountToNode(view, row);
    },
    repository: (row) => repositoryToNode(view, row),
    issue: (row) => issueToNode(view, row),
    comment: (row) => commentToNode(view, row),
    label: (row) => labelToNode(view, row),
    milestone: (row) => milestoneToNode(view, row),
    reaction: (reaction) => reactionToNode(view, reaction),
    edit: (edit) => editToNode(view, edit),
    gitObject: (repository, oid) => gitObjectToNode(view, repository, oid),
    ref: (repository, name, oid) => refToNode(view, repository, name, oid),
    checkRun: (row) => checkRunToNode(view, row),
    status: (row) => statusToNode(view, row),
  };
  const view: View = { ...parts, nodes };
  return view;
}
