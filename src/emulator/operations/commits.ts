/**
 * @module Commits, what they change, and comparisons.
 *
 * @see https://docs.github.com/rest/commits/commits
 */

import { formatDiff } from "../git/diff-text.ts";
import type { GitRepository } from "../git/git-store.ts";
import { ancestorsOf, log, mergeBase } from "../git/history.ts";
import { entryAt, findCommit, readCommit } from "../git/revisions.ts";
import { diffTrees, type FileDifference } from "../git/tree-diff.ts";
import { type Answer, ok } from "../http/answer.ts";
import { linksOf, listed, type Page, pageOf } from "../http/pages.ts";
import { notFound, Refusal, validationFailed } from "../http/refusal.ts";
import { parseTime } from "../parse-time.ts";
import { commitToJson, filesOfCommit, fileToDiffEntry } from "../shapes/commit-json.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import { accountOfEmail } from "../world/account-emails.ts";
import { checkIsServed, gitOf, gitPlaceOf, mustHaveCommits, readContents } from "./git-place.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const mostFiles = 300;
const mostPagedFiles = 3_000;
const mostCompared = 250;

export const commitOperations: readonly Operation[] = [
  forRepository("repos/list-commits", readContents, (call) => {
    const git = mustHaveCommits(call);
    const start = findCommit(git, call.query["sha"] || "HEAD", call.repository.defaultBranch);
    if (start === undefined) throw notFound();
    const tests = testsOf(call, git);
    const found = [...log(git, start)].filter((oid) => tests.every((test) => test(oid)));
    return listed(call, found, (oid) => commitToJson(gitPlaceOf(call), oid));
  }),
  forRepository("repos/get-commit", readContents, (call) => {
    const git = mustHaveCommits(call);
    const ref = call.params["ref"]!;
    const oid = findCommit(git, ref, call.repository.defaultBranch);
    if (oid === undefined) {
      checkIsServed(call);
      throw new Refusal(422, `No commit found for SHA: ${ref}`);
    }
    const form = mediaTypeOf(call);
    if (form === "sha") return ok(oid, { "content-type": "application/vnd.github.sha; charset=utf-8" });
    const place = gitPlaceOf(call);
    const differences = filesOfCommit(place, oid);
    if (form !== undefined) return answerDiff(git, form, differences);
    const all = differences.map((file) => fileToDiffEntry(place, file, oid));
    const sum = (key: "additions" | "deletions" | "changes") =>
      all.reduce((total, file) => total + file[key], 0);
    const { items, headers } = pageOfFiles(call, all);
    return ok(
      {
        ...commitToJson(place, oid),
        stats: { total: sum("changes"), additions: sum("additions"), deletions: sum("deletions") },
        files: items,
      },
      headers,
    );
  }),
  forRepository("repos/compare-commits-with-basehead", readContents, (call) => {
    const git = gitOf(call);
    const [base, head] = sidesOf(call, git);
    return compare(call, git, base, head);
  }),
];

export function mediaTypeOf({ headers }: RepositoryCall): string | undefined {
  return /application\/vnd\.github\.(?:v3\.)?(sha|diff|patch)\b/u.exec(headers.get("accept") ?? "")?.[1];
}

/** @throws {Refusal} 501 for patches as mails */
export function answerDiff(git: GitRepository, form: string, files: readonly FileDifference[]): Answer {
  if (form !== "diff") throw new Refusal(501, `The emulator does not serve the media type ${form}`);
  return ok(formatDiff(git, files), { "content-type": "application/vnd.github.diff; charset=utf-8" });
}

/** Where there are many files, 300 to a page. */
function pageOfFiles<T>(call: RepositoryCall, all: readonly T[]): Page<T> {
  const last = Math.max(1, Math.ceil(Math.min(all.length, mostPagedFiles) / mostFiles));
  const page = Math.max(1, Math.floor(Number(call.query["page"] ?? 1)) || 1);
  const items = all.slice((page - 1) * mostFiles, Math.min(page * mostFiles, mostPagedFiles));
  return { items, headers: last === 1 ? {} : linksOf(call, page, last) };
}

function testsOf({ query, world }: RepositoryCall, git: GitRepository): ((oid: string) => boolean)[] {
  const { path, author, committer, since, until } = query;
  const isBy = (who: string, role: "author" | "committer") => (oid: string) => {
    const { email } = readCommit(git, oid)[role];
    const login = accountOfEmail(world, email)?.login;
    return [email, login].some((name) => name?.toLowerCase() === who.toLowerCase());
  };
  const secondsOf = (field: string, text: string): number => {
    const ms = parseTime(text);
    if (ms === undefined) throw validationFailed({ field, code: "invalid", value: text });
    return Math.floor(ms / 1_000);
  };
  const tests: ((oid: string) => boolean)[] = [];
  if (path !== undefined && path !== "") tests.push((oid) => touches(git, oid, path.replace(/\/+$/u, "")));
  if (author !== undefined) tests.push(isBy(author, "author"));
  if (committer !== undefined) tests.push(isBy(committer, "committer"));
  if (since !== undefined) {
    const first = secondsOf("since", since);
    tests.push((oid) => readCommit(git, oid).committer.time >= first);
  }
  if (until !== undefined) {
    const last = secondsOf("until", until);
    tests.push((oid) => readCommit(git, oid).committer.time <= last);
  }
  return tests;
}

/** Whether a commit has changed a file, or something in a folder, against each of its parents. */
function touches(git: GitRepository, oid: string, path: string): boolean {
  const { tree, parents } = readCommit(git, oid);
  const is = entryAt(git, tree, path);
  const olds = parents.map((parent) => entryAt(git, readCommit(git, parent).tree, path));
  if (olds.length === 0) return is !== undefined;
  return olds.every((was) => was?.oid !== is?.oid || was?.mode !== is?.mode);
}

/** @throws {Refusal} 404 */
function sidesOf(call: RepositoryCall, git: GitRepository): readonly [base: string, head: string] {
  const [left, right, ...more] = call.params["basehead"]!.split("...");
  if (left === undefined || right === undefined || more.length > 0) throw notFound();
  const { login } = call.owner;
  const find = (name: string): string => {
    const [, owner, branch] = /^([^:]+):(?:[^:]+:)?([^:]+)$/u.exec(name) ?? [];
    if (owner !== undefined && owner.toLowerCase() !== login.toLowerCase()) throw notFound();
    const oid = findCommit(git, (branch ?? name) || "HEAD", call.repository.defaultBranch);
    if (oid === undefined) throw notFound();
    return oid;
  };
  return [find(left), find(right)];
}

function compare(call: RepositoryCall, git: GitRepository, base: string, head: string) {
  const place = gitPlaceOf(call);
  const form = mediaTypeOf(call);
  const middle = mergeBase(git, base, head);
  if (middle === undefined)
    throw new Refusal(404, `No common ancestor between ${base.slice(0, 7)} and ${head.slice(0, 7)}.`);
  const ahead = [...log(git, head, ancestorsOf(git, base))].reverse();
  const behindBy = ancestorsOf(git, base, ancestorsOf(git, head)).size;
  const isPaged = call.query["page"] !== undefined || call.query["per_page"] !== undefined;
  const { items, headers } = isPaged
    ? pageOf(call, ahead)
    : { items: ahead.slice(-mostCompared), headers: {} };
  const isFirstPage = Number(call.query["page"] ?? 1) <= 1;
  const files = diffTrees(git, readCommit(git, middle).tree, readCommit(git, head).tree);
  if (form !== undefined) return answerDiff(git, form, files);
  const full = fullNameOf(call.world, call.repository);
  const basehead = call.params["basehead"]!.split("...").map(encodeURIComponent).join("...");
  const page = call.urls.html(`/${full}/compare/${basehead}`);
  const side = (oid: string) => `${call.owner.login}:${oid.slice(0, 7)}`;
  return ok(
    {
      url: call.urls.api(`/repos/${full}/compare/${basehead}`),
      html_url: page,
      permalink_url: call.urls.html(`/${full}/compare/${side(base)}...${side(head)}`),
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: commitToJson(place, base),
      merge_base_commit: commitToJson(place, middle),
      status: statusOf(ahead.length, behindBy),
      ahead_by: ahead.length,
      behind_by: behindBy,
      total_commits: ahead.length,
      commits: items.map((oid) => commitToJson(place, oid)),
      files: isFirstPage ? files.slice(0, mostFiles).map((file) => fileToDiffEntry(place, file, head)) : [],
    },
    headers,
  );
}

function statusOf(aheadBy: number, behindBy: number): "identical" | "ahead" | "behind" | "diverged" {
  if (aheadBy === 0) return behindBy === 0 ? "identical" : "behind";
  return behindBy === 0 ? "ahead" : "diverged";
}
