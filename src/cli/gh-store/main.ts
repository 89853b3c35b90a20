/**
 * @module gh-store's command line as a function: the same words, the same output, the same exit codes.
 */
import { createLogger } from "../../base/logger.ts";
import { nearestName } from "../../config/nearest-name.ts";
import { type HubsteadError, invalidInput } from "../../errors.ts";
import { createContext } from "../context.ts";
import type { Io } from "../io.ts";
import { toPrintable } from "../printable.ts";
import { reportError } from "../report-error.ts";
import { commandHelpText, type GhStoreCommandName, ghStoreCommands, helpText } from "./command-table.ts";
import { readFireArguments } from "./fire-arguments.ts";
import { runCommand } from "./run-command.ts";

/** As python-fire ends where it does not understand. */
const notUnderstood = 2;
const failed = 1;
const interrupted = 130;

/**
 * Runs one command line.
 *
 * @param argv what the user typed after `gh-store`
 * @returns the exit code; never throws
 */
export async function ghStoreMain(argv: readonly string[], io: Io): Promise<number> {
  const context = createContext(io, { color: false }, { commands: [], main: ghStoreMain });
  const logger = createLogger({
    format: ({ time, level, message, facts }) =>
      `${time} | ${level === "warn" ? "WARNING" : level.toUpperCase()} | ${message}${facts}`,
    write: (line) => void io.stderr.write(`${toPrintable(line)}\n`),
  });
  let isUnderstood = false;
  try {
    const [first, ...rest] = withoutFireFlags(argv);
    if (first === undefined || isHelp(first)) {
      await context.output.write(helpText());
      return 0;
    }
    const command = mustFind(first);
    if (rest.some(isHelp)) {
      await context.output.write(commandHelpText(command));
      return 0;
    }
    const values = readFireArguments(command.name, command.parameters, rest);
    isUnderstood = true;
    await runCommand[command.name as GhStoreCommandName]({ ...context, logger }, values);
    return 0;
  } catch (error) {
    const exitCode = reportError(error, io, { json: false, debug: false, color: true });
    if (exitCode === 0 || exitCode === interrupted) return exitCode;
    return isUnderstood ? failed : notUnderstood;
  }
}

/** What stands behind `--` is for python-fire itself; of that only the help has a sense here. */
function withoutFireFlags(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  if (end === -1) return argv;
  return [...argv.slice(0, end), ...argv.slice(end + 1).filter(isHelp)];
}

function isHelp(argument: string): boolean {
  return argument === "--help" || argument === "-h";
}

function mustFind(text: string) {
  const name = text.replaceAll("_", "-");
  const found = ghStoreCommands.find((command) => command.name === name);
  if (found !== undefined) return found;
  throw unknownCommand(name);
}

function unknownCommand(name: string): HubsteadError {
  const meant = nearestName(
    name,
    ghStoreCommands.map((command) => command.name),
  );
  return invalidInput(
    `gh-store has no command ${JSON.stringify(name)}`,
    meant === undefined ? "`gh-store --help` lists the commands." : `Did you mean \`gh-store ${meant}\`?`,
  );
}
