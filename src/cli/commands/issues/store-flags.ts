/**
 * @module The options that say which store of objects is meant, the same for every command of `hubstead issues`.
 */
import type { Command } from "commander";

export interface StoreFlags {
  readonly repo?: string;
  readonly token?: string;
}

export function addStoreOptions(command: Command): Command {
  return command
    .option(
      "-R, --repo <repository>",
      "OWNER/REPO, or REPO of GITHUB_ORG (default: GITHUB_REPOSITORY, else git's remote origin)",
    )
    .option("--token <token>", "better not: others on this machine may see it; set GITHUB_TOKEN");
}
