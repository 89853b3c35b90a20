/**
 * @module From what configurations say to the options of a store. They say which repository holds the objects and whose changes count;
 * where requests go, and with which credential, says the client alone, which no file of a repository has a part in.
 */
import type { IssueSettings } from "../config/issue-settings.ts";
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GhStoreConfig } from "./gh-store-config.ts";
import type { IssueStoreOptions } from "./issue-store.ts";

export interface StoreOptionsParts {
  readonly github: GitHubClient;
  /** As the user has named it, or its surroundings do: goes before what a file says. */
  readonly repo?: string | undefined;
  /** The section `issues` of `hubstead.yml`. */
  readonly settings?: IssueSettings | undefined;
  /** gh-store's `config.yml`. */
  readonly ghStore?: Pick<GhStoreConfig, "store"> | undefined;
}

/** @throws {HubsteadError} `invalid_input` where nobody says which repository */
export function toStoreOptions({
  github,
  repo,
  settings = {},
  ghStore,
}: StoreOptionsParts): IssueStoreOptions {
  const { repo: settled, trust, lock } = settings;
  const { names, reactions } = ghStore?.store ?? {};
  const named = repo ?? settled;
  if (named === undefined)
    throw new HubsteadError("invalid_input", "nobody says which repository holds the objects", {
      hint: "Name it with `--repo OWNER/NAME`, or write `issues: { repo: OWNER/NAME }` into hubstead.yml.",
      data: { path: "repo" },
    });
  return {
    github,
    repo: named,
    ...(trust === undefined ? {} : { trust }),
    ...(lock === undefined ? {} : { lock }),
    ...(names === undefined ? {} : { names }),
    ...(reactions === undefined ? {} : { reactions }),
  };
}
