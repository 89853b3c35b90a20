/**
 * @module Opens the store of objects in a repository's issues for a command: which repository, with which credential, by which
 * settings. Nothing of the store is loaded before.
 */
import { HubsteadError, invalidInput } from "../../../errors.ts";
import type { Permissions } from "../../../github/client/needed-permissions.ts";
import type { IssueStore, IssueStoreOptions } from "../../../issues/open-issue-store.ts";
import type { Context } from "../../command.ts";
import { findOriginRepository } from "../../origin-repository.ts";
import { type OpenedGitHub, withGitHub } from "../github/with-github.ts";
import type { StoreFlags } from "./store-flags.ts";

/** What a command does with objects. What everybody may read, `read-public` reads without a credential, too. */
export type Access = "read-public" | "read" | "write";

export interface OpenedIssueStore extends OpenedGitHub {
  readonly store: IssueStore;
  /** `OWNER/REPO`. */
  readonly repo: string;
}

const permissionsByAccess: Readonly<Record<Access, Permissions>> = {
  "read-public": { issues: "read" },
  read: { issues: "read" },
  write: { issues: "write" },
};

export interface StoreUse {
  /** As it is typed after the program's name: `issues get`. */
  readonly command: string;
  readonly access: Access;
  readonly flags: StoreFlags;
}

/** @throws {HubsteadError} what the body throws; `invalid_input` where no repository is named */
export async function withIssueStore<T>(
  context: Context,
  { command, access, flags }: StoreUse,
  body: (opened: OpenedIssueStore) => Promise<T>,
): Promise<T> {
  const { token } = flags;
  if (token?.trim() === "")
    throw new HubsteadError("unauthorized", "--token is empty", {
      hint: "Set GITHUB_TOKEN; in a workflow, a secret that is not set is the empty text.",
      data: { path: "--token" },
    });
  if (token !== undefined)
    context.note("warning: others on this machine may see --token; set GITHUB_TOKEN instead");
  const needs = { command: `hubstead ${command}`, permissions: permissionsByAccess[access] };
  return withGitHub(
    context,
    needs,
    async (github) => {
      const { openIssueStore } = await import("../../../issues/open-issue-store.ts");
      const options = await readStoreOptions(context, github, flags);
      return body({ ...github, store: openIssueStore(options), repo: options.repo });
    },
    { isPublic: access === "read-public", ...(token === undefined ? {} : { token }) },
  );
}

/** All that a store is opened with: from options, files and the environment. */
async function readStoreOptions(
  context: Context,
  { client, credential, clock }: OpenedGitHub,
  flags: StoreFlags,
): Promise<IssueStoreOptions> {
  const repo = await repositoryOf(context, credential.apiUrl, flags);
  return { repo: withOwner(repo, credential.org), github: client, now: clock.now };
}

async function repositoryOf({ io }: Context, apiUrl: string, { repo }: StoreFlags): Promise<string> {
  const named = repo ?? (io.env["GITHUB_REPOSITORY"] || undefined);
  if (named !== undefined) return named;
  const { ghHostOf } = await import("../../../github/auth/gh-cli.ts");
  const { hostname } = new URL(apiUrl);
  // The emulator stands for any host.
  const host = /^(?:127\.|localhost$|\[::1\]$)/u.test(hostname) ? undefined : ghHostOf(apiUrl);
  const origin = findOriginRepository(io.cwd, host);
  if (origin !== undefined) return origin;
  throw invalidInput(
    "it is not clear which repository's issues hold the objects",
    "Name it: --repo OWNER/REPO; or set GITHUB_REPOSITORY.",
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
