/**
 * @module What an event is to workflows: under which name it starts them, what they run on, what it changes.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */

import { testMergeOf } from "../acts/pull-refs.ts";
import type { RunStart } from "../acts/runs.ts";
import type { GitRepository } from "../git/git-store.ts";
import { mergeBase } from "../git/history.ts";
import { peel, readCommit } from "../git/revisions.ts";
import { diffTrees } from "../git/tree-diff.ts";
import type { Happening } from "../hooks/happening.ts";
import type { Services } from "../services.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { Occurrence } from "./triggers.ts";

/** Where a run runs, and whose commits it is about. */
type Place = Required<Pick<RunStart, "ref" | "sha" | "headSha">> & Pick<RunStart, "headBranch">;

export interface Occasion extends Occurrence {
  readonly place: Place;
}

type Told = Pick<Happening, "event" | "action" | "payload">;

/** None where the event starts nothing, whatever the workflows say. */
export function occasionsOf(
  { git: store }: Services,
  { id, defaultBranch }: RepositoryRow,
  told: Told,
): readonly Occasion[] {
  const git = store.repository(id);
  switch (told.event) {
    case "push":
      return pushOccasions(git, told);
    case "pull_request":
      return pullOccasions(git, defaultBranch, told);
    case "pull_request_review":
    case "pull_request_review_comment":
      return reviewOccasions(git, told);
    default: {
      const place = placeOfItsOwn(git, told) ?? onBranch(git, defaultBranch);
      return place === undefined ? [] : [occasion(told, place)];
    }
  }
}

function occasion(
  { event, action, payload }: Told,
  place: Place,
  changedPaths: () => readonly string[] | undefined = () => undefined,
): Occasion {
  return { event, action, payload, changedPaths, place };
}

function onBranch(git: GitRepository, branch: string): Place | undefined {
  const ref = `refs/heads/${branch}`;
  const sha = git.ref(ref);
  return sha === undefined ? undefined : { ref, sha, headSha: sha };
}

function placeOfItsOwn(git: GitRepository, told: Told): Place | undefined {
  if (told.event === "create") return createdPlace(git, told);
  return told.event === "release" ? releasedPlace(git, told) : undefined;
}

/** A release runs on its tag. */
function releasedPlace(git: GitRepository, { payload }: Told): Place | undefined {
  const { tag_name: tag } = payload["release"] as { readonly tag_name: string };
  const oid = git.ref(`refs/tags/${tag}`);
  const sha = oid === undefined ? undefined : peel(git, oid);
  return sha === undefined ? undefined : { ref: `refs/tags/${tag}`, headBranch: tag, sha, headSha: sha };
}

function createdPlace(git: GitRepository, { payload }: Told): Place | undefined {
  const ref = `refs/${payload["ref_type"] === "tag" ? "tags" : "heads"}/${String(payload["ref"])}`;
  const oid = git.ref(ref);
  const sha = oid === undefined ? undefined : peel(git, oid);
  return sha === undefined ? undefined : { ref, sha, headSha: sha };
}

function pushOccasions(git: GitRepository, told: Told): readonly Occasion[] {
  const { ref, before, after } = told.payload;
  const sha = peel(git, String(after));
  if (sha === undefined || isSkipped(git, sha)) return [];
  const paths = () => pushedPaths(git, String(before), sha, told.payload["commits"]);
  return [occasion(told, { ref: String(ref), sha, headSha: sha }, paths)];
}

interface PullTold {
  readonly number: number;
  readonly merged_at: string | null;
  readonly merge_commit_sha?: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
}

/** `pull_request` runs what both branches are together, `pull_request_target` the default branch. */
function pullOccasions(git: GitRepository, defaultBranch: string, told: Told): readonly Occasion[] {
  const pull = told.payload["pull_request"] as PullTold;
  const { head, base } = pull;
  const headPart = { headSha: head.sha, headBranch: head.ref };
  const paths = () => differingPaths(git, mergeBase(git, base.sha, head.sha), head.sha);
  const found: Occasion[] = [];
  const run = placeOfPull(git, pull);
  if (run !== undefined && !isSkipped(git, head.sha))
    found.push(occasion(told, { ...run, ...headPart }, paths));
  const target = onBranch(git, defaultBranch);
  if (target !== undefined) {
    found.push(occasion({ ...told, event: "pull_request_target" }, { ...target, ...headPart }, paths));
  }
  return found;
}

/** A review runs what the pull request runs, whatever files it changes. */
function reviewOccasions(git: GitRepository, told: Told): readonly Occasion[] {
  const pull = told.payload["pull_request"] as PullTold;
  const run = placeOfPull(git, pull);
  const { sha: headSha, ref: headBranch } = pull.head;
  return run === undefined ? [] : [occasion(told, { ...run, headSha, headBranch })];
}

/** @returns `undefined` where both conflict: nothing runs on such a pull request */
function placeOfPull(
  git: GitRepository,
  { number, merged_at: mergedAt, merge_commit_sha: mergeSha, base }: PullTold,
): Pick<Place, "ref" | "sha"> | undefined {
  if (mergedAt !== null && mergeSha != null) return { ref: `refs/heads/${base.ref}`, sha: mergeSha };
  const sha = testMergeOf(git, number);
  return sha === undefined ? undefined : { ref: `refs/pull/${number}/merge`, sha };
}

/** @see https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs */
function isSkipped(git: GitRepository, commit: string): boolean {
  const { message } = readCommit(git, commit);
  return (
    /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/u.test(message) ||
    /\n\n(?:[^\n]+\n)*skip-checks: ?true\s*(?:\n|$)/u.test(message)
  );
}

const mostCommits = 1_000; // GitHub: beyond, the workflow runs whatever changed
const mostFiles = 300; // GitHub: of a difference no more are looked at

function pushedPaths(
  git: GitRepository,
  before: string,
  after: string,
  commits: unknown,
): readonly string[] | undefined {
  const pushed = Array.isArray(commits) ? (commits as readonly { readonly id: string }[]) : [];
  if (pushed.length > mostCommits) return undefined;
  if (!/^0+$/u.test(before)) return differingPaths(git, peel(git, before), after);
  // A new branch: from where its first commit went on.
  const [first] = pushed;
  return first === undefined ? undefined : differingPaths(git, readCommit(git, first.id).parents[0], after);
}

function differingPaths(git: GitRepository, from: string | undefined, to: string): readonly string[] {
  const trees = [from, to].map((oid) => (oid === undefined ? undefined : readCommit(git, oid).tree));
  return diffTrees(git, trees[0], trees[1])
    .slice(0, mostFiles)
    .map(({ path }) => path);
}
