/**
 * @module Disks that run full when a test says so: a small file system of one process, or a limit on the size of
 * files. Also what a test must run its process under to have one.
 */
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface LimitedDisk {
  /** Leaves room for so many pages of 4 KB, about. */
  fill(freePages: number): void;
  free(): void;
}

const pageBytes = 4096;

/** Words before the command of a process: `folder` is then a file system of its own, of so many bytes. */
export function underSmallFileSystem(folder: string, sizeBytes: number): readonly string[] {
  const script = `mount -t tmpfs -o size=${sizeBytes} hubstead "$0" && exec "$@"`;
  return [...ownMounts(), "sh", "-c", script, folder];
}

/** Words before the command of a process: `folder` is then on a file system that nobody can write. */
export function underReadOnlyMount(folder: string): readonly string[] {
  const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
  return [...ownMounts(), "sh", "-c", script, folder];
}

/** Root may mount; others may in a user namespace of their own, where the machine allows it. */
function ownMounts(): readonly string[] {
  return process.getuid!() === 0 ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"];
}

/** Whether processes may have mounts of their own on this machine. */
export function canMount(): boolean {
  const [command, ...words] = [...ownMounts(), "mount", "-t", "tmpfs", "hubstead", "/mnt"];
  return spawnSync(command!, words, { stdio: "ignore" }).status === 0;
}

/** A small file system that a file of noise fills. */
export function createSmallFileSystem(folder: string): LimitedDisk {
  const ballast = join(folder, "ballast");
  const chunk = Buffer.alloc(16 * pageBytes, 1);
  return {
    fill(freePages) {
      const file = openSync(ballast, "w");
      let sizeBytes = 0;
      for (let step = chunk.length; step >= pageBytes; ) {
        try {
          sizeBytes += writeSync(file, chunk, 0, step, sizeBytes);
        } catch {
          step /= 2;
        }
      }
      ftruncateSync(file, Math.max(0, Math.floor(sizeBytes / pageBytes) - freePages) * pageBytes);
      closeSync(file);
    },
    free() {
      rmSync(ballast, { force: true });
    },
  };
}

/**
 * No file of this process may grow beyond a size: a write there fails as on a disk that is broken, which needs no
 * privilege. `prlimit` changes it while the process runs; Node ignores the signal that comes with it.
 */
export function createFileSizeLimit(grows: string): LimitedDisk {
  const limit = (bytes: number | "unlimited") => {
    const { status, stderr } = spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
    if (status !== 0) throw new Error(`prlimit: ${stderr}`);
  };
  return {
    fill(freePages) {
      limit((statSync(grows, { throwIfNoEntry: false })?.size ?? 0) + freePages * pageBytes);
    },
    free() {
      limit("unlimited");
    },
  };
}
