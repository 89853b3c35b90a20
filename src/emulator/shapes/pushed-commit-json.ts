/**
 * @module Commits as `push` events tell of them.
 */
import type { GitRepository } from "../git/git-store.ts";
import type { Signature } from "../git/objects.ts";
import { readCommit } from "../git/revisions.ts";
import { diffTrees } from "../git/tree-diff.ts";
import { accountOfEmail } from "../world/account-emails.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";
import { fullNameOf } from "./repository-json.ts";
import type { Urls } from "./urls.ts";

/** Where the shapes of one repository's git objects are made. */
export interface GitPlace {
  readonly world: World;
  readonly git: GitRepository;
  readonly repository: RepositoryRow;
  readonly urls: Urls;
}

export function pushedCommitToJson({ world, git, repository, urls }: GitPlace, oid: string) {
  const { tree, parents, author, committer, message } = readCommit(git, oid);
  const [parent] = parents;
  const files = diffTrees(git, parent === undefined ? undefined : readCommit(git, parent).tree, tree);
  const person = ({ name, email }: Signature) => {
    const account = accountOfEmail(world, email);
    return { name, email, ...(account === undefined ? {} : { username: account.login }) };
  };
  const paths = (test: (file: (typeof files)[number]) => boolean) =>
    files.filter(test).map(({ path }) => path);
  return {
    id: oid,
    tree_id: tree,
    distinct: true,
    message,
    timestamp: timestampOf(committer),
    url: urls.html(`/${fullNameOf(world, repository)}/commit/${oid}`),
    author: person(author),
    committer: person(committer),
    added: paths(({ before }) => before === undefined),
    removed: paths(({ after }) => after === undefined),
    modified: paths(({ before, after }) => before !== undefined && after !== undefined),
  };
}

/** In the zone of whoever signed: `2026-11-21T18:00:00+02:00`. */
function timestampOf({ time, zone }: Signature): string {
  const [, sign = "+", hours = "00", minutes = "00"] = /^([+-])(\d\d)(\d\d)$/u.exec(zone) ?? [];
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60);
  const local = new Date((time + offset) * 1_000).toISOString().slice(0, 19);
  return zone === "+0000" ? `${local}Z` : `${local}${sign}${hours}:${minutes}`;
}
