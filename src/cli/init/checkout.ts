/**
 * @module The git checkout that a command runs in, told by the user's own git. Nothing that a repository's settings name is started.
 */
import { execFile } from "node:child_process";
import { HubsteadError, invalidInput } from "../../errors.ts";
import { ghHostOf } from "../../github/auth/gh-cli.ts";
import type { Io } from "../io.ts";
import { parseRemote, type RemoteRepository } from "../remote-repository.ts";

export interface Checkout {
  /** Its topmost folder. */
  readonly root: string;
  ignores(path: string): Promise<boolean>;
  /**
   * The repository that a remote leads to.
   *
   * @param apiUrl of the GitHub that is meant where the host is none that everybody knows
   * @throws {HubsteadError} `not_found` where there is no such remote; `invalid_input` for one that is not GitHub's
   */
  repositoryOf(remote: string, apiUrl: string): Promise<RemoteRepository>;
}

/** @throws {HubsteadError} `not_found` outside of a checkout, and without git */
export async function findCheckout(io: Pick<Io, "cwd" | "env">): Promise<Checkout> {
  const top = await git(io, ["rev-parse", "--show-toplevel"]);
  if (top.exitCode !== 0 || top.output === "")
    throw new HubsteadError("not_found", `${io.cwd} is in no checkout of a git repository`, {
      hint: "Go into a clone of the repository whose issues hold the objects (`git clone …`), or make one with `git init`.",
      data: { path: io.cwd, said: top.said },
    });
  const root = top.output;
  const inside = { ...io, cwd: root };
  return {
    root,
    ignores: async (path) => (await git(inside, ["check-ignore", "--quiet", "--", path])).exitCode === 0,
    async repositoryOf(remote, apiUrl) {
      const { output: address } = await git(inside, ["remote", "get-url", "--", remote]);
      if (address === "") throw noRemote(remote, root);
      const repository = parseRemote(address);
      if (repository !== undefined && isGitHub(repository.host, apiUrl)) return repository;
      throw noGitHub(remote, repository?.host);
    },
  };
}

interface GitAnswer {
  readonly exitCode: number;
  readonly output: string;
  /** The first line of what it complains about. */
  readonly said: string;
}

function git({ cwd, env }: Pick<Io, "cwd" | "env">, args: readonly string[]): Promise<GitAnswer> {
  const settings = { cwd, env: { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" } };
  return new Promise((resolve, reject) => {
    // A program that the repository's own settings name would be run by whoever reads the index.
    execFile("git", ["-c", "core.fsmonitor=false", ...args], settings, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") reject(noGit(error));
      else {
        const exitCode = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
        resolve({ exitCode, output: stdout.trim(), said: stderr.trim().split("\n", 1)[0]! });
      }
    });
  });
}

function isGitHub(host: string, apiUrl: string): boolean {
  return host === "github.com" || /^[a-z0-9-]+\.ghe\.com$/u.test(host) || host === ghHostOf(apiUrl);
}

function noGit(cause: Error): HubsteadError {
  return new HubsteadError("not_found", "git is not on this machine, or not in PATH", {
    hint: "Install it: https://git-scm.com/downloads.",
    data: { path: "git" },
    cause,
  });
}

function noRemote(remote: string, root: string): HubsteadError {
  return new HubsteadError("not_found", `the repository in ${root} has no remote ${JSON.stringify(remote)}`, {
    hint: "Name the repository with --repo OWNER/NAME, or add the remote: `git remote add origin https://github.com/OWNER/NAME`.",
    data: { remote },
  });
}

/** The address itself may hold a password. */
function noGitHub(remote: string, host: string | undefined): HubsteadError {
  const place = host === undefined ? "to no repository on a server" : `to ${host}, which is not GitHub`;
  return invalidInput(
    `the remote ${JSON.stringify(remote)} leads ${place}`,
    host === undefined
      ? "Name the repository with --repo OWNER/NAME, or another remote with --remote NAME."
      : `Where ${host} is a GitHub Enterprise Server, set GITHUB_API_URL to https://${host}/api/v3; else name a repository on GitHub with --repo OWNER/NAME.`,
    { remote, ...(host === undefined ? {} : { host }) },
  );
}
