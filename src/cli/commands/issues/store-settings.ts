/**
 * @module The files that say how a store of objects is kept: the nearest `hubstead.yml`, and a `config.yml` of gh-store's where one is
 * named. What reads them is loaded only where there is one.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { findConfig } from "../../../config/find-config.ts";
import type { IssueSettings } from "../../../config/issue-settings.ts";
import type { GhStoreConfig } from "../../../issues/gh-store-config.ts";
import type { Io } from "../../io.ts";

export interface StoreSettings {
  /** The section of `hubstead.yml`. */
  readonly issues?: IssueSettings;
  readonly ghStore?: GhStoreConfig;
}

/**
 * @param config what `--config` names
 * @param asGhStore gh-store's own command line asks
 * @throws {HubsteadError} `invalid_input`, `not_found`
 */
export async function readStoreSettings(
  io: Io,
  config: string | undefined,
  asGhStore: boolean,
): Promise<StoreSettings> {
  const issues = await readIssueSettings(io.cwd);
  const ghStore = await readGhStore(io, config, asGhStore);
  // gh-store knows no other list; hubstead.yml may still say no.
  const trusting = asGhStore === true ? { ...issues, trust: { codeowners: true, ...issues?.trust } } : issues;
  return {
    ...(trusting === undefined ? {} : { issues: trusting }),
    ...(ghStore === undefined ? {} : { ghStore }),
  };
}

async function readIssueSettings(folder: string): Promise<IssueSettings | undefined> {
  const path = findConfig(folder);
  if (path === undefined) return undefined;
  const { readConfig } = await import("../../../config/read-config.ts");
  return readConfig(path).issues;
}

/** @param isOptional gh-store makes one where there is none; its defaults hold without */
async function readGhStore(
  io: Io,
  config: string | undefined,
  isOptional: boolean,
): Promise<GhStoreConfig | undefined> {
  if (config === undefined) return undefined;
  const path = resolve(io.cwd, config);
  if (isOptional && !existsSync(path)) return undefined;
  const { readGhStoreConfig } = await import("../../../issues/gh-store-config.ts");
  return readGhStoreConfig(path);
}
