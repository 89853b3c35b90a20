/**
 * @module What git says of two commits, one of which is to be merged into the other. Asks the installed git, which knows
 * how lines differ and whether they conflict.
 */
import { spawnSync } from "node:child_process";
import type { GitRepository } from "./git-store.ts";

export interface PullFigures {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  /** `null` where git is too old to tell. */
  readonly isMergeable: boolean | null;
}

/** Between two commits nothing ever changes, and a program takes its time to start. */
const known = new WeakMap<GitRepository, Map<string, PullFigures>>();

/** @param base and `head`: ids of commits in the repository */
export function pullFigures(repository: GitRepository, base: string, head: string): PullFigures {
  const ofRepository = known.get(repository) ?? new Map<string, PullFigures>();
  known.set(repository, ofRepository);
  const key = `${base} ${head}`;
  const figures = ofRepository.get(key) ?? askGit(repository, base, head);
  ofRepository.set(key, figures);
  return figures;
}

function askGit(repository: GitRepository, base: string, head: string): PullFigures {
  const lines = git(repository, "diff", "--numstat", `${base}...${head}`)
    .text.split("\n")
    .filter((line) => line !== "")
    // Binary files have dashes in place of numbers.
    .map((line) => line.split("\t").map((part) => Number(part) || 0));
  return {
    commits: commitsBetween(repository, base, head),
    additions: lines.reduce((sum, [added = 0]) => sum + added, 0),
    deletions: lines.reduce((sum, [, deleted = 0]) => sum + deleted, 0),
    changedFiles: lines.length,
    isMergeable: mergeTree(repository, base, head).isClean,
  };
}

/** How many commits the head has that the base has not. */
export function commitsBetween(repository: GitRepository, base: string, head: string): number {
  return Number(git(repository, "rev-list", "--count", `${base}..${head}`).text.trim());
}

export function haveHistoryInCommon(repository: GitRepository, base: string, head: string): boolean {
  return git(repository, "merge-base", base, head).status === 0;
}

/** @returns the id of what both are together; `undefined` where they conflict */
export function mergedTree(repository: GitRepository, base: string, head: string): string | undefined {
  const { isClean, tree } = mergeTree(repository, base, head);
  return isClean === true ? tree : undefined;
}

/** Messages of the commits that the head has and the base has not, the oldest first. */
export function commitMessages(repository: GitRepository, base: string, head: string): string[] {
  const { text } = git(repository, "log", "--reverse", "--no-merges", "--format=%B%x00", `${base}..${head}`);
  return text
    .split("\0")
    .map((message) => message.trim())
    .filter((message) => message !== "");
}

function mergeTree(repository: GitRepository, base: string, head: string) {
  const { status, text } = git(repository, "merge-tree", "--write-tree", base, head);
  return { isClean: status === 0 ? true : status === 1 ? false : null, tree: text.slice(0, 40) };
}

function git(repository: GitRepository, ...parts: readonly string[]) {
  const { status, stdout } = spawnSync("git", ["--git-dir", repository.folder(), ...parts], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", LC_ALL: "C" },
    maxBuffer: 100_000_000,
  });
  return { status, text: stdout ?? "" };
}
