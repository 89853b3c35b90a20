/**
 * @module What others on this machine can read of its processes while something runs: their command lines, and of those that
 * are told apart by a word also their environment. Linux only.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface Watched {
  /** Everything that was seen, each once; arguments parted by spaces. */
  readonly commandLines: ReadonlySet<string>;
  readonly environments: ReadonlySet<string>;
}

// A program of ours runs for a hundred times as long.
const pauseMs = 2;

/** @param program the environments of processes whose command line begins so are read as well */
export async function watchProcesses(program: RegExp, body: () => Promise<void>): Promise<Watched> {
  const commandLines = new Set<string>();
  const environments = new Set<string>();
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      for (const id of readdirSync("/proc").filter((name) => /^\d+$/u.test(name))) {
        const commandLine = readOf(id, "cmdline");
        if (commandLine === "" || id === String(process.pid)) continue;
        commandLines.add(commandLine);
        if (program.test(commandLine)) environments.add(readOf(id, "environ"));
      }
      await sleep(pauseMs);
    }
  })();
  try {
    await body();
  } finally {
    isOver = true;
    await watching;
  }
  return { commandLines, environments };
}

/** Empty for one that has ended meanwhile, and for what is somebody else's. */
function readOf(id: string, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
