/**
 * @module Writes a file whole or not at all: whoever reads it sees the old one or the new one.
 */
import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { invalidInput } from "../errors.ts";

/**
 * A file that is there keeps its mode, and a link to one stays a link. Pipes and devices are written to as they are.
 *
 * @param path absolute
 * @throws {HubsteadError} `invalid_input` for a folder; what the file system throws, about this path
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const there = await stat(target).catch(() => undefined);
  if (there?.isDirectory()) throw invalidInput(`${path} is a folder`, "Name a file in it.", { path });
  if (there !== undefined && !there.isFile()) return writeFile(target, text);
  const part = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.part`);
  try {
    const file = await open(part, "wx", there?.mode ?? 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
  } catch (error) {
    throw Object.assign(error as Error, { path });
  } finally {
    await rm(part, { force: true });
  }
}
