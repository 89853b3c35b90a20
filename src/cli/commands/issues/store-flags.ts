/**
 * @module The options that say which store of objects is meant, the same for every command of `hubstead issues`.
 */
import type { Command } from "commander";

export interface StoreFlags {
  readonly repo?: string;
  readonly token?: string;
  readonly config?: string;
}

export function addStoreOptions(command: Command): Command {
  return command
    .option(
      "-R, --repo <repository>",
      "OWNER/REPO, or REPO of GITHUB_ORG (default: GITHUB_REPOSITORY, hubstead.yml, git's remote origin)",
    )
    .option("--config <path>", "a config.yml of gh-store's: labels, reactions, retries, limits, log")
    .option("--token <token>", "better not: others on this machine may see it; set GITHUB_TOKEN");
}
