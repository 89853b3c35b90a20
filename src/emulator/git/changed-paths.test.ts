import { expect, test } from "vitest";
import { changeTree } from "../acts/files.ts";
import { changedPaths } from "./changed-paths.ts";
import { createFolderGitStore } from "./folder-git-store.ts";
import { encodeTree } from "./objects.ts";

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

test("trees that name one another again and again are read to an end", () => {
  const store = createFolderGitStore();
  const git = store.repository(1);
  const nest = (oid: string): string => {
    let tree = git.write(
      "tree",
      encodeTree([{ mode: "100644", name: "file", oid }].slice(oid === "" ? 1 : 0)),
    );
    for (let level = 0; level < 6; level++) {
      const entries = Array.from({ length: 10 }, (_, at) => ({ mode: "040000", name: `${at}`, oid: tree }));
      tree = git.write("tree", encodeTree(entries));
    }
    return tree;
  };
  const { added } = changedPaths(git, undefined, nest(git.write("blob", Buffer.from("x"))));
  expect(added).toHaveLength(3_000);
  expect(added.at(-1)).toBe("0/0/2/9/9/9/file");
  expect(changedPaths(git, undefined, nest("")).added).toEqual([]);
  store.close();
});
