/**
 * @module A token for the git that is installed: in a file that only its own user reads, handed over when git asks. It stands in
 * no argument, no URL, no environment variable and no configuration.
 *
 * @see https://git-scm.com/docs/gitcredentials
 */
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Session } from "./session.ts";
import { type TokenOptions, tokenMethods } from "./tokens.ts";

export interface GitEnvOptions extends TokenOptions {
  /** The environment that the variables are for. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface GitEnv extends AsyncDisposable {
  /** To be added to the environment of git. */
  readonly env: Readonly<Record<string, string>>;
  /** What to clone: without a token. */
  readonly url: string;
  /** Of an App's installation; after it, git is refused. */
  readonly expiresAt: string | undefined;
  /** Takes the token away again. */
  close(): Promise<void>;
}

export interface GitEnvMethods {
  /**
   * Lets stock git clone, fetch and push: `execFile("git", ["clone", url], { env: { ...process.env, ...env } })`. The token is for this
   * repository only where the credential is an App's, and for writing unless `permissions` say otherwise; git gets it for the
   * host of the API that was configured and for no other. No credential helper keeps it.
   *
   * @throws {HubsteadError} as `getRepoAccess`
   */
  gitEnv(repo: string, options?: GitEnvOptions): Promise<GitEnv>;
}

export function gitEnvMethods(session: Session): GitEnvMethods {
  const { getRepoAccess } = tokenMethods(session);
  return {
    async gitEnv(name, { env = process.env, permissions = { contents: "write" }, ...options } = {}) {
      const { owner, repo } = session.repo(name);
      const origin = webOriginOf(session.apiUrl);
      const { token, expiresAt } = await getRepoAccess(name, { ...options, permissions });
      // Its mode is 0700.
      const folder = await mkdtemp(join(tmpdir(), "hubstead-git-"));
      const close = async (): Promise<void> => {
        await rm(folder, { recursive: true, force: true });
        forgetFolder(folder);
      };
      keepUntilExit(folder);
      try {
        await writeFile(join(folder, "token"), `${token}\n`, { mode: 0o600, flag: "wx" });
        const script = askpassScript(origin, join(folder, "token"));
        await writeFile(join(folder, "askpass"), script, { mode: 0o700, flag: "wx" });
      } catch (error) {
        await close();
        throw error;
      }
      return {
        env: gitVariables(join(folder, "askpass"), env),
        url: `${origin}/${owner}/${repo}.git`,
        expiresAt,
        close,
        [Symbol.asyncDispose]: close,
      };
    },
  };
}

/**
 * Where git finds what the API is for.
 *
 * @param apiUrl `https://api.github.com`, `https://api.SUBDOMAIN.ghe.com`, `https://HOST/api/v3`
 */
export function webOriginOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  const name = /^api\.(github\.com|[a-z0-9-]+\.ghe\.com)$/u.exec(url.hostname)?.[1];
  return name === undefined ? url.origin : `https://${name}`;
}

// What git takes for an App's token, and does not look at for the others.
// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation#about-authentication-as-a-github-app-installation
const userName = "x-access-token";

/** Git names in its question what the answer is for, with the path where it is set up so. */
function askpassScript(origin: string, tokenFile: string): string {
  const { protocol, host } = new URL(origin);
  const withUser = `${protocol}//${userName}@${host}`;
  return `#!/bin/sh
case "$1" in
  "Username for '${origin}': " | "Username for '${origin}/"*"': ") printf '%s\\n' ${userName} ;;
  "Password for '${withUser}': " | "Password for '${withUser}/"*"': ")
    IFS= read -r token < ${quote(tokenFile)} && printf '%s\\n' "$token" ;;
  *) exit 1 ;;
esac
`;
}

/** For a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function gitVariables(
  askpass: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  // Configuration by environment is numbered: what is there stays.
  const count = Number.parseInt(env["GIT_CONFIG_COUNT"] ?? "0", 10) || 0;
  return {
    GIT_ASKPASS: askpass,
    GIT_TERMINAL_PROMPT: "0",
    // A trace leaves out what it knows to be secret.
    GIT_TRACE_REDACT: "1",
    GIT_CONFIG_COUNT: String(count + 1),
    // The empty name forgets all helpers: none is asked before, and none is given the token to keep.
    [`GIT_CONFIG_KEY_${count}`]: "credential.helper",
    [`GIT_CONFIG_VALUE_${count}`]: "",
  };
}

/** What a program leaves open goes with it, unless it is killed. */
const folders = new Set<string>();

function keepUntilExit(folder: string): void {
  if (folders.size === 0) listen();
  folders.add(folder);
}

function listen(): void {
  process.once("exit", removeAll);
  // Before others, who may count how many there are.
  for (const signal of endings) process.prependOnceListener(signal, beforeTheEnd);
}

function forgetFolder(folder: string): void {
  if (!folders.delete(folder) || folders.size > 0) return;
  process.off("exit", removeAll);
  for (const signal of endings) process.off(signal, beforeTheEnd);
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Of these a program ends without saying so. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The signal does what it would have done: it ends the program, unless somebody else listens to it and decides. */
function beforeTheEnd(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 0) {
    removeAll();
    process.kill(process.pid, signal);
    return;
  }
  // Who goes on may still need the token; the next one finds us again, once all others have had their look.
  setImmediate(() => {
    if (folders.size > 0 && !process.listeners(signal).includes(beforeTheEnd))
      process.prependOnceListener(signal, beforeTheEnd);
  });
}
