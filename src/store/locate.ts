/**
 * @module Where the store lies when nobody says: with the project, else in the user's data folder.
 */
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { toFileError } from "./file-error.ts";

/** The folder of a project's store, beside `hubstead.yml` or `.git`. */
const folderName = ".hubstead";

/**
 * `.hubstead/store.db` of the nearest folder with `hubstead.yml` or `.git`, going up; else the user's data folder.
 *
 * @param from a folder; default: the current one
 */
export function locateStore(from = process.cwd(), env: NodeJS.ProcessEnv = process.env): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "hubstead.yml")) || existsSync(join(folder, ".git")))
      return join(folder, folderName, "store.db");
    if (dirname(folder) === folder) return join(userDataFolder(env), "store.db");
  }
}

/** Where a user's own data belongs. @see https://specifications.freedesktop.org/basedir-spec/latest/ */
export function userDataFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === "win32")
    return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "hubstead");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "hubstead");
  return join(env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "hubstead");
}

/** Makes the folder of a store. One named `.hubstead` is kept out of git by a file in itself. */
export function prepareFolder(path: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
    const ignore = join(folder, ".gitignore");
    // An empty one is left where the disk was full.
    const isThere = (statSync(ignore, { throwIfNoEntry: false })?.size ?? 0) > 0;
    if (basename(folder) === folderName && !isThere) writeFileSync(ignore, "*\n");
  } catch (cause) {
    throw toFileError(cause, folder);
  }
}
