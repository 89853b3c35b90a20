/**
 * @module The options that choose entities, the same for every command that chooses.
 */
import type { Command } from "commander";
import type { Filter } from "../storage/query.ts";
import { readWhere } from "./where.ts";

export interface FilterOptions {
  readonly type?: readonly string[];
  readonly status?: readonly string[];
  readonly where?: readonly string[];
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const collectNames = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(",").filter((name) => name !== ""),
];

export function addFilterOptions(command: Command): Command {
  return command
    .option("-t, --type <types>", "only this type; several with commas", collectNames)
    .option("-s, --status <statuses>", "only this status; several with commas", collectNames)
    .option("-w, --where <condition>", "only where a field of data fits (repeat: all must fit)", collect);
}

export const whereHelp = `
Conditions (put each in quotes for the shell):
  'field=value'  'field!=value'  'field>5'  'field>=5'  'field<5'  'field<=5'
  'field~part'         text that has this part, or a list that has this element
  'field in a,b,c'     one of these
  'field?'  '!field'   is there, is not there
Fields are those of data; dots lead into objects (author.name), a JSON Pointer
(/author/name) names keys that hold dots or signs. Numbers, true, false and null
are read as JSON; quotes make a text of anything: 'code="007"'.`;

/** @throws {HubsteadError} `invalid_input` for a condition that is not understood */
export function readFilter({ type, status, where }: FilterOptions): Filter {
  return {
    ...(type === undefined ? {} : { type }),
    ...(status === undefined ? {} : { status }),
    ...(where === undefined ? {} : { where: readWhere(where) }),
  };
}
