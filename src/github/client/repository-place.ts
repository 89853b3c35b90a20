/**
 * @module Paths of files, and names of branches and other refs, before they become a part of a URL.
 */
import { type HubsteadError, invalidInput } from "../../errors.ts";
import { mustBeText } from "./check-arguments.ts";

/**
 * @param path `src/index.ts`; a slash at its beginning or end is left out
 * @returns the path as git has it; empty for the root
 * @throws {HubsteadError} `invalid_input` for what git has no such path of: `..`, `.git`, NUL
 */
export function parseFilePath(path: string): string {
  const plain = mustBeText(path, "the path of a file", "path").replace(/^\/+|\/+$/gu, "");
  if (plain === "") return "";
  // `new URL` would go up for a `..`, to another repository perhaps.
  const isWrong = plain.split("/").some((part) => /^(?:|\.|\.\.|\.git)$/iu.test(part));
  if (isWrong || plain.includes("\0") || !plain.isWellFormed()) {
    throw invalidInput(
      `${JSON.stringify(path)} is no path of a file in a repository`,
      "Write it from the repository's root, with slashes: src/index.ts.",
      { path: "path", expected: "a path without empty parts, `.`, `..` and `.git`" },
    );
  }
  return plain;
}

/** @throws {HubsteadError} `invalid_input` for the root, too */
export function mustParseFilePath(path: string): string {
  const plain = parseFilePath(path);
  if (plain !== "") return plain;
  throw invalidInput("the path of a file is missing", "Write it from the repository's root: src/index.ts.", {
    path: "path",
  });
}

/**
 * @param ref a branch, a tag, a commit's id
 * @throws {HubsteadError} `invalid_input` for what is none
 * @see https://git-scm.com/docs/git-check-ref-format
 */
export function parseRef(ref: string): string {
  if (isRefName(mustBeText(ref, "the name of a ref", "ref"))) return ref;
  throw wrongName("ref", ref);
}

/** @param branch `main` or `refs/heads/main` @returns `main` @throws {HubsteadError} `invalid_input` */
export function parseBranch(branch: string): string {
  const name = mustBeText(branch, "the name of a branch", "branch").replace(/^refs\/heads\//u, "");
  if (isRefName(name)) return name;
  throw wrongName("branch", branch);
}

function isRefName(name: string): boolean {
  const isPartWrong = (part: string) => part === "" || part.startsWith(".") || part.endsWith(".lock");
  return !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\.$/u.test(name) && !name.split("/").some(isPartWrong);
}

function wrongName(what: "branch" | "ref", name: string): HubsteadError {
  return invalidInput(`${JSON.stringify(name)} is no name of a ${what}`, "Write it as git does: main.", {
    path: what,
  });
}
