/**
 * @module Runs the installed git as a user would, in a temporary folder and without the settings of this machine.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface StockGit {
  readonly folder: string;
  /** @param where a folder below {@link StockGit.folder} @throws an error with what git said */
  run(where: string, ...args: readonly string[]): Promise<string>;
  remove(): void;
}

export function createStockGit(): StockGit {
  const folder = mkdtempSync(join(tmpdir(), "hubstead-git-"));
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.org",
    LC_ALL: "C",
  };
  return {
    folder,
    run(where, ...args) {
      return new Promise((resolve, reject) => {
        execFile("git", args, { cwd: join(folder, where), env }, (error, stdout, stderr) => {
          if (error === null) resolve(stdout.trim());
          else reject(new Error(stderr));
        });
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
