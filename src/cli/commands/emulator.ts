/**
 * @module `hubstead emulator`.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseJson } from "../../base/json-text.ts";
import { parseYaml } from "../../config/parse-yaml.ts";
import { type EmulatedGitHub, type StartOptions, startGitHub } from "../../emulator/start-github.ts";
import { invalidInput } from "../../errors.ts";
import type { DefineCommand } from "../command.ts";
import { toPrintable } from "../printable.ts";

interface Flags {
  readonly port?: string;
  readonly seed?: string;
  readonly state?: string;
  readonly limits: boolean;
}

export const define: DefineCommand = (command, run) => {
  command.option("--port <number>", "listen there; a free port where it is left out");
  command.option("--seed <file>", "YAML or JSON: people, organisations, repositories, apps to begin with");
  command.option("--state <folder>", "keep everything there, so that the next start finds it");
  command.option("--no-limits", "answer any number of requests");
  command.addHelpText(
    "after",
    `
Prints its URL and a token for each person, then serves until it is interrupted. Clients of github.com use the URL as
their base URL, clients of an Enterprise Server the URL with /api/v3. docs/emulator.md lists what is served.

Examples:
  hubstead emulator --port 4000
  hubstead emulator --seed seed.yml --state .github-state`,
  );
  command.action(
    run(async ({ io, output, options }, { port, seed, state, limits }: Flags) => {
      const settings: StartOptions = {
        ...(port === undefined ? {} : { port: readPort(port) }),
        ...(seed === undefined ? {} : { seed: await readSeed(resolve(io.cwd, seed), seed) }),
        ...(state === undefined ? {} : { stateDir: resolve(io.cwd, state) }),
        ...(limits ? {} : { limits: false }),
      };
      const github = await startGitHub(settings);
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

/** Who reads it checks it. */
async function readSeed(path: string, name: string): Promise<NonNullable<StartOptions["seed"]>> {
  const bytes = await readFile(path);
  const value = /\.json$/iu.test(name)
    ? parseJson(bytes.toString("utf8"), name)
    : parseYaml(bytes, name).value;
  return (value ?? {}) as NonNullable<StartOptions["seed"]>;
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
