/**
 * @module Pushes as webhooks tell of them.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#push
 */
import { wholeSeconds } from "../clock.ts";
import { changedPaths } from "../git/changed-paths.ts";
import type { GitRepository } from "../git/git-store.ts";
import { parseCommit, type Signature } from "../git/objects.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { Place } from "./issue-json.ts";
import { fullNameOf } from "./repository-json.ts";

export interface Push {
  /** `refs/heads/main`. */
  readonly ref: string;
  /** What the ref pointed to. */
  readonly before: string | undefined;
  readonly after: string;
  /** The new ones, the oldest first. */
  readonly commits: readonly string[];
  readonly pusher: AccountRow;
}

const none = "0".repeat(40);

export function pushToJson(place: Place, git: GitRepository, { ref, before, after, commits, pusher }: Push) {
  const { world, repository, urls } = place;
  return {
    ref,
    before: before ?? none,
    after,
    created: before === undefined,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: urls.html(
      `/${fullNameOf(world, repository)}/compare/${before === undefined ? "" : `${before.slice(0, 12)}...`}${after.slice(0, 12)}`,
    ),
    commits: commits.map((oid) => pushedCommitToJson(place, git, oid)),
    head_commit: pushedCommitToJson(place, git, after),
    pusher: { name: pusher.login, email: pusher.email },
  };
}

function pushedCommitToJson({ world, repository, urls }: Place, git: GitRepository, oid: string) {
  const { tree, parents, author, committer, message } = parseCommit(git.read(oid)!.content);
  const parent = parents[0] === undefined ? undefined : git.read(parents[0]);
  const person = ({ name, email }: Signature) => ({ name, email });
  return {
    id: oid,
    tree_id: tree,
    distinct: true,
    message,
    timestamp: wholeSeconds(committer.time * 1000),
    url: urls.html(`/${fullNameOf(world, repository)}/commit/${oid}`),
    author: person(author),
    committer: person(committer),
    ...changedPaths(git, parent && parseCommit(parent.content).tree, tree),
  };
}
