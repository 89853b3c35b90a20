/**
 * @module All kinds of objects of the schema, for one who looks.
 */
import type { Nodes, View } from "../view.ts";
import { accountToNode } from "./account-node.ts";
import { checkRunToNode, statusToNode } from "./check-node.ts";
import { commentToNode, editToNode } from "./comment-node.ts";
import { gitObjectToNode, refToNode } from "./git-node.ts";
import { issueToNode } from "./issue-node.ts";
import { labelToNode, milestoneToNode } from "./label-node.ts";
import { pullCommitToNode } from "./pull-node.ts";
import { reactionToNode } from "./reaction-node.ts";
import { repositoryToNode } from "./repository-node.ts";
import { reviewToNode } from "./review-node.ts";
import { runToNode, workflowToNode } from "./run-node.ts";
import { teamToNode } from "./team-node.ts";
import { eventToNode } from "./timeline-node.ts";

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
    event: (row) => eventToNode(view, row),
    team: (row) => teamToNode(view, row),
    run: (row) => runToNode(view, row),
    workflow: (row) => workflowToNode(view, row),
    pullCommit: (pull, oid) => pullCommitToNode(view, pull, oid),
    gitObject: (repository, oid) => gitObjectToNode(view, repository, oid),
    ref: (repository, name, oid) => refToNode(view, repository, name, oid),
    checkRun: (row) => checkRunToNode(view, row),
    status: (row) => statusToNode(view, row),
    review: (row) => reviewToNode(view, row),
  };
  const view: View = { ...parts, nodes };
  return view;
}
