/**
 * @module Branches and tags as git's refs: `git/…-ref`.
 *
 * @see https://docs.github.com/rest/git/refs
 */
import { createRef, deleteRef, updateRef } from "../acts/refs.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { refToJson } from "../shapes/git-json.ts";
import { checkOid } from "./git-data.ts";
import { gitPlaceOf, mustHaveCommits, readContents, writeContents } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

export const gitRefOperations: readonly Operation[] = [
  forRepository("git/get-ref", readContents, (call) => {
    const git = mustHaveCommits(call);
    const name = refOf(call);
    const oid = git.ref(name);
    if (oid === undefined) throw notFound();
    return ok(refToJson(gitPlaceOf(call), name, oid));
  }),
  forRepository("git/list-matching-refs", readContents, (call) => {
    const refs = mustHaveCommits(call).refs(refOf(call));
    return listed(call, refs, ({ name, oid }) => refToJson(gitPlaceOf(call), name, oid));
  }),
  forRepository("git/create-ref", writeContents, (call) => {
    mustHaveCommits(call);
    const { ref, sha } = call.body as { ref: string; sha: string };
    if (!ref.startsWith("refs/")) throw new Refusal(422, "Reference name must begin with 'refs/'.");
    if (ref.split("/").length < 3)
      throw new Refusal(422, "Reference name must contain at least three slash-separated components.");
    checkOid(sha);
    createRef(actOf(call), ref, sha);
    const json = refToJson(gitPlaceOf(call), ref, sha);
    return created(json, json.url);
  }),
  forRepository("git/update-ref", writeContents, (call) => {
    mustHaveCommits(call);
    const { sha, force = false } = call.body as { sha: string; force?: boolean };
    checkOid(sha);
    updateRef(actOf(call), refOf(call), sha, force);
    return ok(refToJson(gitPlaceOf(call), refOf(call), sha));
  }),
  forRepository("git/delete-ref", writeContents, (call) => {
    mustHaveCommits(call);
    deleteRef(actOf(call), refOf(call));
    return noContent;
  }),
];

/** Paths leave `refs/` out. */
function refOf({ params }: RepositoryCall): string {
  return `refs/${params["ref"] ?? ""}`;
}
