/**
 * @module The credential that a person has given to `gh`, GitHub's own command line: asked for when it is first needed,
 * and for one host only.
 *
 * @see https://cli.github.com/manual/gh_auth_token
 */
import { HubsteadError } from "../../errors.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createTokenSource } from "./static-token.ts";
import type { TokenSource } from "./token-source.ts";

export interface GhTokenOptions {
  /** As `parseApiUrl` returns it. */
  readonly apiUrl: string;
  /** Where `gh` is looked for (`PATH`) and finds its settings; this process's own where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `gh` may ask a keyring, and that a person; 10 s where absent. */
  readonly timeoutMs?: number;
}

// `gh` answers with these, if they are set, for hosts that they were not made for: what is wanted is what was stored for
// this host (https://cli.github.com/manual/gh_help_environment).
const ownVariables = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/** Nothing is asked before the first request. */
export function createGhTokenSource(options: GhTokenOptions): TokenSource {
  const host = ghHostOf(options.apiUrl);
  const flight = createSingleFlight<TokenSource>();
  let known: TokenSource | undefined;
  const label = `gh auth token (${host})`;
  const ask = async (signal: AbortSignal): Promise<TokenSource> => {
    known = createTokenSource({ token: await askGh(host, options, signal), label });
    return known;
  };
  const source = (signal?: AbortSignal): Promise<TokenSource> =>
    known === undefined ? flight("", ask, signal) : Promise.resolve(known);
  return {
    label,
    credentialFor: async (scope, signal) => (await source(signal)).credentialFor(scope),
    async renew(refused, scope, signal) {
      // A person may have logged in anew since.
      known = undefined;
      const credential = await (await source(signal)).credentialFor(scope);
      return credential.authorization === refused.authorization ? undefined : credential;
    },
    secrets: () => known?.secrets() ?? [],
  };
}

/** How `gh` calls the host of an API: `github.com`, a tenant's `acme.ghe.com`, an Enterprise Server's own. */
export function ghHostOf(apiUrl: string): string {
  const { host, hostname } = new URL(apiUrl);
  return /^api\.(?:github\.com|[a-z0-9-]+\.ghe\.com)$/u.test(hostname) ? hostname.slice("api.".length) : host;
}

async function askGh(
  host: string,
  { env = process.env, timeoutMs = 10_000 }: GhTokenOptions,
  signal: AbortSignal,
): Promise<string> {
  const childEnv = { ...env, GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1" };
  const settings = {
    env: Object.fromEntries(Object.entries(childEnv).filter(([name]) => !ownVariables.includes(name))),
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 65_536,
    windowsHide: true,
    signal,
  } as const;
  const { execFile } = await import("node:child_process");
  return await new Promise((resolve, reject) => {
    const child = execFile("gh", ["auth", "token", "--hostname", host], settings, (error, stdout) => {
      if (error === null && stdout.trim() !== "") resolve(stdout);
      else if (signal.aborted) reject(signal.reason);
      // Neither its output nor the error of Node, which holds the output, goes any further.
      else reject(failureOf(error, host, timeoutMs));
    });
    child.stdin?.end();
  });
}

function failureOf(
  error: { readonly code?: unknown; readonly killed?: boolean } | null,
  host: string,
  timeoutMs: number,
): HubsteadError {
  const login = `Log in: gh auth login --hostname ${host}; or set GITHUB_TOKEN.`;
  const say = (message: string, hint: string): HubsteadError =>
    new HubsteadError("unauthorized", message, { hint, data: { host } });
  if (error?.code === "ENOENT")
    return say(
      "gh, GitHub's command line, is not installed",
      "See https://cli.github.com; or set GITHUB_TOKEN.",
    );
  if (error?.code === "EACCES") return say("gh cannot be run", "Make it executable; or set GITHUB_TOKEN.");
  if (error?.killed === true)
    return say(`gh did not answer within ${timeoutMs} ms`, `Try it: gh auth token --hostname ${host}`);
  if (error === null) return say(`gh has an empty token for ${host}`, login);
  return say(`gh is not logged in to ${host}`, login);
}
