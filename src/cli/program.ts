/**
 * @module Builds the parser of one command, and turns the parser's complaints into our errors.
 */
import { Command, CommanderError } from "commander";
import { type HubsteadError, invalidInput } from "../errors.ts";
import type { CommandEntry, Program, Run } from "./command.ts";
import { commandGroups } from "./commands.ts";
import { createContext } from "./context.ts";
import { exitCodesToText } from "./exit-codes.ts";
import { addGlobalOptions, type GlobalOptions } from "./globals.ts";
import type { Io } from "./io.ts";
import { optionNameOf } from "./option-name.ts";

/** What running a command line came to. */
export interface Answer {
  readonly exitCode: number;
  /** Help or the version, where that was asked for. */
  readonly text: string;
}

/** The program with all commands by name only: for its help. */
function createProgram(): Command {
  const program = new Command("hubstead")
    .description(
      "A local-first database for people who build on GitHub: versioned JSON entities in one SQLite file.",
    )
    .usage("[options] <command>")
    .configureHelp({ showGlobalOptions: true, sortOptions: false })
    .helpCommand(false)
    .exitOverride();
  addGlobalOptions(program);
  return program;
}

/** Parses and runs one command. @throws {HubsteadError} `invalid_input` for what it does not understand, and what the command throws */
export async function runCommand(
  entry: CommandEntry,
  argv: readonly string[],
  io: Io,
  whole: Program,
): Promise<Answer> {
  const program = createProgram();
  let exitCode = 0;
  const run: Run =
    (handler) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const context = createContext(io, command.optsWithGlobals<GlobalOptions>(), whole);
      exitCode = (await handler(context, ...(args.slice(0, -1) as never))) ?? 0;
    };
  let text = "";
  program.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    writeErr: () => undefined,
    getOutHelpWidth: () => helpWidth(io),
    getOutHasColors: () => false,
  });
  const command = program.command(entry.name).description(capitalize(entry.summary)).helpCommand(false);
  (await entry.load()).define(command, run);
  addExitCodes(command, entry.remote === true);
  try {
    await program.parseAsync(argv, { from: "user" });
    return { exitCode, text };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { exitCode: 0, text };
    throw usageError(error, entry.name);
  }
}

/** The help of the program as a whole. */
export function programHelp(io: Io): string {
  const program = createProgram();
  program.option("-V, --version", "print the version");
  program.configureOutput({ getOutHelpWidth: () => helpWidth(io), getOutHasColors: () => false });
  for (const { title, commands } of commandGroups) {
    for (const { name, summary } of commands)
      program.command(name).description(summary).helpGroup(`${title}:`);
  }
  program.configureHelp({ subcommandTerm: (command) => command.name(), sortOptions: false });
  program.addHelpText(
    "after",
    `\n\`hubstead <command> --help\` shows what it takes, with examples.\n${exitCodeText(false)}`,
  );
  let text = "";
  program.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  program.outputHelp();
  return text;
}

function helpWidth(io: Io): number {
  return Math.min(io.stdout.columns || 100, 120);
}

/** What commander says, in our two lines. */
function usageError(error: CommanderError, name: string): HubsteadError {
  const [first = "", ...rest] = withoutValues(error.message.replace(/^error: /u, "")).split("\n");
  const suggestion = /\(Did you mean (.*)\?\)/u.exec(rest.join(" "))?.[1];
  const message = error.code === "commander.help" ? `\`hubstead ${name}\` needs to know what to do` : first;
  return invalidInput(
    message,
    suggestion === undefined
      ? `\`hubstead ${name} --help\` shows how to write it.`
      : `Did you mean ${suggestion}?`,
    {
      reason: error.code.replace("commander.", ""),
    },
  );
}

/** What was typed too much may be a secret in a wrong place. */
function withoutValues(message: string): string {
  const unknown = /^unknown option '(.*?)'(\n\(Did you mean .*\))?$/su.exec(message);
  if (unknown !== null) return `unknown option '${optionNameOf(unknown[1]!)}'${unknown[2] ?? ""}`;
  return message.replace(/^(too many arguments.*? but got \d+).*$/su, "$1.");
}

function capitalize(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function exitCodeText(isRemote: boolean): string {
  return wrap(exitCodesToText(isRemote));
}

/** To the help of a command and of all its parts. */
function addExitCodes(command: Command, isRemote: boolean): void {
  command.addHelpText("after", `\n${exitCodeText(isRemote)}`);
  for (const part of command.commands) addExitCodes(part, isRemote);
}

/** At commas, before 80 columns. */
function wrap(text: string): string {
  return text.replaceAll(/(.{1,78}(?:,|$))\s?/gu, "$1\n").trimEnd();
}
