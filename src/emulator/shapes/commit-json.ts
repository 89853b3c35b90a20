/**
 * @module Commits, what they change, branches and tags as the REST API shows them outside `/git`.
 */
import { linesOf } from "../git/diff-text.ts";
import type { Signature } from "../git/objects.ts";
import { readCommit } from "../git/revisions.ts";
import { diffTrees, type FileDifference } from "../git/tree-diff.ts";
import { accountOfEmail } from "../world/account-emails.ts";
import { accountToJson } from "./account-json.ts";
import { commitPage, signatureToJson } from "./git-json.ts";
import { nodeId } from "./node-id.ts";
import type { GitPlace } from "./pushed-commit-json.ts";
import { fullNameOf } from "./repository-json.ts";
import { commitVerification } from "./verification.ts";

/** `commit`, as lists have it. */
export function commitToJson(place: GitPlace, oid: string) {
  const { world, git, repository, urls } = place;
  const { tree, parents, author, committer, message } = readCommit(git, oid);
  const api = urls.api(`/repos/${fullNameOf(world, repository)}`);
  const account = ({ email }: Signature) => {
    const found = accountOfEmail(world, email);
    return found === undefined ? null : accountToJson(found, urls);
  };
  return {
    sha: oid,
    node_id: nodeId("commit", repository.id, oid),
    commit: {
      author: signatureToJson(author),
      committer: signatureToJson(committer),
      message,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      url: `${api}/git/commits/${oid}`,
      comment_count: 0,
      verification: commitVerification(world, git.read(oid)!.content),
    },
    url: `${api}/commits/${oid}`,
    html_url: commitPage(place, oid),
    comments_url: `${api}/commits/${oid}/comments`,
    author: account(author),
    committer: account(committer),
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: commitPage(place, parent),
    })),
  };
}

/** What a commit changes against its first parent. */
export function filesOfCommit({ git }: GitPlace, oid: string): FileDifference[] {
  const { tree, parents } = readCommit(git, oid);
  const [parent] = parents;
  return diffTrees(git, parent === undefined ? undefined : readCommit(git, parent).tree, tree);
}

/** `diff-entry`. @param oid the commit in which the file is so */
export function fileToDiffEntry(place: GitPlace, file: FileDifference, oid: string) {
  const { world, repository, urls } = place;
  const full = fullNameOf(world, repository);
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const diff = linesOf(place.git, file);
  const { additions = 0, deletions = 0, patch = "" } = diff ?? {};
  const status = file.before === undefined ? "added" : file.after === undefined ? "removed" : "modified";
  return {
    sha: (file.after ?? file.before)!.oid,
    filename: file.path,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: urls.html(`/${full}/blob/${oid}/${encodeURIComponent(file.path)}`),
    raw_url: urls.html(`/${full}/raw/${oid}/${encodeURIComponent(file.path)}`),
    contents_url: urls.api(`/repos/${full}/contents/${path}?ref=${oid}`),
    ...(patch === "" ? {} : { patch }),
  };
}

/** `tag`. */
export function tagOfListToJson({ world, repository, urls }: GitPlace, name: string, oid: string) {
  const full = fullNameOf(world, repository);
  const encoded = encodeURIComponent(name);
  return {
    name,
    zipball_url: urls.api(`/repos/${full}/zipball/refs/tags/${encoded}`),
    tarball_url: urls.api(`/repos/${full}/tarball/refs/tags/${encoded}`),
    commit: { sha: oid, url: urls.api(`/repos/${full}/commits/${oid}`) },
    node_id: nodeId("ref", repository.id, `refs/tags/${name}`),
  };
}
