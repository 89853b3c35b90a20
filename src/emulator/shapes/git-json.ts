/**
 * @module Git's objects and refs as the REST API shows them under `/git`.
 */
import { wholeSeconds } from "../clock.ts";
import { modeToKind, parseTag, type Signature, type TreeEntry } from "../git/objects.ts";
import { readCommit } from "../git/revisions.ts";
import { nodeId } from "./node-id.ts";
import type { GitPlace } from "./pushed-commit-json.ts";
import { fullNameOf } from "./repository-json.ts";
import { commitVerification, tagVerification } from "./verification.ts";

function apiUrl({ world, repository, urls }: GitPlace, path: string): string {
  return urls.api(`/repos/${fullNameOf(world, repository)}/git/${path}`);
}

export function signatureToJson({ name, email, time }: Signature) {
  return { name, email, date: wholeSeconds(time * 1_000) };
}

/** `short-blob`. */
export function shortBlobToJson(place: GitPlace, oid: string) {
  return { url: apiUrl(place, `blobs/${oid}`), sha: oid };
}

/** `blob`. */
export function blobToJson(place: GitPlace, oid: string, content: Buffer) {
  return {
    sha: oid,
    node_id: nodeId("blob", place.repository.id, oid),
    size: content.length,
    url: apiUrl(place, `blobs/${oid}`),
    content: toBase64Lines(content),
    encoding: "base64",
  };
}

/** Lines of 60 characters, as GitHub has them. */
export function toBase64Lines(content: Buffer): string {
  return content.toString("base64").replaceAll(/.{1,60}/gu, "$&\n");
}

/** One entry of `git-tree`. */
export function treeEntryToJson(place: GitPlace, { mode, oid }: TreeEntry, path: string) {
  const kind = modeToKind(mode);
  return {
    path,
    mode,
    type: kind,
    sha: oid,
    ...(kind === "blob" ? { size: place.git.read(oid)?.content.length ?? 0 } : {}),
    // The commit of a submodule lies elsewhere.
    ...(kind === "commit" ? {} : { url: apiUrl(place, `${kind}s/${oid}`) }),
  };
}

/** `git-tree`. */
export function treeToJson(
  place: GitPlace,
  oid: string,
  tree: readonly ReturnType<typeof treeEntryToJson>[],
  truncated: boolean,
) {
  return { sha: oid, url: apiUrl(place, `trees/${oid}`), tree, truncated };
}

/** `git-commit`. */
export function gitCommitToJson(place: GitPlace, oid: string) {
  return {
    sha: oid,
    node_id: nodeId("commit", place.repository.id, oid),
    url: apiUrl(place, `commits/${oid}`),
    ...fileCommitToJson(place, oid),
  };
}

function fileCommitToJson(place: GitPlace, oid: string) {
  const { tree, parents, author, committer, message } = readCommit(place.git, oid);
  return {
    html_url: commitPage(place, oid),
    author: signatureToJson(author),
    committer: signatureToJson(committer),
    tree: { sha: tree, url: apiUrl(place, `trees/${tree}`) },
    message,
    parents: parents.map((parent) => ({
      sha: parent,
      url: apiUrl(place, `commits/${parent}`),
      html_url: commitPage(place, parent),
    })),
    verification: commitVerification(place.world, place.git.read(oid)!.content),
  };
}

export function commitPage({ world, repository, urls }: GitPlace, oid: string): string {
  return urls.html(`/${fullNameOf(world, repository)}/commit/${oid}`);
}

/** `git-ref`. */
export function refToJson(place: GitPlace, name: string, oid: string) {
  const kind = place.git.read(oid)?.kind ?? "commit";
  return {
    ref: name,
    node_id: nodeId("ref", place.repository.id, name),
    url: apiUrl(place, encodeURI(name)),
    object: { sha: oid, type: kind, url: apiUrl(place, `${kind}s/${oid}`) },
  };
}

/** `git-tag`: one that is an object of its own. */
export function tagToJson(place: GitPlace, oid: string) {
  const { object, kind, name, tagger, message } = parseTag(place.git.read(oid)!.content);
  return {
    node_id: nodeId("tag", place.repository.id, oid),
    tag: name,
    sha: oid,
    url: apiUrl(place, `tags/${oid}`),
    message,
    tagger: signatureToJson(tagger ?? { name: "", email: "", time: 0, zone: "+0000" }),
    object: { sha: object, type: kind, url: apiUrl(place, `${kind}s/${object}`) },
    verification: tagVerification(place.world, place.git.read(oid)!.content),
  };
}
