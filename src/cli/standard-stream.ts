/**
 * @module The standard output and error of this process. Pipes and files are written to directly: Node's streams for
 * them load a network stack first, which takes longer than most commands.
 */
import { fstatSync, writeSync } from "node:fs";
import type { OutputStream } from "./io.ts";

/** A pipe that somebody else made non-blocking is full for a moment. */
const pauseMs = 2;

/** @param descriptor 1 or 2 */
export function openStandardStream(descriptor: 1 | 2): OutputStream {
  return isPipeOrFile(descriptor) ? openDirect(descriptor) : openNodeStream(descriptor);
}

function isPipeOrFile(descriptor: number): boolean {
  if (process.platform === "win32") return false;
  try {
    const stats = fstatSync(descriptor);
    // /dev/null, /dev/full and their like: Linux's first kind of device.
    const isMemoryDevice = process.platform === "linux" && stats.isCharacterDevice() && stats.rdev >> 8 === 1;
    return stats.isFIFO() || stats.isFile() || stats.isSocket() || isMemoryDevice;
  } catch {
    return false;
  }
}

function openNodeStream(descriptor: 1 | 2): OutputStream {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  // A reader that goes away is no failure: `destroyed` tells it.
  return stream.on("error", () => undefined);
}

function openDirect(descriptor: number): OutputStream {
  let destroyed = false;
  return {
    get destroyed() {
      return destroyed;
    },
    write(text) {
      if (!destroyed) destroyed = !writeAll(descriptor, text);
      return true;
    },
    on: () => undefined,
    off: () => undefined,
  };
}

/** @returns false when nobody reads any more */
function writeAll(descriptor: number, text: string | Uint8Array): boolean {
  let rest: string | Uint8Array = text;
  for (;;) {
    try {
      const written: number =
        typeof rest === "string" ? writeSync(descriptor, rest) : writeSync(descriptor, rest);
      const sizeBytes: number = typeof rest === "string" ? Buffer.byteLength(rest) : rest.length;
      if (written === sizeBytes) return true;
      rest = (typeof rest === "string" ? Buffer.from(rest) : rest).subarray(written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE" || code === "ECONNRESET") return false;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}
