/**
 * @module What a command is given as bytes: from a file, or from the standard input.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { invalidInput } from "../errors.ts";
import type { Io } from "./io.ts";
import { unreadable } from "./read-data.ts";

export interface InputLimits {
  readonly maxBytes: number;
  /** What to do instead where it is more. */
  readonly hint: string;
}

/**
 * @param path a file; `-` is the standard input
 * @throws {HubsteadError} `invalid_input` for too much, `not_found`, `forbidden`
 */
export async function readInput(path: string, io: Io, limits: InputLimits): Promise<Uint8Array> {
  return path === "-" ? await readStandardInput(io, limits) : await readNamedFile(path, io, limits);
}

async function readStandardInput(io: Io, limits: InputLimits): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of io.stdin as AsyncIterable<Uint8Array | string>) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    sizeBytes += bytes.length;
    if (sizeBytes > limits.maxBytes) throw tooMuch("the standard input", limits);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

async function readNamedFile(path: string, io: Io, limits: InputLimits): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(resolve(io.cwd, path));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (bytes.length > limits.maxBytes) throw tooMuch(path, limits);
  return bytes;
}

function tooMuch(source: string, { maxBytes, hint }: InputLimits) {
  return invalidInput(`${source} has more than ${maxBytes} bytes`, hint, { source, maxBytes });
}
