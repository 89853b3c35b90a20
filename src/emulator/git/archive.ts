/**
 * @module A commit's files in one archive, made by the installed git.
 *
 * @see https://git-scm.com/docs/git-archive
 */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { GitRepository } from "./git-store.ts";
import { gitEnvironment } from "./http-backend.ts";

export const archiveTypes = { "tar.gz": "application/x-gzip", zip: "application/zip" } as const;
export type ArchiveFormat = keyof typeof archiveTypes;

/** @param folder in which the files lie inside the archive @returns ends with an error where git fails */
export function archiveOf(
  git: GitRepository,
  commit: string,
  format: ArchiveFormat,
  folder: string,
): Readable {
  const where = git.folder();
  const child = spawn("git", ["archive", `--format=${format}`, `--prefix=${folder}/`, commit], {
    cwd: where,
    env: gitEnvironment(where),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { stdout } = child;
  child.once("error", (error) => void stdout.destroy(error));
  stdout.once("close", () => child.kill());
  return stdout;
}
