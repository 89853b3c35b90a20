/**
 * @module What an import reads: a file, a pipe, the standard input. Its beginning can be looked at first.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { invalidInput } from "../../errors.ts";
import type { Io } from "../io.ts";
import { decode, unreadable } from "../read-data.ts";

/** Enough to tell formats apart. */
const headBytes = 65_536;
/** A larger JSON document would not fit into one text. */
const maxTextBytes = 400_000_000;

export interface ImportSource {
  /** As the user wrote it, for errors. */
  readonly name: string;
  /** Absolute; absent for the standard input. */
  readonly path?: string;
  /** The first bytes. */
  readonly head: Buffer;
  /** Everything, from the beginning. Once only. */
  chunks(): AsyncIterable<Buffer>;
  /** Everything as one text. Once only. */
  text(): Promise<string>;
  close(): void;
}

/** @throws {HubsteadError} `not_found`, `forbidden`, `invalid_input` */
export async function openImportSource(file: string, io: Io): Promise<ImportSource> {
  if (file === "") throw invalidInput("no file is named", "Name one, or - for the standard input.");
  if (file === "-") return openStream("the standard input", undefined, io.stdin);
  const path = resolve(io.cwd, file);
  try {
    if ((await stat(path)).isDirectory()) throw invalidInput(`${file} is a folder`, "Name a file.", { path });
    return await openStream(file, path, createReadStream(path, { highWaterMark: headBytes }));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : unreadable(file, error);
  }
}

async function openStream(name: string, path: string | undefined, stream: Readable): Promise<ImportSource> {
  const iterator = (stream as AsyncIterable<Buffer | string>)[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let sizeBytes = 0;
  let ended = false;
  while (sizeBytes < headBytes && !ended) {
    const next = await iterator.next();
    ended = next.done === true;
    if (next.done) break;
    const chunk = toBuffer(next.value);
    first.push(chunk);
    sizeBytes += chunk.length;
    // A person who types wants each line to count.
    if (chunk.includes(10)) break;
  }
  const head = Buffer.concat(first);
  async function* chunks(): AsyncIterable<Buffer> {
    if (head.length > 0) yield head;
    while (!ended) {
      const next = await iterator.next();
      if (next.done) return;
      yield toBuffer(next.value);
    }
  }
  return {
    name,
    ...(path === undefined ? {} : { path }),
    head,
    chunks,
    async text() {
      const parts: Buffer[] = [];
      let total = 0;
      for await (const chunk of chunks()) {
        total += chunk.length;
        if (total > maxTextBytes)
          throw invalidInput(
            `${name} has more than ${maxTextBytes} bytes`,
            "Turn it into NDJSON, which is read line by line.",
            { source: name },
          );
        parts.push(chunk);
      }
      return decode(Buffer.concat(parts), name);
    },
    close: () => void stream.destroy(),
  };
}

function toBuffer(chunk: Buffer | string): Buffer {
  return typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
