/**
 * @module Reads a private key from a file, if the file is one that may hold it.
 */
import type { KeyObject } from "node:crypto";
import { constants, lstatSync } from "node:fs";
import { type FileHandle, open, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type HubsteadError, invalidInput } from "../../errors.ts";
import { type FolderFacts, judgeKeyFile, type KeyFileFacts } from "./key-file-rules.ts";
import { type Mount, mountOf } from "./mounts.ts";
import { parsePrivateKey } from "./private-key.ts";

/** What a test replaces: the machine's own where absent. */
export interface Surroundings {
  /** `undefined` as on Windows. */
  readonly ourUid?: number | undefined;
  /** What `/proc/self/mountinfo` says. */
  readonly mountinfo?: string;
}

// A key of 16384 bits takes less than 13 KiB.
const mostBytes = 65_536;

/**
 * Reads the file once, through one handle, so that what is judged is what is read.
 *
 * @param name how its path is called where it was set: `GITHUB_APP_PRIVATE_KEY_PATH`
 * @throws {HubsteadError} `invalid_input` where there is no such file, where it may not hold a key (`data.problem`, and the
 *   hint is the command that puts it right), and for what is no key
 */
export async function readPrivateKeyFile(
  path: string,
  name: string,
  surroundings: Surroundings = {},
): Promise<KeyObject> {
  const wrong = (what: string, hint: string, data: Record<string, unknown> = {}): HubsteadError =>
    invalidInput(`${name}: ${path} ${what}`, hint, { path: name, file: path, ...data });
  const link = resolve(path);
  const realPath = await realpath(link).catch((error: unknown) => {
    throw wrong(`cannot be found (${codeOf(error)})`, "Name the file that holds the App's private key.");
  });
  const handle = await openForReading(realPath, wrong);
  try {
    const refusal = judgeKeyFile(await factsOf({ path: link, realPath, handle, surroundings }));
    if (refusal !== undefined) throw wrong(refusal.message, refusal.hint, { problem: refusal.problem });
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(mostBytes + 1) });
    if (bytesRead > mostBytes) throw wrong("is too large for a key", "Name the file that holds the key.");
    const text = buffer.toString("utf8", 0, bytesRead);
    buffer.fill(0);
    return parsePrivateKey(text, path);
  } finally {
    await handle.close();
  }
}

async function openForReading(
  realPath: string,
  wrong: (what: string, hint: string) => HubsteadError,
): Promise<FileHandle> {
  // A link that took the file's place meanwhile is not followed, and a pipe is not waited for.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  return await open(realPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    const hint = "Let the user that runs this read it, and no other.";
    throw wrong(`cannot be read (${codeOf(error)})`, hint);
  });
}

interface Opened {
  readonly path: string;
  readonly realPath: string;
  readonly handle: FileHandle;
  readonly surroundings: Surroundings;
}

async function factsOf({ path, realPath, handle, surroundings }: Opened): Promise<KeyFileFacts> {
  const stats = await handle.stat();
  // Only Linux tells of mounts.
  const mountinfo =
    surroundings.mountinfo ?? (await readFile("/proc/self/mountinfo", "utf8").catch(() => ""));
  const mount = mountOf(mountinfo, realPath);
  const folders = new Set([dirname(realPath), await realpath(dirname(path))]);
  return {
    path,
    realPath,
    isFile: stats.isFile(),
    mode: stats.mode,
    uid: stats.uid,
    folders: await Promise.all(
      [...folders].map((folder) => factsOfFolder(folder, mountOf(mountinfo, folder))),
    ),
    ourUid: "ourUid" in surroundings ? surroundings.ourUid : process.geteuid?.(),
    isReadOnlyMount: mount?.isReadOnly ?? false,
    isSeparateMount: mount !== undefined && mount.point !== "/",
  };
}

async function factsOfFolder(path: string, mount: Mount | undefined): Promise<FolderFacts> {
  const { mode, uid } = await stat(path);
  return { path, mode, uid, workTree: workTreeOf(path, mount) };
}

/** A repository above a read-only mount is another machine's: what is mounted there is no part of it. */
function workTreeOf(folder: string, mount: Mount | undefined): string | undefined {
  const last = mount?.isReadOnly === true ? mount.point : undefined;
  for (let current = folder; ; current = dirname(current)) {
    // A folder, or a file that leads to one: in linked work trees and submodules.
    if (lstatSync(join(current, ".git"), { throwIfNoEntry: false }) !== undefined) return current;
    if (current === last || current === dirname(current)) return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
