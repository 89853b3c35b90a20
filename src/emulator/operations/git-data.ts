/**
 * @module Git's objects: `git/…-blob`, `-tree`, `-commit`, `-tag`. Refs have a file of their own.
 *
 * @see https://docs.github.com/rest/git
 */
import { armoredFrom, signatureFrom, signatureOf } from "../acts/signatures.ts";
import { writeSignedCommit } from "../acts/signed-commits.ts";
import type { GitObject, GitObjectKind, GitRepository } from "../git/git-store.ts";
import { encodeCommit, encodeTag } from "../git/objects.ts";
import { findCommit, readTree, treeOf, walkTree } from "../git/revisions.ts";
import { created, ok } from "../http/answer.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import {
  blobToJson,
  gitCommitToJson,
  shortBlobToJson,
  tagToJson,
  treeEntryToJson,
  treeToJson,
} from "../shapes/git-json.ts";
import type { GitPlace } from "../shapes/pushed-commit-json.ts";
import { decodeBase64, rawAnswer, rawTypeOf } from "./contents.ts";
import { gitPlaceOf, mustHaveCommits, readContents, writeContents } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";
import { writeTree } from "./tree-input.ts";

export const gitDataOperations: readonly Operation[] = [
  forRepository("git/create-blob", writeContents, (call) => {
    const git = mustHaveCommits(call);
    const { content, encoding = "utf-8" } = call.body as { content: string; encoding?: string };
    if (encoding !== "utf-8" && encoding !== "base64") throw new Refusal(422, "encoding is not supported");
    const bytes = encoding === "base64" ? decodeBase64(content) : Buffer.from(content);
    const json = shortBlobToJson(gitPlaceOf(call), git.write("blob", bytes));
    return created(json, json.url);
  }),
  forRepository("git/get-blob", readContents, (call) => {
    const { oid, content } = mustRead(call, call.params["file_sha"]!, "blob");
    if (content.length > call.services.sizes.blobBytes) {
      throw new Refusal(403, "The requested blob is too large to fetch via the API.", [
        { resource: "Blob", field: "data", code: "too_large" },
      ]);
    }
    const rawType = rawTypeOf(call);
    return rawType === undefined
      ? ok(blobToJson(gitPlaceOf(call), oid, content))
      : rawAnswer(content, rawType);
  }),
  forRepository("git/create-tree", writeContents, (call) => {
    const git = mustHaveCommits(call);
    const place = gitPlaceOf(call);
    const oid = writeTree(git, call.body);
    const entries = readTree(git, oid).map((entry) => treeEntryToJson(place, entry, entry.name));
    const json = treeToJson(place, oid, entries, false);
    return created(json, json.url);
  }),
  forRepository("git/get-tree", readContents, (call) => {
    const git = mustHaveCommits(call);
    const name = call.params["tree_sha"]!;
    const found =
      git.read(name)?.kind === "tree" ? name : findCommit(git, name, call.repository.defaultBranch);
    const tree = found === undefined ? undefined : treeOf(git, found);
    if (tree === undefined) throw notFound();
    const place = gitPlaceOf(call);
    // Whatever its value is, "0" and "false" too.
    if (call.query["recursive"] !== undefined) return ok(wholeTreeToJson(call, place, tree));
    const entries = readTree(git, tree).map((entry) => treeEntryToJson(place, entry, entry.name));
    return ok(treeToJson(place, tree, entries, false));
  }),
  forRepository("git/create-commit", writeContents, (call) => {
    const git = mustHaveCommits(call);
    const { message, tree, parents = [], author, committer, signature } = call.body;
    if (git.read(String(tree))?.kind !== "tree") throw new Refusal(422, "Tree SHA does not exist");
    for (const parent of parents as readonly string[]) {
      if (git.read(parent)?.kind !== "commit")
        throw new Refusal(422, "Parent SHA does not exist or is not a commit object");
    }
    const act = actOf(call);
    const by = signatureFrom(author, signatureOf(act.actor, act.nowMs));
    const made = {
      tree: String(tree),
      parents: parents as readonly string[],
      author: by,
      message: String(message),
    };
    const isSigned =
      call.principal.kind === "installation" && author == null && committer == null && signature == null;
    const oid = isSigned
      ? writeSignedCommit(git, made, act.nowMs)
      : git.write(
          "commit",
          encodeCommit({
            ...made,
            committer: signatureFrom(committer, by),
            ...(signature == null ? {} : { signature: armoredFrom(String(signature)) }),
          }),
        );
    const json = gitCommitToJson(gitPlaceOf(call), oid);
    return created(json, json.url);
  }),
  forRepository("git/get-commit", readContents, (call) => {
    const { oid } = mustRead(call, call.params["commit_sha"]!, "commit");
    return ok(gitCommitToJson(gitPlaceOf(call), oid));
  }),
  forRepository("git/create-tag", writeContents, (call) => {
    const git = mustHaveCommits(call);
    const { tag, message, object, type, tagger } = call.body;
    checkOid(String(object));
    if (git.read(String(object))?.kind !== type) throw new Refusal(422, "Object does not exist");
    const act = actOf(call);
    const oid = git.write(
      "tag",
      encodeTag({
        object: String(object),
        kind: type as GitObjectKind,
        name: String(tag).replaceAll(/[\n\0]/gu, ""),
        tagger: signatureFrom(tagger, signatureOf(act.actor, act.nowMs)),
        message: String(message),
      }),
    );
    const json = tagToJson(gitPlaceOf(call), oid);
    return created(json, json.url);
  }),
  forRepository("git/get-tag", readContents, (call) => {
    const { oid } = mustRead(call, call.params["tag_sha"]!, "tag");
    return ok(tagToJson(gitPlaceOf(call), oid));
  }),
];

/** @throws {Refusal} 422 for what is no id */
export function checkOid(oid: string): void {
  if (!/^[0-9a-f]{40}$/u.test(oid))
    throw new Refusal(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
}

/** @throws {Refusal} 404, 409, 422 */
function mustRead(
  call: RepositoryCall,
  oid: string,
  kind: GitObjectKind,
): GitObject & { readonly oid: string } {
  const git: GitRepository = mustHaveCommits(call);
  checkOid(oid);
  const object = git.read(oid);
  if (object?.kind !== kind) throw notFound();
  return { ...object, oid };
}

/** Cut where it is too long for one answer. */
function wholeTreeToJson({ services: { sizes } }: RepositoryCall, place: GitPlace, tree: string) {
  const entries: ReturnType<typeof treeEntryToJson>[] = [];
  let sizeBytes = 0;
  for (const entry of walkTree(place.git, tree)) {
    const json = treeEntryToJson(place, entry, entry.path);
    sizeBytes += Buffer.byteLength(JSON.stringify(json));
    if (entries.length >= sizes.treeEntries || sizeBytes > sizes.treeBytes) {
      return treeToJson(place, tree, entries, true);
    }
    entries.push(json);
  }
  return treeToJson(place, tree, entries, false);
}
