/**
 * @module What a shell can complete: commands, their parts and options. Read off the commands themselves.
 */
import { Command } from "commander";
import type { CommandEntry, Run } from "./command.ts";
import { addGlobalOptions } from "./globals.ts";

export interface CompletionOption {
  /** `--limit` */
  readonly long: string;
  /** `-n` */
  readonly short?: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** The values that it takes, where they are few. */
  readonly choices: readonly string[];
  /** Its value is a file. */
  readonly file: boolean;
}

export interface CompletionCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** Words that may come next: `create`, `list` after `backup`. */
  readonly words: readonly string[];
}

export interface CompletionWords {
  readonly commands: readonly CompletionCommand[];
  readonly globals: readonly CompletionOption[];
}

export async function readCompletionWords(commands: readonly CommandEntry[]): Promise<CompletionWords> {
  const program = new Command();
  addGlobalOptions(program);
  return {
    globals: [
      ...program.options.map(toOption),
      { long: "--help", short: "-h", description: "show help", takesValue: false, choices: [], file: false },
    ],
    commands: await Promise.all(commands.map(readCommand)),
  };
}

const nothing: Run = () => async () => undefined;

async function readCommand({ name, summary, load }: CommandEntry): Promise<CompletionCommand> {
  const command = new Command(name);
  (await load()).define(command, nothing);
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return {
    name,
    summary,
    options: command.options.map(toOption),
    words: [...command.commands.map((part) => part.name()), ...choices],
  };
}

function toOption({
  long,
  short,
  description,
  required,
  optional,
  argChoices,
  flags,
}: Command["options"][number]): CompletionOption {
  return {
    long: long!,
    ...(short === undefined ? {} : { short }),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
    file: flags.includes("<path>"),
  };
}
