/**
 * @module Differences between files as text, as `git diff` prints them.
 */
import type { GitRepository } from "./git-store.ts";
import { diffLines, isBinary } from "./line-diff.ts";
import type { TreeEntry } from "./objects.ts";
import type { FileDifference } from "./tree-diff.ts";

/** @returns `undefined` for what is no text */
export function linesOf(git: GitRepository, { before, after }: FileDifference) {
  const [left, right] = [contentOf(git, before), contentOf(git, after)];
  if (isBinary(left) || isBinary(right)) return undefined;
  return diffLines(left.toString("utf8"), right.toString("utf8"));
}

/** Of a submodule, git shows which commit it is at. */
function contentOf(git: GitRepository, entry: TreeEntry | undefined): Buffer {
  if (entry?.mode === "160000") return Buffer.from(`Subproject commit ${entry.oid}\n`);
  return (entry === undefined ? undefined : git.read(entry.oid)?.content) ?? Buffer.alloc(0);
}

export function formatDiff(git: GitRepository, files: readonly FileDifference[]): string {
  return files.map((file) => formatFile(git, file)).join("");
}

function formatFile(git: GitRepository, file: FileDifference): string {
  const { path, before, after } = file;
  const names = [
    before === undefined ? "/dev/null" : `a/${path}`,
    after === undefined ? "/dev/null" : `b/${path}`,
  ];
  const lines = [`diff --git a/${path} b/${path}`, ...modesOf(file), ...idsOf(file)];
  const diff = linesOf(git, file);
  if (diff === undefined) lines.push(`Binary files ${names[0]} and ${names[1]} differ`);
  else if (diff.patch !== "") lines.push(`--- ${names[0]}`, `+++ ${names[1]}`, diff.patch);
  return `${lines.join("\n")}\n`;
}

function modesOf({ before, after }: FileDifference): string[] {
  if (before === undefined) return [`new file mode ${after!.mode}`];
  if (after === undefined) return [`deleted file mode ${before.mode}`];
  return before.mode === after.mode ? [] : [`old mode ${before.mode}`, `new mode ${after.mode}`];
}

function idsOf({ before, after }: FileDifference): string[] {
  if (before?.oid === after?.oid) return [];
  const short = (entry: TreeEntry | undefined) => (entry?.oid ?? "0".repeat(7)).slice(0, 7);
  const mode = before !== undefined && before.mode === after?.mode ? ` ${before.mode}` : "";
  return [`index ${short(before)}..${short(after)}${mode}`];
}
