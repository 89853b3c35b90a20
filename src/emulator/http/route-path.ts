/**
 * @module Paths of the description as routes: `{owner}` is one segment, some parameters are several.
 */
/** By parameter, in which operations it may hold slashes: names of branches and files do. */
const longParameters = ["path", "ref", "branch", "basehead", "tag", "dir"];

/** Some names may hold slashes in the middle of a path, too. */
const innerNames = /\/(?:commits\/\{ref\}|branches\/\{branch\})\//u;

/** Of these the last parameter may be absent: then all is meant. */
const mayEndEarly = /\/(?:contents|matching-refs|tarball|zipball)\/[^/]+$/u;

/** @param path `/repos/{owner}/{repo}/contents/{path}` @returns `/repos/:owner/:repo/contents/:path{.+}?` */
export function routePath(path: string): string {
  const route = path.replaceAll(/\{([^}]+)\}/gu, (parameter, name: string) =>
    longParameters.includes(name) && (path.endsWith(parameter) || innerNames.test(path))
      ? `:${name}{.+}`
      : `:${name}`,
  );
  return mayEndEarly.test(path) ? `${route}?` : route;
}

/** Which of two paths is to be tried first: names before parameters, short parameters before long ones. */
export function comparePaths(a: string, b: string): number {
  const left = a.split("/");
  const right = b.split("/");
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = openness(left[at]!) - openness(right[at]!);
    if (difference !== 0) return difference;
  }
  return right.length - left.length;
}

function openness(segment: string): number {
  if (!segment.startsWith("{")) return 0;
  return longParameters.includes(segment.slice(1, -1)) ? 2 : 1;
}
