/**
 * @module `hubstead demo`.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import type { Context, DefineCommand } from "../command.ts";
import { demoConfig, demoPaper, demoSteps, toShell } from "../demo/demo-script.ts";
import type { Io, OutputStream } from "../io.ts";
import { OutputClosed } from "../output.ts";
import { Interrupted } from "../report-error.ts";

/** Beside the bundle, where the build puts it; beside the script in a checkout. */
const papers = { name: "papers.json.br", folders: ["./", "../demo/"] };

export const define: DefineCommand = (command, run) => {
  command.option("--keep", "leave it running until Ctrl-C, to look around").addHelpText(
    "after",
    `
First a local store, then the same objects in the issues of a repository, on a GitHub that runs
on this machine. Works offline, takes some seconds, touches nothing of yours, leaves nothing behind.

Example:
  hubstead demo --keep`,
  );
  command.action(
    run(async (context, { keep }: { readonly keep?: true }) => {
      const folder = await mkdtemp(join(tmpdir(), "hubstead-demo-"));
      try {
        return (await play(context, folder)) || (await playInIssues(context, folder, keep === true));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }),
  );
};

/** @returns the exit code of the first command that failed */
async function play({ io, output, program }: Context, folder: string): Promise<number> {
  const { bold, dim } = output.colors;
  const inner = ioForPeople(io, folder);
  await writeFile(join(folder, "papers.json"), await promisify(brotliDecompress)(await readPapers()));
  await writeFile(join(folder, "hubstead.yml"), demoConfig);
  await output.write(
    `${dim("# A folder with hubstead.yml is a project; its store is .hubstead/store.db.")}\n${bold("$ cat hubstead.yml")}\n${demoConfig}`,
  );
  for (const { about, argv } of demoSteps) {
    if (io.signal?.aborted) throw new Interrupted();
    await output.write(`\n${dim(`# ${about}`)}\n${bold(toShell("$ hubstead", argv))}\n`);
    const exitCode = await program.main(argv, inner);
    if (io.stdout.destroyed) throw new OutputClosed();
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

async function playInIssues(context: Context, folder: string, keep: boolean): Promise<number> {
  const { playOnGitHub } = await import("../demo/issues-demo.ts");
  return playOnGitHub(context, ioForPeople(context.io, folder), { folder, paper: demoPaper, keep });
}

async function readPapers(): Promise<Uint8Array> {
  for (const folder of papers.folders) {
    const bytes = await readFile(new URL(folder + papers.name, import.meta.url)).catch(() => undefined);
    if (bytes !== undefined) return bytes;
  }
  throw new Error(`${papers.name} is not in the package`);
}

/** The demo is for people, also in a log: tables as on a terminal, in colour only where that was asked for. */
function ioForPeople(io: Io, cwd: string): Io {
  const { stdout, stdin, stderr, signal } = io;
  const env = stdout.isTTY || io.env.FORCE_COLOR ? io.env : { ...io.env, NO_COLOR: "1" };
  const shown: OutputStream = {
    write: (text) => stdout.write(text),
    on: (event, listener) => stdout.on(event, listener),
    off: (event, listener) => stdout.off(event, listener),
    get destroyed() {
      return stdout.destroyed;
    },
    isTTY: true,
    columns: stdout.columns ?? 80,
  };
  return {
    stdin,
    stderr,
    env,
    cwd,
    stdout: shown,
    ...(signal === undefined ? {} : { signal }),
  };
}
