/**
 * @module Opens the store of objects in a repository's issues for a command: which repository, with which credential, by which
 * settings. Nothing of the store is loaded before.
 */
import { createLogger, type Logger } from "../../../base/logger.ts";
import { HubsteadError, invalidInput } from "../../../errors.ts";
import type { Permissions } from "../../../github/client/needed-permissions.ts";
import type { GhStoreConfig } from "../../../issues/gh-store-config.ts";
import type { IssueStore, IssueStoreOptions } from "../../../issues/issue-store.ts";
import type { Context } from "../../command.ts";
import { findOriginRepository } from "../../origin-repository.ts";
import { toPrintable } from "../../printable.ts";
import { type OpenedGitHub, withGitHub } from "../github/with-github.ts";
import type { StoreFlags } from "./store-flags.ts";
import { readStoreSettings, type StoreSettings } from "./store-settings.ts";

/** What a command does with objects. What everybody may read, `read-public` reads without a credential, too. */
export type Access = "read-public" | "read" | "write";

export interface OpenedIssueStore extends OpenedGitHub {
  readonly store: IssueStore;
  /** `OWNER/REPO`. */
  readonly repo: string;
  /** As the configuration wants it. */
  readonly logger: Logger;
  /** Another one, for which CODEOWNERS says nothing. */
  withoutCodeOwners(): IssueStore;
}

const permissionsByAccess: Readonly<Record<Access, Permissions>> = {
  "read-public": { issues: "read" },
  read: { issues: "read" },
  write: { issues: "write" },
};

export interface StoreUse {
  /** As it is typed, whole: `hubstead issues get`. */
  readonly command: string;
  readonly access: Access;
  readonly flags: StoreFlags;
  /** What gh-store's own command line goes by: who stands in CODEOWNERS may write, and a configuration need not be there. */
  readonly asGhStore?: boolean;
}

/** @throws {HubsteadError} what the body throws; `invalid_input` where no repository is named, or a configuration is wrong */
export async function withIssueStore<T>(
  context: Context,
  use: StoreUse,
  body: (opened: OpenedIssueStore) => Promise<T>,
): Promise<T> {
  const { command, access, flags, asGhStore = false } = use;
  const token = readToken(context, flags);
  const settings = await readStoreSettings(context.io, flags.config, asGhStore);
  const { client = {}, log = {} } = settings.ghStore ?? {};
  const logger = loggerFor(context, log);
  return withGitHub(
    { ...context, logger },
    { command, permissions: permissionsByAccess[access] },
    async (github) => {
      const { openIssueStore } = await import("../../../issues/open-issue-store.ts");
      const options = await optionsOf(context, github, { flags, settings });
      const withoutCodeOwners = () =>
        openIssueStore({ ...options, trust: { ...options.trust, codeowners: false } });
      const store = openIssueStore(options);
      return body({ ...github, logger, store, withoutCodeOwners, repo: options.repo });
    },
    { ...client, isPublic: access === "read-public", ...(token === undefined ? {} : { token }) },
  );
}

function readToken(context: Context, { token }: StoreFlags): string | undefined {
  if (token === undefined) return undefined;
  if (token.trim() === "")
    throw new HubsteadError("unauthorized", "--token is empty", {
      hint: "Set GITHUB_TOKEN; in a workflow, a secret that is not set is the empty text.",
      data: { path: "--token" },
    });
  context.note("warning: others on this machine may see --token; set GITHUB_TOKEN instead");
  return token;
}

/** As the configuration wants it, where nobody has asked for more or less. */
function loggerFor({ io, logger, options }: Context, log: GhStoreConfig["log"]): Logger {
  if (log.level === undefined && log.format === undefined) return logger;
  if (options.debug || options.quiet || options.json) return logger;
  return createLogger({
    level: "warn",
    ...log,
    write: (line) => void io.stderr.write(`${toPrintable(line)}\n`),
  });
}

/** All that a store is opened with: from options, files and the environment. */
async function optionsOf(
  context: Context,
  { client, credential, clock }: OpenedGitHub,
  { flags, settings }: { readonly flags: StoreFlags; readonly settings: StoreSettings },
): Promise<IssueStoreOptions> {
  const { toStoreOptions } = await import("../../../issues/store-options.ts");
  const named = flags.repo ?? (context.io.env["GITHUB_REPOSITORY"] || undefined) ?? settings.issues?.repo;
  const repo = named ?? (await originOf(context, credential.apiUrl));
  const parts = { github: client, settings: settings.issues, ghStore: settings.ghStore };
  // A secret: never an option, which others on the machine would see, and never a file's.
  const key = context.io.env["HUBSTEAD_SIGNING_KEY"] || undefined;
  return {
    ...toStoreOptions({ ...parts, repo: withOwner(repo, credential.org) }),
    now: clock.now,
    ...(key === undefined ? {} : { key }),
  };
}

async function originOf({ io }: Context, apiUrl: string): Promise<string> {
  const { ghHostOf } = await import("../../../github/auth/gh-cli.ts");
  const { hostname } = new URL(apiUrl);
  // The emulator stands for any host.
  const host = /^(?:127\.|localhost$|\[::1\]$)/u.test(hostname) ? undefined : ghHostOf(apiUrl);
  const origin = findOriginRepository(io.cwd, host);
  if (origin !== undefined) return origin;
  throw invalidInput(
    "it is not clear which repository's issues hold the objects",
    "Name it: --repo OWNER/REPO; or set GITHUB_REPOSITORY, or `issues: { repo: OWNER/REPO }` in hubstead.yml.",
    { path: "--repo", missing: ["GITHUB_REPOSITORY"] },
  );
}

function withOwner(repo: string, org: string | undefined): string {
  const whole = repo.includes("/") || org === undefined ? repo : `${org}/${repo}`;
  if (/^[\w.-]+\/[\w.-]+$/u.test(whole) && !/(?:^|\/)\.{1,2}(?:\/|$)/u.test(whole)) return whole;
  throw invalidInput(`${JSON.stringify(repo)} is no repository's name`, "Write OWNER/REPO.", {
    path: "--repo",
  });
}
