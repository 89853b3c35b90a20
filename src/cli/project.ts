/**
 * @module Where a command works: which store, which types, in whose name. Reads `hubstead.yml` only where there is one.
 */
import { userInfo } from "node:os";
import { dirname, resolve } from "node:path";
import type { JsonObject } from "../base/json.ts";
import { findConfig } from "../config/find-config.ts";
import type { Config, TypeSettings } from "../config/read-config.ts";
import type { TypeDefinition } from "../entity/define-type.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import { locateStore } from "../store/locate.ts";
import type { GlobalOptions } from "./globals.ts";
import type { Io } from "./io.ts";

export interface Project {
  readonly storePath: string;
  readonly types: readonly TypeDefinition[];
  /** In whose name a command writes; `undefined` where the system knows no user either. */
  author(): string | undefined;
}

/**
 * Finds the store and its rules. With `--store` they are those of the folder that the store lies in, so that one
 * project's types never bind another's data.
 *
 * @throws {HubsteadError} `invalid_input` for a configuration that cannot be used
 */
export async function findProject({ store, author }: GlobalOptions, io: Io): Promise<Project> {
  if (store === "") throw invalidInput("--store names no file", "Write --store ./store.db.");
  const named = store === undefined ? undefined : store === ":memory:" ? store : resolve(io.cwd, store);
  const config = await readNearestConfig(
    named === undefined || named === ":memory:" ? io.cwd : dirname(named),
  );
  return {
    storePath: named ?? config?.store ?? locateStore(io.cwd, io.env),
    types: config === undefined ? [] : await readTypes(config),
    author: () => author || io.env.HUBSTEAD_AUTHOR || config?.author || userName(),
  };
}

async function readNearestConfig(folder: string): Promise<Config | undefined> {
  const path = findConfig(folder);
  if (path === undefined) return undefined;
  const { readConfig } = await import("../config/read-config.ts");
  return readConfig(path);
}

async function readTypes({ path, types }: Config): Promise<TypeDefinition[]> {
  const { defineType } = await import("../entity/define-type.ts");
  return types.map((settings: TypeSettings) => {
    try {
      return defineType<JsonObject>(settings);
    } catch (error) {
      if (!(error instanceof HubsteadError)) throw error;
      const { line } = settings;
      throw invalidInput(`${path} line ${line}: ${error.message}`, error.hint, {
        ...error.data,
        source: path,
        line,
      });
    }
  });
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // No entry for this user id: containers often have none.
    return undefined;
  }
}
