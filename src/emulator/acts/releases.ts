/**
 * @module What is done to releases. To publish one makes its tag, where there is none.
 *
 * @see https://docs.github.com/rest/releases/releases
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#release
 */
import { isRefName } from "../git/folder-git-store.ts";
import type { GitRepository } from "../git/git-store.ts";
import { findCommit, peel, readCommit } from "../git/revisions.ts";
import { type FieldError, Refusal, validationFailed } from "../http/refusal.ts";
import { releaseToJson } from "../shapes/release-json.ts";
import type { ReleaseRow } from "../world/release-rows.ts";
import type { World } from "../world/world.ts";
import { type Act, placeOf, tell } from "./act.ts";
import { createRef } from "./refs.ts";

export interface ReleaseInput {
  readonly tagName: string;
  /** The default branch where absent. */
  readonly target?: string;
  readonly name?: string | null;
  readonly body?: string | null;
  readonly isDraft?: boolean;
  readonly isPrerelease?: boolean;
  readonly latest?: ReleaseRow["latest"];
}

const mostBodyLength = 125_000;

/** @throws {Refusal} 422 */
export function createRelease(act: Act, input: ReleaseInput): ReleaseRow {
  const { releases } = act.services.world;
  const { tagName, isDraft = false, target = act.repository.defaultBranch } = input;
  checkBody(input.body);
  const createdAt = placeTag(act, { tagName, isDraft, target });
  const release = releases.put({
    id: releases.nextId(),
    repositoryId: act.repository.id,
    tagName,
    target,
    name: input.name ?? null,
    body: input.body ?? null,
    isDraft,
    isPrerelease: input.isPrerelease ?? false,
    latest: "legacy",
    authorId: act.actor.id,
    createdAt,
    publishedAt: isDraft ? null : act.nowMs,
    updatedAt: act.nowMs,
  });
  const made = isDraft ? release : setLatest(act, release, input.latest ?? "true");
  tellOfRelease(act, "created", made);
  if (!isDraft) {
    tellOfRelease(act, "published", made);
    tellOfRelease(act, made.isPrerelease ? "prereleased" : "released", made);
  }
  return made;
}

/** @throws {Refusal} 422 */
export function updateRelease(act: Act, known: ReleaseRow, edit: Partial<ReleaseInput>): ReleaseRow {
  const { latest, ...fields } = edit;
  checkBody(fields.body);
  const next = { ...known, ...fields, updatedAt: act.nowMs };
  const isMoved = next.tagName !== known.tagName || next.isDraft !== known.isDraft;
  const createdAt = isMoved || next.target !== known.target ? placeTag(act, next) : known.createdAt;
  const changed = act.services.world.releases.put({
    ...next,
    createdAt: next.isDraft ? known.createdAt : createdAt,
    publishedAt: next.isDraft ? null : (known.publishedAt ?? act.nowMs),
    latest: next.isDraft || next.isPrerelease ? "legacy" : known.latest,
  });
  const isPublished = known.isDraft && !changed.isDraft;
  const wanted = latest ?? (isPublished ? "true" : undefined);
  const release = wanted === undefined || changed.isDraft ? changed : setLatest(act, changed, wanted);
  tellOfUpdate(act, known, release);
  return release;
}

/** Its files go; its tag stays. */
export function removeRelease(act: Act, release: ReleaseRow): void {
  const { world, assets } = act.services;
  tellOfRelease(act, "deleted", release);
  for (const { id } of world.releaseAssets.by("release", release.id)) {
    world.releaseAssets.remove(id);
    assets.remove(id);
  }
  for (const { id } of world.reactions.by("subject", `release/${release.id}`)) world.reactions.remove(id);
  world.releases.remove(release.id);
}

/** The release that was made the latest one; else the newest by its commit's date, then by its version. */
export function latestRelease({ releases }: World, repositoryId: number): ReleaseRow | undefined {
  const candidates = releases
    .by("repository", repositoryId)
    .filter(({ isDraft, isPrerelease, latest }) => !isDraft && !isPrerelease && latest !== "false");
  return (
    candidates.find(({ latest }) => latest === "true") ??
    candidates.toSorted(
      (a, b) =>
        b.createdAt - a.createdAt ||
        b.tagName.localeCompare(a.tagName, "en", { numeric: true }) ||
        b.id - a.id,
    )[0]
  );
}

/** One at most is made the latest one. Drafts and prereleases never are. */
function setLatest(act: Act, release: ReleaseRow, latest: ReleaseRow["latest"]): ReleaseRow {
  const { releases } = act.services.world;
  if (release.isPrerelease) return release;
  for (const other of latest === "true" ? releases.by("repository", release.repositoryId) : [])
    if (other.latest === "true" && other.id !== release.id) releases.put({ ...other, latest: "legacy" });
  return releases.put({ ...release, latest });
}

type Placed = Pick<ReleaseInput, "tagName" | "isDraft" | "target"> & { readonly id?: number };

/** @returns the tag's object and its commit, or where the tag is to be @throws {Refusal} 422 */
export function checkTag(act: Act, { id, tagName, isDraft = false, target }: Placed) {
  const git = act.services.git.repository(act.repository.id);
  const ref = `refs/tags/${tagName}`;
  if (tagName === "") throw invalid({ code: "missing_field", field: "tag_name" });
  if (!isRefName(ref))
    throw invalid({ code: "custom", field: "tag_name", message: "tag_name is not a valid tag" });
  if (git.isEmpty()) throw new Refusal(422, "Repository is empty.");
  const isTaken = act.services.world.releases
    .by("repository", act.repository.id)
    .some((other) => !other.isDraft && other.tagName === tagName && other.id !== id);
  if (isTaken && !isDraft) throw invalid({ code: "already_exists", field: "tag_name" });
  const tag = git.ref(ref);
  const commit =
    tag === undefined ? commitOfTarget(act, git, target ?? act.repository.defaultBranch) : peel(git, tag);
  if (commit === undefined && tag === undefined)
    throw invalid({ code: "invalid", field: "target_commitish" });
  return { git, ref, tag, commit };
}

/**
 * Makes the tag of what is published, where there is none.
 *
 * @returns the time that the release is dated with: of the commit, or of a draft now
 * @throws {Refusal} 422
 */
function placeTag(act: Act, release: Placed): number {
  const { git, ref, tag, commit } = checkTag(act, release);
  if (release.isDraft === true) return act.nowMs;
  if (commit === undefined) throw withoutTag();
  if (tag === undefined) makeTag(act, ref, commit);
  return readCommit(git, commit).committer.time * 1_000;
}

/** Of branches and commits: other refs are no target. */
export function commitOfTarget({ repository }: Act, git: GitRepository, target: string): string | undefined {
  const name = target.replace(/^refs\/heads\//u, "");
  const branch = isRefName(`refs/heads/${name}`) ? git.ref(`refs/heads/${name}`) : undefined;
  if (branch !== undefined) return branch;
  return /^[0-9a-f]{7,40}$/iu.test(target) ? findCommit(git, target, repository.defaultBranch) : undefined;
}

/** @throws {Refusal} 422 where rules forbid the tag; 403, 404 for workflow files without the permission */
function makeTag(act: Act, ref: string, commit: string): void {
  try {
    createRef(act, ref, commit);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 422) throw error;
    const reasons = error.message.split("\n\n").slice(1).join("\n\n") || error.message;
    throw withoutTag({
      code: "custom",
      field: "pre_receive",
      message: `pre_receive Repository rule violations found\n\n${reasons}\n\n`,
    });
  }
}

function withoutTag(...reasons: readonly FieldError[]): Refusal {
  return invalid(...reasons, { code: "custom", message: "Published releases must have a valid tag" });
}

function checkBody(body: string | null | undefined): void {
  if (body == null || [...body].length <= mostBodyLength) return;
  throw invalid({
    code: "custom",
    field: "body",
    message: `body is too long (maximum is ${mostBodyLength} characters)`,
  });
}

function invalid(...errors: readonly FieldError[]): Refusal {
  return validationFailed(...errors.map((error) => ({ resource: "Release", ...error })));
}

/** A prerelease that was a draft before is told of as published only. */
function tellOfUpdate(act: Act, before: ReleaseRow, after: ReleaseRow): void {
  const changes = {
    ...(after.name === before.name ? {} : { name: { from: before.name ?? "" } }),
    ...(after.body === before.body ? {} : { body: { from: before.body ?? "" } }),
    ...(after.tagName === before.tagName ? {} : { tag_name: { from: before.tagName } }),
  };
  if (Object.keys(changes).length > 0) tellOfRelease(act, "edited", after, { changes });
  if (after.isDraft) {
    if (!before.isDraft) tellOfRelease(act, "unpublished", after);
    return;
  }
  if (before.isDraft) tellOfRelease(act, "published", after);
  if (!after.isPrerelease && (before.isDraft || before.isPrerelease)) tellOfRelease(act, "released", after);
  if (after.isPrerelease && !before.isDraft && !before.isPrerelease) tellOfRelease(act, "prereleased", after);
}

function tellOfRelease(
  act: Act,
  action: string,
  release: ReleaseRow,
  more: Readonly<Record<string, unknown>> = {},
): void {
  tell(act, "release", action, { release: releaseToJson(placeOf(act), release), ...more });
}
