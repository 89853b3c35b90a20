/**
 * @module Releases of a repository.
 *
 * @see https://docs.github.com/rest/releases/releases
 */
import { isGranted } from "../access/permissions.ts";
import { writeReleaseNotes } from "../acts/release-notes.ts";
import {
  checkTag,
  createRelease,
  latestRelease,
  type ReleaseInput,
  removeRelease,
  updateRelease,
} from "../acts/releases.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import { releaseToJson } from "../shapes/release-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { ReleaseRow } from "../world/release-rows.ts";
import { readContents, writeContents } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

export const releaseOperations: readonly Operation[] = [
  forRepository("repos/list-releases", readContents, (call) => {
    const all = call.world.releases.by("repository", call.repository.id);
    const visible = all.filter((release) => !release.isDraft || seesDrafts(call));
    const sorted = visible.toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id);
    return listed(call, sorted, (release) => releaseToJson(call, release));
  }),
  forRepository("repos/get-release", readContents, (call) =>
    ok(releaseToJson(call, releaseOf(call, call.world))),
  ),
  forRepository("repos/get-latest-release", readContents, (call) => {
    const release = latestRelease(call.world, call.repository.id);
    if (release === undefined) throw notFound();
    return ok(releaseToJson(call, release));
  }),
  forRepository("repos/get-release-by-tag", readContents, (call) => {
    const release = call.world.releases
      .by("repository", call.repository.id)
      .find(({ isDraft, tagName }) => !isDraft && tagName === call.params["tag"]);
    if (release === undefined) throw notFound();
    return ok(releaseToJson(call, release));
  }),
  forRepository("repos/create-release", writeContents, (call) => {
    const input = withNotes(call, { ...inputIn(call), tagName: String(call.body["tag_name"]) });
    const json = releaseToJson(call, createRelease(actOf(call), input));
    return created(json, json.url);
  }),
  forRepository("repos/generate-release-notes", writeContents, (call) => {
    const { tag_name, target_commitish, previous_tag_name, configuration_file_path } = call.body;
    const given = (value: unknown) => (value == null || value === "" ? undefined : String(value));
    return ok(
      writeReleaseNotes(actOf(call), {
        tagName: String(tag_name),
        target: given(target_commitish) ?? call.repository.defaultBranch,
        previousTag: given(previous_tag_name),
        configPath: given(configuration_file_path),
      }),
    );
  }),
  forRepository("repos/update-release", writeContents, (call) =>
    ok(releaseToJson(call, updateRelease(actOf(call), releaseOf(call), inputIn(call)))),
  ),
  forRepository("repos/delete-release", writeContents, (call) => {
    removeRelease(actOf(call), releaseOf(call));
    return noContent;
  }),
];

/** What was written by hand comes before what GitHub writes. */
function withNotes(call: RepositoryCall, input: ReleaseInput): ReleaseInput {
  if (call.body["generate_release_notes"] !== true) return input;
  checkTag(actOf(call), input);
  const { tagName, target = call.repository.defaultBranch, body } = input;
  const notes = writeReleaseNotes(actOf(call), { tagName, target });
  return { ...input, name: input.name || notes.name, body: body ? `${body}\n\n${notes.body}` : notes.body };
}

/** The release that the path names. @throws {Refusal} 404, also for drafts that one may not see */
export function releaseOf(call: RepositoryCall, from = call.services.world): ReleaseRow {
  const release = from.releases.get(Number(call.params["release_id"]));
  if (release?.repositoryId !== call.repository.id) throw notFound();
  if (release.isDraft && !seesDrafts(call)) throw notFound();
  return release;
}

/** Drafts are for those who may write. */
export function seesDrafts({ principal, role }: RepositoryCall): boolean {
  const mayWrite =
    principal.kind === "user" || principal.kind === "installation"
      ? isGranted(principal.token.permissions, writeContents)
      : false;
  return mayWrite && hasRole(role, "write");
}

/** @throws {Refusal} 501 for discussions */
function inputIn({ body }: RepositoryCall): Partial<ReleaseInput> {
  const { tag_name, target_commitish, name, draft, prerelease, make_latest } = body;
  if (body["discussion_category_name"])
    throw new Refusal(501, "The emulator does not serve discussions of releases");
  return {
    ...(tag_name == null ? {} : { tagName: String(tag_name) }),
    ...(target_commitish == null || target_commitish === "" ? {} : { target: String(target_commitish) }),
    ...(name === undefined ? {} : { name: name as string | null }),
    ...(body["body"] === undefined ? {} : { body: body["body"] as string | null }),
    ...(draft == null ? {} : { isDraft: draft === true }),
    ...(prerelease == null ? {} : { isPrerelease: prerelease === true }),
    ...(make_latest == null ? {} : { latest: make_latest as ReleaseRow["latest"] }),
  };
}
