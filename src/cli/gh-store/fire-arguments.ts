/**
 * @module Reads a command line as python-fire does: what has no name goes by its place, flags go anywhere, with `_` or `-` in their names.
 * Values stay texts. Pure.
 *
 * @see https://github.com/google/python-fire/blob/master/docs/using-cli.md
 */
import { nearestName } from "../../config/nearest-name.ts";
import { invalidInput } from "../../errors.ts";
import { optionNameOf } from "../option-name.ts";

export interface Parameter {
  /** `object_id` */
  readonly name: string;
  /** Absent where it must be given, unless it is optional. */
  readonly default?: string;
  readonly isOptional?: true;
}

/**
 * @param command for errors: `process-updates`
 * @returns values by the parameter's name
 * @throws {HubsteadError} `invalid_input`, without values: they may be secrets in a wrong place
 */
export function readFireArguments(
  command: string,
  parameters: readonly Parameter[],
  argv: readonly string[],
): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  const inPlace: string[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (!isFlag(argument)) {
      inPlace.push(argument);
      continue;
    }
    const equals = argument.indexOf("=");
    const name = mustKnow(command, parameters, equals === -1 ? argument : argument.slice(0, equals));
    const isAlone = rest.length === 0 || isFlag(rest[0]!);
    if (equals === -1 && isAlone)
      throw invalidInput(`${flagOf(name)} needs a value`, `Write ${flagOf(name)}=VALUE.`, { path: name });
    values.set(name, equals === -1 ? rest.shift()! : argument.slice(equals + 1));
  }
  for (const { name } of parameters) {
    if (inPlace.length === 0) break;
    if (!values.has(name)) values.set(name, inPlace.shift()!);
  }
  if (inPlace.length > 0)
    throw invalidInput(`\`gh-store ${command}\` takes no ${inPlace.length} more arguments`, seeHelp(command));
  for (const { name, default: given, isOptional } of parameters) {
    if (values.has(name)) continue;
    if (given !== undefined) values.set(name, given);
    else if (isOptional !== true)
      throw invalidInput(`\`gh-store ${command}\` needs ${flagOf(name)}`, seeHelp(command), { path: name });
  }
  return Object.fromEntries(values);
}

/** Numbers below zero are none. */
function isFlag(argument: string): boolean {
  return /^--?[a-z]/iu.test(argument);
}

/** By its name, or by its first letter where only one begins with it. */
function mustKnow(command: string, parameters: readonly Parameter[], flag: string): string {
  const key = flag.replace(/^-+/u, "").replaceAll("-", "_");
  const names = parameters.map(({ name }) => name);
  if (names.includes(key)) return key;
  const short = names.filter((name) => key.length === 1 && name.startsWith(key));
  if (short.length === 1) return short[0]!;
  const meant = nearestName(key, names);
  throw invalidInput(
    `\`gh-store ${command}\` has no option '${optionNameOf(flag)}'`,
    meant === undefined ? seeHelp(command) : `Did you mean ${flagOf(meant)}?`,
  );
}

function flagOf(name: string): string {
  return `--${name.replaceAll("_", "-")}`;
}

function seeHelp(command: string): string {
  return `\`gh-store ${command} --help\` shows what it takes.`;
}
