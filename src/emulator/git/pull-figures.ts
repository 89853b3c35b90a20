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

/** @param base and `head`: ids of commits in the repository */
export function pullFigures(repository: GitRepository, base: string, head: string): PullFigures {
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

interface GitAnswer {
  readonly status: number | null;
  readonly text: string;
}

/** Between two commits nothing ever changes, and a program takes its time to start. */
const answers = new WeakMap<GitRepository, Map<string, GitAnswer>>();

/** @param parts name commits by their ids, never by refs */
function git(repository: GitRepository, ...parts: readonly string[]): GitAnswer {
  const known = answers.get(repository) ?? new Map<string, GitAnswer>();
  answers.set(repository, known);
  const question = parts.join(" ");
  const answer = known.get(question) ?? askGit(repository, parts);
  // With any other status git could not tell, and may be able to the next time.
  if (answer.status === 0 || answer.status === 1) known.set(question, answer);
  return answer;
}

function askGit(repository: GitRepository, parts: readonly string[]): GitAnswer {
  const { status, stdout } = spawnSync("git", ["--git-dir", repository.folder(), ...parts], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", LC_ALL: "C" },
    maxBuffer: 100_000_000,
  });
  return { status, text: stdout ?? "" };
}
