/**
 * @module Comments on issues and pull requests.
 *
 * @see https://docs.github.com/rest/issues/comments
 */

import { readWholeList } from "./complete-list.ts";
import { type Author, type AuthorJson, checkKept, toAuthor } from "./issue.ts";
import { sinceParameter } from "./issues.ts";
import { isMarked, markedBody } from "./markers.ts";
import { namingNeeds } from "./needed-of.ts";
import { earlier, makeOnce, markOf, type Operation } from "./operation.ts";
import { readPages } from "./pages.ts";
import { placeIn } from "./place.ts";
import { recoverBy } from "./recover-create.ts";
import { type CallOptions, type Session, unlessMissing } from "./session.ts";

export interface IssueComment {
  readonly id: number;
  /** For GraphQL. */
  readonly nodeId: string;
  readonly issueNumber: number;
  /** As GitHub has it, with the mark at its end by which a lost create is found again. */
  readonly body: string;
  readonly author: Author | undefined;
  readonly htmlUrl: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ListCommentsOptions extends CallOptions {
  /** Of one issue. Default: of all issues of the repository. */
  readonly issue?: number;
  /** ISO 8601: changed then or later, to the second. */
  readonly since?: string;
}

export interface CommentMethods {
  /**
   * Comments on an issue or a pull request, once: an answer that was lost is looked up by a mark at the body's end.
   *
   * @throws {HubsteadError} `ambiguous_write` with `data.marker`; `forbidden` on a locked issue and after 2,500 comments
   */
  createComment(
    repo: string,
    issue: number,
    body: string,
    options?: CallOptions & { readonly operation?: Operation },
  ): Promise<IssueComment>;
  /** @throws {HubsteadError} `not_found` */
  getComment(repo: string, commentId: number, options?: CallOptions): Promise<IssueComment>;
  /** @throws {HubsteadError} `invalid_input` also where GitHub has kept another body than the one that was sent */
  editComment(repo: string, commentId: number, body: string, options?: CallOptions): Promise<IssueComment>;
  /** @returns whether there was one */
  deleteComment(repo: string, commentId: number, options?: CallOptions): Promise<boolean>;
  /**
   * All comments, the oldest first.
   *
   * @param issue an issue's number; or the options
   * @throws {HubsteadError} `busy` where they change faster than they can be read: never a part of them
   */
  listComments(
    repo: string,
    issue?: number | ListCommentsOptions,
    options?: ListCommentsOptions,
  ): Promise<readonly IssueComment[]>;
}

interface CommentJson {
  readonly id: number | bigint;
  readonly node_id: string;
  readonly issue_url: string;
  readonly body?: string | undefined;
  readonly user: AuthorJson | null;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}

function toComment(json: CommentJson): IssueComment {
  return {
    id: Number(json.id),
    nodeId: json.node_id,
    issueNumber: Number(json.issue_url.split("/").at(-1)),
    body: json.body ?? "",
    author: toAuthor(json.user),
    htmlUrl: json.html_url,
    createdAt: json.created_at,
    updatedAt: json.updated_at,
  };
}

const ofIssue = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";

export function commentMethods(session: Session): CommentMethods {
  return namingNeeds<CommentMethods>({
    createComment: (repo, issue, body, options = {}) =>
      createComment(session, { repo, issue, body }, options),
    async getComment(repo, commentId, options) {
      const { api, place } = await placeIn(session, repo, `comment ${commentId}`, options);
      const { data } = await api.request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...place,
        comment_id: commentId,
      });
      return toComment(data);
    },
    async editComment(repo, commentId, body, options) {
      const { api, place, about } = await placeIn(session, repo, `comment ${commentId}`, options);
      const { data } = await api.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...place,
        comment_id: commentId,
        body,
      });
      checkKept(body, data.body, about);
      return toComment(data);
    },
    async deleteComment(repo, commentId, options) {
      const { api, place } = await placeIn(session, repo, `comment ${commentId}`, options);
      const deleting = api.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...place,
        comment_id: commentId,
      });
      return (await unlessMissing(deleting)) !== undefined;
    },
    async listComments(repo, first = {}, second = {}) {
      const { issue, since, ...call } = typeof first === "number" ? { ...second, issue: first } : first;
      const what = issue === undefined ? "the comments" : `the comments on issue ${issue}`;
      const { api, place, about } = await placeIn(session, repo, what, call);
      const parameters = { ...place, ...sinceParameter(since) };
      const read = () =>
        issue === undefined
          ? readPages<CommentJson>(api, "GET /repos/{owner}/{repo}/issues/comments", {
              ...parameters,
              sort: "created",
              direction: "asc",
            })
          : readPages<CommentJson>(api, ofIssue, { ...parameters, issue_number: issue });
      return (await readWholeList(about, ({ id }) => String(id), read)).map(toComment);
    },
  });
}

async function createComment(
  session: Session,
  { repo, issue, body }: { readonly repo: string; readonly issue: number; readonly body: string },
  { operation, ...call }: CallOptions & { readonly operation?: Operation },
): Promise<IssueComment> {
  const place = session.repo(repo);
  const about = `issue ${issue} of ${place.owner}/${place.repo}`;
  const mark = markOf(operation);
  const text = markedBody(body, mark);
  const recovery = recoverBy<CommentJson>({
    session,
    place,
    call,
    marker: `a comment on ${about} with ${mark.text}`,
    look: async (api, since) => {
      const parameters = { ...place, issue_number: issue, since: earlier(since, operation) };
      const pages = await readPages<CommentJson>(api, ofIssue, parameters);
      return pages.flat().filter((comment) => isMarked(comment.body, mark));
    },
  });
  const make = async (): Promise<IssueComment> => {
    const api = await session.api(about, { ...call, recovery });
    const { data } = await api.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...place,
      issue_number: issue,
      body: text,
    });
    checkKept(text, data.body, `comment ${data.id} on ${about}`);
    return toComment(data);
  };
  return makeOnce(session, { operation, recovery, call }, make, async (found) =>
    toComment((await found.json()) as CommentJson),
  );
}
