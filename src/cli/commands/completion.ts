/**
 * @module `hubstead completion`.
 */
import { Argument } from "commander";
import type { DefineCommand } from "../command.ts";
import { completionScript, type Shell, shells } from "../completion-scripts.ts";
import { readCompletionWords } from "../completion-words.ts";

export const define: DefineCommand = (command, run) => {
  command.addArgument(new Argument("<shell>").choices([...shells])).addHelpText(
    "after",
    `
Examples:
  eval "$(hubstead completion bash)"                                   # in ~/.bashrc
  eval "$(hubstead completion zsh)"                                    # in ~/.zshrc
  hubstead completion fish > ~/.config/fish/completions/hubstead.fish`,
  );
  command.action(
    run(async ({ output, program }, shell: Shell) => {
      await output.write(completionScript(shell, await readCompletionWords(program.commands)));
    }),
  );
};
