/**
 * @module `hubstead emulator`.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseJson } from "../../base/json-text.ts";
import { parseYaml } from "../../config/parse-yaml.ts";
import { parseFaultSettings } from "../../emulator/faults.ts";
import { mostLagMs } from "../../emulator/lag.ts";
import type { LimitSettings } from "../../emulator/limits/limits.ts";
import type { Seed } from "../../emulator/seed/seed.ts";
import { type EmulatedGitHub, type StartOptions, startGitHub } from "../../emulator/start-github.ts";
import { invalidInput } from "../../errors.ts";
import type { DefineCommand } from "../command.ts";
import { readCount, readTime } from "../moments.ts";
import { toPrintable } from "../printable.ts";

interface Flags {
  readonly port?: string;
  readonly seed?: string;
  readonly state?: string;
  readonly faults?: string;
  readonly lag?: number;
  readonly clock?: string;
  /** A file, or `off`; `false` for `--no-limits`. */
  readonly limits?: string | false;
}

const mostLagSeconds = mostLagMs / 1_000;

export const define: DefineCommand = (command, run) => {
  command.option("--port <number>", "listen there; a free port where it is left out");
  command.option("--seed <file>", "YAML or JSON: people, organisations, repositories, apps to begin with");
  command.option("--state <folder>", "keep everything there, so that the next start finds it");
  command.option("--faults <file>", "YAML or JSON: what goes wrong, and how often");
  command.option(
    "--lag <seconds>",
    "leave what is so new out of lists and searches",
    readCount("--lag", 0, mostLagSeconds),
  );
  command.option("--clock <time>", "begin at that time, as 2026-01-31T12:00:00Z; it goes on from there");
  command.option("--limits <file>", "YAML or JSON: other limits than GitHub's; or `off`");
  command.option("--no-limits", "answer any number of requests");
  command.addHelpText(
    "after",
    `
Prints its URL and a token for each person, then serves until it is interrupted. Clients of github.com use the URL as
their base URL, clients of an Enterprise Server the URL with /api/v3. Programs on this machine move its clock, add faults
and read what was asked of it below /_emulator. docs/emulator.md lists what is served, and what files may hold.

Examples:
  hubstead emulator --port 4000
  hubstead emulator --seed seed.yml --state .github-state
  hubstead emulator --faults faults.yml --lag 10 --clock 2026-01-31T12:00:00Z --limits off`,
  );
  command.action(
    run(async ({ io, output, options }, { port, seed, state, faults, lag, clock, limits }: Flags) => {
      const read = (file: string) => readSettings(resolve(io.cwd, file), file);
      const settings: StartOptions = {
        control: true,
        ...(port === undefined ? {} : { port: readPort(port) }),
        ...(clock === undefined ? {} : { clock: clockFrom(clock) }),
        ...(seed === undefined ? {} : { seed: (await read(seed)) as Seed }),
        ...(state === undefined ? {} : { stateDir: resolve(io.cwd, state) }),
        ...(faults === undefined ? {} : { faults: parseFaultSettings(await read(faults)) }),
        ...(limits === undefined ? {} : { limits: await readLimits(limits, read) }),
      };
      const github = await startGitHub(settings);
      github.lag.listsMs = (lag ?? 0) * 1_000;
      const tokens = tokensOf(github);
      const shown = Object.entries(tokens).map(([login, token]) => `${toPrintable(login)}=${token}`);
      // One line, as programs read it: the answer does not end here.
      if (options.json) await output.line(JSON.stringify({ url: github.url, tokens }));
      else await output.line([github.url, ...shown].join(" "));
      if (io.signal !== undefined && !io.signal.aborted) await once(io.signal, "abort");
      await github.close();
    }),
  );
};

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw invalidInput(`${JSON.stringify(text)} is not a port`, "Use a number up to 65535.");
}

/** Goes on from a time. @throws {HubsteadError} `invalid_input` */
function clockFrom(text: string): () => number {
  const ahead = readTime(text, Date.now()).getTime() - Date.now();
  return () => Date.now() + ahead;
}

async function readLimits(
  limits: string | false,
  read: (file: string) => Promise<unknown>,
): Promise<NonNullable<StartOptions["limits"]>> {
  return limits === false || limits === "off" ? false : ((await read(limits)) as LimitSettings);
}

/** YAML or JSON. Who uses it checks it. @returns an object for an empty file */
async function readSettings(path: string, name: string): Promise<unknown> {
  const bytes = await readFile(path);
  const value = /\.json$/iu.test(name)
    ? parseJson(bytes.toString("utf8"), name)
    : parseYaml(bytes, name).value;
  return value ?? {};
}

/** By login. A state folder keeps the tokens, so that settings which hold one stay good. */
function tokensOf(github: EmulatedGitHub): Readonly<Record<string, string>> {
  const people = github.state.accounts.all().filter(({ kind }) => kind === "User");
  const known = github.state.tokens.all().filter(({ kind, isRevoked }) => kind === "classic" && !isRevoked);
  return Object.fromEntries(
    people.map(({ id, login }) => [
      login,
      known.find(({ userId }) => userId === id)?.token ?? github.tokenFor(login),
    ]),
  );
}
