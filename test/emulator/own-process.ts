/**
 * @module Runs a script that starts the emulator in a process of its own: for what becomes of a process as a whole.
 */
import { execFile } from "node:child_process";

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

const emulator = new URL("./checked-github.ts", import.meta.url).href;

/** @param script a module that finds `startCheckedGitHub` */
export function runInOwnProcess(script: string): Promise<Ended> {
  const source = `import { startCheckedGitHub } from ${JSON.stringify(emulator)};\n${script}`;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--input-type=module", "-e", source],
      { timeout: 30_000 },
      (_, stdout) => resolve({ code: child.exitCode, signal: child.signalCode, output: stdout.trim() }),
    );
  });
}
