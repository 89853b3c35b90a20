/**
 * @module Which repository a folder is a checkout of.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { findOriginRepository } from "./origin-repository.ts";

function checkout(url: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, ".git"));
  const config = `[core]\n\tbare = false\n[remote "fork"]\n\turl = https://github.com/eve/data\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
  writeFileSync(join(folder, ".git", "config"), config);
  return folder;
}

test.each([
  "https://github.com/acme/data",
  "https://github.com/acme/data.git",
  "https://ada:secret@GitHub.com/acme/data/",
  "git@github.com:acme/data.git",
  "ssh://git@github.com/acme/data.git",
  "ssh://git@github.com:22/acme/data",
  "git://github.com/acme/data.git",
])("%s is acme/data", (url) => {
  expect(findOriginRepository(checkout(url), "github.com")).toBe("acme/data");
});

test("names may have dots and dashes", () => {
  expect(findOriginRepository(checkout("git@github.com:a-b/c.d_e.git"), "github.com")).toBe("a-b/c.d_e");
});

test.each([
  "https://gitlab.com/acme/data",
  "git@example.org:acme/data.git",
  "../elsewhere",
  "/srv/git/data.git",
  "file:///srv/acme/data",
  "https://github.com/acme",
  "https://github.com/acme/data/more",
])("%s is nothing on github.com", (url) => {
  expect(findOriginRepository(checkout(url), "github.com")).toBeUndefined();
});

test("with no host named, any will do", () => {
  expect(findOriginRepository(checkout("https://example.org/acme/data"), undefined)).toBe("acme/data");
});

test("it is found from folders below, and from worktrees", () => {
  const folder = checkout("https://github.com/acme/data");
  mkdirSync(join(folder, "a", "b"), { recursive: true });
  expect(findOriginRepository(join(folder, "a", "b"), "github.com")).toBe("acme/data");
  const own = join(folder, ".git", "worktrees", "tree");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "commondir"), "../..\n");
  const tree = temporaryFolder();
  writeFileSync(join(tree, ".git"), `gitdir: ${own}\n`);
  expect(findOriginRepository(tree, "github.com")).toBe("acme/data");
});

test("a folder of no checkout has none", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".git"), "nothing that git knows");
  expect(findOriginRepository(folder, "github.com")).toBeUndefined();
});
