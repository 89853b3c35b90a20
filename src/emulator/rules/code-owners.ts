/**
 * @module Whom the file CODEOWNERS names for which files. Reads only.
 *
 * @see https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */
import type { GitRepository } from "../git/git-store.ts";
import { entryAt, treeOf } from "../git/revisions.ts";
import { anything, folders, type Glob, isNoSlash, matchesGlob, one, star } from "../glob.ts";
import { accountOfEmail } from "../world/account-emails.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";

/** In the order in which GitHub looks. */
const places: readonly string[] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
const mostBytes = 3_000_000; // GitHub: a larger file is left out of account

/** Some who own files together. */
export interface Owners {
  readonly userIds: ReadonlySet<number>;
  /** As messages have them: `acme/core`. */
  readonly names: readonly string[];
}

/** @param base the commit whose file counts @returns for each file that has owners who are there, those of its last pattern */
export function ownersOf(
  world: World,
  repository: RepositoryRow,
  git: GitRepository,
  base: string,
  paths: readonly string[],
): Owners[] {
  const rules = rulesIn(git, base);
  const lines = new Set(paths.flatMap((path) => rules.findLast(({ glob }) => matchesGlob(glob, path)) ?? []));
  return [...lines]
    .map(({ owners }) => ({
      userIds: new Set(owners.flatMap((owner) => usersNamed(world, repository, owner))),
      names: owners.map((owner) => owner.replace(/^@/u, "")),
    }))
    .filter(({ userIds }) => userIds.size > 0);
}

interface Rule {
  readonly glob: Glob;
  readonly owners: readonly string[];
}

function rulesIn(git: GitRepository, base: string): Rule[] {
  const tree = treeOf(git, base)!;
  const entry = places.flatMap((path) => entryAt(git, tree, path) ?? [])[0];
  const content = entry === undefined ? undefined : git.read(entry.oid);
  if (content?.kind !== "blob" || content.content.length > mostBytes) return [];
  return content.content
    .toString("utf8")
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#.*$/u, "").trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [pattern = "", ...owners] = line.split(/\s+/u);
      return { glob: parsePattern(pattern), owners };
    });
}

/** As `.gitignore` has them: what ends in a slash is a folder, and a folder stands for all that is in it. */
function parsePattern(pattern: string): Glob {
  const bare = pattern.replace(/^\//u, "").replace(/\/$/u, "");
  const isAnchored = pattern.startsWith("/") || bare.includes("/");
  const isFolder = pattern.endsWith("/");
  const body = [...bare.matchAll(/\*\*\/|\*+|./gsu)].flatMap(([part]) => {
    if (part === "**/") return folders;
    if (part === "**") return anything;
    if (part.startsWith("*")) return star;
    return one(part === "?" ? isNoSlash : (char) => char === part);
  });
  // A star at the end of a path takes in the files of a folder, not those of the folders below.
  const isFlat = bare.includes("/") && bare.endsWith("/*");
  const below = one((char) => char === "/").concat(anything);
  const rest = isFlat ? [] : isFolder ? below : perhaps(below);
  return [...(isAnchored ? [] : folders), ...body, ...rest];
}

function perhaps(glob: Glob): Glob {
  const [first, ...others] = glob;
  return first === undefined ? [] : [{ ...first, skips: [...first.skips, glob.length] }, ...others];
}

/** `@ada`, `@acme/core` or an address. */
function usersNamed(world: World, { ownerId }: RepositoryRow, owner: string): number[] {
  if (!owner.startsWith("@")) {
    const found = accountOfEmail(world, owner);
    return found === undefined ? [] : [found.id];
  }
  const [login = "", slug] = owner.slice(1).toLowerCase().split("/");
  const account = world.accounts.find("login", login);
  if (slug === undefined) return account === undefined ? [] : [account.id];
  const team = world.teams.by("organization", ownerId).find((other) => other.slug === slug);
  if (account?.id !== ownerId || team === undefined) return [];
  return world.teamMembers.by("team", team.id).map(({ userId }) => userId);
}
