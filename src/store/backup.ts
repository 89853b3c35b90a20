/**
 * @module Backups: verified copies of a store file in a folder, and new store files made from them. A backup counts
 * only after it was read back.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { HubsteadError, invalidInput } from "../errors.ts";
import type { Storage } from "../storage/storage.ts";
import { toFileError } from "./file-error.ts";
import { filesBeside } from "./files-of-store.ts";
import type { BackupInfo } from "./store.ts";

/** What a driver can do with a store's file while it is closed. */
export interface StoreFiles {
  readonly open: (path: string) => Promise<Storage>;
  /** Copies a file without touching it. */
  readonly copy: (source: string, target: string) => Promise<void>;
  /** Makes a closed store one single file. */
  readonly seal: (path: string) => void;
}

const suffix = ".hubstead-backup";

/**
 * @throws {HubsteadError} `corrupt` when the copy does not verify; `busy`, `forbidden` when it cannot be written.
 *   Nothing of it is left then.
 */
export async function createBackup(
  storage: Storage,
  folder: string,
  files: StoreFiles,
  now: () => number,
): Promise<BackupInfo> {
  checkPath(folder);
  try {
    await mkdir(folder, { recursive: true });
    const createdAt = new Date(now()).toISOString();
    const path = await takeName(folder, createdAt.replaceAll(/[:.]/g, "-"));
    return await fillBackup(path, createdAt, storage, files);
  } catch (error) {
    throw toFileError(error, folder);
  }
}

async function fillBackup(
  path: string,
  createdAt: string,
  storage: Storage,
  files: StoreFiles,
): Promise<BackupInfo> {
  const part = `${path}.part`;
  try {
    await storage.copyTo(part);
    const facts = await readBack(part, files);
    const info: BackupInfo = { path, createdAt, sizeBytes: (await stat(part)).size, ...facts };
    const { path: _, ...rest } = info;
    await writeFile(`${path}.json`, `${JSON.stringify(rest, undefined, 2)}\n`);
    // It counts from here on.
    await rename(part, path);
    return info;
  } catch (error) {
    await rm(`${path}.json`, { force: true });
    throw error;
  } finally {
    await removeStore(part);
  }
}

/** Newest first. One that is not what its description says, or has none, is listed with its `problem`. */
export async function listBackups(folder: string): Promise<BackupInfo[]> {
  checkPath(folder);
  try {
    const names = existsSync(folder) ? await readdir(folder) : [];
    const backups = names.filter((name) => name.endsWith(suffix));
    const infos = await Promise.all(backups.map((name) => describeBackup(join(folder, name))));
    return infos.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  } catch (error) {
    throw toFileError(error, folder);
  }
}

async function describeBackup(path: string): Promise<BackupInfo> {
  const { size, mtime } = await stat(path);
  const info = await readInfo(path);
  if (info === undefined) {
    return {
      path,
      createdAt: mtime.toISOString(),
      sizeBytes: size,
      entities: 0,
      changes: 0,
      stateHash: "",
      problem: `${basename(path)}.json, which describes it, is missing or damaged; \`restore\` still verifies the file itself`,
    };
  }
  if (info.sizeBytes === size) return info;
  return { ...info, problem: `it has ${size} bytes, not the ${info.sizeBytes} that it was made with` };
}

/**
 * Makes a new store file from a backup. It takes a new replica id, so that what it writes from now on can never be
 * confused with what the original wrote after the backup.
 *
 * @throws {HubsteadError} `not_found`, `already_exists`, `corrupt`
 */
export async function restoreBackup(file: string, target: string, files: StoreFiles): Promise<BackupInfo> {
  checkPath(file);
  checkPath(target);
  const source = resolve(file);
  const path = resolve(target);
  if (target === ":memory:")
    throw invalidInput("a backup is restored into a file", "Name one that does not exist yet.");
  const facts = await stat(source).catch(() => undefined);
  if (facts === undefined) {
    throw new HubsteadError("not_found", `there is no backup ${file}`, {
      hint: "`hubstead backup list` shows what there is.",
    });
  }
  if (!facts.isFile())
    throw invalidInput(`${file} is no file`, "`hubstead backup list` shows the files that are backups.");
  if (existsSync(path)) throw targetExists(target, path);
  const part = `${path}.${process.pid}-${randomBytes(6).toString("hex")}.restoring`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await removeAbandoned(path);
    await files.copy(source, part);
    const found = await readBack(part, files);
    const expected = await readInfo(source);
    if (expected !== undefined && expected.stateHash !== found.stateHash) {
      throw new HubsteadError("corrupt", `${file} is not what it was when it was made`, {
        hint: "Restore an older backup.",
        data: { path: source },
      });
    }
    await takePlace(part, path, target);
    return {
      path,
      createdAt: expected?.createdAt ?? (await stat(path)).mtime.toISOString(),
      sizeBytes: (await stat(path)).size,
      ...found,
    };
  } catch (error) {
    throw toFileError(error, dirname(path));
  } finally {
    await removeStore(part);
  }
}

/** A restore that is under way: whose it is stands in its name. */
const restoring = /\.(\d+)-[0-9a-f]+\.restoring$/u;

/** Removes what restores of processes that are gone have left. */
async function removeAbandoned(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(`${basename(path)}.`) ? restoring.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await removeStore(join(folder, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Gives the new file its name, unless somebody else has taken it meanwhile. */
async function takePlace(part: string, path: string, target: string): Promise<void> {
  try {
    // From here on the name is taken: no other restore gets it, and nothing that is there is ever written over.
    await (await open(path, "wx")).close();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? targetExists(target, path) : error;
  }
  try {
    // A neighbour left by an earlier store of this name must not vouch for the new one.
    await Promise.all(filesBeside(path).map((file) => rm(file, { force: true })));
    await rename(part, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function targetExists(target: string, path: string): HubsteadError {
  return new HubsteadError("already_exists", `${target} exists already`, {
    hint: "Restore into a new file, or move the old one away first; nothing was changed.",
    data: { path },
  });
}

function checkPath(path: string): void {
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw invalidInput("a path is text", 'Give a file or a folder: "./backups".');
}

async function readBack(
  path: string,
  files: StoreFiles,
): Promise<Pick<BackupInfo, "entities" | "changes" | "stateHash">> {
  const copy = await files.open(path);
  try {
    const findings = await copy.verify();
    if (findings.length > 0) {
      throw new HubsteadError(
        "corrupt",
        `the copy does not verify: ${findings[0]!.where}: ${findings[0]!.problem}`,
        {
          hint: "Run `hubstead verify` on the store itself.",
          data: { findings },
        },
      );
    }
    const { entities, changes } = await copy.status();
    return { entities, changes, stateHash: await copy.stateHash() };
  } finally {
    await copy.close();
    files.seal(path);
    await rm(`${path}-replica`, { force: true });
  }
}

/** Backups of one millisecond get a number: the first to make the description has the name. */
async function takeName(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}${number === 1 ? "" : `-${number}`}${suffix}`);
    try {
      await writeFile(`${path}.json`, "", { flag: "wx" });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

async function readInfo(path: string): Promise<BackupInfo | undefined> {
  try {
    const text = await readFile(join(dirname(path), `${basename(path)}.json`), "utf8");
    const { createdAt, sizeBytes, entities, changes, stateHash } = JSON.parse(text) as BackupInfo;
    const areCounts = [sizeBytes, entities, changes].every((count) => Number.isSafeInteger(count));
    if (!areCounts || typeof stateHash !== "string" || Number.isNaN(Date.parse(createdAt))) return undefined;
    return { path, createdAt, sizeBytes, entities, changes, stateHash };
  } catch {
    return undefined;
  }
}

async function removeStore(path: string): Promise<void> {
  await Promise.all([path, ...filesBeside(path)].map((file) => rm(file, { force: true })));
}
