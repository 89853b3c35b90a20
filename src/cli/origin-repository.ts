/**
 * @module Which repository on GitHub the current folder is a checkout of: read from git's own configuration, without git.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseRemote } from "./remote-repository.ts";

/**
 * @param host as people name it: `github.com`; `undefined` for any
 * @returns `OWNER/REPO` of the remote `origin`; `undefined` where there is none, or it is on another host
 */
export function findOriginRepository(folder: string, host: string | undefined): string | undefined {
  const config = findGitConfig(folder);
  const url = config === undefined ? undefined : originOf(config);
  return url === undefined ? undefined : repositoryOf(url, host);
}

function findGitConfig(folder: string): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const git = join(current, ".git");
    const stats = statSync(git, { throwIfNoEntry: false });
    if (stats !== undefined) return readText(join(stats.isDirectory() ? git : commonFolder(git), "config"));
    if (dirname(current) === current) return undefined;
  }
}

/** Of a worktree, whose `.git` is a file. @see https://git-scm.com/docs/gitrepository-layout */
function commonFolder(file: string): string {
  const own = resolve(dirname(file), /^gitdir: (.+)$/mu.exec(readText(file) ?? "")?.[1] ?? ".");
  return resolve(own, readText(join(own, "commondir"))?.trim() ?? ".");
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function originOf(config: string): string | undefined {
  let isOrigin = false;
  for (const line of config.split("\n")) {
    const section = /^\s*\[(.*)\]/u.exec(line)?.[1];
    if (section !== undefined) isOrigin = /^remote\s+"origin"$/iu.test(section.trim());
    const url = isOrigin ? /^\s*url\s*=\s*(.+?)\s*$/iu.exec(line)?.[1] : undefined;
    if (url !== undefined) return url.replace(/^"(.*)"$/u, "$1");
  }
  return undefined;
}

function repositoryOf(url: string, host: string | undefined): string | undefined {
  const found = parseRemote(url);
  if (found === undefined || (host !== undefined && found.host !== host)) return undefined;
  return `${found.owner}/${found.name}`;
}
