/**
 * @module Reactions to issues, pull requests and comments.
 *
 * @see https://docs.github.com/rest/reactions/reactions
 */

import { mustBeObject } from "./check-arguments.ts";
import { readWholeList } from "./complete-list.ts";
import { type Author, type AuthorJson, toAuthor } from "./issue.ts";
import { namingNeeds } from "./needed-of.ts";
import { readPages } from "./pages.ts";
import { placeIn } from "./place.ts";
import { type CallOptions, type Session, unlessMissing } from "./session.ts";

export type ReactionContent = "+1" | "-1" | "laugh" | "confused" | "heart" | "hooray" | "rocket" | "eyes";

/** An issue or pull request by its number, or a comment by its id. A number alone is an issue's. */
export type ReactionSubject = number | { readonly issue: number } | { readonly comment: number };

export interface Reaction {
  readonly id: number;
  readonly content: ReactionContent;
  readonly author: Author | undefined;
  readonly createdAt: string;
}

export interface ReactionMethods {
  /** Of each kind, everybody has one: what is there already is returned. @throws {HubsteadError} `forbidden` on a locked issue */
  addReaction(
    repo: string,
    subject: ReactionSubject,
    content: ReactionContent,
    options?: CallOptions,
  ): Promise<Reaction>;
  /** @throws {HubsteadError} `busy` where they change faster than they can be read */
  listReactions(repo: string, subject: ReactionSubject, options?: CallOptions): Promise<readonly Reaction[]>;
  /** One's own. @returns whether there was one */
  removeReaction(
    repo: string,
    subject: ReactionSubject,
    reactionId: number,
    options?: CallOptions,
  ): Promise<boolean>;
}

interface ReactionJson {
  readonly id: number | bigint;
  readonly content: ReactionContent;
  readonly user: AuthorJson | null;
  readonly created_at: string;
}

function toReaction({ id, content, user, created_at }: ReactionJson): Reaction {
  return { id: Number(id), content, author: toAuthor(user), createdAt: created_at };
}

function pathOf(given: ReactionSubject) {
  const subject =
    typeof given === "number" ? { issue: given } : mustBeObject(given, "what is reacted to", "subject");
  return "issue" in subject
    ? ({
        path: "/repos/{owner}/{repo}/issues/{issue_number}/reactions",
        parameters: { issue_number: subject.issue },
        what: `issue ${subject.issue}`,
      } as const)
    : ({
        path: "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
        parameters: { comment_id: subject.comment },
        what: `comment ${subject.comment}`,
      } as const);
}

export function reactionMethods(session: Session): ReactionMethods {
  return namingNeeds<ReactionMethods>({
    async addReaction(repo, subject, content, options) {
      const { path, parameters, what } = pathOf(subject);
      const { api, place } = await placeIn(session, repo, what, options);
      const route: string = `POST ${path}`;
      const { data } = await api.request(route, { ...place, ...parameters, content });
      return toReaction(data);
    },
    async listReactions(repo, subject, options) {
      const { path, parameters, what } = pathOf(subject);
      const { api, place, about } = await placeIn(session, repo, `the reactions to ${what}`, options);
      const read = () => readPages<ReactionJson>(api, `GET ${path}`, { ...place, ...parameters });
      return (await readWholeList(about, ({ id }) => String(id), read)).map(toReaction);
    },
    async removeReaction(repo, subject, reactionId, options) {
      const { path, parameters, what } = pathOf(subject);
      const { api, place } = await placeIn(session, repo, `reaction ${reactionId} to ${what}`, options);
      const route: string = `DELETE ${path}/{reaction_id}`;
      const removing = api.request(route, { ...place, ...parameters, reaction_id: reactionId });
      return (await unlessMissing(removing)) !== undefined;
    },
  });
}
