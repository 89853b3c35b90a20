/**
 * @module The command line as a function: routes to the file of one command and says with which code to exit. Loads
 * nothing that this command does not need.
 */
import { invalidInput } from "../errors.ts";
import { createColors } from "./color.ts";
import { commands } from "./commands.ts";
import { globalOptionsWithValue } from "./globals.ts";
import type { Io } from "./io.ts";
import { optionNameOf } from "./option-name.ts";
import { createOutput } from "./output.ts";
import { reportError } from "./report-error.ts";

/**
 * Runs one command line.
 *
 * @param argv what the user typed after `hubstead`
 * @returns the exit code; never throws
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await route(argv, io);
  } catch (error) {
    const ours = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
    return reportError(error, io, {
      json: ours.includes("--json"),
      debug: ours.includes("--debug"),
      color: !ours.includes("--no-color"),
    });
  }
}

async function route(argv: readonly string[], io: Io): Promise<number> {
  const position = findCommand(argv);
  const name = position === -1 ? undefined : argv[position]!;
  if (name === undefined) {
    if (argv.some((argument) => argument === "--version" || argument === "-V"))
      return print(`${await (await import("./read-version.ts")).readVersion()}\n`, io);
    const stray = argv.find((argument) => argument.startsWith("-") && !isGlobalOption(argument));
    if (stray !== undefined)
      throw invalidInput(
        `unknown option '${optionNameOf(stray)}'`,
        "`hubstead --help` lists commands and options.",
      );
    const last = argv.at(-1);
    if (last !== undefined && globalOptionsWithValue.includes(last))
      throw invalidInput(`${last} needs a value`, "`hubstead --help` lists commands and options.");
    const { programHelp } = await import("./program.ts");
    return print(programHelp(io), io);
  }
  if (name === "help") return help(argv.slice(position + 1), io);
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) throw await unknownCommand(name);
  const { runCommand } = await import("./program.ts");
  const { exitCode, text } = await runCommand(entry, argv, io, { commands, main });
  if (text !== "") await print(text, io);
  return exitCode;
}

const flags = ["--help", "-h", "--json", "--quiet", "--debug", "--no-color"];

function isGlobalOption(argument: string): boolean {
  return flags.includes(argument) || globalOptionsWithValue.includes(argument.split("=", 1)[0]!);
}

/** The first argument that is neither an option of the program nor the value of one. */
function findCommand(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!;
    if (globalOptionsWithValue.includes(argument)) index++;
    else if (!argument.startsWith("-")) return index;
  }
  return -1;
}

/** `hubstead help`, `hubstead help create`. */
async function help([name]: readonly string[], io: Io): Promise<number> {
  return name === undefined ? route(["--help"], io) : route([name, "--help"], io);
}

async function unknownCommand(name: string) {
  const { nearestName } = await import("../config/nearest-name.ts");
  const meant = nearestName(
    name,
    commands.map((command) => command.name),
  );
  return invalidInput(
    `there is no command ${JSON.stringify(name)}`,
    meant === undefined
      ? "`hubstead --help` lists the commands."
      : `Did you mean \`hubstead ${meant}\`? \`hubstead --help\` lists the commands.`,
    { command: name },
  );
}

async function print(text: string, io: Io): Promise<number> {
  await createOutput(io.stdout, createColors(io.stdout, io.env, false)).write(text);
  return 0;
}
