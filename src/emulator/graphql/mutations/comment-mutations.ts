/**
 * @module Mutations of comments and of reactions.
 */
import type { Act } from "../../acts/act.ts";
import { addComment, editComment, removeComment, setMinimized } from "../../acts/comments.ts";
import { react, unreact } from "../../acts/reactions.ts";
import type { CommentRow, MinimizedReason } from "../../world/issue-rows.ts";
import { edgeOf } from "../connection.ts";
import { mustFind } from "../find-node.ts";
import {
  type ContentName,
  reactionGroups,
  readContentName,
  subjectOf,
  writtenToNode,
} from "../nodes/reaction-node.ts";
import { Problem } from "../problem.ts";
import { issueOf, type View } from "../view.ts";
import { actOn, type Mutation, triageIssues, writeIssues } from "./mutation.ts";

export const commentMutations: Readonly<Record<string, Mutation>> = {
  addComment: {
    notifies: true,
    run(view, { subjectId, body }) {
      const { row: issue } = mustFind(view, String(subjectId), "issue");
      const act = actOn(view, issue, writeIssues);
      const comment = addComment(act, issue, String(body));
      const index = view.world.comments.by("issue", issue.id).length - 1;
      return {
        commentEdge: edgeOf(comment.id, index, view.nodes.comment(comment)),
        subject: () => view.nodes.issue(view.world.issues.get(issue.id)!),
      };
    },
  },
  updateIssueComment: {
    run(view, { id, body }) {
      const { act, comment } = commentToChange(view, String(id));
      return { issueComment: view.nodes.comment(editComment(act, comment, String(body))) };
    },
  },
  deleteIssueComment: {
    run(view, { id }) {
      const { act, comment } = commentToChange(view, String(id));
      removeComment(act, comment);
      return {};
    },
  },
  minimizeComment: {
    run(view, { subjectId, classifier }) {
      const reason = String(classifier).toLowerCase().replace("_", "-") as MinimizedReason;
      return { minimizedComment: minimize(view, String(subjectId), reason) };
    },
  },
  unminimizeComment: {
    run: (view, { subjectId }) => ({
      unminimizedComment: minimize(view, String(subjectId), undefined),
    }),
  },
  addReaction: {
    run(view, { subjectId, content }) {
      const { act, of, issue } = subjectToReactTo(view, String(subjectId));
      const { reaction } = react(act, issue, subjectOf(of), readContentName(content as ContentName));
      return reactionPayload(view, { row: reaction, of });
    },
  },
  removeReaction: {
    run(view, { subjectId, content }) {
      const { act, of } = subjectToReactTo(view, String(subjectId));
      const row = view.world.reactions
        .by("subject", subjectOf(of))
        .find(
          (reaction) =>
            reaction.userId === view.actor.id && reaction.content === readContentName(content as ContentName),
        );
      if (row === undefined) {
        throw new Problem("UNPROCESSABLE", `${view.actor.login} has not reacted with ${String(content)}.`);
      }
      unreact(act, subjectOf(of), row.id);
      return reactionPayload(view, { row, of });
    },
  },
};

function minimize(view: View, id: string, reason: MinimizedReason | undefined) {
  const { row: comment } = mustFind(view, id, "comment");
  const act = actOn(view, issueOf(view, comment), triageIssues);
  return view.nodes.comment(setMinimized(act, comment, reason));
}

function reactionPayload(view: View, reaction: Parameters<View["nodes"]["reaction"]>[0]) {
  return {
    reaction: view.nodes.reaction(reaction),
    subject: () => writtenToNode(view, reaction.of),
    reactionGroups: () => reactionGroups(view, reaction.of),
  };
}

function commentToChange(view: View, id: string): { readonly act: Act; readonly comment: CommentRow } {
  const { row: comment } = mustFind(view, id, "comment");
  return { act: actOn(view, issueOf(view, comment), writeIssues), comment };
}

function subjectToReactTo(view: View, id: string) {
  const of = mustFind(view, id, "issue", "comment");
  const issue = of.kind === "issue" ? of.row : issueOf(view, of.row);
  return { act: actOn(view, issue, writeIssues), of, issue };
}
