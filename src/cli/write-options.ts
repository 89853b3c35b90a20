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

/** @param least 0 where the entity need not exist */
export function addExpectedVersionOption(command: Command, least: 0 | 1): Command {
  const read = readCount("--expected-version", least, Number.MAX_SAFE_INTEGER);
  const none = least === 0 ? "; 0: does not exist" : "";
  return command.option("--expected-version <n>", `fail unless the entity is at this version${none}`, read);
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
