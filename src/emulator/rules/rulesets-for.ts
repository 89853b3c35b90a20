/**
 * @module Which rulesets hold for a branch or a tag. Reads only.
 */
import { folders, type Glob, isNoSlash, matchesGlob, one, star } from "../glob.ts";
import type { RepositoryRow, RulesetRow } from "../world/repository-rows.ts";
import type { World } from "../world/world.ts";

/** Those that are in force. @param ref `refs/heads/main` */
export function rulesetsFor(
  { rulesets }: World,
  repository: RepositoryRow,
  ref: string,
): readonly RulesetRow[] {
  return rulesets
    .by("repository", repository.id)
    .filter(
      ({ target, enforcement, include, exclude }) =>
        enforcement === "active" &&
        ref.startsWith(target === "branch" ? "refs/heads/" : "refs/tags/") &&
        include.some((pattern) => matches(pattern, ref, repository.defaultBranch)) &&
        !exclude.some((pattern) => matches(pattern, ref, repository.defaultBranch)),
    );
}

function matches(pattern: string, ref: string, defaultBranch: string): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return ref === `refs/heads/${defaultBranch}`;
  return matchesGlob(parseGlob(pattern), ref);
}

/** As Ruby's `File.fnmatch` with pathnames: a star stops at a slash, two stars that are a whole folder do not. */
function parseGlob(pattern: string): Glob {
  return [...pattern.matchAll(/(?<=^|\/)\*\*\/|\*+|./gsu)].flatMap(([part]) => {
    if (part === "**/") return folders;
    if (part.startsWith("*")) return star;
    return one(part === "?" ? isNoSlash : (char) => char === part);
  });
}
