/**
 * @module The options of commands that write.
 */
import type { Command } from "commander";
import type { Expectation, WriteOptions } from "../store/store.ts";
import { readCount } from "./moments.ts";

export interface WriteFlags {
  readonly note?: string;
  readonly expectedVersion?: number;
}

export function addNoteOption(command: Command): Command {
  return command.option("--note <text>", "why, for history and audit");
}

export function addExpectedVersionOption(command: Command): Command {
  const read = readCount("--expected-version", 0, Number.MAX_SAFE_INTEGER);
  return command.option(
    "--expected-version <n>",
    "fail unless the entity is at this version; 0: does not exist",
    read,
  );
}

export function addDataOption(command: Command): Command {
  return command.option(
    "--data <json>",
    "the data: a JSON object, @FILE, or - for the standard input; key=value comes on top",
  );
}

export const assignmentHelp = `
Values: key=text is text, key:=JSON is anything: title=Hello count:=5 done:=true
'tags:=["new"]'. Dots lead into objects: author.name=Ada; a JSON Pointer names
keys that hold dots: /a.b=x.`;

export function readWriteOptions({ note, expectedVersion }: WriteFlags): WriteOptions & Expectation {
  return {
    ...(note === undefined ? {} : { note }),
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  };
}
