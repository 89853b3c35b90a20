/**
 * @module The data of a write: `--data JSON|@file|-`, and assignments on top of it.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { applyEdit } from "../entity/edit.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import { readAssignments } from "./assignments.ts";
import type { Io } from "./io.ts";

/** An entity's data is at most 1 MiB of canonical JSON; indentation and escapes may make its text several times longer. */
const maxTextBytes = 16_777_216;

/**
 * @param option the value of `--data`
 * @returns `undefined` where nothing was given
 * @throws {HubsteadError} `invalid_input`, `not_found`
 */
export async function readData(
  option: string | undefined,
  assignments: readonly string[],
  io: Io,
): Promise<JsonObject | undefined> {
  const set = readAssignments(assignments);
  if (option === undefined) return assignments.length === 0 ? undefined : set;
  const base = await readDataOption(option, io);
  return applyEdit(base, { set });
}

async function readDataOption(option: string, io: Io): Promise<JsonObject> {
  const source = option === "-" ? "the standard input" : option.startsWith("@") ? option.slice(1) : "--data";
  const text =
    option === "-" ? await readAll(io) : option.startsWith("@") ? await readTextFile(source, io) : option;
  const value = parseJson(text, source);
  if (isJsonObject(value)) return value;
  throw invalidInput(`${source} is not a JSON object`, 'Give an object: { "title": "…" }.', { source });
}

async function readAll(io: Io): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of io.stdin as AsyncIterable<Uint8Array | string>) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    sizeBytes += bytes.length;
    if (sizeBytes > maxTextBytes) throw tooLong("the standard input");
    parts.push(bytes);
  }
  return decode(Buffer.concat(parts), "the standard input");
}

async function readTextFile(path: string, io: Io): Promise<string> {
  const file = resolve(io.cwd, path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (bytes.length > maxTextBytes) throw tooLong(path);
  return decode(bytes, path);
}

function tooLong(source: string): HubsteadError {
  return invalidInput(
    `${source} has more than ${maxTextBytes} bytes`,
    "The data of an entity is at most 1 MiB; `hubstead import` reads many entities.",
    { source },
  );
}

/** A file that the user named and that cannot be read. */
export function unreadable(path: string, cause: unknown): HubsteadError {
  if (path === "")
    return invalidInput("no file is named", "Write --data @task.json, or - for the standard input.");
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new HubsteadError("not_found", `there is no file ${path}`, {
      hint: "Check the path.",
      data: { path },
      cause,
    });
  if (code === "EISDIR")
    return new HubsteadError("invalid_input", `${path} is a folder`, {
      hint: "Name a file.",
      data: { path },
      cause,
    });
  return new HubsteadError("forbidden", `${path} cannot be read`, {
    hint: "Give yourself read permission on it.",
    data: { path, needed: "read", reason: code },
    cause,
  });
}

/** @throws {HubsteadError} `invalid_input` unless it is UTF-8 */
export function decode(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HubsteadError("invalid_input", `${source} is not UTF-8 text`, {
      hint: "Save it as UTF-8.",
      data: { source },
      cause,
    });
  }
}
