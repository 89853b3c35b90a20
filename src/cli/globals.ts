/**
 * @module The options that every command takes, before or after its name.
 */
import type { Command } from "commander";

/** As commander names them. */
export interface GlobalOptions {
  readonly store?: string;
  readonly author?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly debug?: true;
  /** `false` after `--no-color`. */
  readonly color: boolean;
}

/** Those that are followed by a value: whoever looks for the command's name must skip it. */
export const globalOptionsWithValue = ["--store", "--author"];

export function addGlobalOptions(program: Command): void {
  program
    .option(
      "--store <path>",
      "the store's file (default: .hubstead/store.db of the project, else your data folder)",
    )
    .option(
      "--author <name>",
      "who writes, for history and audit (default: HUBSTEAD_AUTHOR, hubstead.yml, your user name)",
    )
    .option("--json", "answer with one JSON document; errors are one JSON line on stderr")
    .option("--quiet", "say nothing but the answer and errors")
    .option("--debug", "tell what happens, and show where an error comes from")
    .option("--no-color", "no colours (also: NO_COLOR=1; FORCE_COLOR=1 keeps them in pipes)")
    .helpOption("-h, --help", "show this");
}
