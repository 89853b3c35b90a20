/**
 * @module What the emulator itself reads from git's objects, held against the installed git: histories and differences.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFolderGitStore } from "../../src/emulator/git/folder-git-store.ts";
import type { GitRepository, GitStore } from "../../src/emulator/git/git-store.ts";
import { isAncestor, log, mergeBase } from "../../src/emulator/git/history.ts";
import { diffLines } from "../../src/emulator/git/line-diff.ts";
import { encodeCommit, encodeTree } from "../../src/emulator/git/objects.ts";

let store: GitStore;
let repository: GitRepository;

beforeEach(() => {
  store = createFolderGitStore();
  repository = store.repository(1);
});
afterEach(() => store.close());

/** @returns what git prints, whatever its exit code is */
function git(...args: readonly string[]): string {
  try {
    return execFileSync("git", args, {
      cwd: repository.folder(),
      stdio: ["ignore", "pipe", "ignore"],
    }).toString();
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  }
}

/** For each commit, how far back its parents lie; each is a second younger than the one before. */
const graphs = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 2 }), {
  minLength: 2,
  maxLength: 12,
});

function build(graph: readonly (readonly number[])[]): string[] {
  const tree = repository.write("tree", encodeTree([]));
  const oids: string[] = [];
  for (const [index, back] of graph.entries()) {
    const by = { name: "Ada", email: "ada@example.org", time: 1_700_000_000 + index, zone: "+0000" };
    const parents = [...new Set(back.map((steps) => oids.at(-steps)))].filter((oid) => oid !== undefined);
    oids.push(
      repository.write(
        "commit",
        encodeCommit({ tree, parents, author: by, committer: by, message: `${index}` }),
      ),
    );
  }
  return oids;
}

test("histories are told as git tells them", () => {
  fc.assert(
    fc.property(graphs, fc.nat(), (graph, pick) => {
      const oids = build(graph);
      const [head, other] = [oids.at(-1)!, oids[pick % oids.length]!];
      expect([...log(repository, head)]).toEqual(git("log", "--format=%H", head).trim().split("\n"));
      const bases = git("merge-base", "--all", head, other).trim().split("\n");
      expect(bases).toContain(mergeBase(repository, head, other) ?? "");
      const isBefore = git("merge-base", other, head).trim() === other;
      expect(isAncestor(repository, other, head)).toBe(isBefore);
    }),
    { numRuns: 25 },
  );
});

const texts = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 15 }), fc.boolean())
  .map(([lines, ends]) => lines.join("\n") + (ends ? "\n" : ""));

test("differences of lines are no larger than git finds them, and their patch leads from one text to the other", () => {
  const folder = repository.folder();
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      writeFileSync(join(folder, "file"), before);
      writeFileSync(join(folder, "other"), after);
      const { additions, deletions, patch } = diffLines(before, after);
      const counts = git("diff", "--no-index", "--minimal", "--numstat", "file", "other").split("\t");
      const [added, removed] = before === after ? [0, 0] : [Number(counts[0]), Number(counts[1])];
      expect(additions).toBeLessThanOrEqual(added);
      expect(additions - deletions).toBe(added - removed);
      if (before === after) return;
      writeFileSync(join(folder, "patch"), `--- a/file\n+++ b/file\n${patch}\n`);
      execFileSync("git", ["apply", "--unidiff-zero", "patch"], { cwd: folder, stdio: "ignore" });
      expect(readFileSync(join(folder, "file"), "utf8")).toBe(after);
    }),
    { numRuns: 40 },
  );
});
