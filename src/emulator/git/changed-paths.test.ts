import { expect, test } from "vitest";
import { changeTree } from "../acts/files.ts";
import { changedPaths } from "./changed-paths.ts";
import { createFolderGitStore } from "./folder-git-store.ts";

test("files that came, changed and went are told apart, in folders, too", () => {
  const store = createFolderGitStore();
  const git = store.repository(1);
  const file = (path: string, text: string | null) => ({
    path,
    content: text === null ? null : Buffer.from(text),
  });
  const before = changeTree(git, undefined, [
    file("a", "1"),
    file("b/c", "1"),
    file("b/d", "1"),
    file("e", "1"),
  ]);
  const after = changeTree(git, before, [
    file("a", "2"),
    file("b/c", null),
    file("b/f/g", "1"),
    // A file becomes a folder.
    file("e", null),
    file("e/h", "1"),
  ]);
  expect(changedPaths(git, before, after)).toEqual({
    added: ["b/f/g", "e/h"],
    modified: ["a"],
    removed: ["b/c", "e"],
  });
  expect(changedPaths(git, after, after)).toEqual({ added: [], modified: [], removed: [] });
  expect(changedPaths(git, undefined, before).added).toEqual(["a", "b/c", "b/d", "e"]);
  store.close();
});
