/**
 * @module Reactions to issues, to comments and to releases.
 *
 * @see https://docs.github.com/rest/reactions/reactions
 */
import type { Need } from "../access/permissions.ts";
import { react, unreact } from "../acts/reactions.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { reactionToJson } from "../shapes/issue-json.ts";
import type { IssueRow, ReactionContent, ReactionRow } from "../world/issue-rows.ts";
import type { World } from "../world/world.ts";
import { commentOf } from "./issue-comments.ts";
import { actOf, issueOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { releaseOf } from "./releases.ts";

const onIssues = {
  read: { permission: "issues", onPull: "pull_requests", level: "read", role: "read" },
  write: { permission: "issues", onPull: "pull_requests", level: "write", role: "read" },
} as const;
const onReleases = {
  read: { permission: "contents", level: "read", role: "read" },
  write: { permission: "contents", level: "write", role: "read" },
} as const;

interface Subject {
  readonly name: ReactionRow["subject"];
  /** That it belongs to; a release belongs to none. */
  readonly issue: IssueRow | undefined;
}

const issueSubject = (call: RepositoryCall, from?: World): Subject => {
  const issue = issueOf(call, from);
  return { name: `issue/${issue.id}`, issue };
};

const commentSubject = (call: RepositoryCall, from?: World): Subject => {
  const comment = commentOf(call, from);
  return { name: `comment/${comment.id}`, issue: (from ?? call.services.world).issues.get(comment.issueId)! };
};

const releaseSubject = (call: RepositoryCall, from?: World): Subject => ({
  name: `release/${releaseOf(call, from).id}`,
  issue: undefined,
});

/** The three operations on what can be reacted to. */
function operationsOn(
  thing: string,
  subjectOf: (call: RepositoryCall, from?: World) => Subject,
  { read, write }: { readonly read: Need; readonly write: Need } = onIssues,
): Operation[] {
  return [
    forRepository(`reactions/list-for-${thing}`, read, (call) => {
      const all = call.world.reactions.by("subject", subjectOf(call, call.world).name);
      const { content } = call.query;
      const found = content === undefined ? all : all.filter((reaction) => reaction.content === content);
      return listed(call, found, (reaction) => reactionToJson(call, reaction));
    }),
    forRepository(`reactions/create-for-${thing}`, write, (call) => {
      const { name, issue } = subjectOf(call);
      const { reaction, isNew } = react(actOf(call), issue, name, call.body["content"] as ReactionContent);
      const json = reactionToJson(call, reaction);
      return isNew ? created(json) : ok(json);
    }),
    forRepository(`reactions/delete-for-${thing}`, write, (call) => {
      unreact(actOf(call), subjectOf(call).name, Number(call.params["reaction_id"]));
      return noContent;
    }),
  ];
}

export const reactionOperations: readonly Operation[] = [
  ...operationsOn("issue", issueSubject),
  ...operationsOn("issue-comment", commentSubject),
  ...operationsOn("release", releaseSubject, onReleases),
];
